"""How full each level is: census, patients in care, blocked and waiting, and occupancy, over time and by day.

All are counts at each moment, weighted by how long they held, within the window only. Patients there on day 0
count. How long single patients stay or wait is left to stays.py and waits.py, which level blocks which to
blocking.py.
"""

from collections.abc import Iterator
from math import ceil, floor, isinf
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.log import Floats, Integers, Log
from sim.measures import steps
from sim.measures.histories import clinical_end, histories
from sim.measures.remembered import remembered
from sim.measures.rows import Numbers
from sim.measures.steps import Changes, Steps
from sim.measures.tidy import Value, gives_values, groups, named
from sim.words import Event

DAILY_COLUMNS: tuple[str, ...] = ("day", "level", "measure", "value")
DAILY_MEASURES: tuple[str, ...] = ("census", "waiting", "blocked", "capacity", "in_care")
USABLE = "usable"
"""One more where any level has a usable capacity."""


class Counts(NamedTuple):
    """What one level, or the whole continuum, holds at each moment."""

    census: Steps  # patients holding a place: in care or blocked
    in_care: Steps  # their clinical stay is going on
    blocked: Steps  # ready, still holding the place
    waiting: Steps  # on the level's waitlist, holding no place anywhere
    capacity: Steps  # places; infinite when unlimited


@gives_values
def census(log: Log) -> Iterator[Value]:
    """The time-weighted means and percentiles of what each level holds in the window, and its occupancy.

    * census.mean: days of stays within the window (admitted to left) ÷ days of the window. census.p05 …
      census.p95: the smallest n such that the census is n or lower for at least that share of the window;
      census.max: the highest held for any time at all.
    * in_care.mean: the same from admission to the end of the clinical stay (ready, or left).
      blocked.mean: from ready to left. So census = in care + blocked.
      blocked.share: blocked days ÷ days of stays; null without any.
    * waiting.mean, .p50, .p95, .max: patients on the level's waitlist who hold no place, from the request (or
      the moment they went home) until admitted, diverted, reneged, turned away, not shown or died.
    * capacity.mean: time-weighted number of places; occupancy: days of stays ÷ days of places. Both null
      where places are unlimited at any time of the window, occupancy also where there are none.

    For the whole continuum the counts are added up over levels.
    """
    for number, name in groups(log):
        yield from _level(log, number, name)


def _level(log: Log, number: int, name: str) -> Iterator[Value]:
    held = counts(log, number)
    window = (log.window_start, log.window_end)
    full, care, blocked, waiting, places = (steps.clipped(one, *window) for one in held)
    mean = steps.mean(*full)
    yield Value("census.mean", name, mean)
    yield from _percentiles("census", name, full, (5, 50, 90, 95))
    yield Value("census.max", name, steps.largest(*full))
    yield Value("in_care.mean", name, steps.mean(*care))
    yield Value("blocked.mean", name, steps.mean(*blocked))
    yield Value("blocked.share", name, steps.mean(*blocked) / mean if mean else np.nan)
    yield Value("waiting.mean", name, steps.mean(*waiting))
    yield from _percentiles("waiting", name, waiting, (50, 95))
    yield Value("waiting.max", name, steps.largest(*waiting))
    capacity = steps.mean(*places)
    limited = not isinf(capacity)
    yield Value("capacity.mean", name, capacity if limited else np.nan)
    yield Value("occupancy", name, mean / capacity if limited and capacity else np.nan)


def _percentiles(
    measure: str, level: str, held: tuple[Floats, Floats], percents: tuple[int, ...]
) -> Iterator[Value]:
    found = steps.percentiles(*held, [percent / 100 for percent in percents])
    for percent, count in zip(percents, found, strict=True):
        yield Value(f"{measure}.p{percent:02}", level, count)


def daily(log: Log) -> pd.DataFrame:
    """The state of each level just before midnight of each whole day in the window; columns `DAILY_COLUMNS`.

    As `daily_figures`.
    """
    return daily_table(daily_figures(log), first_day(log), log.levels)


def daily_figures(log: Log) -> Floats:
    """The state just before midnight of each whole day in the window: days × levels × `DAILY_MEASURES`.

    The figure of day d is the state just before d + 1: who was admitted on day d counts, who left on it does
    not. Units: patients; for capacity places, NaN when unlimited. Where any level has a usable capacity,
    `USABLE` follows for all of them.
    """
    midnights = np.arange(first_day(log), floor(log.window_end), dtype=np.float64) + 1.0
    held = [counts(log, number) for number in range(len(log.levels))]
    figures = np.stack(
        [[steps.before(getattr(one, name), midnights) for name in DAILY_MEASURES] for one in held]
    )
    if len(usable_rows(log).times):
        there = [[steps.before(usable(log, number), midnights)] for number in range(len(log.levels))]
        figures = np.concatenate([figures, there], axis=1)
    figures[np.isinf(figures)] = np.nan
    return figures.transpose(2, 0, 1)


def first_day(log: Log) -> int:
    """The first whole day of the window."""
    return ceil(log.window_start)


def daily_table(figures: Floats, first: int, levels: tuple[str, ...]) -> pd.DataFrame:
    """Figures of days, the first of this number, × `levels` × `DAILY_MEASURES` as a table.

    `USABLE` follows where there are as many figures.
    """
    days, level, measure = np.indices(figures.shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "day": (first + days).astype(np.int32),
            "level": named(level, levels),
            "measure": named(measure, (*DAILY_MEASURES, USABLE)[: figures.shape[2]]),
            "value": figures.reshape(-1),
        },
        columns=list(DAILY_COLUMNS),
    )


@remembered
def counts(log: Log, level: int) -> Counts:
    """What the level with this number holds at each moment of the window; −1: all levels together."""
    changes = _changes(log)
    return Counts(
        census=steps.counted(changes.census, level),
        in_care=steps.counted(changes.in_care, level),
        blocked=steps.counted(changes.blocked, level),
        waiting=steps.counted(changes.waiting, level),
        capacity=_capacity(log, level),
    )


class UsableRows(NamedTuple):
    """The rows of a log that state the usable capacity of a level, and what binds it."""

    times: Floats
    levels: Integers
    values: Floats
    binds: Integers  # a name of the log, as its reasons are numbered


@remembered
def usable_rows(log: Log) -> UsableRows:
    """Those of all levels."""
    c = log.columns
    rows = np.flatnonzero(c.event == Event.USABLE)
    return UsableRows(c.time[rows], c.level[rows], c.value[rows], c.reason[rows])


def usable(log: Log, level: int) -> Steps:
    """The usable capacity of a level at each moment: its capacity where the log states none."""
    rows = usable_rows(log)
    own = rows.levels == level
    return steps.given(rows.times[own], rows.values[own]) if own.any() else counts(log, level).capacity


class _Changes(NamedTuple):
    """How the counts of the levels change within the window."""

    census: Changes
    in_care: Changes
    blocked: Changes
    waiting: Changes


@remembered
def _changes(log: Log) -> _Changes:
    known = histories(log)
    stays, waits = known.stays, known.lines
    return _Changes(
        census=_within_window(stays.admitted, stays.left, stays.level, log),
        in_care=_within_window(stays.admitted, clinical_end(stays), stays.level, log),
        blocked=_within_window(stays.ready, stays.left, stays.level, log),
        waiting=_within_window(waits.home, waits.ended, waits.level, log),
    )


def _within_window(starts: Floats, stops: Floats, level: Numbers, log: Log) -> Changes:
    """How the intervals [start, stop) change the counts of levels; a NaN start never comes.

    Only those that last within the window are looked at: after a long warm-up they are few, and most waits
    are over when they begin.
    """
    reaches = (starts < log.window_end) & ~(stops <= np.maximum(starts, log.window_start))
    lasting = np.flatnonzero(reaches)
    return steps.changes(starts[lasting], stops[lasting], level[lasting])


@remembered
def _capacity(log: Log, level: int) -> Steps:
    if level < 0:
        each = [_capacity(log, number) for number in range(len(log.levels))]
        times: Floats = np.unique(np.concatenate([one.times for one in each]))
        total = np.sum([steps.value_at(one, times) for one in each], axis=0)
        return steps.given(times, total)
    time, at, value = _capacity_rows(log)
    return steps.given(time[at == level], value[at == level])


@remembered
def _capacity_rows(log: Log) -> tuple[Floats, Integers, Floats]:
    """Time, level and places of the rows that set a level's capacity; those of its tracks are left out."""
    columns = log.columns
    rows = np.flatnonzero((columns.event == Event.CAPACITY) & (columns.reason < 0))
    return columns.time[rows], columns.level[rows], columns.value[rows]
