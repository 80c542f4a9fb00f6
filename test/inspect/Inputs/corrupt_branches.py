# Corrupts calls and jumps of other architectures than x86-64 and asks `stencilgen verify` what it thinks of
# each.
#
# corrupt_branches.py STENCILGEN DIRECTORY
#
# A corruption is a triple, a kind, a change to the first hole of that kind, and what verify must say of it.
import json
import re
import subprocess
import sys

stencilgen, directory = sys.argv[1:]
RISCV, LOONGARCH, ARM = (
    "riscv64-unknown-linux-gnu",
    "loongarch64-unknown-linux-gnu",
    "armv7-unknown-linux-gnueabihf",
)


def further(hole, part):
    hole["addend"] += 4


def moved(hole, part):
    hole["offset"] += 2


def in_data(hole, part):
    """The same hole in the stencil's data."""
    part["data"]["bytes"] = "00" * 8
    part["data"]["holes"] = [dict(hole, offset=0)]


def as_jal(hole, part):
    """auipc, jr of its register become j and a nop."""
    at, text = 2 * hole["offset"], part["code"]["bytes"]
    part["code"]["bytes"] = text[:at] + "6f000000" + "13000000" + text[at + 16 :]
    hole["kind"] = "riscv_jal20"


def as_jal_further(hole, part):
    as_jal(hole, part)
    further(hole, part)


def as_jal_in_data(hole, part):
    hole["kind"] = "riscv_jal20"
    in_data(hole, part)


CORRUPTIONS = [
    (RISCV, "riscv_call", further, r"leads 4 bytes beside \S+ at 0x"),
    (
        RISCV,
        "riscv_call",
        moved,
        r"has the fixup kind riscv_call in the instruction at .*, expected a pair of instructions that",
    ),
    (
        RISCV,
        "riscv_call",
        in_data,
        r"data hole at offset 0x0 has the fixup kind riscv_call, expected one for data",
    ),
    (RISCV, "riscv_call", as_jal_further, r"leads 4 bytes beside \S+ at 0x"),
    (
        RISCV,
        "riscv_call",
        as_jal_in_data,
        r"data hole at offset 0x0 has the fixup kind riscv_jal20, expected one for data",
    ),
    (LOONGARCH, "loongarch_call36", further, r"leads 4 bytes beside \S+ at 0x"),
    (ARM, "arm_call24", further, r"leads 4 bytes beside \S+ at 0x"),
    (
        ARM,
        "arm_call24",
        in_data,
        r"data hole at offset 0x0 has the fixup kind arm_call24, expected one for data",
    ),
]

caught = 0
for triple, kind, change, expected in CORRUPTIONS:
    doc = json.load(open(f"{directory}/jit_stencils-{triple}.json"))
    part, hole = next(
        (s, h) for s in [*doc["stencils"], doc["shim"]] for h in s["code"]["holes"] if h["kind"] == kind
    )
    change(hole, part)
    path = f"{directory}/corrupt.json"
    json.dump(doc, open(path, "w"))
    done = subprocess.run([stencilgen, "verify", path], capture_output=True, text=True)
    if done.returncode == 1 and re.search(expected, done.stderr):
        caught += 1
    else:
        print(
            f"{triple}, {kind}, {change.__name__}: status {done.returncode}, "
                f"expected {expected!r}\n{done.stderr[:400]}"
        )
print(f"{len(CORRUPTIONS)} corruptions, {caught} caught")
sys.exit(caught != len(CORRUPTIONS))
