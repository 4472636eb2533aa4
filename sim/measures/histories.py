"""Stays, waits and episodes: what each patient went through, read once from the rows of a log.

Everything else in this folder counts and averages these tables. A time that has not come by the end of the
log is NaN here ("not yet"); what to make of it, censoring or competing, is left to each measure, and so is
the window. Levels, reasons and sources stay numbers, as in the log; −1 means none.
"""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from sim.log import Floats, Integers, Log
from sim.measures.remembered import remembered
from sim.measures.rows import NONE, Flags, Numbers, Rows, before, begins, behind, by_patient, put, take
from sim.words import Event, Reason


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

    patient: Numbers
    episode: Numbers
    level: Numbers
    from_level: Numbers  # of the stay before it in the same episode
    admitted: Floats
    ready: Floats  # NaN: no next level was wanted, or not yet
    asked: Floats  # when she asked for the next level; NaN: she did not, or not yet
    left: Floats  # NaN: still holds the place
    cause: Numbers  # reason why the clinical stay ended
    to_level: Numbers  # the next level wanted
    planned_days: Floats
    start: Flags  # was there on day 0
    next_level: Numbers  # of the next stay in the same episode
    next_admitted: Floats


class Waits(NamedTuple):
    """One row per time on a waitlist, by patient and then by time of joining."""

    patient: Numbers
    episode: Numbers
    level: Numbers  # the level waited for
    from_level: Numbers  # of the stay from which she asked; −1: from outside
    joined: Floats
    home: Floats  # from when on she held no place while waiting; NaN: never
    ended: Floats  # NaN: still waiting
    outcome: Numbers  # an `Outcome`
    start: Flags  # was waiting on day 0


class Episodes(NamedTuple):
    """One row per episode, by patient and then by time."""

    patient: Numbers
    episode: Numbers
    start: Flags  # of a patient who was there on day 0
    requested: Floats
    admitted: Floats  # first admission; NaN: none
    first_level: Numbers  # of the first admission
    last_level: Numbers  # of the last admission
    discharged: Floats
    reason: Numbers  # of the discharge
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


@remembered
def histories(log: Log) -> Histories:
    """The stays, waits and episodes of a log; derived at the first call and remembered with the log."""
    rows = by_patient(log)
    stays = _stays(rows)
    lines, diverted_to = _lines(rows, stays)
    return Histories(stays, lines, _requests(lines, diverted_to), _episodes(rows, log.patient_source))


def clinical_end(stays: Stays) -> Floats:
    """When the clinical stay ended: ready, or left where no next level was wanted; NaN: not yet."""
    return np.where(np.isnan(stays.ready), stays.left, stays.ready)


def days_between(earlier: Floats, later: Floats) -> Floats:
    """The days from one time to another, rounded to 1e-9 of a day (0.1 ms); NaN where either is not known.

    Times are binary fractions: 7 days that begin at 1.3 end at 8.3, and 8.3 − 1.3 is not quite 7. Rounded, a
    stay of 7 days lasts 7 days, and is one of those within 7 days.
    """
    return np.round(later - earlier, 9)


def until(times: Floats, end: float) -> Floats:
    """The times, and where they have not come yet the end."""
    return np.where(np.isnan(times), end, times)


def within(times: Floats, log: Log) -> Flags:
    """Which times lie in the window [window_start, window_end); NaN does not."""
    return (times >= log.window_start) & (times < log.window_end)


def _stays(rows: Rows) -> Stays:
    columns = rows.columns
    admit, ready, leave = rows.find(Event.ADMIT), rows.find(Event.READY), rows.find(Event.LEAVE)
    stay = rows.numbered(admit)  # what happens in a place happens in the last stay begun
    asked = rows.following(rows.find(Event.REQUEST), ready)

    def times(positions: Integers) -> Floats:
        return put(len(admit), np.nan, stay[positions], rows.time[positions])

    patient, episode = rows.patient[admit], rows.numbers(columns.episode, admit)
    level, admitted = rows.numbers(columns.level, admit), rows.time[admit]
    follows = ~begins(patient, episode)
    cause = put(len(admit), NONE, stay[leave], rows.numbers(columns.reason, leave))
    cause[stay[ready]] = rows.numbers(columns.reason, ready)
    return Stays(
        patient=patient,
        episode=episode,
        level=level,
        from_level=before(level, follows, NONE),
        admitted=admitted,
        ready=times(ready),
        asked=put(len(admit), np.nan, stay[ready], take(rows.time, asked, np.nan)),
        left=times(leave),
        cause=cause,
        to_level=put(len(admit), NONE, stay[ready], rows.numbers(columns.to_level, ready)),
        planned_days=columns.value[rows.at[admit]],
        start=rows.numbers(columns.reason, admit) == Reason.START,
        next_level=behind(level, follows, NONE),
        next_admitted=behind(admitted, follows, np.nan),
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


def _lines(rows: Rows, stays: Stays) -> tuple[Waits, Flags]:
    """The waits in each line by itself, and which of them a divert began."""
    columns = rows.columns
    outcome = np.full(len(Event), Outcome.WAITING, dtype=np.int32)
    outcome[list(_ENDS)] = list(_ENDS.values())
    at = rows.find(Event.REQUEST, Event.DIVERT)
    end = rows.following(rows.find(Event.REQUEST, *_ENDS), at)
    patient, episode = rows.patient[at], rows.numbers(columns.episode, at)
    stay = rows.numbered(rows.find(Event.ADMIT))[at]
    same = (take(stays.patient, stay, NONE) == patient) & (take(stays.episode, stay, NONE) == episode)
    stay = np.where(same, stay, NONE)
    joined = rows.time[at]
    diverted_to = rows.event[at] == Event.DIVERT
    left = np.where(same, take(stays.left, stay, np.nan), joined)
    lines = Waits(
        patient=patient,
        episode=episode,
        level=np.where(diverted_to, rows.numbers(columns.to_level, at), rows.numbers(columns.level, at)),
        from_level=take(stays.level, stay, NONE),
        joined=joined,
        home=np.maximum(joined, left),
        ended=take(rows.time, end, np.nan),
        outcome=np.where(end < 0, np.int32(Outcome.WAITING), outcome[rows.event[end]]),
        start=rows.numbers(columns.reason, at) == Reason.START,
    )
    return lines, diverted_to


def _requests(lines: Waits, diverted_to: Flags) -> Waits:
    """The waits from each request to its end, which may be in another line."""
    asked = np.flatnonzero(~diverted_to)
    request = np.cumsum(~diverted_to) - 1
    each: list[Any] = [column[asked] for column in lines]
    return Waits(*each)._replace(
        ended=put(len(asked), np.nan, request, lines.ended),
        outcome=put(len(asked), NONE, request, lines.outcome),
    )


def _episodes(rows: Rows, sources: Integers) -> Episodes:
    columns = rows.columns
    new = begins(rows.patient) | (rows.event == Event.RETURN_TO_CARE)
    begin = np.flatnonzero(new)
    episode = np.cumsum(new) - 1
    admit, relapse = rows.find(Event.ADMIT), rows.find(Event.RELAPSE)
    discharge, death = rows.find(Event.DISCHARGE), rows.find(Event.DEATH)
    first = admit[begins(episode[admit])]
    used = rows.following(rows.find(Event.RELAPSE, Event.RETURN_TO_USE), first)
    first_ever = np.zeros(len(begin), dtype=bool)
    first_ever[episode[first[begins(rows.patient[first])]]] = True

    def times(positions: Integers) -> Floats:
        return put(len(begin), np.nan, episode[positions], rows.time[positions])

    def codes(positions: Integers, column: Integers) -> Numbers:
        return put(len(begin), NONE, episode[positions], rows.numbers(column, positions))

    patient, requested, discharged = rows.patient[begin], rows.time[begin], times(discharge)
    returned = behind(requested, ~begins(patient), np.nan)
    died = put(len(sources) + 1, np.nan, rows.patient[death], rows.time[death])
    return Episodes(
        patient=patient,
        episode=rows.numbers(columns.episode, begin),
        start=sources[patient - 1] < 0,
        requested=requested,
        admitted=times(first),
        first_level=codes(first, columns.level),
        last_level=codes(admit, columns.level),
        discharged=discharged,
        reason=codes(discharge, columns.reason),
        first=first_ever,
        relapsed=times(relapse[begins(episode[relapse])]),
        used=put(len(begin), np.nan, episode[first], take(rows.time, used, np.nan)),
        returned=np.where(np.isnan(discharged), np.nan, returned),
        died=died[patient],
    )
