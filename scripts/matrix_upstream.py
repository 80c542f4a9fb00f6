"""Upstream's own headers for scripts/matrix: a tree's Tools/jit/build.py, run with the LLVM that stencilgen
is linked with."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

import headers
import matrix_cell

TOOLS = ("clang", "llvm-readobj", "llvm-objdump")


def wanted_llvm(scripts):
    """The LLVM that the tree's scripts ask for, and whether another can be named on the command line."""
    match = re.search(r'^_LLVM_VERSION = "?(\d+)', (scripts / "_llvm.py").read_text(), re.M)
    return match[1], "--llvm-version" in (scripts / "build.py").read_text()


def write_llvm_names(directory, llvm, called):
    """A folder for PATH with the tools of LLVM `llvm`, which say that they are version `called`. Clang takes
    the system headers that are part of stencilgen: scripts of 3.13 have no option for that."""
    directory.mkdir(parents=True, exist_ok=True)
    flags = f"-nostdlibinc -isystem {matrix_cell.SYSTEM_HEADERS}"
    for tool in TOOLS:
        program = shutil.which(f"{tool}-{llvm}")
        if not program:
            raise FileNotFoundError(f"no {tool}-{llvm}, expected that of the LLVM stencilgen is linked with")
        file = directory / tool
        file.write_text(
            "#!/bin/sh\n"
            'if [ "$1" = --version ]; then\n'
            f"  {program} --version | sed 's/version {llvm}\\./version {called}./'; exit\n"
            "fi\n"
            f"exec {program} \"$@\"{' ' + flags if tool == 'clang' else ''}\n"
        )
        file.chmod(0o755)


def has_target(tree, triple):
    """Whether the tree's scripts know the triple; asked of themselves, in a process of their own."""
    code = "import sys; sys.dont_write_bytecode = True; import _targets; _targets.get_target(sys.argv[1])"
    return (
        subprocess.run(
            [sys.executable, "-c", code, triple], cwd=tree / "Tools" / "jit", stderr=subprocess.DEVNULL
        ).returncode
        == 0
    )


def make_upstream(tree, triple, llvm, configuration, work):
    """Runs build.py into `work`. Returns the header, or raises RuntimeError with build.py's own first
    message."""
    scripts = tree / "Tools" / "jit"
    wanted, can_name = wanted_llvm(scripts)
    names = work / "names"
    write_llvm_names(names, llvm, llvm if can_name else wanted)
    text = (scripts / "build.py").read_text()
    out = work / "out"
    out.mkdir(exist_ok=True)
    shutil.copy(configuration / "pyconfig.h", out)
    command = [sys.executable, "-B", scripts / "build.py", triple, "-f"]
    command += ["-o", "."] if "--output-dir" in text else []
    command += ["-p", "."] if "--pyconfig-dir" in text else []
    command += [f"--llvm-version={llvm}"] if can_name else []
    environment = {**os.environ, "PATH": f"{names}{os.pathsep}{os.environ['PATH']}"}
    process = subprocess.run(
        command,
        cwd=out,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    found = [file for file in sorted(out.glob("jit_stencils*.h")) if headers.emit_functions(file.read_text())]
    if process.returncode or not found:
        lines = [line for line in process.stderr.splitlines() if re.search(r"[Ee]rror", line)]
        raise RuntimeError(f"build.py: {lines[-1] if lines else 'made no header'}")
    return found[0]


def upstream_header(cell, store):
    """Upstream's header for a cell: made once for a tree, configuration, triple and LLVM, then kept in
    `store`."""
    configuration = hashlib.sha256((cell.configuration / "pyconfig.h").read_bytes()).hexdigest()[:8]
    kept = store / f"{cell.tree.name}-{configuration}-{cell.triple}-llvm{cell.tool.llvm}.h"
    if not kept.exists():
        start = time.monotonic()
        work = cell.work / "upstream"
        work.mkdir()
        header = make_upstream(cell.tree, cell.triple, cell.tool.llvm, cell.configuration, work)
        store.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        shutil.copy(header, part)
        part.rename(kept)
        cell.result["upstream_seconds"] = round(time.monotonic() - start, 1)
    return kept


def compare_with_upstream(cell, store):
    """Makes a cell's set and compares its emit functions with upstream's: "upstream" of the result."""
    if not cell.make():
        return cell.result
    try:
        theirs = upstream_header(cell, store)
    except (RuntimeError, FileNotFoundError) as error:
        cell.result["upstream"] = {"error": str(error)[:300]}
        return cell.result
    ours = next(
        file for file in sorted(cell.set.glob("jit_stencils*.h")) if headers.emit_functions(file.read_text())
    )
    cell.result["upstream"] = headers.compare(ours.read_text(), theirs.read_text())
    return cell.result
