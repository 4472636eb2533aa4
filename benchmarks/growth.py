"""Part c: from ten thousand to a million patients, demand and capacity growing together.

Each size runs in a process of its own, which says what its rows cost in CPU time and in memory. Memory is the
process's peak as the system counts it, in two figures: with the log, what was added to what the process held
before, by row of the log; without it, all of the peak but the bytes of the log's own arrays.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from contenders import has, plain
from figures import Figure, Target, missing, once, scaled
from rounds import in_turn, spread, timed

from sim import engines
from sim.log import Log
from sim.plan import plan as make_plan
from sim.scenario.types import Scenario

DAYS = 960.0
PATIENTS = 9600
"""Those who come in so many days to the plain network as it is written."""

SIZES = (10_000, 100_000, 1_000_000)
GROWS, WITH_LOG, WITHOUT_LOG = Target(3.0), Target(200.0), Target(600.0)
REPEATS = 3
"""Timed runs in one process, of a size whose run is short."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Cost and memory of every size, and how the cost grows from the smallest to the largest."""
    yield from of_engine("reference", SIZES[:1], rounds=1 if quick else 3)
    sizes = SIZES[:2] if quick else SIZES
    if has("compiled"):
        yield from of_engine("compiled", sizes, rounds=2 if quick else 5)
    else:
        yield missing("c", f"compiled engine, cost of {sizes[-1]:,} ÷ {sizes[0]:,} patients", "times", GROWS)
        yield missing("c", f"compiled engine, {sizes[-1]:,} patients, memory with log", "bytes/row", WITH_LOG)
        yield missing("c", f"compiled engine, {sizes[-1]:,} patients, memory without log", "MB", WITHOUT_LOG)


def of_engine(engine: str, sizes: tuple[int, ...], *, rounds: int) -> Iterator[Figure]:
    """The figures of one engine; targets are the compiled engine's."""
    found: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    for number in range(rounds):
        for size in in_turn(sizes, number):
            found[size].append(in_child(engine, size))
    strict = engine == "compiled"
    for size, runs in found.items():
        name = f"{engine} engine, {size:,} patients"
        largest = strict and size == sizes[-1]
        per_row = [run["seconds"] / run["rows"] for run in runs]
        with_log = [run["bytes"] / run["rows"] for run in runs]
        without = [(run["peak"] - run["log"]) / 1e6 for run in runs]
        yield Figure("c", f"{name}, rows", "rows", once(runs[0]["rows"]))
        yield Figure("c", f"{name}, per row", "ns", scaled(spread(per_row), 1e9))
        yield Figure(
            "c", f"{name}, memory with log", "bytes/row", spread(with_log), WITH_LOG if largest else None
        )
        yield Figure(
            "c", f"{name}, memory without log", "MB", spread(without), WITHOUT_LOG if largest else None
        )
    if strict:
        pairs = zip(found[sizes[-1]], found[sizes[0]], strict=True)
        grown = [(a["seconds"] / a["rows"]) / (b["seconds"] / b["rows"]) for a, b in pairs]
        what = f"{engine} engine, cost of {sizes[-1]:,} ÷ {sizes[0]:,} patients"
        yield Figure("c", what, "times", spread(grown), GROWS)


def in_child(engine: str, size: int) -> dict[str, float]:
    """What a process of its own says of one size."""
    command = [sys.executable, str(Path(__file__).resolve()), engine, str(size)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    answer: dict[str, float] = json.loads(said)
    return answer


# ---- in the process of its own


def child(engine: str, size: int) -> dict[str, float]:
    """Rows, CPU seconds of a run, bytes it added, peak bytes of the process, bytes of the log."""
    scenario = grown_to(size)
    made = make_plan(scenario)
    first = plain(30.0)
    engines.simulate(first, 0, engine, plan=make_plan(first))  # everything imported, kernels loaded
    before = held()
    log = engines.simulate(scenario, 0, engine, plan=made)
    rows, peak, of_log = len(log), highest(), bytes_of(log)
    del log

    def act() -> tuple[int, int]:
        log = engines.simulate(scenario, 0, engine, plan=made)
        return len(log), len(log.patient_key)

    samples = [timed(act) for _ in range(REPEATS if size <= SIZES[1] else 1)]
    seconds = spread([sample.seconds for sample in samples]).middle
    return {"rows": rows, "seconds": seconds, "bytes": peak - before, "peak": peak, "log": of_log}


def grown_to(size: int) -> Scenario:
    """The plain network with so many patients in expectation, and places in proportion."""
    scenario = plain(DAYS)
    factor = size / PATIENTS
    changed = scenario.with_("arrivals.all.per_day", scenario.arrivals["all"].per_day * factor)
    for name, level in scenario.levels.items():
        changed = changed.with_(f"levels.{name}.capacity", round(level.capacity * factor))
    return changed


def bytes_of(log: Log) -> int:
    """The bytes of the arrays of a log."""
    values: list[Any] = [*log.columns, *(getattr(log, field.name) for field in fields(log))]
    return sum(value.nbytes for value in values if isinstance(value, np.ndarray))


def highest() -> float:
    """The most bytes that this process has held."""
    import resource  # noqa: PLC0415 (not there on Windows)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if sys.platform == "darwin" else peak * 1024)


def held() -> float:
    """The bytes that this process holds now; where the system does not say, the most it has held."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return highest()
    import resource  # noqa: PLC0415 (not there on Windows)

    return float(pages * resource.getpagesize())


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1], int(sys.argv[2]))))
