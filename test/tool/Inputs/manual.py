# Compares a manual page with --help of every command: descriptions, arguments, options and what is said of
# them.
#
# manual.py STENCILGEN PAGE
import re
import subprocess
import sys

stencilgen, page = sys.argv[1:]


def squeezed(text):
    return re.sub(r"\s+", "", text)


def help_of(*command):
    """[(what, said)], squeezed, of the two-column lists of --help."""
    text = subprocess.run([stencilgen, *command, "--help"], check=True, capture_output=True, text=True).stdout
    entries, inside = [], False
    for line in text.splitlines():
        if re.match(r"(Positionals|Options):", line):
            inside = True
        elif re.match(r"\S", line):
            inside = False
        elif inside and re.match(r"  \S", line):
            entries.append(line)
        elif inside and line.strip():
            entries[-1] += "\n" + line
    return text, [squeezed(e) for e in entries]


def plain(roff):
    return re.sub(r"\\f[BR]", "", roff).replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")


text = plain(open(page).read())
top, sections = text.split(".SH COMMANDS\n")
bodies = {}
for section in sections.split(".SH EXIT STATUS")[0].split(".SS ")[1:]:
    bodies[section.split()[1]] = section.split("\n", 1)[1]
bodies[""] = top.split(".SH OPTIONS\n")[1]

main_help, _ = help_of()
names = re.findall(r"^  ([a-z]+) ", main_help.split("Subcommands:")[1], re.M)
if names != [n for n in bodies if n]:
    sys.exit(f"--help has {names}, the page {list(bodies)}")
count = 0
for name, body in bodies.items():
    shown, expected = help_of(*([name] if name else []))
    entries = [squeezed(e) for e in body.split(".TP\n")[1:]]
    if entries != expected:
        wrong = next(((a, b) for a, b in zip(entries, expected) if a != b), (len(entries), len(expected)))
        sys.exit(f"{name or 'stencilgen'}: page and --help differ: {wrong}")
    description = squeezed(re.sub(r"^\.(nf|fi)$", "", body.split(".TP\n")[0], flags=re.M))
    if name and not squeezed(shown).startswith(description):
        sys.exit(f"{name}: the page describes it as {description}")
    count += len(entries)
print(f"{len(names)} commands, {count} arguments and options: the same")
