"""check_documentation.py ROOT: docs/formats.md has the kinds of formats/FixupKinds.def."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
kinds = (root / "formats" / "FixupKinds.def").read_text()
page = (root / "docs" / "formats.md").read_text()
row = r'^FIXUP_KIND\(\w+, \w+, "(\w+)", (\d), [^"]*"([^"]*)",\s*"([^"]*)",\s*"([^"]*)"\)'
rows = re.findall(row, kinds, re.M)
if len(rows) != len(re.findall(r"^FIXUP_KIND\(\w+, \w+, ", kinds, re.M)):
    sys.exit("FixupKinds.def has a kind that cannot be read")
for spelling, *rest in rows:
    row = " | ".join([f"`{spelling}`", *rest])
    if row not in page:
        sys.exit(f"expected in docs/formats.md: | {row} |")
