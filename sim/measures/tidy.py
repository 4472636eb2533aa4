"""The shape of what measures give back: tidy tables, one row per measure and level, or per day of a curve."""

from collections.abc import Iterable, Iterator, Sequence
from math import floor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.log import Floats, Integers, Log
from sim.measures.survival import Curve, at_risk_at, events_by, share_at

WHOLE = ""
"""The "level" of what is said of the whole continuum."""

VALUE_COLUMNS: tuple[str, ...] = ("measure", "level", "value", "numerator", "denominator")
CURVE_COLUMNS: tuple[str, ...] = ("curve", "group", "day", "share", "at_risk", "events")

DAYS_PER_MONTH = 365.0 / 12
"""A year is 365 days, as in the yearly trend of arrivals."""
LONGEST_CURVE_DAYS = 730
"""Curves are read off at whole days up to here: two years are enough to see, and keep long runs small."""


Count = int | np.integer[Any]


class Value(NamedTuple):
    """One measure of one level: NaN where there is no data.

    `numerator` and `denominator` are given only where the value is their ratio and both count patients (or
    stays, or requests), so that replications can be pooled.
    """

    measure: str
    level: str
    value: float
    numerator: float = np.nan
    denominator: float = np.nan


class DailyCurve(NamedTuple):
    """One curve read off at whole days since the start, 0 first.

    `share` on day d includes the events on it and is NaN where follow-up does not reach; `at_risk` are those
    followed just before d, `events` all events since the start, d included.
    """

    curve: str
    group: str
    share: Floats
    at_risk: Integers
    events: Integers


def values(rows: Iterable[Value]) -> pd.DataFrame:
    """The values as a table with `VALUE_COLUMNS`."""
    return pd.DataFrame(list(rows), columns=list(VALUE_COLUMNS))


def share(measure: str, level: str, numerator: Count, denominator: Count) -> Value:
    """The ratio of two counts; NaN when nothing was counted below."""
    over, under = float(numerator), float(denominator)
    return Value(measure, level, over / under if under else np.nan, over, under)


def groups(log: Log) -> Iterator[tuple[int, str]]:
    """The whole continuum, then each level: its number, −1 for the whole, and its name."""
    yield -1, WHOLE
    yield from enumerate(log.levels)


def curve_days(log: Log) -> Floats:
    """The whole days on which this log's curves are read off."""
    return np.arange(min(floor(log.end - log.window_start), LONGEST_CURVE_DAYS) + 1.0)


def daily_curve(name: str, group: str, curve: Curve, days: Floats) -> DailyCurve:
    """A curve read off at these days."""
    return DailyCurve(name, group, share_at(curve, days), at_risk_at(curve, days), events_by(curve, days))


def curves(rows: Sequence[DailyCurve], days: Floats) -> pd.DataFrame:
    """The curves, read off at these days, as one table with `CURVE_COLUMNS`."""
    empty = np.empty(0)
    return pd.DataFrame(
        {
            "curve": _repeated([row.curve for row in rows], len(days)),
            "group": _repeated([row.group for row in rows], len(days)),
            "day": np.tile(days.astype(np.int32), len(rows)),
            "share": np.concatenate([empty, *(row.share for row in rows)]),
            "at_risk": np.concatenate([empty, *(row.at_risk for row in rows)]).astype(np.int32),
            "events": np.concatenate([empty, *(row.events for row in rows)]).astype(np.int32),
        },
        columns=list(CURVE_COLUMNS),
    )


def named(numbers: Sequence[int] | Integers, names: Sequence[str]) -> pd.Categorical:
    """The names at these numbers, as a categorical in the order of `names`."""
    return pd.Categorical.from_codes(list(numbers), categories=pd.Index(names, dtype=object))


def _repeated(names: list[str], times: int) -> pd.Categorical:
    known = list(dict.fromkeys(names))
    return named(np.repeat([known.index(name) for name in names], times).astype(np.int64), known)
