# Counts a manifest's totals and compares them with those of `stencilgen stats --format json`.
import json
import sys

manifest, stats = (json.load(open(path)) for path in sys.argv[1:])
groups = manifest["stencils"] + ([manifest["shim"]] if "shim" in manifest else [])
kinds = {}
for g in groups:
    for part in ("code", "data"):
        for h in g[part]["holes"]:
            kinds[h["kind"]] = kinds.get(h["kind"], 0) + 1
expected = {
    "stencils": len(groups),
    "code": sum(len(g["code"]["bytes"]) // 2 for g in groups),
    "data": sum(len(g["data"]["bytes"]) // 2 for g in groups),
    "holes": sum(kinds.values()),
    "holeKinds": kinds,
    "symbols": len(manifest["symbols"]),
}
found = {
    key: value["total"] if isinstance(value, dict) and "total" in value else value
    for key, value in stats[0].items()
}
wrong = {key: (found[key], value) for key, value in expected.items() if found[key] != value}
sys.exit(f"found, expected: {wrong}" if wrong else 0)
