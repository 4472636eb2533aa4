"""The figures of one log that are compared with textbook answers: our measures, and two beside them.

`census.day_D` is the number in places at the moment D, just before what happens then. `wait.VALUE.mean` is
`wait.mean` of the patients one trait of whom has this value.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from sim.log import Log
from sim.measures import steps
from sim.measures.census import counts
from sim.measures.histories import Outcome, days_between, histories, within
from sim.measures.registry import measure

Key = tuple[str, str]
"""A measure and its level; "" for the whole continuum."""

Figures = Mapping[Key, float]


Part = tuple[float, float]
"""What one replication gives to a figure, which is the sum of all firsts ÷ the sum of all seconds."""

COUNTED: Mapping[str, str] = {
    "wait.mean": "admitted.count",
    "wait.waited.mean": "wait.share_waiting",
    "wait.offered.mean": "asked.count",
    "stay.clinical.mean": "admissions.per_day",
}
"""A mean over patients → the measure whose value, or numerator, tells of how many.

A mean of the means of replications would be too low: where many wait, they wait long.
"""


def readings(log: Log, keys: Sequence[Key]) -> list[Part]:
    """What this log gives to each of these figures: a share's or mean's two sides, a mean over time and 1."""
    own = {key: part for key in keys if (part := _of_our_own(log, key)) is not None}
    ours = [key for key in keys if key not in own]
    wanted = [*ours, *((COUNTED[name], level) for name, level in ours if name in COUNTED)]
    found: dict[Key, tuple[float, float, float]] = {}
    for function in dict.fromkeys(measure(name).function for name, _ in wanted):
        table = function(log)
        names = zip(table["measure"], table["level"], strict=True)
        sides = (table[column].astype(float) for column in ("value", "numerator", "denominator"))
        found |= dict(zip(names, zip(*sides, strict=True), strict=True))
    return [own[key] if key in own else _part(found, key) for key in keys]


def _part(found: Mapping[Key, tuple[float, float, float]], key: Key) -> Part:
    name, level = key
    value, over, under = found[key]
    if name in COUNTED:
        counted, of_whom, _ = found[COUNTED[name], level]
        many = counted if np.isnan(of_whom) else of_whom
        return (value * many, many) if many else (0.0, 0.0)
    return (value, 1.0) if np.isnan(under) else (over, under)


def _of_our_own(log: Log, key: Key) -> Part | None:
    """The figure, where it is none of our measures."""
    name, level = key[0], log.levels.index(key[1]) if key[1] else -1
    if day := re.fullmatch(r"census\.day_(\d+)", name):
        return float(steps.before(counts(log, level).census, np.array([float(day[1])]))[0]), 1.0
    values = {
        value: (column, code) for column, one in enumerate(log.trait_values) for code, value in enumerate(one)
    }
    if (group := re.fullmatch(r"wait\.(.+)\.mean", name)) and group[1] in values:
        return _waits(log, level, *values[group[1]])
    return None


def _waits(log: Log, level: int, trait: int, value: int) -> Part:
    lines = histories(log).lines
    chosen = within(lines.joined, log) & ~lines.start & (lines.level == level)
    chosen &= (lines.outcome == Outcome.ADMITTED) & (log.patient_traits[lines.patient - 1, trait] == value)
    days = days_between(lines.joined[chosen], lines.ended[chosen])
    return float(np.sum(days)), float(len(days))
