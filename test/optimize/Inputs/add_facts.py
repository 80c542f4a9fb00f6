"""add_facts.py PROFILE: gives the tests' interpreter the facts that --optimize uses."""

import json
import sys

path = sys.argv[1]
with open(path) as file:
    profile = json.load(file)
profile["optimize"] = {
    "operands": {"OPARG": 16, "OPERAND0": 64},
    "coldTargets": ["JUMP_TARGET"],
    "coldCalls": ["first_helper"],
    "regions": [
        {"name": "saved", "parameter": 0, "record": "struct Machine", "member": "saved"},
        {"name": "numbers", "narrow": True},
    ],
    "apart": [{"first": "saved", "second": "numbers", "why": "a pointer holds no number of 32 bits"}],
    "patchFunctions": {"abs32s": "patch_32", "abs16": "patch_16", "abs8": "patch_8"},
}
with open(path, "w") as file:
    json.dump(profile, file, indent=2)
