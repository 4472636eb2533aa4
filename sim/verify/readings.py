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


def readings(log: Log, keys: Sequence[Key]) -> list[float]:
    """The value of each of these figures in one log; NaN where there is no data."""
    found = {key: value for key in keys if (value := _of_our_own(log, key)) is not None}
    functions = (measure(name).function for name, level in keys if (name, level) not in found)
    for function in dict.fromkeys(functions):
        table = function(log)
        names = zip(table["measure"], table["level"], strict=True)
        found |= dict(zip(names, table["value"].astype(float), strict=True))
    return [found[key] for key in keys]


def _of_our_own(log: Log, key: Key) -> float | None:
    """The figure, where it is none of our measures."""
    name, level = key[0], log.levels.index(key[1]) if key[1] else -1
    if day := re.fullmatch(r"census\.day_(\d+)", name):
        return float(steps.before(counts(log, level).census, np.array([float(day[1])]))[0])
    values = {
        value: (column, code) for column, one in enumerate(log.trait_values) for code, value in enumerate(one)
    }
    if (group := re.fullmatch(r"wait\.(.+)\.mean", name)) and group[1] in values:
        return _mean_wait(log, level, *values[group[1]])
    return None


def _mean_wait(log: Log, level: int, trait: int, value: int) -> float:
    lines = histories(log).lines
    chosen = within(lines.joined, log) & ~lines.start & (lines.level == level)
    chosen &= (lines.outcome == Outcome.ADMITTED) & (log.patient_traits[lines.patient - 1, trait] == value)
    return float(np.mean(days_between(lines.joined[chosen], lines.ended[chosen]))) if chosen.any() else np.nan
