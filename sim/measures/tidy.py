"""The shape of what measures give: rows of figures and curves, and the tidy tables made of them.

A measure is written as a function from a log to its rows, and marked `gives_values` or `gives_curves`:
called, it gives their table. `rows_of` gives the rows themselves, from which `reduce.py` makes one table of
all measures at once: a table costs more than the figures in it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from inspect import unwrap
from math import floor
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd

from sim.log import Floats, Integers, Log
from sim.measures.rows import Flags, Numbers
from sim.measures.survival import Curve, events_by, read_off
from sim.scenario.types import Scenario

WHOLE = ""
"""The "level" of what is said of the whole continuum."""

VALUE_COLUMNS: tuple[str, ...] = ("measure", "level", "value", "numerator", "denominator")
CURVE_COLUMNS: tuple[str, ...] = ("curve", "group", "day", "share", "at_risk", "events")

DAYS_PER_MONTH = 365.0 / 12
"""A year is 365 days, as in the yearly trend of arrivals."""
LONGEST_CURVE_DAYS = 730
"""Curves are read off at whole days up to here: two years are enough to see, and keep long runs small."""


Count = int | np.integer[Any]
Table = Callable[[Log], pd.DataFrame]
OfScenario = Callable[[Log, Scenario], Iterable["Value"]]
"""Gives rows that a log alone does not tell: none where the scenario has nothing of the kind."""


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


class NamedCurve(NamedTuple):
    """One curve of one group: a level, or "" for all."""

    curve: str
    group: str
    steps: Curve


def gives_values(rows: Callable[[Log], Iterable[Value]]) -> Table:
    """The function that gives these rows as a table with `VALUE_COLUMNS`."""

    @wraps(rows)
    def table(log: Log) -> pd.DataFrame:
        return pd.DataFrame(list(rows(log)), columns=list(VALUE_COLUMNS))

    return table


def gives_curves(rows: Callable[[Log], Iterable[NamedCurve]]) -> Table:
    """The function that gives these curves, read off at whole days, as a table with `CURVE_COLUMNS`.

    `share` on day d since the start includes the events on it and is NaN where follow-up does not reach;
    `at_risk` are those followed just before d, `events` all events since the start, d included.
    """

    @wraps(rows)
    def table(log: Log) -> pd.DataFrame:
        curves, days = list(rows(log)), curve_days(log)
        steps = [one.steps for one in curves]
        shares, at_risk = read_off(steps, days)
        columns = curve_keys([(one.curve, one.group) for one in curves], len(days)) | {
            "share": shares.reshape(-1),
            "at_risk": at_risk.reshape(-1).astype(np.int32),
            "events": np.concatenate([[], *(events_by(one, days) for one in steps)]).astype(np.int32),
        }
        return pd.DataFrame(columns, columns=list(CURVE_COLUMNS))

    return table


def rows_of(function: Table, log: Log) -> list[Any]:
    """The rows, or curves, of which a function marked as above makes its table."""
    return list(unwrap(function)(log))


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


def tally(chosen: Flags, level: Numbers, log: Log, *, whole: Flags | None = None) -> dict[int, int]:
    """How many are chosen, by the number of their level; −1: all of them, or those of `whole`."""
    at_levels = np.bincount(level[chosen], minlength=len(log.levels))
    total = np.count_nonzero(chosen if whole is None else whole)
    return {-1: int(total), **dict(enumerate(at_levels.tolist()))}


def curve_keys(names: Sequence[tuple[str, str]], days: int) -> dict[str, Any]:
    """The columns curve, group and day of a table of curves, each told on so many days."""
    return {
        "curve": repeated([curve for curve, _ in names], days),
        "group": repeated([group for _, group in names], days),
        "day": np.tile(np.arange(days, dtype=np.int32), len(names)),
    }


def repeated(names: Sequence[str], times: int) -> pd.Categorical:
    """Each name so many times over, as a categorical in the order in which they come first."""
    known = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return named(np.repeat(np.array([known[name] for name in names], dtype=np.int64), times), tuple(known))


def named(numbers: Sequence[int] | Integers, names: Sequence[str]) -> pd.Categorical:
    """The names at these numbers, as a categorical in the order of `names`."""
    codes = cast("Sequence[int]", np.asarray(numbers))  # a list would be slower
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=object))
