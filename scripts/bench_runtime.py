"""Benchmarks of examples/pebble and of stencil_lib/runtime, for scripts/bench."""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def bench_example(arguments):
    stencilgen = arguments.tool()
    example = ROOT / "examples" / "pebble"
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run(["sh", example / "build", stencilgen, arguments.clang, temporary], check=True)
        pebble = pathlib.Path(temporary) / "pebble"
        for program in sorted((example / "programs").glob("*.peb")):
            ways = {"interpreter": ["--no-jit"], "JIT": []}
            outputs = {
                subprocess.run([pebble, *options, program], stdout=subprocess.PIPE, check=True).stdout
                for options in ways.values()
            }
            if len(outputs) != 1:
                sys.exit(f"bench: interpreter and JIT differ: {program}")
            times = {way: [] for way in ways}
            for _ in range(arguments.rounds):
                for way, options in ways.items():
                    times[way].append(arguments.measure([pebble, *options, program])[1])
            report = subprocess.run(
                [pebble, "--report", program], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            figures = dict(pair.split("=") for pair in report.stderr.split())
            rows.append((program.stem, min(times["interpreter"]), min(times["JIT"]), figures))
    print(
        f"{'program':<12}{'interp. ms':>12}{'JIT ms':>10}{'times':>8}"
        f"{'compile us':>12}{'code bytes':>12}{'uops':>8}{'exits':>8}"
    )
    for name, slow, fast, figures in rows:
        print(
            f"{name:<12}{1000 * slow:>12.0f}{1000 * fast:>10.0f}"
            f"{slow / fast:>8.1f}{figures['compile_us']:>12}"
            f"{figures['code_bytes']:>12}{figures['uops']:>8}{figures['exits']:>8}"
        )
    mean = math.prod(slow / fast for _, slow, fast, _ in rows) ** (1 / len(rows))
    print(
        f"programs={len(rows)} speedup_geomean={mean:.2f} "
        f"speedup_least={min(slow / fast for _, slow, fast, _ in rows):.2f} "
        f"outputs_equal=yes"
    )


# Hole values of emit functions: (in the tables, in an emit function). bench_patch.c fills both with the same
# numbers.
TABLE_VALUES = {
    "operand[0]": "instruction->operand0",
    "operand[1]": "instruction->operand1",
    "operand[2]": "instruction->oparg",
    "target[0]": "state->instruction_starts[instruction->jump_target]",
}
CPYTHON_VALUES = {
    "EXECUTOR": "trace[0]",
    "OPARG": "operand[2]",
    "TARGET": "operand[3]",
    "OPERAND0": "operand[0]",
    "OPERAND0_HI": "operand[0] >> 32",
    "OPERAND0_LO": "operand[0] & 0xffffffff",
    "OPERAND1": "operand[1]",
    "OPERAND1_HI": "operand[1] >> 32",
    "OPERAND1_LO": "operand[1] & 0xffffffff",
    "JUMP_TARGET": "target[0]",
    "ERROR_TARGET": "target[1]",
}


def patch_projects(tree, work):
    """Two projects of the same stencils, for the tables and for emit functions, in a directory of their own.
    Returns their files."""
    cpython = json.loads((ROOT / "stencil_lib" / "interpreters" / "cpython-3.14.json").read_text())
    source = tree if tree else ROOT / "examples" / "pebble"
    for entry in source.iterdir():
        (work / entry.name).symlink_to(entry)
    tables = cpython if tree else json.loads((source / "stencils.json").read_text())
    emit = json.loads(json.dumps(tables))
    values, own = tables["holes"]["values"], {"CODE": "code", "DATA": "data", "CONTINUE": "continue"}
    if tree:
        values.update(own | CPYTHON_VALUES)
    else:
        for name, value in emit["holes"]["values"].items():
            for ours, theirs in TABLE_VALUES.items():
                value = value.replace(ours, theirs)
            emit["holes"]["values"][name] = value
        emit["holes"]["values"].update({name: cpython["holes"]["values"][name] for name in own})
    tables["header"] = {"dialect": "tables", "prefix": "bench"}
    emit["header"] = cpython["header"] if not tree else emit["header"]
    emit["header"]["tableSize"] = "BENCH_NAMES"
    emit["header"]["patchFunctions"]["abs32s"] = "patch_32s"
    files = work / "bench-tables.json", work / "bench-emit.json"
    for file, project in zip(files, (tables, emit)):
        file.write_text(json.dumps(project))
    return files


def patch_figures(stencilgen, clang, tree, build, rounds):
    """Rows of bench_patch: micro-ops, bytes, then nanoseconds: memcpy and patching in hot memory, in fresh
    memory, building, emitting."""
    triple = "x86_64-unknown-linux-gnu"
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        for kind, project in zip(("tables", "emit"), patch_projects(tree, work)):
            command = [
                stencilgen,
                "build",
                project,
                triple,
                "-o",
                work / kind,
                "--no-layout-asserts",
            ]  # nothing is run
            subprocess.run(command + (["-p", build] if build else []), check=True)
        manifest = json.loads((work / "tables" / f"jit_stencils-{triple}.json").read_text())
        names = [group["name"] for group in manifest["stencils"]]
        (work / "bench_stencils.h").write_text(
            "\n".join(
                [
                    "enum { " + ", ".join(names) + ", BENCH_NAMES };",
                    *(f"static char {symbol}[16];" for symbol in manifest["symbols"]),
                    "#define BENCH_WANT_SYMBOL_ADDRESSES",
                    f'#include "tables/jit_stencils-{triple}.h"',
                    f'#include "emit/jit_stencils-{triple}.h"',
                    "static const uint16_t bench_table_number[] = {"
                    + ", ".join("BENCH_" + name for name in names)
                    + "};",
                    "",
                ]
            )
        )
        runtime = ROOT / "stencil_lib" / "runtime"
        subprocess.run(
            [
                clang,
                "-O3",
                "-std=gnu11",
                "-w",
                "-no-pie",
                "-I",
                work,
                "-I",
                runtime,
                "-I",
                ROOT / "formats",
                ROOT / "scripts" / "bench_patch.c",
                *sorted(runtime.glob("*.c")),
                "-lpthread",
                "-o",
                work / "bench_patch",
            ],
            check=True,
        )
        output = subprocess.run(
            [work / "bench_patch", str(rounds)], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
    return [[float(field) for field in line.split()] for line in output.splitlines()]


def bench_patch(arguments):
    stencilgen = arguments.tool()
    sets = {"pebble": (None, None)}
    if arguments.tree:
        sets["cpython"] = (arguments.tree.resolve(), arguments.build.resolve())
    figures = []
    print(f"{'':<26} |{'hot memory':^17}|{'fresh memory':^17}| {'a whole trace':^16}")
    print(
        f"{'stencils':<10}{'uops':>7}{'bytes':>9} |{'memcpy':>8}{'patch':>8} |"
        f"{'memcpy':>8}{'patch':>8} |{'build':>8}{'emit':>8}  ns a micro-op"
    )
    for name, (tree, build) in sets.items():
        for uops, size, *times in patch_figures(stencilgen, arguments.clang, tree, build, arguments.rounds):
            hot_copy, hot, fresh_copy, fresh, whole, emit = (time / uops for time in times)
            print(
                f"{name:<10}{uops:>7.0f}{size:>9.0f} |{hot_copy:>8.2f}{hot:>8.2f} |"
                f"{fresh_copy:>8.2f}{fresh:>8.2f} |{whole:>8.2f}{emit:>8.2f}"
            )
            figures.append(
                f"{name}_{uops:.0f}_over_memcpy={fresh / fresh_copy:.2f} "
                f"{name}_{uops:.0f}_over_hot_memcpy={hot / hot_copy:.2f} "
                f"{name}_{uops:.0f}_emit_over_build={emit / whole:.2f}"
            )
    print(" ".join(figures))


def add_commands(commands, measure, build_stencilgen):
    """Adds `example` and `patch` to the subcommands. measure(command) gives wall and CPU seconds and peak
    MiB."""
    for name, run, rounds, text in (
        ("example", bench_example, 5, "pebble's interpreter against its JIT"),
        ("patch", bench_patch, 300, "the runtime against memcpy and CPython's way"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--stencilgen", type=pathlib.Path, help="the tool to use; built if not given")
        command.add_argument("--clang", default="clang-19", help="compiles the programs")
        command.add_argument("--rounds", type=int, default=rounds)

        def start(arguments, run=run):
            arguments.measure = measure
            arguments.tool = (
                lambda: arguments.stencilgen.resolve() if arguments.stencilgen else build_stencilgen()
            )
            run(arguments)

        command.set_defaults(run=start)
    command.add_argument("--tree", type=pathlib.Path, help="a CPython 3.14 source tree")
    command.add_argument("--build", type=pathlib.Path, help="its build directory, where pyconfig.h is")
