"""Alters each single member of a manifest, and each line of a header, and asks `verify --against` what it
thinks.

alter.py STENCILGEN TREE MANIFEST WORK [EVERY]

The manifest is sealed again each time, as who forges one would. EVERYth alteration is tried. None may be
sound.
"""
import copy
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

tool, tree, manifest, work = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
every = int(sys.argv[5]) if len(sys.argv) > 5 else 1
good = json.loads(manifest.read_text())
header = manifest.with_suffix(".h")
shutil.rmtree(work, ignore_errors=True)
shutil.copytree(manifest.parent, work)


def sealed(document):
    document = {key: value for key, value in document.items() if key != "seal"}
    text = json.dumps(document, indent=1, ensure_ascii=False)[: -len("\n}")]
    return f'{text},\n "seal": "{hashlib.sha256(text.encode()).hexdigest()}"\n}}\n'


def is_sound(name):
    command = [tool, "verify", str(work / name), "--profile", f"{tree}/profile.json", "--against", str(tree)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode not in (0, 1) or (result.returncode == 0) != ("sound" in result.stdout):
        sys.exit(f"exit status {result.returncode}: {result.stdout}{result.stderr}")
    return result.returncode == 0


def values_for(value):
    """What a value is altered to."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, str):
        flipped = ("1" if value[0] == "0" else "0") + value[1:] if value[:1].isalnum() else value + "x"
        return [value + "; system(0)", flipped, ""] if value else ["x"]
    if isinstance(value, list):
        return [value[:-1], value + value[:1]] if value else [["x"]]
    return []


def alterations(node, path=()):
    """Pairs of a path and a function that changes the node at it."""
    for key, value in list(node.items()) if isinstance(node, dict) else list(enumerate(node)):
        for other in values_for(value):
            yield (*path, key), lambda parent, key=key, other=other: parent.__setitem__(key, other)
        if isinstance(node, dict):
            yield (*path, key), lambda parent, key=key: parent.__delitem__(key)
        if isinstance(value, (dict, list)):
            yield from alterations(value, (*path, key))
    if isinstance(node, dict):
        yield (*path, "another"), lambda parent: parent.__setitem__("another", "x")


if sealed(good) != manifest.read_text():
    sys.exit("a manifest is not sealed as this script does it")
if not is_sound(manifest.name):
    sys.exit("the unaltered set is not sound")
tried, sound = 0, []
for number, (path, change) in enumerate(alterations(good)):
    if number % every or path[0] == "seal":
        continue
    document = copy.deepcopy(good)
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    change(parent)
    if document == good:
        continue
    (work / manifest.name).write_text(sealed(document))
    tried += 1
    if is_sound(manifest.name):
        sound.append("/".join(map(str, path)))
(work / manifest.name).write_text(manifest.read_text())
lines = header.read_text().splitlines(keepends=True)
for number in range(0, len(lines), 4 * every):
    altered = lines.copy()
    altered[number] = "int injected;\n" + altered[number]
    (work / header.name).write_text("".join(altered))
    for name in (manifest.name,):
        tried += 1
        if is_sound(name):
            sound.append(f"{header.name}:{number + 1}")
if sound:
    sys.exit("sound, and altered: " + ", ".join(sound))
print(f"{tried} alterations, none is sound")
