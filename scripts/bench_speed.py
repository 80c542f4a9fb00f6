"""The speed of interpreters: programs of pyperformance by several builds in turn, for `scripts/bench speed`.

pyperf, which the programs expect, is a stand-in of ours (write_pyperf): it runs what a program hands it and
prints the least CPU time a loop. A program that needs a package which is not there is left out, for all
builds.
"""

import json
import math
import os
import pathlib
import subprocess
import sys

# Programs of pyperformance that need nothing but the standard library.
PROGRAMS = """
    async_generators chaos comprehensions coroutines coverage crypto_pyaes deepcopy deltablue fannkuch
    float gc_collect gc_traversal generators go hexiom json_dumps json_loads logging mdp meteor_contest
    nbody nqueens pathlib pickle pidigits pprint pyflate raytrace regex_compile regex_dna regex_effbot
    regex_v8 richards richards_super scimark spectral_norm sqlite_synth telco tomli_loads
    typing_runtime_protocols unpack_sequence unpickle xml_etree
""".split()

# The least CPU time of a few runs, each long enough to be measured.
PYPERF = '''
import asyncio, json, os, sys, time

perf_counter = time.perf_counter

class Runner:
    def __init__(self, *args, **kwargs):
        import argparse
        self.argparser = argparse.ArgumentParser()
        self.metadata = {}
        self.args = None

    def parse_args(self, args=None):
        self.args, _ = self.argparser.parse_known_args(args)
        return self.args

    def _measure(self, name, run):
        least, loops = None, 1
        while True:
            start = time.process_time()
            run(loops)
            spent = time.process_time() - start
            if spent > LONG_ENOUGH:
                break
            loops *= 2
        least = spent / loops
        for _ in range(REPEATS):
            start = time.process_time()
            run(loops)
            least = min(least, (time.process_time() - start) / loops)
        print("RESULT " + json.dumps([name, least]), flush=True)

    def bench_func(self, name, function, *args, inner_loops=None, **kwargs):
        self.parse_args()
        def run(loops):
            for _ in range(loops):
                function(*args)
        self._measure(name, run)

    def bench_time_func(self, name, function, *args, inner_loops=None, **kwargs):
        self.parse_args()
        self._measure(name, lambda loops: function(loops, *args))

    def bench_async_func(self, name, function, *args, loop_factory=None, **kwargs):
        async def repeat(loops):
            for _ in range(loops):
                await function(*args)
        self.bench_func_of_loops(name, lambda loops: asyncio.run(repeat(loops)))

    def bench_func_of_loops(self, name, run):
        self.parse_args()
        self._measure(name, run)

    def bench_command(self, *args, **kwargs):
        sys.exit("this program runs commands")

def python_implementation():
    return sys.implementation.name

def python_has_jit():
    return False
'''


def write_pyperf(directory, long_enough, repeats):
    """The stand-in as a package in `directory`; a run takes at least `long_enough` seconds."""
    package = pathlib.Path(directory) / "pyperf"
    package.mkdir(parents=True, exist_ok=True)
    head = f"LONG_ENOUGH, REPEATS = {long_enough}, {repeats}\n"
    (package / "__init__.py").write_text(head + PYPERF)
    return package.parent


def run_program(python, checkout, name, modules):
    """Least CPU seconds a loop by the names of the program's benchmarks; none where it does not run."""
    directory = checkout / "pyperformance" / "data-files" / "benchmarks" / f"bm_{name}"
    environment = dict(os.environ, PYTHONPATH=str(modules), PYTHONHASHSEED="0", PYTHON_JIT="1")
    done = subprocess.run(
        [python, "run_benchmark.py"],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {}
    lines = [line.removeprefix("RESULT ") for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    return dict(json.loads(line) for line in lines)


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def compare(pythons, checkout, programs, rounds, modules, report=print):
    """Ratios to the first build by program, the least of `rounds` of each; builds are run in turn."""
    ratios = {}
    for name in programs:
        least = [{} for _ in pythons]
        for _ in range(rounds):
            for times, python in zip(least, pythons):
                for benchmark, seconds in run_program(python, checkout, name, modules).items():
                    times[benchmark] = min(seconds, times.get(benchmark, math.inf))
        common = set.intersection(*(set(times) for times in least))
        if not common:
            report(f"{name:26} does not run")
            continue
        ratios[name] = [geometric_mean([times[b] / least[0][b] for b in common]) for times in least]
        report(f"{name:26} " + " ".join(f"{ratio:7.3f}" for ratio in ratios[name]))
    if not ratios:
        sys.exit("bench: no program runs with all of the builds")
    means = [geometric_mean(column) for column in zip(*ratios.values())]
    report(f"{'geometric mean of ' + str(len(ratios)):26} " + " ".join(f"{mean:7.3f}" for mean in means))
    return ratios, means
