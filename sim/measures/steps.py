"""How many at each moment: counts that step up and down with time, their means, percentiles and daily values.

A count holds from one time to the next, the left end included. Several changes at one time are one change:
what is said of a moment holds after the last of them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.log import Floats, Integers
from sim.measures.rows import Numbers

_EQUAL = 1e-9
"""A share of time this close to the one asked for has reached it: sums of days are rounded."""


class Steps(NamedTuple):
    """`values[i]` holds from `times[i]` to `times[i + 1]`, the last for ever; before the first it is 0."""

    times: Floats
    values: Floats


class Changes(NamedTuple):
    """Moments in the order of time, the group whose count changes then, and by how much."""

    times: Floats
    group: Numbers
    by: npt.NDArray[np.int8]


def changes(starts: Floats, stops: Floats, group: Numbers) -> Changes:
    """How the intervals [start, stop), each of a group, change its count; a NaN stop never comes."""
    stopped = np.flatnonzero(~np.isnan(stops))
    times = np.concatenate((starts, stops[stopped]))
    by = np.ones(len(times), dtype=np.int8)
    by[len(starts) :] = -1
    order = np.argsort(times)
    return Changes(times[order], np.concatenate((group, group[stopped]))[order], by[order])


def counted(changes: Changes, group: int = -1) -> Steps:
    """How many intervals of the group are open at each moment; −1: of all groups."""
    if group < 0:
        return _merged(changes.times, np.cumsum(changes.by, dtype=np.float64))
    own = changes.group == group
    return _merged(changes.times[own], np.cumsum(changes.by[own], dtype=np.float64))


def given(times: Floats, values: Floats) -> Steps:
    """The values set at the times, which are in order; of equal times the last one counts."""
    return _merged(times, values)


def before(steps: Steps, times: Floats) -> Floats:
    """The value just before each of the times."""
    return _value(steps, np.searchsorted(steps.times, times, side="left") - 1)


def value_at(steps: Steps, times: Floats) -> Floats:
    """The value from each of the times on."""
    return _value(steps, np.searchsorted(steps.times, times, side="right") - 1)


def clipped(steps: Steps, start: float, end: float) -> tuple[Floats, Floats]:
    """The values held in [start, end) and for how many days each."""
    first = np.searchsorted(steps.times, start, side="right")
    last = np.searchsorted(steps.times, end, side="left")
    edges = np.concatenate(([start], steps.times[first:last], [end]))
    held = steps.values[first - 1] if first else 0.0
    return np.concatenate(([held], steps.values[first:last])), edges[1:] - edges[:-1]


def mean(values: Floats, days: Floats) -> float:
    """The time-weighted mean."""
    return float(np.sum(values * days) / np.sum(days))


def percentiles(values: Floats, days: Floats, q: Sequence[float]) -> list[float]:
    """For each q the smallest whole number n such that the share of time at n or below is at least q.

    The values are whole numbers, 0 or more.
    """
    days_at = np.bincount(values.astype(np.int64), weights=days)
    shares = np.cumsum(days_at) / np.sum(days)
    return [float(n) for n in np.searchsorted(shares, np.array(q) - _EQUAL)]


def largest(values: Floats, days: Floats) -> float:
    """The largest value held for any time at all."""
    return float(np.max(values[days > 0]))


def _merged(times: Floats, values: Floats) -> Steps:
    last = np.ones(len(times), dtype=bool)
    last[:-1] = times[1:] != times[:-1]
    return Steps(times[last], values[last])


def _value(steps: Steps, index: Integers) -> Floats:
    if not len(steps.times):
        return np.zeros(len(index))
    return np.where(index < 0, 0.0, steps.values[np.maximum(index, 0)])
