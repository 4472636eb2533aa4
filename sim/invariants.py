"""What does not hold in a log that must hold for every log, said in sentences.

It reads a log and nothing else (`docs/model.md`, section 6): no scenario, no engine. Rules that need numbers
which a log does not carry (priority classes, limits, holds, patience) are tested as far as the log alone
decides them. The legal order of one patient's events is in `sim/spells.py`. Places, doors and lines are
looked at only when every course is legal, since otherwise nobody knows who is where.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.log import Floats, Integers, Log
from sim.spells import Blocked, Spells, Wait, spells, tracks_of
from sim.words import BINDS, EVENTS, LEVEL_EVENTS, PLACE, Event, Reason

Booleans = npt.NDArray[np.bool_]

AT_MOST = 50
"""Sentences given for one rule; further ones are only counted."""

ROWS = "the rows of a log are well formed"
ORDER = "rows stand in the order time, patient, sequence, and times never go back"
WITHIN = "nothing at or after the end is logged, and before day 0 only how those there on day 0 began"
NOBODY_LOST = "patients are neither made nor lost"
CAPACITY = "census never exceeds capacity except after a cut, and then nobody is admitted until it is below"
USABLE = "nobody is admitted beyond what the staff present can serve"
NOT_MORE_USABLE = (
    "the usable capacity is stated from day 0 on, never above the capacity, and is that where places bind"
)
DOOR = "admission happens only while the door is open"
NO_IDLE_PLACE = "nobody eligible waits beside a free place while the door is open"
NO_FREEZE = "blocked patients who could exchange places do so"
NOT_OVERTAKEN = "within one class of one line nobody is overtaken"
LITTLE = "Little's law holds as an identity"


def broken(log: Log) -> list[str]:
    """Sentences about what does not hold in the log, [] when all holds.

    Each names a patient or level, the day, what happened and the rule it breaks. At most `AT_MOST` are
    given per rule, then one that counts the rest. A log whose rows are not even well formed is looked at no
    further.
    """
    findings = Findings()
    rows_are_well_formed(log, findings)
    if findings.sentences:
        return findings.all()
    rows_are_in_order(log, findings)
    nobody_is_made_or_lost(log, findings)
    found, illegal = spells(log)
    for rule, patient, day, what in illegal:
        findings.add(rule, _who(patient), day, what)
    if not findings.sentences:
        levels_keep_their_rules(log, found, findings)
        nobody_is_overtaken(log, found.waits, findings)
        littles_law_holds(log, found, findings)
    return findings.all()


class Findings:
    """Remembers what was found, rule by rule."""

    def __init__(self) -> None:
        self.sentences: dict[str, list[str]] = {}
        self.beyond: dict[str, int] = {}

    def add(self, rule: str, subject: str, day: float, what: str) -> None:
        """Notes one finding: whom it concerns, when, and what happened against which rule."""
        found = self.sentences.setdefault(rule, [])
        if len(found) < AT_MOST:
            found.append(f"{subject}, day {day:.12g}: {what}; but {rule}")
        else:
            self.beyond[rule] = self.beyond.get(rule, 0) + 1

    def all(self) -> list[str]:
        """Every sentence, and for each rule how many more there would be."""
        given = [sentence for found in self.sentences.values() for sentence in found]
        return given + [f"… and {count} more times: {rule}" for rule, count in self.beyond.items()]


def _who(patient: int) -> str:
    return f"patient {patient}"


# ---------------------------------------------------------------------------------------------- single rows


def rows_are_well_formed(log: Log, findings: Findings) -> None:
    """Columns of one length, known codes, finite times, and each row with what its event needs."""
    c = log.columns
    if len({len(column) for column in c}) > 1:
        findings.add(ROWS, "the log", 0.0, "columns differ in length")
        return
    patients = len(log.patient_key)
    for rows in (log.patient_source, log.patient_arrived, log.patient_traits):
        if len(rows) != patients:
            findings.add(ROWS, "the table of patients", 0.0, "columns differ in length")
            return
    of_level = np.isin(c.event, list(LEVEL_EVENTS))
    needs_level = np.isin(c.event, [event for event in Event if event not in _WITHOUT_LEVEL])
    needs_goal = np.isin(c.event, [Event.READY, Event.DIVERT])
    needs_reason = np.isin(c.event, [Event.READY, Event.LEAVE, Event.DISCHARGE])
    needs_name = np.isin(c.event, list(_LABELLED))
    needs_value = np.isin(c.event, list(_VALUED))
    faults: tuple[tuple[Booleans, str], ...] = (
        (~np.isfinite(c.time), "the time is not a number"),
        ((c.event < 0) | (c.event >= len(EVENTS)), "the event is not a known one"),
        ((c.patient < 0) | (c.patient > patients), "the patient is not in the table of patients"),
        (of_level != (c.patient == 0), "rows of a level, and only those, are of patient 0"),
        ((c.level >= len(log.levels)) | (c.to_level >= len(log.levels)), "the level is not a known one"),
        (needs_level & (c.level < 0), "the level is missing"),
        (needs_goal & (c.to_level < 0), "the level it leads to is missing"),
        (c.reason >= len(log.reasons) + len(log.labels), "the reason is not a known one"),
        (needs_reason & ((c.reason < 0) | (c.reason == Reason.START)), "the reason is missing or impossible"),
        (needs_name & (c.reason < 0), "the role, or what binds, is missing"),
        ((c.event == Event.DISCHARGE) & (c.reason == Reason.REVIEW), "review is no reason of a discharge"),
        (needs_value & ~(c.value >= 0), "the value is missing or negative"),
        (
            np.isin(c.event, [Event.CAPACITY, Event.USABLE])
            & np.isfinite(c.value)
            & (c.value != np.floor(c.value)),
            "the capacity is not a whole number",
        ),
    )
    for fault, what in faults:
        for row in np.flatnonzero(fault)[: AT_MOST + 1]:
            event = int(c.event[row])
            name = EVENTS[event] if 0 <= event < len(EVENTS) else f"event {event}"
            findings.add(
                ROWS, _who(int(c.patient[row])), float(c.time[row]), f"{name} (row {row + 1}): {what}"
            )


_LABELLED = frozenset({Event.STAGE, Event.BOOK, Event.LOST, Event.TRACK, Event.STAFF, Event.USABLE})
"""Rows whose reason names a stage, a track, a role, or what binds."""

_VALUED = frozenset(
    {
        *(Event.ADMIT, Event.EXTEND, Event.CAPACITY, Event.BOOK, Event.LOST),
        *(Event.STAFF, Event.USABLE),
    }
)

_WITHOUT_LEVEL = frozenset(
    {
        *(Event.DISCHARGE, Event.RETURN_TO_USE, Event.RETURN_TO_CARE, Event.DEATH),
        *(Event.INQUIRY, Event.STAGE, Event.BOOK, Event.LOST, Event.STAFF),
    }
)


def rows_are_in_order(log: Log, findings: Findings) -> None:
    """Time, then patient; nothing at or after the end; before day 0 only the start."""
    c = log.columns
    back = np.diff(c.time) < 0
    swapped = (np.diff(c.time) == 0) & (np.diff(c.patient) < 0)
    for row in np.flatnonzero(back)[: AT_MOST + 1] + 1:
        when, before = float(c.time[row]), float(c.time[row - 1])
        findings.add(ORDER, _who(int(c.patient[row])), when, f"stands after a row of day {before:.12g}")
    for row in np.flatnonzero(swapped)[: AT_MOST + 1] + 1:
        other = int(c.patient[row - 1])
        findings.add(
            ORDER, _who(int(c.patient[row])), float(c.time[row]), f"stands after {_who(other)} at one instant"
        )
    began = np.isin(c.event, [Event.REQUEST, Event.ADMIT]) & (c.reason == Reason.START)
    began |= (c.event == Event.TRACK) & (np.append(log.patient_source, 0)[c.patient - 1] < 0)
    late, early = c.time >= log.end, (c.time < 0) & ~began
    start_later = (c.time > 0) & (c.reason == Reason.START)
    for fault, what in ((late, "at or after the end"), (early, "before day 0"), (start_later, "starts late")):
        for row in np.flatnonzero(fault)[: AT_MOST + 1]:
            findings.add(
                WITHIN, _who(int(c.patient[row])), float(c.time[row]), f"{EVENTS[c.event[row]]} {what}"
            )


def nobody_is_made_or_lost(log: Log, findings: Findings) -> None:
    """Arrived + returned = discharged + census + waiting + in the intake, for each patient, by rows alone."""
    c = log.columns
    patients = len(log.patient_key)

    def count(*events: Event) -> Integers:
        return np.bincount(c.patient[np.isin(c.event, events)], minlength=patients + 1)[1:]

    def last_row(*events: Event) -> Integers:
        at, found = np.flatnonzero(np.isin(c.event, events)), np.full(patients + 1, -1)
        found[c.patient[at]] = at
        return found[1:]

    last_seen = np.full(patients + 1, np.nan)
    last_seen[c.patient] = c.time
    episodes = 1 + count(Event.RETURN_TO_CARE) - count(Event.DISCHARGE)
    places = count(Event.ADMIT) - count(Event.LEAVE)
    died = count(Event.DEATH) > 0
    is_start = (c.event == Event.ADMIT) & (c.reason == Reason.START)
    # an admission without a request: those in care on day 0 may be logged so
    asked = np.bincount(c.patient[(c.event == Event.REQUEST)], minlength=patients + 1)[1:]
    began = np.bincount(c.patient[is_start], minlength=patients + 1)[1:]
    asked_at_start = np.bincount(
        c.patient[(c.event == Event.REQUEST) & (c.reason == Reason.START)], minlength=patients + 1
    )[1:]
    unasked = np.maximum(began - asked_at_start, 0)
    lines = asked + unasked - count(Event.ADMIT, Event.RENEGE, Event.TURN_AWAY, Event.NO_SHOW)
    rows = np.bincount(c.patient, minlength=patients + 1)[1:]
    in_intake = last_row(Event.INQUIRY) > last_row(Event.REQUEST, Event.LOST)
    nowhere = (episodes == 1) & (places == 0) & (lines <= 0) & ~in_intake
    faults: tuple[tuple[Booleans, str], ...] = (
        (rows == 0, "is in the table of patients and never in the log"),
        ((episodes < 0) | (episodes > 1), "is discharged more often than she came, or less often"),
        ((places < 0) | (places > 1), "is admitted and leaves in numbers that do not match"),
        ((rows > 0) & nowhere, "is in an open episode, and neither in a place nor waiting"),
        ((episodes == 0) & (places == 1), "is discharged and still holds a place"),
        ((episodes == 0) & (places == 0) & (lines > 0) & ~died, "is discharged and still waits"),
    )
    for fault, what in faults:
        for index in np.flatnonzero(fault)[: AT_MOST + 1]:
            when = last_seen[index + 1] if rows[index] else log.patient_arrived[index]
            findings.add(NOBODY_LOST, _who(int(index) + 1), float(when), what)


class Line(NamedTuple):
    """Where patients wait: a level without tracks (−1), or a track of one."""

    level: int
    track: int


def levels_keep_their_rules(log: Log, found: Spells, findings: Findings) -> None:
    """Capacity, staff, doors, no idle place, no frozen ring: after the last row of each instant from day 0.

    All of it holds for the places of a level and for the seats of each of its tracks.
    """
    c = log.columns
    times = np.unique(np.concatenate([[0.0], c.time[c.time >= 0]]))
    lines: list[Line] = []
    usable: list[Booleans] = []
    for index, tracks in enumerate(tracks_of(log)):
        places = _Places(log, found, Line(index, -1), times, findings)
        for track in tracks or [-1]:
            line = Line(index, track)
            seats = places if track < 0 else _Places(log, found, line, times, findings)
            lines.append(line)
            usable.append(places.usable & seats.usable)
            on_line = [wait for wait in found.waits if (wait.level, wait.track) == line]
            waiting = _count(np.array([w.start for w in on_line]), np.array([w.stop for w in on_line]), times)
            idle = (waiting > 0) & places.free & seats.free
            for at in np.flatnonzero(idle & ~np.concatenate([[False], idle[:-1]])):
                who = next(_who(w.patient) for w in on_line if w.start <= times[at] < w.stop)
                census, capacity = seats.census[at], seats.capacity[at]
                what = f"waits for {seats.name}, which has {census} in {capacity:g} places and an open door"
                findings.add(NO_IDLE_PLACE, who, float(times[at]), what)
    _no_ring_is_left(log, found.blocked, times, lines, np.array(usable), findings)


class _Places:
    """The places of a level, or the seats of a track, after each instant; notes admissions against them."""

    def __init__(self, log: Log, found: Spells, of: Line, times: Floats, findings: Findings) -> None:
        c, name = log.columns, log.levels[of.level]
        self.name = name if of.track < 0 else f"{name}, {_label(log, of.track)}"
        inside = [p for p in found.places if p.level == of.level and of.track in (-1, p.track)]
        self.census = _count(np.array([p.start for p in inside]), np.array([p.stop for p in inside]), times)
        self.capacity = _latest(log, of, times, findings)
        shut = _shut(log, of, times, findings)
        most, by_staff = _usable(log, of, times, self.capacity, findings)
        self.usable: Booleans = ~shut & (self.census <= most)
        self.free: Booleans = ~shut & (self.census < most)
        came = [p for p in inside if p.start >= 0]
        admitted = np.isin(times, [p.start for p in came])
        if not came:
            return
        admits = (c.event == Event.ADMIT) & (c.level == of.level) & (c.reason != Reason.START)
        admits &= np.isin(c.patient, [p.patient for p in came])
        admitted &= np.isin(times, c.time[admits])
        for at in np.flatnonzero(admitted & (self.census > self.capacity)):
            who = _first_at(log, admits, times[at])
            what = (
                f"admitted to {self.name}, census {self.census[at]} for a capacity of {self.capacity[at]:g}"
            )
            findings.add(CAPACITY, who, float(times[at]), what)
        for at in np.flatnonzero(admitted & by_staff & (self.census > most)):
            who = _first_at(log, admits, times[at])
            what = f"admitted to {self.name}, census {self.census[at]} with {most[at]:g} places usable"
            findings.add(USABLE, who, float(times[at]), what)
        for at in np.flatnonzero(admitted & shut):
            who = _first_at(log, admits, times[at])
            what = f"admitted to {self.name} while its door is shut"
            findings.add(DOOR, who, float(times[at]), what)


def _label(log: Log, code: int) -> str:
    return (*log.reasons, *log.labels)[code]


def _count(starts: Floats, stops: Floats, times: Floats) -> Integers:
    """How many spells are under way after the last row of each instant."""
    begun = np.searchsorted(np.sort(starts), times, side="right")
    over = np.searchsorted(np.sort(stops), times, side="right")
    counts: Integers = (begun - over).astype(np.int64)
    return counts


def _first_at(log: Log, admits: Booleans, time: float) -> str:
    return _who(int(log.columns.patient[admits & (log.columns.time == time)][0]))


def _latest(log: Log, of: Line, times: Floats, findings: Findings) -> Floats:
    """The capacity in force after each instant; every level and track must state one on day 0."""
    c = log.columns
    rows = np.flatnonzero((c.event == Event.CAPACITY) & (c.level == of.level) & (c.reason == of.track))
    if not len(rows) or c.time[rows[0]] != 0:
        findings.add(ROWS, f"level {log.levels[of.level]}", 0.0, "does not state its capacity on day 0")
        return np.full(len(times), np.inf)
    at = np.searchsorted(c.time[rows], times, side="right") - 1
    return c.value[rows][at]


def _usable(
    log: Log, of: Line, times: Floats, capacity: Floats, findings: Findings
) -> tuple[Floats, Booleans]:
    """The usable capacity after each instant, at most the capacity, and whether staff bind it."""
    c = log.columns
    by_staff = np.zeros(len(times), dtype=np.bool_)
    rows = np.flatnonzero((c.event == Event.USABLE) & (c.level == of.level))
    if of.track >= 0 or not len(rows):
        return capacity, by_staff
    if c.time[rows[0]] != 0:
        findings.add(
            NOT_MORE_USABLE, f"level {log.levels[of.level]}", 0.0, "does not state its usable capacity"
        )
        return capacity, by_staff
    last = rows[np.searchsorted(c.time[rows], times, side="right") - 1]
    usable = c.value[last]
    names = (*log.reasons, *log.labels)
    by_places = c.reason[last] == (names.index(BINDS[PLACE]) if BINDS[PLACE] in names else -1)
    for at in np.flatnonzero((usable > capacity) | (by_places & (usable != capacity))):
        what = f"has {usable[at]:g} of {capacity[at]:g} places usable"
        findings.add(NOT_MORE_USABLE, f"level {log.levels[of.level]}", float(times[at]), what)
    by_staff = ~np.isin(c.reason[last], [names.index(name) for name in BINDS if name in names])
    return np.minimum(usable, capacity), by_staff


def _shut(log: Log, of: Line, times: Floats, findings: Findings) -> Booleans:
    """Whether the door is shut after each instant; opening and shutting must alternate."""
    c = log.columns
    rows = np.flatnonzero(np.isin(c.event, [Event.OPEN, Event.CLOSE]) & (c.level == of.level))
    rows = rows[c.reason[rows] == of.track]
    closes = c.event[rows] == Event.CLOSE
    before = np.concatenate([[False], closes[:-1]])
    for row in rows[closes == before]:
        what = f"{EVENTS[c.event[row]]} of a door that is so already"
        findings.add(ROWS, f"level {log.levels[of.level]}", float(c.time[row]), what)
    at = np.searchsorted(c.time[rows], times, side="right")
    state: Booleans = np.concatenate([[False], closes])[at]
    return state


def _no_ring_is_left(
    log: Log,
    blocked: list[Blocked],
    times: Floats,
    lines: list[Line],
    usable: Booleans,
    findings: Findings,
) -> None:
    """After each instant, striking out lines that no kept line's holder waits for must leave none."""
    held = {b: lines.index(Line(b.level, b.track)) for b in blocked}
    asked = {b: lines.index(Line(b.wants, b.asked)) for b in blocked}
    pairs = sorted({(held[b], asked[b]) for b in blocked if held[b] != asked[b]})
    if len(pairs) < 2:
        return
    there: dict[tuple[int, int], Booleans] = {}
    for pair in pairs:
        here = [b for b in blocked if (held[b], asked[b]) == pair]
        count = _count(np.array([b.start for b in here]), np.array([b.stop for b in here]), times)
        there[pair] = np.asarray(count > 0)
    kept = usable.copy()
    while True:
        wanted = np.zeros_like(kept)
        for (holds, wants), some in there.items():
            wanted[wants] |= some & kept[holds]
        if not (kept & ~wanted).any():
            break
        kept &= wanted
    frozen = np.asarray(kept.any(axis=0), dtype=np.bool_)
    for at in np.flatnonzero(frozen & ~np.concatenate([[False], frozen[:-1]])):
        ring = [log.levels[lines[line].level] for line in np.flatnonzero(kept[:, at])]
        who = next(
            b.patient
            for b in blocked
            if b.start <= times[at] < b.stop and kept[held[b], at] and kept[asked[b], at]
        )
        findings.add(NO_FREEZE, _who(who), float(times[at]), f"is blocked in a ring of {', '.join(ring)}")


def nobody_is_overtaken(log: Log, waits: list[Wait], findings: Findings) -> None:
    """First come, first served among those whom no priority rule can tell apart.

    Classes are not in the log. Whoever comes from outside, from one source, with the same traits, in the same
    episode and before any stay of it, is in the same class; so among those the order is time joined, then
    number. A place given to one who then does not show counts as given.
    """
    groups: dict[tuple[int, ...], list[Wait]] = {}
    for wait in waits:
        if wait.group >= 0:
            index = wait.patient - 1
            key = (
                wait.level,
                wait.track,
                wait.group,
                int(log.patient_source[index]),
                *map(int, log.patient_traits[index]),
            )
            groups.setdefault(key, []).append(wait)
    for members in groups.values():
        for ahead, behind in _overtaken(sorted(members, key=lambda wait: (wait.start, wait.patient))):
            what = (
                f"waits for {log.levels[ahead.level]} since day {ahead.start:.12g} and is overtaken by "
                f"{_who(behind.patient)}, who joined on day {behind.start:.12g}"
            )
            findings.add(NOT_OVERTAKEN, _who(ahead.patient), behind.stop, what)


def _overtaken(line: list[Wait]) -> Iterator[tuple[Wait, Wait]]:
    """Pairs of one who still waits and one behind her who was given a place."""
    longest = float("-inf")  # the latest end of a wait among those ahead
    for index, behind in enumerate(line):
        if behind.ended_by in (Event.ADMIT, Event.NO_SHOW) and longest > behind.stop:
            for ahead in line[:index]:
                # one who was diverted to this line at that very instant came after the places were given
                came_late = ahead.by_divert and ahead.start == behind.stop
                if ahead.stop > behind.stop and not came_late:
                    yield ahead, behind
                    break
        longest = max(longest, behind.stop)


def littles_law_holds(log: Log, found: Spells, findings: Findings) -> None:
    """Over the run and over the window, the area under census and line equals the days of the patients.

    The area is counted from the rows of the level, the days from what each patient's course says.
    """
    c = log.columns
    windows = ((0.0, log.end), (log.window_start, log.window_end))
    for index, name in enumerate(log.levels):
        places = [place for place in found.places if place.level == index]
        waits = [wait for wait in found.waits if wait.level == index]
        enters = (c.event == Event.ADMIT) & (c.level == index)
        leaves = (c.event == Event.LEAVE) & (c.level == index)
        joins = ((c.event == Event.REQUEST) & (c.level == index)) | (
            (c.event == Event.DIVERT) & (c.to_level == index)
        )
        for low, high in windows:
            area = _days(c.time[enters], low, high) - _days(c.time[leaves], low, high)
            days = sum(
                min(p.stop, high) - max(p.start, low) for p in places if p.stop > low and p.start < high
            )
            _compare(findings, name, high, "in its places", area=area, days=days)
            area = _days(c.time[joins], low, high)
            area -= _days(np.array([w.stop for w in waits if w.ended_by >= 0]), low, high)
            days = sum(
                min(w.stop, high) - max(w.start, low) for w in waits if w.stop > low and w.start < high
            )
            _compare(findings, name, high, "on its line", area=area, days=days)


def _days(times: Floats, low: float, high: float) -> float:
    """The days of the window that lie after each of the times, added up."""
    return float(np.sum(high - np.clip(times, low, high)))


def _compare(findings: Findings, level: str, day: float, where: str, *, area: float, days: float) -> None:
    if abs(area - days) > 1e-6 * max(1.0, abs(days)):
        what = f"{area:.9g} patient-days {where} by its census, {days:.9g} by its patients"
        findings.add(LITTLE, f"level {level}", day, what)
