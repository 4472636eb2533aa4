"""How fast the clocks of a level ring at every age of a stay, for many kinds of patient at once.

A clock given in days has a cumulative hazard that depends on the kind of patient alone; a probability is
spread at constant hazard over the planned days of each stay. What rings first: `sim/flows/stays.py`.
"""

from collections.abc import Sequence
from math import inf, log
from typing import NamedTuple

import numpy as np

from sim.distributions import survival
from sim.families import EXPONENTIAL, WEIBULL
from sim.flows.lanes import Lanes
from sim.flows.lengths import Begun, Floats, clock_key
from sim.rules.clocks import chance_of_silence
from sim.rules.conditions import Person
from sim.tables import NONE, Tables

LEAST_CHANCE = 1e-300
"""Smaller chances of silence count as this, so that they have a logarithm."""

HIGHEST = -log(LEAST_CHANCE)


class Hazard(NamedTuple):
    """The hazard of one clock: cumulative by age and kind of patient, or the same on every day of a stay."""

    by_age: Floats  # [age, kind of patient]; 0 for a probability
    per_day: Floats | None  # per stay begun, of a probability

    def is_straight(self, ages: Floats) -> bool:
        """Whether it grows evenly with age: the clock has no memory."""
        if self.per_day is not None:
            return True
        expected = np.outer(ages / ages[-1], self.by_age[-1])
        return bool(np.allclose(self.by_age, expected, rtol=1e-6, atol=1e-9))


class Hazards:
    """The hazards of some clocks and, last, of the relapse clock if there is one."""

    def __init__(self, found: Sequence[Hazard], ages: Floats, *, relapse: bool) -> None:
        self.found, self.ages = found, ages
        self.memory = relapse and not found[-1].is_straight(ages)
        gains = [np.diff(one.by_age, axis=0) for one in found]
        if relapse:
            gains[-1] = np.maximum(gains[-1], 0.0)
        self.gains = np.stack(gains, axis=1) if gains else None  # [step, clock, kind of patient]
        self.per_day = {index: one.per_day for index, one in enumerate(found) if one.per_day is not None}

    def during(self, step: int, lanes: Lanes) -> Floats:
        """The hazard of every clock in a step, [clock, lane]."""
        if self.gains is None:
            return np.zeros((0, len(lanes.who)))
        found: Floats = self.gains[step].take(lanes.who, axis=1)
        for index, per_day in self.per_day.items():
            found[index] = per_day[lanes.model] * (self.ages[step + 1] - self.ages[step])
        return found

    def relapse_by(self, days: Floats, lanes: Lanes) -> Floats:
        """The cumulative hazard of the relapse clock so many days after it started anew, by lane."""
        found = np.empty(len(days))
        for who in np.unique(lanes.who).tolist():
            mine = np.flatnonzero(lanes.who == who)
            found[mine] = np.interp(days[mine], self.ages, self.found[-1].by_age[:, who])
        return found


def hazard(t: Tables, clock: int, level: int, people: Sequence[Person], begun: Begun, ages: Floats) -> Hazard:
    """The hazard of a clock for these kinds of patient in the stays that they begin."""
    if t.clocks[clock].choice == NONE:
        silence = [chance_of_silence(t, clock, level, person, days=0.5, planned=1.0) for person in people]
        whole = -2.0 * np.log(np.maximum(silence, LEAST_CHANCE))
        per_day = whole[begun.who] / np.maximum(begun.full, 1e-9)
        return Hazard(np.zeros((len(ages), len(people))), per_day)
    keys = [clock_key(t, clock, level, person) for person in people]
    uncut = {
        (row, time)
        for row, _, time in keys
        if t.distributions.low[row] <= 0.0 and t.distributions.high[row] == inf
    }
    plain = {(row, time): _plain(t, row, time, ages) for row, time in uncut}
    curves: dict[tuple[int, float, float], Floats] = {}
    for key in dict.fromkeys(keys):
        row, hazard_ratio, time_ratio = key
        if (row, time_ratio) in plain:  # a hazard ratio multiplies it
            curves[key] = np.minimum(hazard_ratio * plain[row, time_ratio], HIGHEST)
        else:
            curves[key] = _logarithm(
                [survival(t.distributions, row, age, hazard_ratio, time_ratio) for age in ages.tolist()]
            )
    return Hazard(np.array([curves[key] for key in keys]).T, None)


def _plain(t: Tables, row: int, time_ratio: float, ages: Floats) -> Floats:
    """The cumulative hazard of a distribution without a cut and without a hazard ratio."""
    d = t.distributions
    if d.ever[row] == 1.0 and d.kind[row] in (EXPONENTIAL, WEIBULL):
        shape, scale = (1.0, d.a[row]) if d.kind[row] == EXPONENTIAL else (d.a[row], d.b[row])
        with np.errstate(over="ignore"):
            return np.minimum((ages / (time_ratio * scale)) ** shape, 1.0 / LEAST_CHANCE)
    return _logarithm([survival(d, row, age, 1.0, time_ratio) for age in ages.tolist()])


def _logarithm(silence: list[float]) -> Floats:
    """The cumulative hazard of these chances of silence."""
    return np.asarray(-np.log(np.maximum(silence, LEAST_CHANCE)), dtype=np.float64)
