"""Reads the answer to a question out of a results folder, and says a difference in words."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import comparisons
from sim.estimates import paired
from sim.experiments.parts import OnDisk, part_name, unpack_part
from sim.measures.census import DAILY_MEASURES
from sim.measures.reduce import Reduced
from sim.results import PARTS


class Says(NamedTuple):
    """One sentence of an answer: its text, in which {} stands for the figure of a measure, or of each level.

    `of`: "both" plans of a comparison, the "first" or "second" alone, or the only "run". `plan`: the name of
    the second, where there are several. `days`: the daily figure averaged
    over these dates, both ends counted; else the measure of the window. `role`: the FTE needed of it, mean
    and 80 % point. `last_words`: what the command itself said at its end.
    """

    text: str = ""
    measure: str = ""
    level: str | list[str] = ""
    of: str = "both"
    plan: str = ""
    days: Sequence[date] = ()
    role: str = ""
    unit: str = ""
    digits: int = 1
    percent: bool = False
    last_words: bool = False


def sentences(folder: Path, printed: str, says: Says) -> list[str]:
    """The sentence with its figures, read from the folder of results or from what was printed."""
    if says.last_words:
        return last_words(printed)
    if says.role:
        return [says.text.format(*(f"{one:.{says.digits}f} {says.unit}" for one in staff(folder, says.role)))]
    levels = [says.level] if isinstance(says.level, str) else says.level
    return [says.text.format(*(figure(folder, says, level) for level in levels))]


def figure(folder: Path, says: Says, level: str) -> str:
    """The figure of one level, in words."""
    unit, times = ("%", 100.0) if says.percent else (says.unit, 1.0)
    if says.of == "run":
        found = estimate(folder, says.measure, level)
        return told(found, unit, digits=says.digits, times=times)
    if says.of != "both":
        found = estimate(folder, says.measure, level, place=("first", "second").index(says.of))
        return told(found, unit, digits=says.digits, times=times)
    if says.days:
        between = on_days(folder, says.measure, level, *says.days)
    else:
        between = gap(folder, says.measure, level, plan=says.plan)
    return both(between, unit, digits=says.digits, times=times)


def last_words(printed: str) -> list[str]:
    """What a command said below its table, but for where the results are."""
    blocks = [one for one in printed.strip().split("\n\n") if not one.startswith("Results are in")]
    return blocks[-1].splitlines()


class Gap(NamedTuple):
    """A figure under both plans, and the second less the first with its paired 95 % interval."""

    first: float
    second: float
    difference: float
    low: float
    high: float

    @property
    def is_seen(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0.0 or self.high < 0.0


class Estimate(NamedTuple):
    """A figure with its 95 % interval."""

    mean: float
    low: float
    high: float


def gap(folder: Path, measure: str, level: str, *, plan: str = "") -> Gap:
    """A measure under the first plan of a comparison and under another."""
    table = pd.read_csv(folder / "differences.csv", keep_default_na=False)
    table = table[table["scenario"] == (plan or table["scenario"].iloc[0])]
    row = table[(table["measure"] == measure) & (table["level"] == level)].iloc[0]
    names = ("baseline", "value", "difference", "ci_low", "ci_high")
    return Gap(*(float(row[name]) for name in names))


def estimate(folder: Path, measure: str, level: str, *, place: int | None = None) -> Estimate:
    """A measure of a run, or under one of the plans of a comparison."""
    table = pd.read_csv(folder / "summary.csv", keep_default_na=False)
    if place is not None:
        table = table[table["scenario"] == table["scenario"].unique()[place]]
    row = table[(table["measure"] == measure) & (table["level"] == level)].iloc[0]
    return Estimate(*(float(row[name]) for name in ("mean", "ci_low", "ci_high")))


def on_days(folder: Path, measure: str, level: str, first: date, last: date) -> Gap:
    """A daily figure, averaged over dates (both ends counted), under the two plans of a comparison."""
    sides = [_values(folder, number, measure, level, first, last) for number in range(2)]
    found = paired(*sides)
    return Gap(float(np.mean(sides[0])), float(np.mean(sides[1])), found.difference, found.low, found.high)


def _values(folder: Path, number: int, measure: str, level: str, first: date, last: date) -> Sequence[float]:
    scenario = comparisons.scenarios_of(folder)[number]
    store = OnDisk(folder / PARTS / scenario.digest[:16])
    made = [_reduced(store, one) for one in range(scenario.run.replications)]
    begin = (first - scenario.run.start).days - made[0].layout.first_day
    end = (last - scenario.run.start).days - made[0].layout.first_day + 1
    place = made[0].layout.levels.index(level), DAILY_MEASURES.index(measure)
    return [float(one.days[begin:end, place[0], place[1]].mean()) for one in made]


def _reduced(store: OnDisk, number: int) -> Reduced:
    content = store.kept(part_name(number))
    assert content is not None, f"replication {number} is not in the folder"
    return unpack_part(content).reduced


def staff(folder: Path, role: str) -> tuple[float, float]:
    """FTE of a role that all levels need: the mean over the weeks, and the greatest 80 % point of a week."""
    table = pd.read_csv(folder / "staff.csv", keep_default_na=False)
    rows = table[(table["role"] == role) & (table["level"] == "") & (table["measure"] == "needed")]
    return float(rows["mean"].astype(float).mean()), float(rows["p80"].astype(float).max())


def both(found: Gap, unit: str, *, digits: int, times: float) -> str:
    """The figures under both plans, and their difference or that none was seen."""
    if found.first == found.second and found.low == found.high == 0.0:
        return f"{found.first * times:.{digits}f} {unit} in both"
    first, second = (f"{value * times:.{digits}f}" for value in (found.first, found.second))
    span = " to ".join(signed(value * times, digits) for value in (found.low, found.high))
    head = f"{first} → {second} {unit}"
    if not found.is_seen:
        return f"{head}, no difference seen (95 % interval {span})"
    return f"{head}, {signed(found.difference * times, digits)} (95 % interval {span})"


def told(found: Estimate, unit: str, *, digits: int, times: float) -> str:
    """The figure and its interval."""
    mean, low, high = (f"{value * times:.{digits}f}" for value in found)
    return f"{mean} {unit} (95 % interval {low} to {high})"


def signed(value: float, digits: int) -> str:
    """The number with its sign, `−0.3`."""
    text = f"{value:+.{digits}f}"
    return (text.lstrip("+-") if float(text) == 0.0 else text).replace("-", "−")
