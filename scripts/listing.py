#!/usr/bin/env python3
"""Reads what `pebble --dump` prints of a trace of x86-64 and prints it with its instructions (objdump).

    pebble --dump TRACE PROGRAM | scripts/listing.py
"""
import re
import subprocess
import sys
import tempfile

uops, code = {}, bytearray()
for line in sys.stdin:
    match = re.match(r"\s*([0-9a-f]+) (\S+)\s+((?:[0-9a-f]{2} ?)*)$", line)
    if match and int(match[1], 16) == len(code):
        uops.setdefault(len(code), []).append(match[2])
        code += bytes.fromhex(match[3])
with tempfile.NamedTemporaryFile() as file:
    file.write(code)
    file.flush()
    command = [
        "objdump",
        "-D",
        "-b",
        "binary",
        "-m",
        "i386:x86-64",
        "-M",
        "intel",
        "--no-show-raw-insn",
        file.name,
    ]
    listing = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
for offset, text in re.findall(r"^\s*([0-9a-f]+):\t(.*)$", listing, re.M):
    for name in uops.get(int(offset, 16), []):
        print(name)
    print(f"    {offset:>4}  {text.strip()}")
