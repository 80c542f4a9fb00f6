"""Makes a fuzzer's first corpus from the tests, the examples, the profiles, and test/fuzz/corpus.

Usage: make_corpus.py FUZZER DIRECTORY
"""

import pathlib
import shutil
import sys

fuzzer, target = sys.argv[1], pathlib.Path(sys.argv[2])
target.mkdir(parents=True, exist_ok=True)
tests = pathlib.Path(__file__).resolve().parent.parent
root = tests.parent


def definitions():
    """Each text of definitions once for each profile of the fuzzer, with the byte that chooses it in
    front."""
    for path in sorted([*tests.glob("**/*.c"), *root.glob("examples/*/*.def.c")]):
        lines = [
            line
            for line in path.read_bytes().splitlines(True)
            if not line.startswith((b"// RUN", b"// CHECK"))
        ]
        for profile in range(4):
            yield f"{path.parent.name}-{path.stem}-{profile}", bytes([profile]) + b"".join(lines)


def files(*patterns):
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            yield f"{path.parent.name}-{path.name}", path.read_bytes()


SOURCES = {
    "dsl": definitions,
    "cases": lambda: files("test/**/cases*.c", "examples/*/uops.c.h"),
    "profiles": lambda: files(
        "stencil_lib/interpreters/*.json", "examples/*/*.json", "test/Inputs/*/profile.json"
    ),
    "sets": lambda: files("build/*/test/**/jit_stencils-*.json", "build/*/test/**/jit_stencils-*.h"),
    "tables": lambda: files("build/*/examples/**/*.json"),
    "objects": lambda: files("build/*/test/**/*.o"),
    "trace": lambda: [("steps", b"LOAD oparg=1\nBRANCH -> 0\nLOAD")],
}
for name, contents in SOURCES[fuzzer]():
    if len(contents) < 1 << 16:
        (target / name).write_bytes(contents)
for path in sorted((tests / "fuzz" / "corpus" / fuzzer).glob("*")):
    shutil.copy(path, target)
