"""Who runs the plain network: the two yardsticks and the project's engines.

Each is a function from the number of a replication to a timed sample (`rounds.py`), or to the log's columns,
for the comparison of what they say (`agreement.py`).
"""

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from machine import compiler
from rounds import Contender, Sample, steady, timed
from yardsticks import lean_simpy

from sim import engines
from sim.plan import plan as make_plan
from sim.scenario.load import load
from sim.scenario.types import Scenario

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "yardsticks" / "native.cpp"
PLAIN = HERE / "plain.toml"
FLAGS = ("-O3", "-march=native", "-std=c++17")
SEED = 20260105
WARM_UP, REPEATS = 2, 5
"""Runs of a few milliseconds: so many are not counted, and the one in the middle of so many is taken."""


Integers = npt.NDArray[np.int64] | npt.NDArray[np.int32]


class Rows(NamedTuple):
    """The log's columns that all contenders write, in order of time, and the number of patients."""

    time: npt.NDArray[np.float64]
    patient: Integers
    event: Integers
    level: Integers
    patients: int


Logged = Callable[[int], Rows]
"""From the number of a replication to its log."""


@cache
def plain(days: float) -> Scenario:
    """The plain network over so many days."""
    return load(PLAIN).with_("run.duration", days)


def has(engine: str) -> bool:
    """Whether this version has the engine."""
    return engine in engines.ENGINES


# ---- an engine of the project


def engine_timed(engine: str, scenario: Scenario) -> Contender:
    """A replication from seed to log; the scenario's plan, which serves them all, is made before."""
    made = make_plan(scenario)
    short = engine == "compiled"
    if short:
        engines.simulate(scenario, 0, engine, plan=made)

    def once(replication: int) -> Sample:
        def act() -> tuple[int, int]:
            log = engines.simulate(scenario, replication, engine, plan=made)
            return len(log), len(log.patient_key)

        return timed(act)

    def run(replication: int) -> Sample:
        return steady([once(replication) for _ in range(REPEATS)]) if short else once(replication)

    return run


def engine_logged(engine: str, days: float) -> Logged:
    """The rows of patients in an engine's log."""
    scenario = plain(days)
    made = make_plan(scenario)

    def run(replication: int) -> Rows:
        log = engines.simulate(scenario, replication, engine, plan=made)
        c, ours = log.columns, log.columns.patient > 0
        return Rows(c.time[ours], c.patient[ours], c.event[ours], c.level[ours], len(log.patient_key))

    return run


# ---- the SimPy yardstick


def lean_timed(days: float) -> Contender:
    """The SimPy yardstick."""

    def run(replication: int) -> Sample:
        def act() -> tuple[int, int]:
            patients, rows = lean_simpy.simulate(SEED + replication, days)
            return len(rows), patients

        return timed(act)

    return run


def lean_logged(days: float) -> Logged:
    """The log of the SimPy yardstick."""

    def run(replication: int) -> Rows:
        patients, rows = lean_simpy.simulate(SEED + replication, days)
        time, patient, event, level = zip(*rows, strict=True)
        return Rows(np.array(time), np.array(patient), np.array(event), np.array(level), patients)

    return run


# ---- the native yardstick


def built(folder: Path) -> Path | None:
    """The native yardstick, compiled into the folder; None where there is no C++ compiler."""
    name = compiler()
    if name is None:
        return None
    program = folder / "native"
    subprocess.run([name, *FLAGS, str(SOURCE), "-o", str(program)], check=True)
    return program


def native_timed(program: Path, days: float) -> Contender:
    """The native yardstick, by its own CPU clock: replications of one process, the first ones not counted."""

    def run(replication: int) -> Sample:
        words = called(program, replication, days, replications=WARM_UP + REPEATS).split()
        lines = zip(words[::3], words[1::3], words[2::3], strict=True)
        samples = [Sample(float(seconds), int(rows), int(patients)) for patients, rows, seconds in lines]
        return steady(samples[WARM_UP:])

    return run


def native_logged(program: Path, days: float) -> Logged:
    """The log of the native yardstick."""

    def run(replication: int) -> Rows:
        words = called(program, replication, days, replications=1, folder=program.parent).split()
        place = program.parent / str(replication)
        time = np.fromfile(place.with_suffix(".time"), dtype=np.float64)
        names = (".patient", ".event", ".level")
        patient, event, level = (np.fromfile(place.with_suffix(name), dtype=np.int32) for name in names)
        return Rows(time, patient, event, level, int(words[0]))

    return run


def called(program: Path, first: int, days: float, *, replications: int, folder: Path | None = None) -> str:
    """What the native yardstick prints: patients, rows and CPU seconds of each replication."""
    words = [str(SEED), str(first), str(replications), repr(days), *([str(folder)] if folder else [])]
    return subprocess.run([str(program), *words], check=True, capture_output=True, text=True).stdout
