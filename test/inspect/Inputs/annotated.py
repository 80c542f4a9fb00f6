# Checks what `stencilgen trace --annotate` says of the executors that executor.py wrote.
#
# annotated.py STENCILGEN HEADER DIRECTORY
#
# The micro-ops are known from the interpreter, and their sizes from the header's table, so where each begins
# is known without stencilgen. The JIT puts the shim before them and _FATAL_ERROR behind.
import glob
import re
import subprocess
import sys

stencilgen, header, directory = sys.argv[1:]
text = open(header).read()
sizes = {name: int(size) for name, size in re.findall(r"\[(_\w+)\] = \{emit_\w+, (\d+),", text)}
sizes["shim"] = int(re.search(r"shim = \{emit_shim, (\d+),", text)[1])
BASE = 0x7F0000001000


def annotate(path, *uops):
    out = subprocess.run(
        [stencilgen, "trace", header, *uops, "--annotate", path, "--base", hex(BASE)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    parts = []
    for line in out.splitlines():
        if head := re.match(r"#\d+ (\w+)\s+(\d+) bytes at 0x([0-9a-f]+)(.*)", line):
            parts.append([head[1], int(head[3], 16), int(head[2]), head[4].split(" or ")[1:], 0])
        elif code := re.match(r"\s+([0-9a-f]+): ((?:[0-9a-f]{2} )+)", line):
            name, start, size, _, seen = parts[-1]
            if int(code[1], 16) != start + seen or "<unknown>" in line:
                sys.exit(f"{name}: not an instruction after the one before: {line}")
            parts[-1][4] += len(code[2].split())
    for name, _, size, _, seen in parts:
        if seen != size:
            sys.exit(f"{name}: {seen} bytes of instructions, expected {size}")
    return parts


for path in sorted(glob.glob(f"{directory}/*.bin")):
    uops = open(path[:-3] + "uops").read().split() + ["_FATAL_ERROR"]
    expected, place = [], BASE
    for name in ["shim"] + uops:
        expected.append((name, place))
        place += sizes[name]
    told = annotate(path, *uops)
    print("told the micro-ops:", len(told), "right:", [(p[0], p[1]) for p in told] == expected)

    # Without the list they are searched: a place is right where the micro-op is named or told as another that
    # has the same bytes. Micro-ops without code leave nothing to find, and what follows the code is data.
    starts = {place: name for name, place in expected if sizes[name]}
    found = annotate(path)
    right = sum(starts.get(p[1]) in [p[0], *p[3]] for p in found)
    print("searched the micro-ops:", len(found), "right:", right, "of", len(starts))
