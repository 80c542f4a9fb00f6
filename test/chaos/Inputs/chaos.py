"""Runs of stencilgen that are killed, that fill the disk, and that meet each other.

chaos.py kills STENCILGEN TREE WORK [EVERY]
    kills a run at each (EVERYth) write, sync, rename and removal of its output
chaos.py pairs STENCILGEN TREE WORK COUNT [RUNS]
    RUNS (2) runs that differ in their flags write to one directory, COUNT times
chaos.py late STENCILGEN TREE WORK
    a run that finds its set up to date is held up before it locks the directory, while another writes its set

TREE has a profile.json with a shim that is linked, so that a set has five files. After each event the output
directory is what it was, or what it should be, or does not compile; and the next run makes it right and
leaves no other file.
"""
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys

TRIPLE = "x86_64-unknown-linux-gnu"
HEADERS = ["jit_stencils.h", "jit_unwind_info.h"]

# LeakSanitizer and strace both want to be the tracer.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"


def build(tool, tree, output, *flags, wrapper=()):
    return [*wrapper, tool, "build", f"{tree}/profile.json", TRIPLE, "-o", str(output), *flags]


def names(directory):
    return sorted(path.name for path in pathlib.Path(directory).iterdir())


def same(directory, other):
    """True where both have the same files with the same bytes."""
    return names(directory) == names(other) and not any(
        filecmp.cmpfiles(directory, other, names(other), shallow=False)[1:]
    )


def preprocesses(directory, header):
    command = ["cc", "-E", "-o", "/dev/null", "-x", "c", str(pathlib.Path(directory) / header)]
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def included(directory, header):
    """The header of the target that a dispatcher includes."""
    return (pathlib.Path(directory) / header.replace(".h", f"-{TRIPLE}.h")).read_bytes()


def check_one_run(output, references, event):
    """What the C compiler takes is of one of the runs that the references are of."""
    if not (pathlib.Path(output) / HEADERS[0]).exists():
        return
    taken = [header for header in HEADERS if preprocesses(output, header)]
    for header in taken:
        if not any(included(output, header) == included(reference, header) for reference in references):
            sys.exit(f"{event}: {header} compiles and is of no run")
    if len(taken) == len(HEADERS):
        runs = [
            reference
            for reference in references
            if all(included(output, header) == included(reference, header) for header in HEADERS)
            and filecmp.cmp(
                f"{output}/jit_shim-{TRIPLE}.o", f"{reference}/jit_shim-{TRIPLE}.o", shallow=False
            )
        ]
        if not runs:
            sys.exit(f"{event}: everything compiles, and is of two runs")


def count_calls(tool, tree, output, call):
    log = pathlib.Path(output).parent / "calls"
    subprocess.run(
        build(tool, tree, output, "--cflags=-DB", wrapper=("strace", "-f", "-o", log, "-e", f"trace={call}")),
        check=True,
    )
    return sum(f" {call}(" in line for line in log.read_text().splitlines())


def kills(tool, tree, work, every=1):
    before, after, output = work / "before", work / "after", work / "output"
    subprocess.run(build(tool, tree, before), check=True)
    subprocess.run(build(tool, tree, after, "--cflags=-DB"), check=True)
    done = 0
    for call in ("write", "fsync", "rename", "unlink", "openat"):
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(before, output)
        total = count_calls(tool, tree, output, call)
        first = max(1, total - 40) if call == "openat" else 1  # most of what is opened is read
        for number in range(first, total + 1, every):
            shutil.rmtree(output)
            shutil.copytree(before, output)
            inject = ("strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={number}")
            subprocess.run(
                build(tool, tree, output, "--cflags=-DB", wrapper=inject), stderr=subprocess.DEVNULL
            )
            event = f"killed at {call} {number} of {total}"
            check_one_run(output, (before, after), event)
            subprocess.run(build(tool, tree, output, "--cflags=-DB"), check=True)
            if not same(output, after):
                sys.exit(f"{event}: the next run leaves {names(output)}, which are not what it should make")
            done += 1
    print(f"{done} kills, each followed by a run that made the set right")


def pairs(tool, tree, work, count, runs=2):
    references = []
    for number in range(runs):
        references.append(work / f"reference{number}")
        subprocess.run(build(tool, tree, references[-1], f"--cflags=-DRUN{number}"), check=True)
    output = work / "output"
    for attempt in range(count):
        started = [
            subprocess.Popen(build(tool, tree, output, f"--cflags=-DRUN{number}")) for number in range(runs)
        ]
        if any([process.wait() for process in started]):
            sys.exit(f"attempt {attempt}: a run failed")
        if not any(same(output, reference) for reference in references):
            sys.exit(f"attempt {attempt}: {names(output)} are not of one run")
    print(f"{count} times {runs} runs at once, each time the set of one of them")


def late(tool, tree, work):
    references = [work / "reference0", work / "reference1"]
    for number, reference in enumerate(references):
        subprocess.run(build(tool, tree, reference, f"--cflags=-DRUN{number}"), check=True)
    output = work / "output"
    shutil.copytree(references[0], output)
    hold = ("strace", "-f", "-o", "/dev/null", "-e", "inject=flock:delay_enter=5000000")
    with subprocess.Popen(build(tool, tree, output, "--cflags=-DRUN0", wrapper=hold)) as held:
        subprocess.run(build(tool, tree, output, "--cflags=-DRUN1"), check=True)
    if held.returncode or not any(same(output, reference) for reference in references):
        sys.exit(f"{names(output)} are not of one run")
    print("a run held up, and the set is that of one of them")


if __name__ == "__main__":
    action, tool, tree, work, *numbers = sys.argv[1:]
    pathlib.Path(work).mkdir(parents=True, exist_ok=True)
    {"kills": kills, "pairs": pairs, "late": late}[action](tool, tree, pathlib.Path(work), *map(int, numbers))
