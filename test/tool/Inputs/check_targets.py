"""Checks the output of `stencilgen targets --format json`."""

import json
import sys

targets = json.load(sys.stdin)["targets"]
for target in targets:
    for key in ("triple", "pattern", "why", "convention", "reach", "condition", "nop"):
        if not target[key]:
            sys.exit(f"{target['triple']}: no {key}")
for key in ("triple", "condition"):
    values = [target[key] for target in targets]
    if len(set(values)) != len(values):
        sys.exit(f"two targets have the same {key}")
if len(targets) < 16:
    sys.exit(f"expected 16 targets or more, found {len(targets)}")
