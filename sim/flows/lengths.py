"""How long stays are planned, and where rules send: distributions as days and weights, choices as shares.

Used to reckon with chances instead of drawing. What comes of a stay whose length is planned is left to
`sim/flows/stays.py`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.rules.choices import shift
from sim.rules.clocks import chance_of_silence, days_until, distribution
from sim.rules.conditions import Person
from sim.rules.effects import hazard_and_time, option_ratio
from sim.special import normal_below
from sim.tables import NONE, TARGETS, Tables
from sim.words import Reason

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ENDS = TARGETS.index("ends")
COMPLETED = int(Reason.COMPLETED)

LONGEST = 36_500.0
"""Days beyond which nobody is followed: a clock that never rings would else be followed for ever."""

NEGLIGIBLE = 1e-10
"""A chance that is no longer followed."""


class Begun(NamedTuple):
    """Stays that begin: one entry per planned length, with the patient it belongs to."""

    who: Integers  # index into the patients
    planned: Floats  # days
    full: Floats  # days over which a probability is spread
    reason: Integers  # why the stay would end then
    weight: Floats  # its share among those that are asked for together
    answer: Integers  # which those are
    temporary: bool = False


def quantile_nodes(draw: Callable[[float], float], silent: Callable[[float], float]) -> tuple[Floats, Floats]:
    """Days and weights that stand for a distribution: sums over them are means over it.

    `draw` gives the days for a uniform number, `silent` the chance of more than so many days. Smooth ones are
    read at equal steps of the normal score of the uniform number (the trapezoid rule converges there faster
    than any power of the step); those with single values of their own are taken value by value.
    """
    scores = np.arange(-6.0, 6.001, 0.25)
    weights = np.exp(-(scores**2) / 2.0)
    days = np.array([min(LONGEST, draw(normal_below(score))) for score in scores.tolist()])
    distinct = np.unique(days)
    if len(distinct) == 1:
        return distinct, np.ones(1)
    rings = days < LONGEST
    smooth = len(distinct) == int(rings.sum()) + int(not rings.all())
    if smooth and weights[~rings].sum() < 1e-6 * weights.sum():
        return days, weights / weights.sum()
    values = np.unique([min(LONGEST, draw((i + 0.5) / 400)) for i in range(400)])
    borders = (values[1:] + values[:-1]) / 2.0
    beyond = np.array([1.0, *(silent(float(border)) for border in borders), 0.0])
    return values, beyond[:-1] - beyond[1:]


def clock_key(t: Tables, clock: int, level: int, person: Person) -> tuple[int, float, float]:
    """What a clock given by a distribution depends on: the distribution, hazard ratio and time ratio."""
    return distribution(t, clock, person), *hazard_and_time(t, t.clocks[clock].target, level, person)


class Nodes:
    """Days and weights of clocks, remembered: many kinds of patient share one distribution."""

    def __init__(self, t: Tables) -> None:
        self.t = t
        self.known: dict[tuple[int, float, float], tuple[Floats, Floats]] = {}

    def __call__(self, clock: int, level: int, person: Person) -> tuple[Floats, Floats]:
        """Days and weights of one clock of one patient, a distribution."""
        t, key = self.t, clock_key(self.t, clock, level, person)
        if key not in self.known:
            self.known[key] = quantile_nodes(
                lambda u: days_until(t, clock, level, person, u=u, planned=0.0),
                lambda days: chance_of_silence(t, clock, level, person, days=days, planned=1.0),
            )
        return self.known[key]

    def mean(self, clock: int, level: int, person: Person) -> float:
        """The mean days of a clock that always rings."""
        days, weights = self(clock, level, person)
        return float(np.dot(days, weights))


def new_stays(nodes: Nodes, cell: int, people: Sequence[Person]) -> Begun:
    """The planned lengths of a new stay of each patient, each with its weight among hers."""
    t = nodes.t
    level = cell % t.levels
    who: list[int] = []
    parts: list[tuple[Floats, Floats, int]] = []
    for index, person in enumerate(people):
        for clock, reason, share in _planned_clocks(t, cell, person):
            days, weights = nodes(clock, level, person)
            if reason == COMPLETED:
                days = np.maximum(days, t.cells[cell].minimum_stay)
            who.extend([index] * len(days))
            parts.append((days, weights * share, reason))
    planned = np.concatenate([days for days, _, _ in parts])
    reasons = np.concatenate([np.full(len(days), reason) for days, _, reason in parts])
    weights = np.concatenate([weights for _, weights, _ in parts])
    return Begun(np.array(who), planned, planned, reasons, weights, np.array(who))


def _planned_clocks(t: Tables, cell: int, person: Person) -> list[tuple[int, int, float]]:
    """Clock, reason and share of every kind of planned end."""
    row = t.cells[cell]
    if row.stay != NONE:
        return [(row.stay, COMPLETED, 1.0)]
    ends = t.ends[row.end_first : row.end_last]
    shares = [end.share for end in ends]
    for index, end in enumerate(ends):
        size = option_ratio(t, ENDS, cell % t.levels, end.reason, person)
        if size != 1.0:
            shift(shares, index, size)
    return [(end.clock, end.reason, share) for end, share in zip(ends, shares, strict=True)]


def options(t: Tables, rule: int, level: int, person: Person) -> list[tuple[int, float]]:
    """Where a rule sends this patient, each with its share, odds ratios included."""
    rows = t.options[t.rules[rule].first : t.rules[rule].last]
    shares = [option.share for option in rows]
    if len(shares) > 1:
        for index, option in enumerate(rows):
            size = option_ratio(t, t.rules[rule].target, level, option.to, person)
            if size != 1.0:
                shift(shares, index, size)
    return [(option.to, share) for option, share in zip(rows, shares, strict=True) if share > 0.0]
