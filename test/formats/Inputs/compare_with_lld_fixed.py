"""compare_with_lld_fixed.py STENCILGEN APPLY KINDS MC OBJECT TRIPLE [--slot SYMBOL]

Links a Mach-O or COFF object with lld at the addresses that it chooses, puts the same sections together from
the fixups that stencilgen decodes, and compares the bytes. Undefined symbols get absolute addresses near the
image, in an object of their own; --slot names the one that is reached through a pointer: imported on macOS,
and a pointer __imp_SYMBOL on Windows."""

import argparse
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "Inputs"))
import fixups
from fixups import run

parser = argparse.ArgumentParser()
for name in ("stencilgen", "apply", "kinds", "mc", "object", "triple"):
    parser.add_argument(name)
parser.add_argument("--slot", default="")
options = parser.parse_args()
is_macho = "apple" in options.triple
arch = options.triple.split("-")[0]
prefix = "_" if is_macho or options.triple.startswith("i686") else ""
base = 0x100000000 if is_macho else 0x400000

sections, symbols = fixups.read_image(options.stencilgen, options.object)
sections = [section for section in sections if section.size]
entry = next(name for name in symbols if name.endswith("_JIT_ENTRY"))
values = {}
undefined = [
    name for name, (section, _) in symbols.items() if section is None and name and name != options.slot
]
for i, name in enumerate(undefined):
    values[name] = base + 0x20000 + 0x40 * i

# The object that defines what the other one does not.
absolute, linked = options.object + ".absolute.o", options.object + ".linked"
with open(absolute + ".s", "w", encoding="utf-8") as file:
    for name, value in values.items():
        print(f'.globl "{name}"\n"{name}" = 0x{value:x}', file=file)
    if options.slot and not is_macho:
        print(f'.data\n.globl "__imp_{options.slot}"\n"__imp_{options.slot}": .quad 0', file=file)
run(options.mc, "-filetype=obj", f"-triple={options.triple}", absolute + ".s", "-o", absolute)
if is_macho:
    run(
        "ld64.lld-19",
        "-arch",
        arch,
        "-platform_version",
        "macos",
        "10.15",
        "10.15",
        "-no_pie",
        "-no_fixup_chains",
        "-e",
        entry,
        "-undefined",
        "dynamic_lookup",
        "-o",
        linked,
        options.object,
        absolute,
    )
else:
    name = entry[len(prefix) :]
    run(
        "lld-link-19",
        "/nologo",
        f"/entry:{name}",
        "/subsystem:console",
        "/nodefaultlib",
        *([] if arch == "aarch64" else ["/fixed", "/dynamicbase:no"]),
        f"/base:0x{base:x}",
        "/opt:noref,noicf",
        "/debug:symtab",
        "/safeseh:no",
        f"/out:{linked}",
        options.object,
        absolute,
    )

# The linker's image: bytes by address, and where sections and symbols are.
memory, addresses = {}, {}
for line in run("llvm-objdump-19", "-s", linked).splitlines():
    if m := re.match(r" ([0-9a-f]+) ((?:[0-9a-f]{2,8} ){1,4})", line):
        for i, byte in enumerate(bytes.fromhex(m[2])):
            memory[int(m[1], 16) + i] = byte
for line in run("llvm-objdump-19", "-h", linked).splitlines():
    if m := re.match(r" *\d+ (\S+) +[0-9a-f]{8} ([0-9a-f]{8,16}) ", line):
        addresses[m[1]] = int(m[2], 16)
placed = {
    name: int(address, 16)
    for address, name in re.findall(r"^([0-9a-f]+) \w (\S+)$", run("llvm-nm-19", linked), re.M)
}
slot = addresses.get("__got") if is_macho else placed.get(f"__imp_{options.slot}")
# Sections of one name lie behind each other.
begins, place = [], {}
for section in sections:
    begin = addresses[section.name.split(",")[-1]]
    begin += -begin % section.alignment
    begins.append(begin)
    place.setdefault(section.name, begin)
    addresses[section.name.split(",")[-1]] = begin + section.size

differences = compared = 0
with fixups.Patcher(options.apply, options.kinds) as patcher:
    for section, begin in zip(sections, begins):
        mine = bytearray(section.bytes)
        for fixup in section.fixups:
            where, value = symbols[fixup.symbol]
            if fixup.uses_slot:
                target = slot
            elif where:
                target = placed.get(fixup.symbol, place[where] + value)
            else:
                target = values[fixup.symbol]
            value = target + fixup.addend
            if fixup.kind == "abs32":
                value &= 0xFFFFFFFF
            patcher.apply(mine, fixup.offset, fixup.kind, begin + fixup.offset, value)
            compared += 1
        theirs = bytes(memory[begin + i] for i in range(len(mine)))
        for i, (a, b) in enumerate(zip(mine, theirs)):
            if a != b:
                differences += 1
                print(f"{section.name} + 0x{i:x}: {a:02x}, the linker has {b:02x}")
print(f"{compared} fixups compared, {differences} bytes differ")
sys.exit(differences != 0 or compared == 0)
