"""Stays, waits and episodes: what each patient went through, read once from the rows of a log.

Everything else in this folder counts and averages these tables. A time that has not come by the end of the
log is NaN here ("not yet"); what to make of it, censoring or competing, is left to each measure, and so is
the window. Levels, reasons and sources stay numbers, as in the log; −1 means none.
"""

from enum import IntEnum
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from sim.log import Floats, Integers, Log
from sim.words import Event, Reason

Flags = npt.NDArray[np.bool_]
NONE = -1


class Outcome(IntEnum):
    """How a wait ended."""

    WAITING = 0  # not yet, at the end of the log
    ADMITTED = 1
    DIVERTED = 2  # to the line of another level
    RENEGED = 3
    TURNED_AWAY = 4
    NO_SHOW = 5
    DIED = 6


class Stays(NamedTuple):
    """One row per stay, by patient and then by time of admission."""

    patient: Integers
    episode: Integers
    level: Integers
    from_level: Integers  # of the stay before it in the same episode
    admitted: Floats
    ready: Floats  # NaN: no next level was wanted, or not yet
    asked: Floats  # when she asked for the next level; NaN: she did not, or not yet
    left: Floats  # NaN: still holds the place
    cause: Integers  # reason why the clinical stay ended
    to_level: Integers  # the next level wanted
    planned_days: Floats
    start: Flags  # was there on day 0
    next_level: Integers  # of the next stay in the same episode
    next_admitted: Floats


class Waits(NamedTuple):
    """One row per time on a waitlist, by patient and then by time of joining."""

    patient: Integers
    episode: Integers
    level: Integers  # the level waited for
    from_level: Integers  # of the stay from which she asked; −1: from outside
    joined: Floats
    home: Floats  # from when on she held no place while waiting; NaN: never
    ended: Floats  # NaN: still waiting
    outcome: Integers  # an `Outcome`
    start: Flags  # was waiting on day 0


class Episodes(NamedTuple):
    """One row per episode, by patient and then by time."""

    patient: Integers
    episode: Integers
    start: Flags  # of a patient who was there on day 0
    requested: Floats
    admitted: Floats  # first admission; NaN: none
    first_level: Integers  # of the first admission
    last_level: Integers  # of the last admission
    discharged: Floats
    reason: Integers  # of the discharge
    first: Flags  # the first episode of the patient with an admission
    relapsed: Floats  # first relapse in a stay of this episode
    used: Floats  # first relapse or return to use after the first admission, whenever
    returned: Floats  # return to care after the discharge
    died: Floats  # death of the patient, whenever


class Histories(NamedTuple):
    """All that the measures know of one log's patients."""

    stays: Stays
    lines: Waits  # each line by itself: a divert ends one wait and begins another
    requests: Waits  # each request to its end: a divert goes on, `level` is the one asked for first
    episodes: Episodes


_KNOWN: WeakKeyDictionary[Log, Histories] = WeakKeyDictionary()


def histories(log: Log) -> Histories:
    """The stays, waits and episodes of a log; derived at the first call and remembered with the log."""
    known = _KNOWN.get(log)
    if known is None:
        rows = _by_patient(log)
        stays = _stays(rows)
        known = Histories(
            stays=stays,
            lines=_waits(rows, stays, diverts_end=True),
            requests=_waits(rows, stays, diverts_end=False),
            episodes=_episodes(rows, log.patient_source),
        )
        _KNOWN[log] = known
    return known


def clinical_end(stays: Stays) -> Floats:
    """When the clinical stay ended: ready, or left where no next level was wanted; NaN: not yet."""
    return np.where(np.isnan(stays.ready), stays.left, stays.ready)


def days_between(earlier: Floats, later: Floats) -> Floats:
    """The days from one time to another, rounded to 1e-9 of a day (0.1 ms); NaN where either is not known.

    Times are binary fractions: 7 days that begin at 1.3 end at 8.3, and 8.3 − 1.3 is not quite 7. Rounded, a
    stay of 7 days lasts 7 days, and is one of those within 7 days.
    """
    return np.round(later - earlier, 9)


def within(times: Floats, log: Log) -> Flags:
    """Which times lie in the window [window_start, window_end); NaN does not."""
    return (times >= log.window_start) & (times < log.window_end)


class _Rows(NamedTuple):
    """The rows of patients, by patient and then in the order of the log."""

    time: Floats
    patient: Integers
    episode: Integers
    event: Integers
    level: Integers
    to_level: Integers
    reason: Integers
    value: Floats


def _by_patient(log: Log) -> _Rows:
    columns = log.columns
    order = np.argsort(columns.patient, kind="stable")
    order = order[np.searchsorted(columns.patient[order], 1) :]
    return _Rows(*(getattr(columns, name)[order] for name in _Rows._fields))


def _at(rows: _Rows, *events: Event) -> Integers:
    """The positions of the rows of these events."""
    wanted = np.zeros(len(Event), dtype=bool)
    wanted[list(events)] = True
    return np.flatnonzero(wanted[rows.event])


def _next(rows: _Rows, marks: Integers, begins: Integers) -> Integers:
    """For each position in `begins` the first of `marks` behind it that is of the same patient, else −1."""
    if not len(marks):
        return np.full(len(begins), NONE)
    index = np.searchsorted(marks, begins, side="right")
    found = marks[np.minimum(index, len(marks) - 1)]
    same = (index < len(marks)) & (rows.patient[found] == rows.patient[begins])
    return np.where(same, found, NONE)


def _between(marks: Integers, begins: Integers, ends: Integers) -> Integers:
    """For each pair of positions the first of `marks` in [begin, end), else −1."""
    if not len(marks):
        return np.full(len(begins), NONE)
    index = np.searchsorted(marks, begins)
    found = marks[np.minimum(index, len(marks) - 1)]
    return np.where((index < len(marks)) & (found < ends), found, NONE)


def _take(column: npt.NDArray[Any], positions: Integers, missing: float) -> npt.NDArray[Any]:
    """The column at the positions; `missing` where the position is −1."""
    if not len(column):
        return np.full(len(positions), missing, dtype=column.dtype)
    return np.where(positions < 0, np.asarray(missing, dtype=column.dtype), column[positions])


def _stays(rows: _Rows) -> Stays:
    admit = _at(rows, Event.ADMIT)
    leave = _next(rows, _at(rows, Event.LEAVE), admit)
    ready = _next(rows, _at(rows, Event.READY), admit)
    after = _next(rows, admit, admit)
    last = np.where(leave >= 0, leave, np.where(after >= 0, after, len(rows.time)))
    ready = np.where(ready < last, ready, NONE)
    asked = np.where(ready >= 0, _next(rows, _at(rows, Event.REQUEST), ready), NONE)
    patient, episode, level = rows.patient[admit], rows.episode[admit], rows.level[admit]
    follows = np.zeros(len(admit), dtype=bool)
    follows[1:] = (patient[1:] == patient[:-1]) & (episode[1:] == episode[:-1])
    index = np.arange(len(admit))
    before = np.where(follows, index - 1, NONE)
    behind = np.where(np.append(follows[1:], False)[: len(admit)], index + 1, NONE)
    admitted = rows.time[admit]
    return Stays(
        patient=patient,
        episode=episode,
        level=level,
        from_level=_take(level, before, NONE),
        admitted=admitted,
        ready=_take(rows.time, ready, np.nan),
        asked=_take(rows.time, asked, np.nan),
        left=_take(rows.time, leave, np.nan),
        cause=_take(rows.reason, np.where(ready >= 0, ready, leave), NONE),
        to_level=_take(rows.to_level, ready, NONE),
        planned_days=rows.value[admit],
        start=rows.reason[admit] == Reason.START,
        next_level=_take(level, behind, NONE),
        next_admitted=_take(admitted, behind, np.nan),
    )


_ENDS = {
    Event.ADMIT: Outcome.ADMITTED,
    Event.DIVERT: Outcome.DIVERTED,
    Event.RENEGE: Outcome.RENEGED,
    Event.TURN_AWAY: Outcome.TURNED_AWAY,
    Event.NO_SHOW: Outcome.NO_SHOW,
    Event.DEATH: Outcome.DIED,
}
"""The event that ends a wait → how it ended."""


def _waits(rows: _Rows, stays: Stays, *, diverts_end: bool) -> Waits:
    ends = {event: how for event, how in _ENDS.items() if diverts_end or event != Event.DIVERT}
    outcome = np.full(len(Event), Outcome.WAITING)
    outcome[list(ends)] = list(ends.values())
    kept = _at(rows, Event.REQUEST, *ends)
    event = rows.event[kept]
    begin = np.flatnonzero((event == Event.REQUEST) | (event == Event.DIVERT))
    at = kept[begin]
    end = _next(rows, kept, at)
    ended = _take(rows.time, end, np.nan)
    before = _stay_before(rows, stays, at)
    joined = rows.time[at]
    left = np.where(before < 0, joined, _take(stays.left, before, np.nan))
    return Waits(
        patient=rows.patient[at],
        episode=rows.episode[at],
        level=np.where(event[begin] == Event.DIVERT, rows.to_level[at], rows.level[at]),
        from_level=_take(stays.level, before, NONE),
        joined=joined,
        home=np.maximum(joined, left),
        ended=ended,
        outcome=np.where(end < 0, Outcome.WAITING, outcome[_take(rows.event, end, Event.REQUEST)]),
        start=rows.reason[at] == Reason.START,
    )


def _stay_before(rows: _Rows, stays: Stays, at: Integers) -> Integers:
    """For each position the last stay begun before it in the same episode, as an index of stays; else −1."""
    admit = _at(rows, Event.ADMIT)
    index = np.searchsorted(admit, at) - 1
    if not len(admit):
        return index
    same = (
        (index >= 0) & (stays.patient[index] == rows.patient[at]) & (stays.episode[index] == rows.episode[at])
    )
    return np.where(same, index, NONE)


def _episodes(rows: _Rows, sources: Integers) -> Episodes:
    admit, discharge = _at(rows, Event.ADMIT), _at(rows, Event.DISCHARGE)
    kept = _at(rows, Event.REQUEST, Event.ADMIT, Event.DISCHARGE)
    patient, episode = rows.patient[kept], rows.episode[kept]
    new = np.ones(len(kept), dtype=bool)
    new[1:] = (patient[1:] != patient[:-1]) | (episode[1:] != episode[:-1])
    begin = kept[new]
    next_begin = np.append(begin[1:], len(rows.time))[: len(begin)]
    first = _between(admit, begin, next_begin)
    out = _between(discharge, begin, next_begin)
    last = np.where(first >= 0, np.searchsorted(admit, next_begin) - 1, NONE)
    from_admission = np.where(first >= 0, first, begin)
    relapse = _between(_at(rows, Event.RELAPSE), begin, next_begin)
    use = _next(rows, _at(rows, Event.RELAPSE, Event.RETURN_TO_USE), from_admission)
    back = _next(rows, _at(rows, Event.RETURN_TO_CARE), np.where(out >= 0, out, begin))
    death = _next(rows, _at(rows, Event.DEATH), begin)
    admitted = _take(rows.time, first, np.nan)
    return Episodes(
        patient=rows.patient[begin],
        episode=rows.episode[begin],
        start=sources[rows.patient[begin] - 1] < 0,
        requested=rows.time[begin],
        admitted=admitted,
        first_level=_take(rows.level, first, NONE),
        last_level=_take(rows.level[admit], last, NONE),
        discharged=_take(rows.time, out, np.nan),
        reason=_take(rows.reason, out, NONE),
        first=_first_with_admission(rows.patient[begin], first >= 0),
        relapsed=_take(rows.time, relapse, np.nan),
        used=np.where(first >= 0, _take(rows.time, use, np.nan), np.nan),
        returned=np.where(out >= 0, _take(rows.time, back, np.nan), np.nan),
        died=_take(rows.time, death, np.nan),
    )


def _first_with_admission(patient: Integers, with_admission: Flags) -> Flags:
    first = np.zeros(len(patient), dtype=bool)
    index = np.flatnonzero(with_admission)
    _, at = np.unique(patient[index], return_index=True)
    first[index[at]] = True
    return first
