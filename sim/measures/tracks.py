"""What happens in each track of a level: its seats and who holds them, waits, free seats beside a full track.

Tracks are seats within a level (`docs/model.md`, section 9). What holds for the level as a whole is left to
census.py, waits.py and requests.py, which know nothing of tracks.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import floor
from typing import NamedTuple

import numpy as np

from sim.log import Floats, Integers, Log
from sim.measures import steps
from sim.measures.histories import Outcome, Waits, days_between, histories, within
from sim.measures.panels import Filled, Panel
from sim.measures.remembered import remembered
from sim.measures.rows import NONE, Flags
from sim.measures.steps import Steps
from sim.scenario.types import Scenario
from sim.words import Event

FIGURES: tuple[str, ...] = (
    "seats",
    "census",
    "occupancy",
    "waiting",
    "asked",
    "admitted",
    "wait_mean",
    "wait_median",
    "wait_p90",
    "turned_away",
    "gave_up",
    "full_beside_free",
)
BY_WEEK: tuple[str, ...] = ("seats", "census", "waiting")


class Track(NamedTuple):
    """One track of a level; `label` is the number of its name among the reasons of the log."""

    level: int
    label: int


def tracks(log: Log, _: Scenario) -> Filled | None:
    """The panel `tracks`: each track of each level over the window. None where no level has any.

    seats, census, waiting: time-weighted means; occupancy: census-time ÷ seat-time. asked: patients who asked
    for the track in the window, those waiting on day 0 left out; admitted: of these, until the end of the
    log. wait_mean, wait_median, wait_p90: days from asking to admission of those admitted, zero waits
    included (percentiles of type 7). turned_away, gave_up: shares of those who asked. full_beside_free: share
    of the time in which the track has no free seat while another track of the level has one. NaN: no data.
    """
    known = tracks_of(log)
    if not known:
        return None
    values = np.array([list(_figures(log, track)) for track in known])
    return Filled(Panel("tracks", ("level", "track"), _names(log, known), FIGURES), values)


def by_week(log: Log, _: Scenario) -> Filled | None:
    """The panel `tracks-by-week`: seats, census and waiting of each track, means over each whole week.

    None where no level has tracks, or the window is shorter than a week.
    """
    known = tracks_of(log)
    weeks = floor((log.window_end - log.window_start) / 7.0)
    if not known or not weeks:
        return None
    edges = log.window_start + 7.0 * np.arange(weeks + 1)
    columns = [
        [_mean(count, low, high) for low, high in pairwise(edges.tolist())]
        for track in known
        for count in (_seats(log, track), _census(log, track), _waiting(log, track))
    ]
    values = np.array(columns).reshape(len(known), len(BY_WEEK), weeks).transpose(2, 0, 1)
    rows = tuple((week, *names) for week in range(weeks) for names in _names(log, known))
    panel = Panel("tracks-by-week", ("week", "level", "track"), rows, BY_WEEK)
    return Filled(panel, values.reshape(len(rows), len(BY_WEEK)))


@remembered
def tracks_of(log: Log) -> tuple[Track, ...]:
    """The tracks of all levels, in the order of the file: those that are given seats on day 0."""
    c = log.columns
    rows = np.flatnonzero((c.event == Event.CAPACITY) & (c.reason >= 0) & (c.time == 0.0))
    return tuple(Track(int(c.level[row]), int(c.reason[row])) for row in rows)


def _names(log: Log, known: tuple[Track, ...]) -> tuple[tuple[str, str], ...]:
    labels = (*log.reasons, *log.labels)
    return tuple((log.levels[one.level], labels[one.label]) for one in known)


def _figures(log: Log, track: Track) -> Iterator[float]:
    start, end = log.window_start, log.window_end
    seats, census = _seats(log, track), _census(log, track)
    held, there = _mean(seats, start, end), _mean(census, start, end)
    yield held
    yield there
    yield there / held if 0.0 < held < np.inf else np.nan
    yield _mean(_waiting(log, track), start, end)
    lines = histories(log).lines
    asked = (_labels(log).lines == track.label) & (lines.level == track.level)
    asked &= within(lines.joined, log) & ~lines.start
    admitted = asked & (lines.outcome == Outcome.ADMITTED)
    count, days = int(asked.sum()), days_between(lines.joined[admitted], lines.ended[admitted])
    yield float(count)
    yield float(len(days))
    yield float(days.mean()) if len(days) else np.nan
    for q in (50, 90):
        yield float(np.percentile(days, q)) if len(days) else np.nan
    for outcome in (Outcome.TURNED_AWAY, Outcome.RENEGED):
        yield float((asked & (lines.outcome == outcome)).sum()) / count if count else np.nan
    yield _full_beside_free(log, track)


def _full_beside_free(log: Log, track: Track) -> float:
    """The share of the window in which this track is full and another of the level is not."""
    others = [one for one in tracks_of(log) if one.level == track.level and one != track]
    counts = [(_census(log, one), _seats(log, one)) for one in (track, *others)]
    times = np.unique(np.concatenate([[log.window_start], *(row.times for pair in counts for row in pair)]))
    times = times[(times >= log.window_start) & (times < log.window_end)]
    free = [steps.value_at(census, times) < steps.value_at(seats, times) for census, seats in counts]
    if len(free) == 1:
        return 0.0
    days = np.diff(np.append(times, log.window_end))
    return float(days[~free[0] & np.any(free[1:], axis=0)].sum() / days.sum())


def _mean(count: Steps, start: float, end: float) -> float:
    return steps.mean(*steps.clipped(count, start, end))


@remembered
def _seats(log: Log, track: Track) -> Steps:
    c = log.columns
    rows = (c.event == Event.CAPACITY) & (c.level == track.level) & (c.reason == track.label)
    return steps.given(c.time[rows], c.value[rows])


@remembered
def _census(log: Log, track: Track) -> Steps:
    stays = histories(log).stays
    inside = (stays.level == track.level) & (_labels(log).stays == track.label)
    return _open(stays.admitted[inside], stays.left[inside])


@remembered
def _waiting(log: Log, track: Track) -> Steps:
    """Those who wait for the track and hold no place anywhere, as `waiting` of a level."""
    lines = histories(log).lines
    here = (lines.level == track.level) & (_labels(log).lines == track.label)
    home, ended = lines.home[here], lines.ended[here]
    without = ~np.isnan(home) & ~(ended <= home)
    return _open(home[without], ended[without])


def _open(starts: Floats, stops: Floats) -> Steps:
    return steps.counted(steps.changes(starts, stops, np.zeros(len(starts), dtype=np.int32)))


class _Labels(NamedTuple):
    """The track of each stay and of each wait of `histories`; −1 in levels without tracks."""

    stays: Integers
    lines: Integers


@remembered
def _labels(log: Log) -> _Labels:
    """The tracks of stays and waits, in the order of `histories`.

    Each wait in a level with tracks has one row; so has each stay in which somebody was on day 0, as the
    first of that patient. Every other stay follows a wait that ended with it.
    """
    known = histories(log)
    with_tracks = np.isin(np.arange(len(log.levels)), [one.level for one in tracks_of(log)])
    c = log.columns
    rows = np.flatnonzero(c.event == Event.TRACK)
    rows = rows[np.argsort(c.patient[rows], kind="stable")]
    there = known.stays.start & with_tracks[known.stays.level]
    first = np.append(True, c.patient[rows[1:]] != c.patient[rows[:-1]]) if len(rows) else np.zeros(0, bool)
    of_stays = first & np.isin(c.patient[rows], known.stays.patient[there])
    stays = np.full(len(known.stays.level), NONE, dtype=np.int64)
    lines = np.full(len(known.lines.level), NONE, dtype=np.int64)
    stays[there] = c.reason[rows[of_stays]]
    lines[with_tracks[known.lines.level]] = c.reason[rows[~of_stays]]
    stays[~known.stays.start] = lines[_admitted(known.lines)]
    return _Labels(stays, lines)


def _admitted(lines: Waits) -> Flags:
    found: Flags = lines.outcome == Outcome.ADMITTED
    return found
