"""Where each patient was and when, as a log tells it, and where her events break the legal order.

The legal order is one table, `LEGAL_NEXT`: from a state, by an event, to a state. An event that is new in
`sim/words.py` gets its rows there. What must hold for levels and lines is left to `sim/invariants.py`.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.log import Log
from sim.words import EVENTS, Event, Reason

ONE_PLACE = "a patient is in at most one place"
LEGAL = "a patient's events come in a legal order"

# Where a patient can be between two of her rows.
NEW, WAITING, IN_CARE, READY, BLOCKED, GOING, LEFT, REFUSED, DYING_IN_PLACE, DYING, AFTER, RETURNING, DEAD = (
    range(13)
)
ASKING, BOOKED, LOST = 13, 14, 15
HOLDING = frozenset({IN_CARE, READY, BLOCKED, GOING, DYING_IN_PLACE})
PASSING = frozenset({GOING, LEFT, REFUSED, DYING_IN_PLACE, DYING, RETURNING, LOST})
"""States that end at the instant at which they begin."""

STATE_NAMES: tuple[str, ...] = (
    "before her first row",
    "on a waitlist without a place",
    "in care",
    "ready and not yet asking for the next level",
    "ready and holding her place",
    "giving her place up",
    "out of her stay, not yet discharged",
    "refused, not yet discharged",
    "dead in her place",
    "dead, not yet discharged",
    "discharged",
    "back for care, not yet asking for a level",
    "dead",
    "in a stage of the intake",
    "waiting for her appointment",
    "lost in the intake, not yet discharged",
)

LEGAL_NEXT: dict[tuple[int, int], int] = {
    (NEW, Event.REQUEST): WAITING,
    (NEW, Event.ADMIT): IN_CARE,
    (NEW, Event.INQUIRY): ASKING,
    (ASKING, Event.STAGE): ASKING,
    (ASKING, Event.BOOK): BOOKED,
    (ASKING, Event.REQUEST): WAITING,
    (ASKING, Event.LOST): LOST,
    (BOOKED, Event.STAGE): ASKING,
    (BOOKED, Event.REQUEST): WAITING,
    (BOOKED, Event.LOST): LOST,
    (LOST, Event.DISCHARGE): AFTER,
    (WAITING, Event.DIVERT): WAITING,
    (WAITING, Event.RENEGE): REFUSED,
    (WAITING, Event.TURN_AWAY): REFUSED,
    (WAITING, Event.NO_SHOW): REFUSED,
    (WAITING, Event.ADMIT): IN_CARE,
    (WAITING, Event.RETURN_TO_USE): WAITING,
    (WAITING, Event.DEATH): DYING,
    (IN_CARE, Event.RELAPSE): IN_CARE,
    (IN_CARE, Event.REVIEW): IN_CARE,
    (IN_CARE, Event.EXTEND): IN_CARE,
    (IN_CARE, Event.AUTHORISE): IN_CARE,
    (IN_CARE, Event.READY): READY,
    (IN_CARE, Event.LEAVE): LEFT,
    (IN_CARE, Event.DEATH): DYING_IN_PLACE,
    (READY, Event.REQUEST): BLOCKED,
    (READY, Event.DEATH): DYING_IN_PLACE,
    (BLOCKED, Event.GO_HOME): GOING,
    (BLOCKED, Event.LEAVE): WAITING,
    (BLOCKED, Event.DEATH): DYING_IN_PLACE,
    (GOING, Event.LEAVE): WAITING,
    (LEFT, Event.DISCHARGE): AFTER,
    (REFUSED, Event.DISCHARGE): AFTER,
    (DYING_IN_PLACE, Event.LEAVE): DYING,
    (DYING, Event.DISCHARGE): DEAD,
    (AFTER, Event.RETURN_TO_USE): AFTER,
    (AFTER, Event.RETURN_TO_CARE): RETURNING,
    (AFTER, Event.DEATH): DEAD,
    (RETURNING, Event.REQUEST): WAITING,
    (RETURNING, Event.INQUIRY): ASKING,
}
"""The legal order: from a state, by an event, to a state. Anything not listed is broken."""


_ENDS_OF_WAIT = frozenset(
    {Event.DIVERT, Event.RENEGE, Event.TURN_AWAY, Event.NO_SHOW, Event.ADMIT, Event.DEATH}
)
_REFUSALS: dict[int, int] = {
    Event.RENEGE: Reason.RENEGED,
    Event.TURN_AWAY: Reason.TURNED_AWAY,
    Event.NO_SHOW: Reason.NO_SHOW,
}


class Place(NamedTuple):
    """A stretch in a place: from admission to leaving; infinite where it is unfinished."""

    patient: int
    level: int
    start: float
    stop: float
    track: int = -1  # a reason of the log; −1 in a level without tracks


class Blocked(NamedTuple):
    """A stretch of holding a place in `level` (in `track`) while on the line of `wants` (of `asked`)."""

    patient: int
    level: int
    wants: int
    start: float
    stop: float
    track: int
    asked: int


class Wait(NamedTuple):
    """A stretch on a line of a level, from joining (by request or divert) to its end by an event."""

    patient: int
    level: int
    start: float
    stop: float
    ended_by: int  # an event; −1 while it lasts
    by_divert: bool
    group: int  # the episode when she comes from outside and was in no stay of it; −1 otherwise
    track: int


class Illegal(NamedTuple):
    """The first row of a patient that breaks a rule."""

    rule: str
    patient: int
    day: float
    what: str


class Spells(NamedTuple):
    """Who was where and when, as the courses tell it."""

    places: list[Place]
    blocked: list[Blocked]
    waits: list[Wait]


def tracks_of(log: Log) -> list[list[int]]:
    """The tracks of each level, by the numbers of their names: those that the log gives seats."""
    c = log.columns
    rows = np.flatnonzero((c.event == Event.CAPACITY) & (c.reason >= 0))
    pairs = dict.fromkeys(zip(c.level[rows].tolist(), c.reason[rows].tolist(), strict=True))
    return [[track for at, track in pairs if at == level] for level in range(len(log.levels))]


def spells(log: Log) -> tuple[Spells, list[Illegal]]:
    """Who was where and when, and each patient's first illegal row; beyond it she is not followed."""
    c = log.columns
    found, illegal = Spells([], [], []), []
    rows = np.argsort(c.patient, kind="stable")
    first = np.searchsorted(c.patient[rows], np.arange(1, len(log.patient_key) + 2)).tolist()
    times = c.time[rows].tolist()
    columns = (c.episode, c.stay, c.event, c.level, c.to_level, c.reason)
    numbers = [column[rows].tolist() for column in columns]
    tracks = tracks_of(log)
    for index, (low, high) in enumerate(pairwise(first)):
        walk = _Walk(log, index, found, tracks)
        for row in range(low, high):
            fault = walk.step(times[row], *(column[row] for column in numbers))
            if fault:
                illegal.append(Illegal(fault[0], index + 1, times[row], fault[1]))
                break
        else:
            if walk.state in PASSING or walk.must_move:
                what = f"her rows end while she is {STATE_NAMES[walk.state]}"
                illegal.append(Illegal(LEGAL, index + 1, walk.now, what))
        walk.finish()
    return found, illegal


class _Walk:
    """One patient's course as far as it has been read."""

    def __init__(self, log: Log, index: int, spells: Spells, tracks: list[list[int]]) -> None:
        self.log, self.spells, self.patient, self.tracks = log, spells, index + 1, tracks
        self.begins = log.patient_source[index] < 0  # there on day 0
        self.arrived = float(log.patient_arrived[index])
        self.state, self.now = NEW, float("-inf")
        self.episode, self.stay, self.stays_in_episode = 1, 0, 0
        self.level = self.wants = self.cause = -1
        self.admitted = self.asked = self.joined = 0.0
        self.diverted = self.sent_home = self.must_move = False
        self.at_line = False
        self.track = self.asked_track = -1
        self.must_ask = False  # for a track, next

    def step(
        self, time: float, episode: int, stay: int, event: int, level: int, to_level: int, reason: int
    ) -> tuple[str, str] | None:
        """Takes one row; gives the rule it breaks and how, or None."""
        state, name = self.state, EVENTS[event]
        if event == Event.TRACK:
            fault = self._asks_for_track(time, level, reason)
            return (LEGAL, f"{name}: {fault}") if fault else None
        if self.must_ask:
            return LEGAL, f"{name} where the track she asks for should stand"
        after = LEGAL_NEXT.get((state, event))
        if after is None:
            if event == Event.ADMIT and state in HOLDING:
                place = self.log.levels[self.level]
                return ONE_PLACE, f"admitted to {self.log.levels[level]} while holding a place in {place}"
            return LEGAL, f"{name} while she is {STATE_NAMES[state]}"
        if (state in PASSING or self.must_move) and time != self.now:
            return LEGAL, f"{name} only now, though she was {STATE_NAMES[state]} since day {self.now:.12g}"
        if self.must_move and event != Event.ADMIT:
            return LEGAL, f"{name} where her admission should follow her leaving a held place"
        fault = self._agrees(time, episode, stay, event, level, reason)
        if fault:
            return LEGAL, f"{name}: {fault}"
        self._note(time, event, level, to_level, reason)
        self.state, self.now = after, time
        return None

    def _asks_for_track(self, time: float, level: int, track: int) -> str:
        """Notes the track; or what does not fit, empty when all fits."""
        if not self.must_ask and not (self.state == NEW and self.begins and self.asked_track < 0):
            return "not right after a request or a divert"
        if self.must_ask and (time != self.now or level != self.wants):
            return "of another day or level than her request"
        if track not in self.tracks[level]:
            return f"{self.log.levels[level]} has no such track"
        self.must_ask, self.asked_track = False, track
        return ""

    def _agrees(self, time: float, episode: int, stay: int, event: int, level: int, reason: int) -> str:
        """What in the row does not fit what went before; empty when all fits."""
        state, names = self.state, self.log.levels
        if state == NEW:
            if (reason == Reason.START) != self.begins:
                return "only those there on day 0 begin with the reason start, and they always do"
            if event == Event.ADMIT and not self.begins:
                return "she never asked for it"
            if event == Event.ADMIT and bool(self.tracks[level]) != (self.asked_track >= 0):
                return "she is there on day 0 without a track of the level"
            if not self.begins and time != self.arrived:
                return f"her first row is not of the day she arrived, {self.arrived:.12g}"
        elif reason == Reason.START and not (state == WAITING and event == Event.ADMIT and self.begins):
            return "the reason start after her first row"
        wanted_episode = self.episode + (event == Event.RETURN_TO_CARE)
        if episode != wanted_episode:
            return f"episode {episode} where {wanted_episode} was to be expected"
        if event == Event.ADMIT and stay != self.stay + 1:
            return f"stay {stay} where {self.stay + 1} was to be expected"
        if event in (Event.READY, Event.GO_HOME, Event.LEAVE) or (state == IN_CARE and event != Event.DEATH):
            if stay != self.stay:
                return f"stay {stay} where {self.stay} was to be expected"
            if level >= 0 and level != self.level:
                return f"names {names[level]} while she is in {names[self.level]}"
        if event in _ENDS_OF_WAIT and event != Event.DEATH and state != NEW and level != self.wants:
            return f"names {names[level]} while she waits for {names[self.wants]}"
        if state == READY and event == Event.REQUEST and level != self.wants:
            return f"asks for {names[level]} where she was ready for {names[self.wants]}"
        if event == Event.LEAVE and state in (BLOCKED, GOING) and reason != self.cause:
            return f"leaves as {self.log.reasons[reason]}, was ready as {self.log.reasons[self.cause]}"
        if event == Event.DISCHARGE and state == REFUSED and reason != self.cause:
            return f"the reason is {self.log.reasons[reason]}, not {self.log.reasons[self.cause]}"
        if event == Event.DISCHARGE and (state == LOST) != (reason == Reason.LOST):
            return "only who is lost in the intake is discharged as lost, and always"
        if state in (DYING_IN_PLACE, DYING) and reason != Reason.DIED:
            return f"the reason is {self.log.reasons[reason]}, not died"
        if event == Event.LEAVE and state == IN_CARE and reason == Reason.DIED:
            return "leaves as died without a death"
        if event in (Event.DIVERT, Event.TURN_AWAY) and self.sent_home:
            return "she was sent home at the end of a hold, and a limit or a divert never touches those"
        if event == Event.DIVERT and self.diverted:
            return "for the second time after one request"
        if event == Event.RETURN_TO_USE and state == WAITING and not self.stays_in_episode:
            return "while waiting for her first level"
        return ""

    def _note(self, time: float, event: int, level: int, to_level: int, reason: int) -> None:
        """Keeps what the row says about places, lines and causes."""
        if event in _ENDS_OF_WAIT and self.at_line:
            self._end_wait(time, event)
        if event == Event.REQUEST:
            self._join(level, time)
            self.asked, self.diverted, self.sent_home = time, False, False
        elif event == Event.DIVERT:
            self._join(to_level, time)
            self.diverted = True
        elif event == Event.ADMIT:
            self.level, self.admitted, self.must_move = level, time, False
            self.track, self.asked_track = self.asked_track, -1
            self.stay += 1
            self.stays_in_episode += 1
        elif event == Event.READY:
            self.wants, self.cause = to_level, reason
        elif event == Event.GO_HOME:
            self.sent_home = True
        elif event == Event.LEAVE:
            self._leave(time)
        elif event == Event.RETURN_TO_CARE:
            self.episode += 1
            self.stays_in_episode = 0
        elif event == Event.DEATH and self.state == BLOCKED:
            self._end_blocked(time)
        elif event in _REFUSALS:
            self.cause = _REFUSALS[event]

    def _join(self, level: int, time: float) -> None:
        self.wants, self.joined, self.at_line = level, time, True
        self.must_ask, self.asked_track = bool(self.tracks[level]), -1

    def _leave(self, time: float) -> None:
        self.spells.places.append(Place(self.patient, self.level, self.admitted, time, self.track))
        if self.state in (BLOCKED, GOING):
            self._end_blocked(time)
        # a place that was held after asking is left only for the next one, or home by go_home
        self.must_move = self.state == BLOCKED and time != self.asked
        self.level = self.track = -1

    def _end_blocked(self, time: float) -> None:
        asked = (self.asked, time, self.track, self.asked_track)
        self.spells.blocked.append(Blocked(self.patient, self.level, self.wants, *asked))

    def _end_wait(self, time: float, event: int) -> None:
        from_outside = self.stays_in_episode == 0
        self.spells.waits.append(
            Wait(
                self.patient,
                self.wants,
                self.joined,
                time,
                event,
                self.diverted,
                self.episode if from_outside else -1,
                self.asked_track,
            )
        )
        self.at_line = False

    def finish(self) -> None:
        """Keeps what is unfinished when her rows end."""
        never = float("inf")
        if self.at_line:
            self._end_wait(never, -1)
        if self.state in HOLDING:
            self.spells.places.append(Place(self.patient, self.level, self.admitted, never, self.track))
        if self.state in (BLOCKED, GOING):
            self._end_blocked(never)
