"""Makes the fuzzer's first corpus from the lit tests.

Usage: make_corpus.py DIRECTORY

Each test and example that is a text of definitions becomes one file for each profile of the fuzzer, with the byte that chooses it
in front.
"""

import pathlib
import sys

target = pathlib.Path(sys.argv[1])
target.mkdir(parents=True, exist_ok=True)
tests = pathlib.Path(__file__).resolve().parent.parent
for path in sorted([*tests.glob("**/*.c"), *tests.parent.glob("examples/*/*.def.c")]):
    text = path.read_bytes()
    lines = [line for line in text.splitlines(True) if not line.startswith((b"// RUN", b"// CHECK"))]
    for profile in range(4):
        name = f"{path.parent.name}-{path.stem}-{profile}"
        (target / name).write_bytes(bytes([profile]) + b"".join(lines))
