# Compares the disassembly of `stencilgen dump --format json` with llvm-objdump's, instruction by instruction.
#
# objdump.py STENCILGEN MANIFEST...
#
# Each stencil becomes a section of its own of an ELF file without symbols, so that llvm-objdump starts
# counting at its first byte and finds nothing to annotate.
import json
import os
import re
import subprocess
import sys
import tempfile

stencilgen, *manifests = sys.argv[1:]
# Machine, class, data, flags of the ELF file, and features that a section alone does not tell.
machines = {
    "x86_64": ("EM_X86_64", 64, "LSB", ""),
    "i686": ("EM_386", 32, "LSB", ""),
    "aarch64": ("EM_AARCH64", 64, "LSB", "+all"),
    "riscv64": ("EM_RISCV", 64, "LSB", "+m,+a,+f,+d,+c"),
    "loongarch64": ("EM_LOONGARCH", 64, "LSB", ""),
    "s390x": ("EM_S390", 64, "MSB", ""),
    "powerpc64le": ("EM_PPC64", 64, "LSB", ""),
    "armv7": ("EM_ARM", 32, "LSB", ""),
}


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def object_of(triple, stencils, path):
    machine, bits, order, _ = machines[triple.split("-")[0]]
    lines = [
        "--- !ELF",
        "FileHeader:",
        f"  Class: ELFCLASS{bits}",
        f"  Data: ELFDATA2{order}",
        "  Type: ET_REL",
        f"  Machine: {machine}",
        "Sections:",
    ]
    for s in stencils:
        lines += [
            f"  - Name: .text.{s['name']}",
            "    Type: SHT_PROGBITS",
            "    Flags: [SHF_ALLOC, SHF_EXECINSTR]",
            f"    Content: '{s['bytes']}'",
        ]
    run("yaml2obj", "-o", path, input="\n".join(lines) + "\n...\n")


def objdump(triple, path):
    """Section to list of (offset, text)."""
    features = machines[triple.split("-")[0]][3]
    command = ["llvm-objdump", "-D", "-z", "--no-show-raw-insn", "--print-imm-hex", f"--triple={triple}"]
    if features:
        command.append(f"--mattr={features}")
    for architecture, processor in (("powerpc", "future"), ("s390x", "arch14")):
        if triple.startswith(architecture):
            command.append(f"--mcpu={processor}")
    sections, current = {}, None
    for line in run(*command, path).splitlines():
        if found := re.match(r"Disassembly of section (?:\.text\.(\w+))?", line):
            current = sections.setdefault(found[1], [])
        elif current is not None and (found := re.match(r"\s*([0-9a-f]+):\s*(.*)", line)):
            current.append((int(found[1], 16), normal(found[2], triple)))
    return sections


def normal(text, triple):
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" <[^>]*>", "", text)  # llvm-objdump names the place that a branch leads to
    # Comments, as a computed address; AArch64 has # before its constants.
    return re.sub(
        r" (//|;).*$" if triple.startswith("aarch64") else r" @.*$" if triple.startswith("arm") else r" #.*$",
        "",
        text,
    )


failures = total = 0
for manifest in manifests:
    document = json.loads(run(stencilgen, "dump", manifest, "--format", "json"))
    triple = document["target"]
    manifest_text = json.load(open(manifest))
    all_stencils = manifest_text["stencils"] + (
        [dict(manifest_text["shim"], name="shim")] if "shim" in manifest_text else []
    )
    code = [{"name": s["name"], "bytes": s["code"]["bytes"]} for s in all_stencils if s["code"]["bytes"]]
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "code.o")
        object_of(triple, code, path)
        theirs = objdump(triple, path)
    count = 0
    ours = {s["name"]: s for s in document["stencils"]}
    for s in code:
        mine = [(line["offset"], normal(line["text"], triple)) for line in ours[s["name"]]["instructions"]]
        other = theirs[s["name"]]
        count += len(other)
        if mine != other:
            failures += 1
            wrong = next(((a, b) for a, b in zip(mine, other) if a != b), (mine[-1:], other[-1:]))
            print(f"{triple}: {s['name']}: stencilgen {wrong[0]}, llvm-objdump {wrong[1]}")
    total += count
    print(f"{triple}: {len(code)} stencils, {count} instructions compared")
sys.exit(1 if failures or not total else 0)
