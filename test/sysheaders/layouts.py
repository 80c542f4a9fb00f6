"""layouts.py CLANG TREE PROFILE EMBEDDED TRIPLE REAL: compares the layout of every record of CPython's
headers.

Clang prints the layout of each record that the template's translation unit completes, once with the EMBEDDED
system headers and once with those in REAL. A record of the C library's own is opaque or may have other
members; so what is compared is each record that both have and that a file of the TREE defines: its size, its
alignment, and the place of each member, down to where a member is of a type of the C library's. The
configuration of both is the one that the PROFILE has for the TRIPLE. The last line counts records and paths
to members.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

INCLUDES = ["Include", "Include/internal", "Include/internal/mimalloc", "Python", "Tools/jit"]


def records(clang, tree, configuration, triple, headers, macros):
    template = (tree / "Tools/jit/template.c").read_text().replace("CASE", "case 0: break;")
    command = [
        clang,
        f"--target={triple}",
        "-nostdlibinc",
        *macros,
        "-isystem",
        headers,
        f"-I{configuration}",
    ]
    command += [f"-I{tree / name}" for name in INCLUDES]
    command += [
        "-DPy_BUILD_CORE_MODULE",
        "-D_PyJIT_ACTIVE",
        "-D_Py_JIT",
        "-D_JIT_OPCODE=0",
        "-DNDEBUG",
        "-std=c11",
        "-w",
    ]
    command += ["-Xclang", "-fdump-record-layouts-complete", "-fsyntax-only", "-x", "c", "-"]
    result = subprocess.run(command, input=template, stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"layouts.py: failed: {' '.join(map(str, command))}")
    return dict(parse(result.stdout))


def parse(text):
    """Yields each record's name with its lines: (depth, offset, member), and the sizes."""
    for dump in text.split("*** Dumping AST Record Layout\n")[1:]:
        name, lines, size = None, [], None
        for line in dump.splitlines():
            if match := re.match(r"\s*([\d:.-]+) \|( +)(.*)", line):
                depth, what = len(match[2]) // 2, match[3]
                if name is None:
                    name = what
                lines.append((depth, match[1], what))
            elif match := re.match(r"\s*\| \[(.*)\]|\s*\|\s+(.*align=\d+.*)\]", line):
                size = match[1] or match[2]
        if name:
            yield name, (lines, size)


def is_ours(name, tree_text):
    """The record is defined, or its typedef is, in a file of the tree."""
    if "(unnamed at " in name or "(anonymous at " in name:
        return "/Include/" in name or "/Python/" in name or "/Tools/jit/" in name
    return name.split()[-1] in tree_text


def members(lines, defined):
    """Depth, offset and name of each member, down to those of types not defined: what is in them is the C
    library's."""
    kept, hidden = [], None
    for depth, offset, what in lines:
        if hidden is not None and depth > hidden:
            continue
        hidden = None
        kind = re.match(r"(?:(?:struct|union|enum) )?([^( ]+)", what)
        if depth > 0 and kind and kind[1] not in defined:
            hidden = depth
        # The type may go by another name: __time_t for time_t.
        kept.append((depth, offset, what.split()[-1]))
    return kept


def write_configuration(profile, triple, directory):
    """The pyconfig.h of the triple's target."""
    profile = json.loads(pathlib.Path(profile).read_text())
    target = next(target for target in profile["targets"] if re.search(target["pattern"], triple))
    lines = [line for group in target["configuration"] for line in profile["configurations"][group]]
    (pathlib.Path(directory) / "pyconfig.h").write_text("\n".join(lines) + "\n")


def main():
    with tempfile.TemporaryDirectory() as configuration:
        compare(*sys.argv[1:], configuration)


def compare(clang, tree, profile, embedded, triple, real, configuration):
    tree = pathlib.Path(tree)
    write_configuration(profile, triple, configuration)
    macros = ["-DSTENCILGEN_MUSL"] if "musl" in triple else []
    ours = records(clang, tree, configuration, triple, embedded, macros)
    theirs = records(clang, tree, configuration, triple, real, [])
    words = set()
    for folder in INCLUDES:
        for file in (tree / folder).rglob("*.h"):
            if file.name == "pthread_stubs.h":  # for systems without threads; nothing here includes it
                continue
            words.update(
                re.findall(r"(?:struct|union)\s+(\w+)\s*\{|\}\s*(\w+)\s*;", file.read_text(errors="replace"))
            )
    defined = {word for pair in words for word in pair if word}
    names = {n for n in ours.keys() & theirs.keys() if is_ours(n, defined)}
    differences = paths = 0
    for name in sorted(names):
        a, b = [(members(lines, defined), size) for lines, size in (ours[name], theirs[name])]
        paths += len(a[0])
        if a != b:
            differences += 1
            print(f"{name}: embedded {a[1]}, real {b[1]}")
            for x, y in zip(a[0], b[0]):
                if x != y:
                    print(f"  embedded {x}, real {y}")
                    break
    only = sorted(n for n in ours.keys() ^ theirs.keys() if is_ours(n, defined))
    for name in only:
        print(f"{name}: only with the {'embedded' if name in ours else 'real'} headers")
    print(f"{triple}: {len(names)} records, {paths} paths, {differences + len(only)} differences")
    sys.exit(1 if differences or only else 0)


main()
