"""Part b: the baseline, which uses most of the vocabulary. The compiled engine beside the reference engine.

Both make the same log, so a ratio is of equal work: from seed to log, with the scenario's plan made before.
"""

from collections.abc import Iterator
from pathlib import Path

from contenders import engine_timed, has
from figures import Figure, Target, missing, scaled
from rounds import paired, ratio, seconds_per_patient, seconds_per_row

from sim.scenario.load import load

SCENARIO = Path(__file__).resolve().parents[1] / "scenarios" / "baseline.toml"
TARGET = Target(100, at_least=True)


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time a row and a patient of both engines, and their ratio."""
    scenario = load(SCENARIO)
    names = [name for name in ("reference", "compiled") if has(name)]
    samples = paired({name: engine_timed(name, scenario) for name in names}, 3 if quick else 7)
    for name, found in samples.items():
        seconds = scaled(seconds_per_row(found), 1e9)
        yield Figure("b", f"baseline, {name} engine, per row", "ns", seconds)
        yield Figure(
            "b", f"baseline, {name} engine, per patient", "µs", scaled(seconds_per_patient(found), 1e6)
        )
    what = "baseline, reference engine ÷ compiled engine"
    if "compiled" in samples:
        yield Figure("b", what, "times", ratio(samples["reference"], samples["compiled"]), TARGET)
    else:
        yield missing("b", what, "times", TARGET)
