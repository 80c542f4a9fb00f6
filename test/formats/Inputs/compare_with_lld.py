"""compare_with_lld.py STENCILGEN APPLY KINDS OBJECT [--symbol NAME=ADDRESS]... [--section NAME=ADDRESS]...

Links an ELF object with ld.lld at fixed addresses, puts the same object together from the fixups that
stencilgen decodes, and compares the bytes of every section. Undefined symbols get addresses near the code
unless told otherwise; data slots are found by what the linker put into .got."""

import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "Inputs"))
import fixups
from fixups import run


def named_addresses(pairs):
    return {name: int(address, 16) for name, address in (pair.rsplit("=", 1) for pair in pairs)}


parser = argparse.ArgumentParser()
parser.add_argument("stencilgen")
parser.add_argument("apply")
parser.add_argument("kinds")
parser.add_argument("object")
parser.add_argument("--symbol", action="append", default=[])
parser.add_argument("--section", action="append", default=[])
parser.add_argument("--slot-size", type=int, default=8)
parser.add_argument("--byte-order", default="little")
options = parser.parse_args()

sections, symbols = fixups.read_image(options.stencilgen, options.object)
names = {section.name for section in sections}
addresses = {section.name: 0x40000 + 0x10000 * i for i, section in enumerate(sections)}
addresses.update(named_addresses(options.section))
values = {}
undefined = [name for name, (section, _) in symbols.items() if section is None and name]
for i, name in enumerate(undefined):
    values[name] = addresses[".text"] + 0x1000 + 0x40 * i
values.update(named_addresses(options.symbol))

# A script that places exactly the sections of the image, and the linker's own at addresses of their own.
script = options.object + ".lds"
linked = options.object + ".linked"
with open(script, "w", encoding="utf-8") as file:
    for name in undefined:
        print(f"{name} = 0x{values[name]:x};", file=file)
    print("SECTIONS {", file=file)
    got = addresses[".text"] + 0x8000
    for address, name in sorted(
        [(addresses[section.name], section.name) for section in sections] + [(got, ".got")]
    ):
        print(f"  {name} 0x{address:x} : {{ *({name}) }}", file=file)
    print("  /DISCARD/ : { *(.note.*) *(.ARM.exidx*) *(.eh_frame*) }\n}", file=file)
extra = ["--no-pcrel-optimize"] if options.byte_order == "little" and "ppc" in options.object else []
run(
    "ld.lld-19",
    "--no-relax",
    "--no-check-sections",
    "-static",
    "-e",
    "0",
    *extra,
    "-T",
    script,
    options.object,
    "-o",
    linked,
)


def contents_of(section):
    path = f"{linked}{section}.bin"
    run("llvm-objcopy-19", "-O", "binary", f"--only-section={section}", linked, path)
    with open(path, "rb") as file:
        return file.read()


slots = {}
if any(fixup.uses_slot for section in sections for fixup in section.fixups):
    table = contents_of(".got")
    for offset in range(0, len(table), options.slot_size):
        slots[int.from_bytes(table[offset : offset + options.slot_size], options.byte_order)] = got + offset

differences = compared = 0
with fixups.Patcher(options.apply, options.kinds) as patcher:
    for section in sections:
        mine = bytearray(section.bytes)
        for fixup in section.fixups:
            place, value = symbols[fixup.symbol]
            target = addresses[place] + value if place else values[fixup.symbol]
            if fixup.uses_slot:
                target = slots[target]
            patcher.apply(
                mine, fixup.offset, fixup.kind, addresses[section.name] + fixup.offset, target + fixup.addend
            )
            compared += 1
        theirs = contents_of(section.name)
        for fixup in section.fixups:
            end = fixup.offset + patcher.widths[fixup.kind]
            if mine[fixup.offset : end] != theirs[fixup.offset : end]:
                differences += 1
                print(
                    f"{section.name} + 0x{fixup.offset:x}, {fixup.kind}: {mine[fixup.offset:end].hex()}, "
                    f"the linker has {theirs[fixup.offset:end].hex()}"
                )
        if len(mine) != len(theirs) or (mine != theirs and not differences):
            differences += 1
            print(f"{section.name}: {mine.hex()}, the linker has {theirs.hex()}")
print(f"{compared} fixups compared, {differences} differ")
sys.exit(differences != 0 or compared == 0)
