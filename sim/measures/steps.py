"""How many at each moment: counts that step up and down with time, their means, percentiles and daily values.

A count holds from one time to the next, the left end included. Several changes at one time are one change:
what is said of a moment holds after the last of them.
"""

from typing import NamedTuple

import numpy as np

from sim.log import Floats, Integers

_EQUAL = 1e-9
"""A share of time this close to the one asked for has reached it: sums of days are rounded."""


class Steps(NamedTuple):
    """`values[i]` holds from `times[i]` to `times[i + 1]`, the last for ever; before the first it is 0."""

    times: Floats
    values: Floats


def counted(starts: Floats, stops: Floats) -> Steps:
    """How many of the intervals [start, stop) are open at each moment; a NaN stop never comes."""
    stops = stops[~np.isnan(stops)]
    times = np.concatenate((starts, stops))
    changes = np.concatenate((np.ones(len(starts)), -np.ones(len(stops))))
    order = np.argsort(times, kind="stable")
    return _merged(times[order], np.cumsum(changes[order]))


def given(times: Floats, values: Floats) -> Steps:
    """The values set at the times, which are in order; of equal times the last one counts."""
    return _merged(times, values)


def before(steps: Steps, times: Floats) -> Floats:
    """The value just before each of the times."""
    index = np.searchsorted(steps.times, times, side="left") - 1
    return _value(steps, index)


def clipped(steps: Steps, start: float, end: float) -> tuple[Floats, Floats]:
    """The values held in [start, end) and for how many days each."""
    first = np.searchsorted(steps.times, start, side="right")
    last = np.searchsorted(steps.times, end, side="left")
    edges = np.concatenate(([start], steps.times[first:last], [end]))
    values = _value(steps, np.arange(first - 1, last))
    return values, np.diff(edges)


def mean(values: Floats, days: Floats) -> float:
    """The time-weighted mean."""
    return float(np.sum(values * days) / np.sum(days))


def percentile(values: Floats, days: Floats, q: float) -> float:
    """The smallest value n such that the share of time at n or below is at least q."""
    order = np.argsort(values, kind="stable")
    shares = np.cumsum(days[order]) / np.sum(days)
    return float(values[order][np.searchsorted(shares, q - _EQUAL)])


def largest(values: Floats, days: Floats) -> float:
    """The largest value held for any time at all."""
    return float(np.max(values[days > 0]))


def _merged(times: Floats, values: Floats) -> Steps:
    last = np.append(times[1:] != times[:-1], True)[: len(times)]
    return Steps(times[last], values[last])


def _value(steps: Steps, index: Integers) -> Floats:
    if not len(steps.times):
        return np.zeros(len(index))
    return np.where(index < 0, 0.0, steps.values[np.maximum(index, 0)])
