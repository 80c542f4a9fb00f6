#!/usr/bin/env python3
"""Stands in for stencilgen: what it makes is what the tree's Python/bytecodes.c says. Appends each subcommand
to a file beside it, and needs fake_set.py there."""

import json
import pathlib
import sys
import fake_set

with pathlib.Path(sys.argv[0] + ".runs").open("a") as runs:
    runs.write(sys.argv[1] + "\n")
if sys.argv[1] == "--version":
    print("stencilgen 0 (LLVM 19.1.0)")
elif sys.argv[1] == "targets":
    print(
        json.dumps({"targets": [{"triple": "x86_64-unknown-linux-gnu"}, {"triple": "aarch64-apple-darwin"}]})
    )
elif sys.argv[1] == "cpython":
    tree, triple, out = (
        pathlib.Path(sys.argv[3]),
        sys.argv[4],
        pathlib.Path(sys.argv[sys.argv.index("-o") + 1]),
    )
    definitions = tree / "Python" / "bytecodes.c"
    if "UNKNOWN" in definitions.read_text():
        sys.exit(f"stencilgen: error: {definitions}:1:1: no such macro")
    out.mkdir()
    fake_set.write_set(definitions, out / f"jit_stencils-{triple}.h")
    (out / "jit_stencils.h").write_text(f'#include "jit_stencils-{triple}.h"\n')
    (out / f"jit_stencils-{triple}.json").write_text("{}")
elif sys.argv[1] == "verify":
    if "UNSOUND" in next(pathlib.Path(sys.argv[-1]).parent.glob("jit_stencils-*.h")).read_text():
        sys.exit("stencilgen: error: a branch to nowhere")
