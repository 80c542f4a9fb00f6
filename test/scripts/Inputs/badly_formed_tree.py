"""badly_formed_tree.py PROJECT DIRECTORY [--well]: a git tree with scripts/lint and one fault for each of its
checks; with --well the same without faults, and with what is just allowed."""
import pathlib
import shutil
import subprocess
import sys

project, directory = map(pathlib.Path, sys.argv[1:3])
well = "--well" in sys.argv
sample = f"| {'x' * 120} |\n\n    {'x' * 120}\n\n```\n{'x' * 120}\n```\n"  # a table, two samples
files = {
    "formats/format.cpp": "int x;\n" if well else "int  x;\n",
    "formats/lines.cpp": "int x;\n" * (500 if well else 501),
    "formats/rooms.cpp": '#include "dsl/Lexer.h"\n',
    "stencil_lib/dsl/Lexer.h": "int x;\n",
    "scripts/long.py": "#" * (110 if well else 111) + "\n",
    "tool/main.cpp": 'void f() { app.add_subcommand("frob"); }\n',
    "docs/projects.md": "# Projects\n\n" + "x" * (110 if well else 111) + "\n\n" + sample,
    "docs/profiles.md": "# Profiles\n\n## Some\n" + ("`wide`, `stencilgen frob`\n" if well else ""),
    "docs/manifest.md": "[a](profiles.md#some)\n" if well else "[a](missing.md)\n[b](profiles.md#other)\n",
    "docs/dsl.md": "",
    "docs/architecture.md": f"| `formats/` | reads | {'dsl' if well else ''} |\n",
    "docs/stencils.schema.json": '{"properties": {"wide": {}}}\n',
    "docs/manifest.schema.json": "{}\n",
    "README.md": "",
}
for name, text in files.items():
    (directory / name).parent.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(text)
for name in ("scripts/lint", ".clang-format"):
    shutil.copy(project / name, directory / name)
subprocess.run(["git", "init", "-q"], cwd=directory, check=True)
subprocess.run(["git", "add", "-A"], cwd=directory, check=True)
