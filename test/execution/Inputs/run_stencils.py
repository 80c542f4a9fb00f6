"""run_stencils.py STENCILGEN APPLY KINDS CLANG TRIPLE WORK [OPTION]...: makes the stencils of a small machine
for TRIPLE, puts programs together from them with the fixup formulas alone, links them into a program for that
processor, runs it (on this machine, under qemu or under wine) and compares what every program computes with
what it must.

Flags, alignment and nop of the target are those of the profile of CPython 3.14.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "Inputs"))
import fixups
from fixups import run

# Triple -> the triple of the program around the stencils, the command that runs it, more flags for the
# program.
RUNNERS = {
    "x86_64-unknown-linux-gnu": ("x86_64-unknown-linux-gnu", [], []),
    "x86_64-unknown-linux-musl": ("x86_64-unknown-linux-gnu", [], []),
    "x86_64-unknown-freebsd": ("x86_64-unknown-linux-gnu", [], []),
    "x86_64-apple-darwin": ("x86_64-unknown-linux-gnu", [], []),
    # Not every kernel of x86-64 runs programs of 32 bits.
    "i686-unknown-linux-gnu": ("i686-unknown-linux-gnu", ["qemu-i386-static"], []),
    "aarch64-unknown-linux-gnu": ("aarch64-unknown-linux-gnu", ["qemu-aarch64-static"], []),
    "aarch64-unknown-linux-musl": ("aarch64-unknown-linux-gnu", ["qemu-aarch64-static"], []),
    "aarch64-unknown-freebsd": ("aarch64-unknown-linux-gnu", ["qemu-aarch64-static"], []),
    "aarch64-apple-darwin": ("aarch64-unknown-linux-gnu", ["qemu-aarch64-static"], []),
    "riscv64-unknown-linux-gnu": (
        "riscv64-unknown-linux-gnu",
        ["qemu-riscv64-static"],
        ["-mno-relax", "-mcmodel=medany"],
    ),
    "loongarch64-unknown-linux-gnu": (
        "loongarch64-unknown-linux-gnu",
        ["qemu-loongarch64-static"],
        ["-mno-relax", "-mno-lsx"],
    ),
    "s390x-unknown-linux-gnu": ("s390x-unknown-linux-gnu", ["qemu-s390x-static"], []),
    "armv7-unknown-linux-gnueabihf": ("armv7-unknown-linux-gnueabihf", ["qemu-arm-static"], []),
    "powerpc64le-unknown-linux-gnu": (
        "powerpc64le-unknown-linux-gnu",
        ["qemu-ppc64le-static", "-cpu", "power10"],
        ["-mcpu=power10"],
    ),
    "x86_64-pc-windows-msvc": ("x86_64-pc-windows-msvc", ["wine64"], []),
}

HELPER = lambda a, b: 3 * a - b
PRIMES = [2, 3, 5, 7, 11, 13, 17, 19]
FAR_GAP = 2 << 20  # beyond the reach of conditional branches

# A program is a list of (micro-op, oparg, operand, target), a number is a gap of so many bytes, a string is a
# label.
PROGRAMS = {
    "arithmetic": [("PUSH", 5, 1000000007), ("PUSH", 3, -9), ("ADD",), ("EXIT",)],
    "arithmetic, negative": [("PUSH", 0, -123456), ("PUSH", 1, 77777), ("MIX",), ("EXIT",)],
    "memory": [("LOAD", 3), ("STORE", 5), ("LOAD", 5), ("LOAD", 2), ("ADD",), ("EXIT",)],
    "large offset": [("PUSH", 1), ("FAR",), ("FAR",), ("EXIT",)],
    "external call": [("PUSH", 10), ("CALL", 4), ("CALL", 9), ("EXIT",)],
    "external data": [("PUSH", 1), ("GLOBAL",), ("GLOBAL",), ("EXIT",)],
    "data constant": [("PUSH", 6), ("CONSTANT",), ("EXIT",)],
    "addresses in data": [("PUSH", 4), ("POINTER",), ("PUSH", 0), ("POINTER",), ("ADD",), ("EXIT",)],
    "data that is read each time": [("PUSH", 2), ("COUNT",), ("COUNT",), ("EXIT",)],
    "branch backward": [
        ("PUSH", 5),
        "loop",
        ("LOAD", 6),
        ("PUSH", 7),
        ("ADD",),
        ("STORE", 6),
        ("BRANCH", 0, 0, "loop"),
        ("LOAD", 6),
        ("ADD",),
        ("EXIT",),
    ],
    "branch forward": [("PUSH", 2), ("BRANCH", 0, 0, "over"), ("PUSH", 666), "over", ("EXIT",)],
    "branch not taken": [("PUSH", 1), ("BRANCH", 0, 0, "over"), ("PUSH", 555), "over", ("EXIT",)],
    "branches far": [
        ("PUSH", 9),
        ("PUSH", 3),
        "near",
        ("BRANCH", 0, 0, "far"),
        ("ADD",),
        ("EXIT",),
        FAR_GAP,
        "far",
        ("BRANCH", 0, 0, "near"),
        ("PUSH", 1),
        ("EXIT",),
    ],
    "tail jump": [("PUSH", 4), ("TAIL",)],
}
TAIL_TARGET = [("PUSH", 9), ("ADD",), ("EXIT",)]


def wrap(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


class Machine:
    """What the programs compute, one after another."""

    def __init__(self, bits):
        self.bits, self.memory, self.far, self.shared = bits, [1000 + i for i in range(8)], 5, 100

    def run(self, program):
        stack, at = [], 0
        while True:
            step = program[at]
            at += 1
            if not isinstance(step, tuple):
                continue
            name, oparg, operand, target = (*step, 0, 0, None)[:4] if len(step) < 4 else step
            if name == "PUSH":
                stack.append(oparg + operand)
            elif name == "ADD":
                stack[-2:] = [stack[-2] + stack[-1]]
            elif name == "MIX":
                a, b = stack[-2:]
                stack[-2:] = [(wrap(a * 31, self.bits) ^ b >> 3) - (b < a)]
            elif name == "LOAD":
                stack.append(self.memory[oparg])
            elif name == "STORE":
                self.memory[oparg] = stack.pop()
            elif name == "FAR":
                stack[-1] += self.far
                self.far += 1
            elif name == "CALL":
                stack[-1] = HELPER(stack[-1], oparg)
            elif name == "GLOBAL":
                self.shared += 1
                stack[-1] += self.shared
            elif name == "CONSTANT":
                stack[-1] = PRIMES[stack[-1] & 7] + b"stencil\0"[stack[-1] & 7]
            elif name == "POINTER":
                stack[-1] = [9, self.shared, 8][stack[-1] % 3]
            elif name == "COUNT":
                stack[-1] += 40
            elif name == "BRANCH":
                stack[-1] -= 1
                if stack[-1] > 0:
                    at = program.index(target)
            elif name == "TAIL":
                program, at = TAIL_TARGET, 0
            elif name == "EXIT":
                return wrap(stack[-1], self.bits)
            stack[-1:] = [wrap(stack[-1], self.bits)] if stack else []


def write_profile(work):
    """The machine's profile, with the targets of CPython 3.14."""
    real = json.loads((ROOT / "stencil_lib/interpreters/cpython-3.14.json").read_text())
    targets = []
    for target in real["targets"]:
        target = {key: value for key, value in target.items() if not key.startswith("configuration")}
        target["maxDataAlignment"] = 16  # Linker.add gives it
        if target.get("sections") == "addresses":
            target["sections"] = "aligned"  # and takes nothing for granted of what lies between code and data
        targets.append(target)
    header = real["header"]
    profile = {
        "name": "machine",
        "revision": 1,
        "sources": {"template": "template.c", "shim": "shim.c", "cases": "cases.c"},
        "compile": {
            "includes": ["."],
            "flags": [flag for flag in real["compile"]["flags"] if not flag.startswith("-D")]
            + ["-Wno-ignored-attributes"],
            "releaseFlags": [],
            "debugFlags": [],
            "entry": "_JIT_ENTRY",
            "opcodeMacro": "_JIT_OPCODE",
            "caseMarker": "CASE",
            "traceEntries": ["PUSH"],
        },
        "holes": {
            "prefix": "_JIT_",
            "continue": "CONTINUE",
            "values": {
                name: name for name in ("CODE", "CONTINUE", "DATA", "JUMP_TARGET", "OPARG", "OPERAND0")
            },
        },
        "header": {
            "emitParameters": ["unsigned char *code, unsigned char *data"],
            "tableSize": "1",
            "patchFunctions": header["patchFunctions"],
        },
        "targets": targets,
    }
    for name in ("machine.h", "template.c", "shim.c", "cases.c"):
        shutil.copy(HERE / name, work / name)
    (work / "profile.json").write_text(json.dumps(profile))
    return {target["triple"]: target for target in targets}


class Linker:
    """Puts programs together at an address: what a JIT does at run time."""

    def __init__(self, manifest, patcher, symbols, address):
        self.groups = {group["name"]: group for group in manifest["stencils"]}
        self.shim, self.patcher, self.symbols, self.address = manifest["shim"], patcher, symbols, address
        self.image = bytearray()
        self.used = set()

    def align(self, alignment):
        self.image += bytes(-len(self.image) % alignment)

    def add(self, program, with_shim):
        """Appends code, then data; returns the address of the first instruction."""
        self.align(64)
        begin, labels, steps = len(self.image), {}, []
        for step in ([("shim",)] if with_shim else []) + program:
            if isinstance(step, str):
                labels[step] = len(self.image)
            elif isinstance(step, int):
                self.image += bytes(step)
            else:
                group = self.shim if step[0] == "shim" else self.groups[step[0]]
                self.used.add(step[0])
                steps.append((group, step, len(self.image)))
                self.image += bytes.fromhex(group["code"]["bytes"])
        for group, step, code in steps:
            self.align(16)
            data = len(self.image)
            self.image += bytes.fromhex(group["data"]["bytes"])
            oparg, operand, target = (*step[1:], 0, 0, None)[:3] if len(step) < 4 else step[1:]
            values = {
                "CODE": self.address + code,
                "CONTINUE": self.address + code + len(group["code"]["bytes"]) // 2,
                "DATA": self.address + data,
                "OPARG": oparg,
                "OPERAND0": operand,
                "JUMP_TARGET": self.address + labels[target] if target else 0,
            }
            for part, base in (("code", code), ("data", data)):
                for hole in group[part]["holes"]:
                    value = hole["addend"]
                    if "value" in hole:
                        value += values[hole["value"]]
                    if "symbol" in hole:
                        value += self.symbols[hole["symbol"]]
                    self.apply(base + hole["offset"], hole["kind"], value)
        return self.address + begin

    def apply(self, offset, kind, value):
        # A value of 32 bits may come as a negative number.
        if kind.startswith("abs32"):
            value &= 0xFFFFFFFF
        self.patcher.apply(self.image, offset, kind, self.address + offset, value)


def main():
    stencilgen, apply, kinds, clang, triple, work, *options = sys.argv[1:]
    work = pathlib.Path(work)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    target = write_profile(work)[triple]
    # The emulator has no vectors.
    extra = ["--cflags=-mno-lsx"] if triple.startswith("loongarch64") else []
    run(stencilgen, "build", work / "profile.json", triple, "-o", work, *extra, *options)
    manifest = json.loads((work / f"jit_stencils-{triple}.json").read_text())

    host, command, flags = RUNNERS[triple]
    windows = "windows" in host
    bits = 32 if host.startswith(("i686", "arm")) else 64
    order = "big" if host.startswith("s390x") else "little"
    host_object, program = work / "host.o", work / ("program.exe" if windows else "program")

    def link(image):
        (work / "image.bin").write_bytes(image)
        run(
            clang,
            f"--target={host}",
            "-O2",
            "-ffreestanding",
            "-fno-stack-protector",
            "-fno-pic",
            "-Wno-ignored-attributes",
            *flags,
            "-c",
            HERE / "host.c",
            "-o",
            host_object,
            cwd=work,
        )
        if windows:
            (work / "kernel32.def").write_text(
                "LIBRARY kernel32.dll\nEXPORTS\nGetStdHandle\nWriteFile\nExitProcess\n"
            )
            run(
                "llvm-dlltool-19",
                "-m",
                "i386:x86-64",
                "-d",
                work / "kernel32.def",
                "-l",
                work / "kernel32.lib",
            )
            run(
                "lld-link-19",
                "/nologo",
                "/entry:_start",
                "/subsystem:console",
                "/fixed",
                "/dynamicbase:no",
                "/debug:symtab",
                "/nodefaultlib",
                f"/out:{program}",
                host_object,
                work / "kernel32.lib",
            )
        else:
            run("ld.lld-19", "-static", "-e", "_start", host_object, "-o", program)
        names = run("llvm-nm-19", program)
        return {
            name: int(address, 16) for address, name in re.findall(r"^([0-9a-f]+) \w (\w+)$", names, re.M)
        }

    def make(symbols):
        with fixups.Patcher(apply, kinds) as patcher:
            linker = Linker(manifest, patcher, symbols, symbols["image"])
            width = bits // 8
            linker.image += bytes(width * (len(PROGRAMS) + 3))
            head = [linker.add(PROGRAMS["arithmetic"], True), linker.add(TAIL_TARGET, False)]
            head += [linker.add(steps, True) for steps in PROGRAMS.values()]
            for i, address in enumerate(head):
                linker.image[i * width : (i + 1) * width] = address.to_bytes(width, order)
            unused = {"shim", *linker.groups} - linker.used
            if unused:
                sys.exit(f"never run: {', '.join(sorted(unused))}")
            return bytes(linker.image)

    # The image's size decides where the rest is, so link twice.
    symbols = link(bytes(4096))
    first = make(symbols)
    symbols = link(first)
    second = make(symbols)
    assert link(second) == symbols and len(first) == len(second)
    environment = dict(os.environ, WINEDEBUG="-all", WINEPREFIX=str(work / "wine"))
    result = subprocess.run([*command, program], stdout=subprocess.PIPE, env=environment, text=True)
    output = result.stdout
    if result.returncode:
        sys.exit(f"{' '.join(command)} {program}: status {result.returncode}\n{output}")
    results = [wrap(int(line, 16), bits) for line in output.split()]
    if len(results) != len(PROGRAMS):
        sys.exit(f"expected {len(PROGRAMS)} results, found:\n{output}")
    machine, wrong = Machine(bits), 0
    for (name, steps), result in zip(PROGRAMS.items(), results):
        expected = machine.run(steps)
        if result != expected:
            wrong += 1
            print(f"{triple}: {name}: expected {expected}, computed {result}")
    print(f"{triple}: {len(manifest['stencils'])} stencils, {len(PROGRAMS)} programs, {wrong} wrong")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
