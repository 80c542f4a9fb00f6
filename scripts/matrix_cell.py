"""One cell of scripts/matrix: makes a tree's set of stencils, checks it, compiles Python/jit.c against it."""

import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SYSTEM_HEADERS = ROOT / "stencil_lib" / "sysheaders" / "include"
MORE_HEADERS = ROOT / "scripts" / "matrix_include"
PROFILES = ROOT / "stencil_lib" / "interpreters"

# Kinds of interpreter builds: options of `stencilgen cpython`, and lines of pyconfig.h.
KINDS = {
    "release": ([], []),
    "debug": (["--debug"], ["#define Py_DEBUG 1"]),
    "free-threaded": (["--free-threaded"], ["#define Py_GIL_DISABLED 1"]),
    "free-threaded-debug": (
        ["--free-threaded", "--debug"],
        ["#define Py_GIL_DISABLED 1", "#define Py_DEBUG 1"],
    ),
}
# The architectures that Python/jit.c has patch functions for; for others they are declared.
JIT_ARCHITECTURES = ("x86_64-", "aarch64-", "i686-")
# Of Debian's cross compilers, those that are not called as their triple without the vendor is.
COMPILERS = {"armv7-unknown-linux-gnueabihf": "arm-linux-gnueabihf-gcc"}
# What the interpreter is compiled with, from its configure.ac and PCbuild/pythoncore.vcxproj. That of a tree
# decides whether tier 2 is among it.
COMMON_FLAGS = [
    "-std=c11",
    "-Werror=implicit-function-declaration",
    "-Werror=incompatible-pointer-types",
    "-Werror=int-conversion",
    "-DPy_BUILD_CORE",
    "-D_Py_JIT",
]
WINDOWS_FLAGS = [
    "-DWIN32",
    "-D_USRDLL",
    "-DPy_BUILD_CORE_BUILTIN",
    "-DPy_ENABLE_SHARED",
    "-fms-runtime-lib=dll",
]


class Tool:
    """A stencilgen and what it says of itself."""

    def __init__(self, file):
        self.file = file
        version = subprocess.run([file, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.llvm = re.search(r"LLVM (\d+)", version)[1]
        self.digest = hashlib.sha256(file.read_bytes() + version.encode()).hexdigest()
        self._targets = {}

    def triples(self, profile):
        if profile not in self._targets:
            command = [self.file, "targets", "--profile", profile, "--format", "json"]
            listing = json.loads(
                subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            )
            self._targets[profile] = [target["triple"] for target in listing["targets"]]
        return self._targets[profile]


def merged(base, patch):
    """JSON Merge Patch (RFC 7396)."""
    if not isinstance(patch, dict) or not isinstance(base, dict):
        return patch
    both = {key: merged(base.get(key), value) for key, value in patch.items() if value is not None}
    return {key: value for key, value in {**base, **both}.items() if patch.get(key, value) is not None}


def load_profile(name):
    """A built-in profile as its JSON, with what it extends."""
    profile = json.loads((PROFILES / f"{name}.json").read_text())
    return merged(load_profile(profile["extends"]), profile) if "extends" in profile else profile


def profile_of(version):
    """The profile that stencilgen takes for a version; None where there is none."""
    for file in sorted(PROFILES.glob("cpython-*.json")):
        profile = load_profile(file.stem)
        if version in profile.get("versions", []) or profile.get("name") == f"cpython-{version}":
            return profile
    return None


def has_kind(profile, kind):
    return "free-threaded" not in kind or "freeThreaded" in profile["compile"]


def write_configuration(profile, tree, triple, kind, directory):
    """The pyconfig.h that an interpreter of this kind has, where no build directory has a real one."""
    target = next(target for target in profile["targets"] if target["triple"] == triple)
    if "configurationDir" in target:
        folder = tree / target["configurationDir"]
        source = next(
            (folder / name for name in ("pyconfig.h", "pyconfig.h.in") if (folder / name).exists()), None
        )
        lines = source.read_text().splitlines() if source else []
    else:
        lines = [line for group in target["configuration"] for line in profile["configurations"][group]]
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pyconfig.h").write_text("\n".join(lines + KINDS[kind][1]) + "\n")


def set_text(directory):
    """The headers of a set without their comments: what decides whether stencils changed."""
    headers = sorted(directory.glob("jit_*.h"))
    return "".join(
        line
        for header in headers
        for line in header.read_text().splitlines(True)
        if not line.lstrip().startswith("//")
    )


def tier2_flags(tree):
    """-D_Py_TIER2=1 where the tree's configure passes it with --enable-experimental-jit."""
    file = tree / "configure.ac"
    return ["-D_Py_TIER2=1"] if file.exists() and "-D_Py_TIER2=1" in file.read_text() else []


def declare_patch_functions(header_text, jit_text):
    """Declarations of the patch functions that the header calls and Python/jit.c lacks. CPython's JIT has
    those of x86 and AArch64 alone."""
    called = set(re.findall(r"\b(patch_\w+)\(", header_text))
    return "".join(f"void {name}();\n" for name in sorted(called) if not re.search(rf"\b{name}\(", jit_text))


def compiler_of(triple, llvm):
    """The command that compiles for a triple, and whether it brings system headers: Debian's gcc, else
    Clang."""
    cpu, _, system = triple.split("-", 2)
    gcc = COMPILERS.get(triple, f"{cpu}-{system}-gcc")
    if system.startswith("linux-gnu") and shutil.which(gcc):
        return [gcc, "-O0", "-c", "-o", "jit.o"], True
    version_min = ["-mmacosx-version-min=11.0"] if "darwin" in triple else []
    clang = next((name for name in (f"clang-{llvm}", "clang") if shutil.which(name)), "clang")
    return [clang, f"--target={triple}", *version_min, "-fsyntax-only", "-ferror-limit=20"], False


def jit_command(tree, triple, kind, llvm, configuration, stencils, work):
    """The command that compiles Python/jit.c against a set, as the interpreter's build does."""
    command, own_headers = compiler_of(triple, llvm)
    jit = tree / "Python" / "jit.c"
    command = [*command, *COMMON_FLAGS, *tier2_flags(tree)]
    if "debug" not in kind:
        command += ["-DNDEBUG"]
    if "windows" in triple:
        command += WINDOWS_FLAGS
    if not own_headers:
        command += (
            ["-DSTENCILGEN_MUSL"] if "musl" in triple else []
        )  # as stencilgen does: no macro of Clang's tells
        command += ["-nostdlibinc", "-isystem", MORE_HEADERS, "-isystem", SYSTEM_HEADERS]
    if not triple.startswith(JIT_ARCHITECTURES):
        declarations = work / "patch_functions.h"
        declarations.write_text(declare_patch_functions(set_text(stencils), jit.read_text()))
        command += ["-include", declarations]
    include = tree / "Include"
    folders = [
        stencils,
        configuration,
        include / "internal",
        include / "internal" / "mimalloc",
        include,
        tree / "Python",
    ]
    return [*command, *(f"-I{folder}" for folder in folders), jit]


def first_message(text):
    """The first line that is an error's, without the folders of the file."""
    lines = (
        [line for line in text.splitlines() if re.search(r"\berror\b", line)]
        or text.splitlines()
        or ["no message"]
    )
    return re.sub(r"(?:/[^/:\s]+)+/(?=[^/:\s]+)", "", lines[0])[:300]


class Cell:
    """Steps of a cell, each a command: `result` says how each ended ("ok" or a message)."""

    def __init__(self, tool, profile, tree, triple, kind, build, work):
        self.tool, self.tree, self.triple, self.kind, self.work = tool, tree, triple, kind, work
        self.set = work / "set"
        native = build and kind == "release"
        self.configuration = build if native else work / "configuration"
        work.mkdir(parents=True)
        if not native:
            write_configuration(profile, tree, triple, kind, self.configuration)
        self.make_options = [*KINDS[kind][0], *(["-p", build] if native else [])]
        self.result = {"commands": {}}

    def run(self, step, command):
        command = [str(argument) for argument in command]
        self.result["commands"][step] = command
        start = time.monotonic()
        process = subprocess.run(
            command,
            cwd=self.work,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self.result[step] = "ok" if process.returncode == 0 else first_message(process.stderr)
        self.result[f"{step}_seconds"] = round(time.monotonic() - start, 2)
        if process.returncode:
            self.result[f"{step}_output"] = process.stderr[:4000]
        elif step == "made" and process.stderr.strip():
            self.result["notes"] = process.stderr.strip().splitlines()[:20]
        return process.returncode == 0

    def make(self):
        command = [
            self.tool.file,
            "cpython",
            "--source",
            self.tree,
            self.triple,
            *self.make_options,
            "-f",
            "-j1",
            "-o",
            self.set,
        ]
        if not self.run("made", command):
            return False
        self.result["bytes"] = hashlib.sha256(set_text(self.set).encode()).hexdigest()
        return True

    def check(self):
        if self.make():
            self.run("sound", [self.tool.file, "verify", "-j1", *sorted(self.set.glob("*.json"))])
            self.run(
                "compiles",
                jit_command(
                    self.tree, self.triple, self.kind, self.tool.llvm, self.configuration, self.set, self.work
                ),
            )
        return self.result
