"""compare_perf_map.py GDB_OUTPUT MAP: every frame of compiled code in gdb's output must have the same name in
the perf map."""
import re
import sys

entries = []
for line in open(sys.argv[2]):
    start, size, name = line.split()
    entries.append((int(start, 16), int(size, 16), name))
frames = re.findall(r"^#\d+ +0x([0-9a-f]+) in (\S+:\S+) \(\)$", open(sys.argv[1]).read(), re.M)
for address, name in frames:
    # A return address may be the first one after a micro-op.
    places = {entry for start, size, entry in entries if start <= int(address, 16) <= start + size}
    if "trace:" + name not in places:
        sys.exit(f"{address}: gdb says {name}, the map {places}")
if len(frames) < 5:
    sys.exit(f"expected five frames of compiled code or more, found {len(frames)}")
