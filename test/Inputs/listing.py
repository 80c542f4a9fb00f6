"""Prints stencils as the comments of their header list them: listing.py MANIFEST [NAME...]

The header is the file beside the manifest. Before each stencil a line with its sizes, its code and data each
under a heading."""

import json
import pathlib
import re
import sys

manifest_file = pathlib.Path(sys.argv[1])
manifest = json.loads(manifest_file.read_text())
groups = ([manifest["shim"]] if "shim" in manifest else []) + manifest["stencils"]
empty = {group["name"] for group in groups if not group["code"]["bytes"]}
listings = {}
for line in manifest_file.with_suffix(".h").read_text().splitlines():
    if match := re.fullmatch(r"emit_(\w+)\(", line):
        listing = listings[match[1]] = {"code": [], "data": []}
        part = "data" if match[1] in empty else "code"
    elif line == "}":
        part = None
    elif line.startswith("    const unsigned char code_body"):
        part = "data"
    elif line.startswith("    // ") and part:
        listing[part].append(line[len("    // ") :])

wanted = sys.argv[2:] or [group["name"] for group in groups]
for group in groups:
    if group["name"] not in wanted:
        continue
    code, data = group["code"], group["data"]
    place = f" ({group['definition']['file']}:{group['definition']['line']})" if "definition" in group else ""
    sizes = [len(bytes.fromhex(part["bytes"])) for part in (code, data)]
    holes = len(code["holes"]) + len(data["holes"])
    print(f"{group['name']}: {sizes[0]} bytes of code, {sizes[1]} of data, {holes} holes{place}")
    for part, size in zip(("code", "data"), sizes):
        if size or part == "code":
            print(f" {part}")
        for line in listings[group["name"]][part]:
            print(line)
    print()
