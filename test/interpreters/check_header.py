"""Checks a generated header against itself and against limits: check_header.py HEADER CASES [--code N]
[--empty N]

HEADER  jit_stencils-<triple>.h, with slots that belong to a trace
CASES   the C file of micro-ops that it was made from
--code  the most bytes of code that all groups may have
--empty the fewest groups without code that are expected
"""
import argparse
import re
import sys

parser = argparse.ArgumentParser()
parser.add_argument("header")
parser.add_argument("cases")
parser.add_argument("--code", type=int)
parser.add_argument("--empty", type=int, default=0)
arguments = parser.parse_args()
with open(arguments.header) as file:
    text = file.read()
with open(arguments.cases) as file:
    names = re.findall(r"^ {8}case (\w+): \{", file.read(), re.M)


def words(mask):
    return sum(int(word, 16) << (32 * index) for index, word in enumerate(mask.split(", ")))


groups = {
    name: (int(code), int(data), words(trampolines), words(slots))
    for name, code, data, trampolines, slots in re.findall(
        r"\[(\w+)\] = \{emit_\1, (\d+), (\d+), \{(.*?)\}, \{(.*?)\}\},", text
    )
}
if sorted(groups) != sorted(names):
    sys.exit(
        f"groups: {len(groups)}, micro-ops: {len(names)}, first difference: {min(set(groups) ^ set(names))}"
    )
symbols = re.findall(r"^    \[(\d+)\] = &\w+,$", text, re.M)
if [int(symbol) for symbol in symbols] != list(range(len(symbols))):
    sys.exit("the table of symbols is not numbered from 0")

used = 0
for name, body in re.findall(r"^emit_(\w+)\(\n(?:    [^\n]*\n)*\{\n(.*?)^\}$", text, re.M | re.S):
    code, data, trampolines, slots = groups[name]
    filled = sum(1 << int(n, 16) for n in re.findall(r"patch_got_symbol\(state, (0x[0-9a-f]+)\);", body))
    read = set(re.findall(r"got_symbol_address\((0x[0-9a-f]+), state\)", body))
    called = set(re.findall(r"_trampoline\(code \+ 0x[0-9a-f]+, (0x[0-9a-f]+), state\);", body))
    if not filled == slots == sum(1 << int(n, 16) for n in read):
        sys.exit(f"{name}: slots filled {filled:#x}, in the mask {slots:#x}, read {sorted(read)}")
    if trampolines != sum(1 << int(n, 16) for n in called):
        sys.exit(f"{name}: trampolines in the mask {trampolines:#x}, called {sorted(called)}")
    for part, size in (("code", code), ("data", data)):
        bodies = re.findall(rf"{part}_body\[(\d+)\]", body)
        if bodies and int(bodies[0]) != size:
            sys.exit(f"{name}: {part}_body has {bodies[0]} bytes, the table says {size}")
        for offset in re.findall(rf"\({part} \+ (0x[0-9a-f]+)", body):
            if int(offset, 16) + 4 > size:
                sys.exit(f"{name}: a hole at {offset} of {size} bytes of {part}")
    used |= trampolines | slots
if used != (1 << len(symbols)) - 1:
    sys.exit("a symbol of the table is not used")

total = sum(code for code, *_ in groups.values())
empty = sum(code == 0 for code, *_ in groups.values())
print(f"{len(groups)} groups, {total} bytes of code, {empty} groups without")
if arguments.code is not None and total > arguments.code:
    sys.exit(f"expected at most {arguments.code} bytes of code")
if empty < arguments.empty:
    sys.exit(f"expected at least {arguments.empty} groups without code")
