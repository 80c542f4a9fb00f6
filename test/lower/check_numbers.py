"""Compares opcodes and micro-op numbers with those of an interpreter's headers.

Usage: stencilgen lower --stage=uops ... | check_numbers.py OPCODE_IDS_H UOP_IDS_H

Every number that the analysis gave and a header has under the same name must be the same; prints how many
were compared.
"""

import re
import sys


def defines(path):
    """The numbers of a header: its macros, and the members of its enumerations."""
    text = open(path).read()
    result = dict(re.findall(r"#define (\w+) +(\w+)", text))
    for body in re.findall(r"enum \{(.*?)\}", text, re.DOTALL):
        number = -1
        for name, start in re.findall(r"(\w+)(?: = ([\w +]+))?,", body):
            number = (
                sum(int(result.get(term.strip(), term)) for term in start.split("+")) if start else number + 1
            )
            result[name] = str(number)
    return result


opcodes, uops = defines(sys.argv[1]), defines(sys.argv[2])
compared, wrong, uop = 0, 0, ""
for line in sys.stdin:
    found = []
    words = line.split()
    if words and words[0] in ("uop", "instruction", "pseudo"):
        uop = words[1]
        number = re.search(r" (?:id|opcode)=(\d+)", line)
        if number:
            table = uops if words[0] == "uop" else opcodes
            found.append((uop, number.group(1), table))
    elif line.startswith("  variants:"):
        found = [(f"{uop}_{v}", n, uops) for v, n in re.findall(r"(r\d+)=(\d+)", line)]
    for name, number, table in found:
        if name not in table:
            continue
        want = table[name]
        want = opcodes.get(want, want)  # `#define _NOP NOP`
        compared += 1
        if want != number:
            wrong += 1
            print(f"{name}: expected {want}, got {number}")
print(f"{compared} compared, {wrong} wrong")
sys.exit(wrong != 0 or compared == 0)
