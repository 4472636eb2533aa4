"""Part a: the plain network. The engines beside a lean SimPy script and a native loop.

First all of them must say the same of it, within chance, and write equally many rows: only then is a row of
one a row of the other. Then each runs the same replications in turn, from seed to log.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from agreement import compare, statistics
from contenders import (
    Logged,
    built,
    engine_logged,
    engine_timed,
    has,
    lean_logged,
    lean_timed,
    native_logged,
    native_timed,
    plain,
)
from figures import NOT_YET, Figure, Target, missing, once, scaled
from rounds import Contender, paired, ratio, seconds_per_patient, seconds_per_row

DAYS = 960.0
"""About 10⁵ rows of the log in a replication."""

LEAN, NATIVE = "lean SimPy", "native C++"
COMPILED, REFERENCE = "compiled engine", "reference engine"
NO_COMPILER = "not measured: no C++ compiler"
TARGETS = (  # over, under, target
    (LEAN, COMPILED, Target(60, at_least=True)),
    (COMPILED, NATIVE, Target(2.0)),
    (REFERENCE, LEAN, Target(2.5)),
    (LEAN, NATIVE, None),
)


def measure(*, quick: bool) -> Iterator[Figure]:
    """Agreement, time a row and a patient, and the ratios with their targets."""
    rounds = 3 if quick else 9
    with TemporaryDirectory() as folder:
        program = built(Path(folder))
        yield from agree(program, DAYS / 4 if quick else DAYS, replications=6 if quick else 12)
        contenders: dict[str, Contender] = {LEAN: lean_timed(DAYS)}
        contenders[REFERENCE] = engine_timed("reference", plain(DAYS))
        if has("compiled"):
            contenders[COMPILED] = engine_timed("compiled", plain(DAYS))
        if program is not None:
            contenders[NATIVE] = native_timed(program, DAYS)
        samples = paired(contenders, rounds)
    rows = sum(sample.rows for sample in samples[REFERENCE]) / rounds
    yield Figure("a", "rows of the log, in a replication", "rows", once(rows))
    for name in (LEAN, REFERENCE, COMPILED, NATIVE):
        if name in samples:
            yield Figure("a", f"{name}, per row", "ns", scaled(seconds_per_row(samples[name]), 1e9))
            yield Figure("a", f"{name}, per patient", "µs", scaled(seconds_per_patient(samples[name]), 1e6))
        else:
            yield missing("a", f"{name}, per row", "ns", why=reason(name))
    for over, under, target in TARGETS:
        what = f"{over} ÷ {under}"
        absent = next((name for name in (over, under) if name not in samples), None)
        if absent is None:
            yield Figure("a", what, "times", ratio(samples[over], samples[under]), target)
        else:
            yield missing("a", what, "times", target, why=reason(absent))


def agree(program: Path | None, days: float, *, replications: int) -> Iterator[Figure]:
    """The largest difference between any two, in standard errors, over all statistics."""
    logged: dict[str, Logged] = {REFERENCE: engine_logged("reference", days), LEAN: lean_logged(days)}
    if program is not None:
        logged[NATIVE] = native_logged(program, days)
    found = {
        name: [statistics(run(replication), days) for replication in range(replications)]
        for name, run in logged.items()
    }
    differences = compare(found)
    worst = max(differences, key=lambda difference: difference.errors)
    what = f"largest of {len(differences)} differences between statistics"
    note = f"({worst.what}: {worst.first} {worst.of_first:.4g}, {worst.second} {worst.of_second:.4g})"
    yield Figure("a", what, "st. errors", once(worst.errors), Target(4.0), note)
    rows = [sum(of_one["rows"] for of_one in of_all) for of_all in found.values()]
    what = f"rows of {replications} replications, most ÷ fewest"
    yield Figure("a", what, "times", once(max(rows) / min(rows)))


def reason(absent: str) -> str:
    """Why a contender is missing."""
    return NO_COMPILER if absent == NATIVE else NOT_YET
