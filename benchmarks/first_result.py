"""Part f: from the start of a process to its first result, and replications side by side.

A first result is the table of all measures after one replication of the baseline. Whole processes are timed,
by the clock on the wall. Each round takes a fresh copy of the package, its bytecode made and its kernels not,
with an empty home and cache folder: the first process finds no kernels, the next ones find those it left.
"""

import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from baseline import SCENARIO
from contenders import has
from figures import Figure, Target, missing
from machine import cores
from rounds import in_turn, spread

PACKAGE = SCENARIO.parents[1] / "sim"
WARM, COLD, TWICE = Target(1.5), Target(15.0), Target(1.6, at_least=True)
WORK_SECONDS = 4.0
"""How long replications on one core shall take, so that starting others is worth it."""

FIRST = """
import sys, sim
assert sim.__file__.startswith(sys.argv[3]), sim.__file__
result = sim.run(sim.load(sys.argv[1]), replications=1, engine=sys.argv[2], jobs=1)
assert len(result.summary())
"""

BESIDE = """
import sys, time, sim
scenario, engine = sim.load(sys.argv[1]), sys.argv[2]
jobs, number = int(sys.argv[3]), int(sys.argv[4])
sim.run(scenario, replications=1, engine=engine, jobs=1)
began = time.perf_counter()
sim.run(scenario, replications=number, engine=engine, jobs=jobs)
print(time.perf_counter() - began)
"""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Seconds to a first result with a cold and a warm cache, and what a second core gives."""
    rounds = 1 if quick else 5
    _, warm = first_results("reference", rounds=rounds)
    yield Figure("f", "first result, reference engine", "s, wall", spread(warm))
    names = ("first result, compiled engine, warm cache", "first result, compiled engine, cold cache")
    beside = "compiled engine, replications on 1 core ÷ on 2"
    if not has("compiled"):
        yield missing("f", names[0], "s, wall", WARM)
        yield missing("f", names[1], "s, wall", COLD)
        yield missing("f", beside, "times", TWICE)
        return
    cold, warm = first_results("compiled", rounds=rounds)
    yield Figure("f", names[0], "s, wall", spread(warm), WARM)
    yield Figure("f", names[1], "s, wall", spread(cold), COLD)
    if cores() < 2:
        yield missing("f", beside, "times", TWICE, why="not measured: one core")
    else:
        yield from side_by_side("compiled", beside, rounds=rounds)


def first_results(engine: str, *, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of whole processes: those that found no kernels, those that found them."""
    cold, warm = [], []
    for _ in range(rounds):
        with TemporaryDirectory() as place:
            folder = Path(place).resolve()
            shutil.copytree(PACKAGE, folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
            compileall.compile_dir(folder / "sim", quiet=2)
            command = [sys.executable, "-c", FIRST, str(SCENARIO), engine, str(folder)]
            cold.append(seconds_of(command, folder))
            warm += [seconds_of(command, folder) for _ in range(2)]
    return cold, warm


def seconds_of(command: list[str], folder: Path) -> float:
    """Seconds on the wall of a process that has the folder's package, home and cache."""
    places = {"HOME": "home", "XDG_CACHE_HOME": "cache", "LOCALAPPDATA": "cache"}
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    environment |= {name: str(folder / place) for name, place in places.items()}
    environment |= {"PYTHONPATH": str(folder)}
    for place in places.values():
        (folder / place).mkdir(exist_ok=True)
    began = perf_counter()
    subprocess.run(command, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    return perf_counter() - began


def side_by_side(engine: str, what: str, *, rounds: int) -> Iterator[Figure]:
    """Seconds on the wall of the same replications with one job and with two, and their ratio."""
    trial = 20
    number = round(trial * max(1.0, WORK_SECONDS / seconds_with(1, trial, engine)))
    found: dict[str, list[float]] = {"1": [], "2": []}
    for round_ in range(rounds):
        for jobs in in_turn(list(found), round_):
            found[jobs].append(seconds_with(int(jobs), number, engine))
    for jobs, seconds in found.items():
        name = f"{engine} engine, {number} baseline replications, jobs: {jobs}"
        yield Figure("f", name, "s, wall", spread(seconds))
    ratios = [alone / beside for alone, beside in zip(found["1"], found["2"], strict=True)]
    yield Figure("f", what, "times", spread(ratios), TWICE)


def seconds_with(jobs: int, replications: int, engine: str) -> float:
    """Seconds on the wall of a run, as a process of its own says; starting its helpers counts."""
    command = [sys.executable, "-c", BESIDE, str(SCENARIO), engine, str(jobs), str(replications)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
