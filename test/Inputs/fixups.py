"""Fixups for test scripts: object images as `stencilgen dump` prints them, and sg_fixup_apply by a small
program."""

import re
import subprocess


def run(*command, **options):
    """What a command prints; exits with it when the command fails."""
    result = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: status {result.returncode}\n{result.stdout}")
    return result.stdout


class Fixup:
    def __init__(self, offset, kind, symbol, addend):
        self.offset, self.kind, self.symbol, self.addend = offset, kind, symbol, addend

    @property
    def uses_slot(self):
        """The formula reads a data slot that holds the symbol's address."""
        return "_got_" in "_" + self.kind


class Section:
    def __init__(self, name, kind, alignment, size):
        self.name, self.kind, self.alignment, self.size = name, kind, alignment, size
        self.bytes, self.fixups = bytearray(), []


def read_image(stencilgen, path):
    """Sections in order, and symbols: name -> (section name or None, value)."""
    text = subprocess.run([stencilgen, "dump", path], check=True, stdout=subprocess.PIPE, text=True).stdout
    sections, symbols = [], {}
    for line in text.splitlines():
        if m := re.match(
            r"section (.*): (code|read-only data|data), alignment (\d+), (\d+) bytes, \d+ fixups$", line
        ):
            sections.append(Section(m[1], m[2], int(m[3]), int(m[4])))
        elif m := re.match(r" *[0-9a-f]+:   fixup (\w+): (.*) \+ (-?\d+) \(", line):
            offset = int(line.split(":")[0], 16)
            sections[-1].fixups.append(Fixup(offset, m[1], m[2], int(m[3])))
        elif m := re.match(r" *[0-9a-f]+: ((?:[0-9a-f]{2} )+)", line):
            sections[-1].bytes += bytes.fromhex(m[1])
        elif m := re.match(
            r"(?:section symbol|symbol|import) '(.*)': (?:undefined|(.*) \+ 0x([0-9a-f]+))$", line
        ):
            symbols[m[1]] = (m[2], int(m[3] or "0", 16))
        else:
            raise SystemExit("cannot read the line: " + line)
    for section in sections:
        assert len(section.bytes) == section.size
    return sections, symbols


def widths(kinds_file):
    """Bytes of each kind, from FixupKinds.def."""
    text = open(kinds_file, encoding="utf-8").read()
    return {name: int(width) for name, width in re.findall(r'FIXUP_KIND\(\w+, \w+, "(\w+)", (\d),', text)}


class Patcher:
    """Applies fixups to bytearrays with the project's own C code."""

    def __init__(self, program, kinds_file):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.widths = widths(kinds_file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def apply(self, code, offset, kind, address, value):
        """Patches the bytes at offset, which will run at address; stops the test where that is refused."""
        end = offset + self.widths[kind]
        mask = (1 << 64) - 1
        print(
            kind,
            f"{address & mask:x} {value & mask:x}",
            code[offset:end].hex(),
            file=self.process.stdin,
            flush=True,
        )
        answer = self.process.stdout.readline().strip()
        if answer.startswith("error"):
            raise SystemExit(f"{kind} at 0x{address:x}, value 0x{value & mask:x}: {answer}")
        code[offset:end] = bytes.fromhex(answer)
