"""The levels, patients and agenda of one replication in the reference engine, and the addresses of its draws.

It keeps what is, and what is due when. What happens is left to `sim/engines/course.py`, the order of it to
`sim/engines/reference.py`.
"""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from math import inf

from sim.draws import Draws, Four, subject
from sim.engines.patients import AFTER, DELAYED, IN_CARE, INTAKE, WAITING, Level, Patient
from sim.engines.recorder import Recorder
from sim.engines.staffing import Staff
from sim.staff import Presence
from sim.tables import NONE, Plan
from sim.words import PLACE, SEAT, Event, Purpose

EPISODE_SUBJECT = subject("episode")
"""The subject of draws that belong to an episode and to no level."""

NO_SUBJECT = 0
"""That of draws that belong to an arrival, which share the block of its patient's first placement."""


class Clinic:
    """All levels and patients of one replication, and the agenda of what is due."""

    def __init__(self, plan: Plan, draws: Draws, record: Recorder, staff: Sequence[Presence] = ()) -> None:
        self.plan = plan
        self.t = plan.tables
        self.draws = draws
        self.record = record
        self.regime = 0
        self.levels = self.levels_and_tracks()
        self.staff = Staff(self.t, staff, record)
        self.patients: list[Patient] = []
        self.agenda: list[tuple[float, int]] = []  # (due, patient number)
        self.giving_up: set[Patient] = set()  # whose patience, hold or divert is due at this instant
        self.newcomers: list[Patient] = []  # who joined a line from outside at this instant
        self.impatient = 0  # how many of them have drawn their patience
        self.booked = [0] * len(self.t.seen_on)  # appointments given, per stage of the intake and day

    def levels_and_tracks(self) -> list[Level]:
        """The levels, then all their tracks, as they are at the start."""
        t, is_open = self.t, self.plan.open_at_start
        found = []
        for index in range(t.levels):
            cell, tracks = t.cells[index], t.tracks_of[index]
            lines = range(t.levels + tracks.first, t.levels + tracks.last) or range(index, index + 1)
            found.append(Level(index, index, lines, NONE, cell.capacity, is_open[index], cell.limit))
        for index in range(t.levels, len(is_open)):
            track = t.tracks[index - t.levels]
            limit = t.cells[track.level].limit
            found.append(Level(index, track.level, range(0), track.label, track.seats, is_open[index], limit))
        return found

    def lines(self) -> Iterator[Level]:
        """What has a line: in level order, then track order."""
        for level in self.levels[: self.t.levels]:
            for line in level.lines:
                yield self.levels[line]

    def usable(self, level: Level) -> tuple[float, int]:
        """The greatest census that a level's places, seats and staff allow, and which of them binds."""
        seats = 0.0
        for line in level.lines:
            seats += self.levels[line].capacity
        most, binds = level.capacity, self.t.reasons + PLACE
        if seats < most:
            most, binds = seats, self.t.reasons + SEAT
        served, role = self.staff.usable(self.levels, level, most)
        return (most, binds) if role == NONE else (served, self.t.role_label[role])

    def tell_usable(self, now: float) -> None:
        """Records the usable capacity of the levels with tracks, or limited by staff, where it is new."""
        for level in self.levels[: self.t.levels]:
            if level.lines[0] != level.index or self.t.limited[level.index]:
                value, binds = found = self.usable(level)
                if found != level.usable:
                    level.usable = found
                    self.record.level(now, Event.USABLE, level.index, reason=binds, value=value)

    def may_take_in(self, line: Level) -> bool:
        """Whether a place of the level is free, a seat of the track, staff for its head, and doors open."""
        level = self.levels[line.within]
        if not level.open or level.census >= level.capacity:
            return False
        if not line.open or line.census >= line.capacity:
            return False
        return not self.staff.limits or self.staff.fits(self.levels, line.line[0][1])

    def may_exchange(self, line: Level) -> bool:
        """Whether the doors are open and nobody is too many, so that one may come where another goes."""
        level = self.levels[line.within]
        if not level.open or level.census > self.staff.usable(self.levels, level, level.capacity)[0]:
            return False
        return line.open and line.census <= line.capacity

    def cell(self, level: int) -> int:
        """The row of the tables for a level under the rules now in force."""
        return self.regime * self.t.levels + level

    def draw(self, patient: Patient, purpose: int, level: int, use: int = 0) -> float:
        """The uniform number of a decision in her current stay in a level."""
        key0, key1 = patient.key
        nth = patient.stays.get(level, 0)
        return self.draws.uniform(key0, key1, self.t.level_subject[level], purpose, nth, use)

    def draws_of_stay(self, patient: Patient, level: int) -> Four:
        """The uniform numbers of a stay's planned days, dropout, first relapse and next level."""
        key0, key1 = patient.key
        subject_of_level, nth = self.t.level_subject[level], patient.stays[level]
        return self.draws.four(key0, key1, subject_of_level, Purpose.PLANNED_STAY, nth)

    def draws_of_discharge(self, patient: Patient) -> Four:
        """The uniform numbers of return to use, whether and when she returns to care, and death."""
        key0, key1 = patient.key
        return self.draws.four(key0, key1, EPISODE_SUBJECT, Purpose.RETURN_TO_USE, patient.episode)

    def draw_of_placement(self, patient: Patient) -> float:
        """The uniform number of the first level of an episode."""
        key0, key1 = patient.key
        return self.draws.uniform(key0, key1, NO_SUBJECT, Purpose.PLACEMENT, patient.episode - 1, 0)

    def draw_of_wait(self, patient: Patient, purpose: int) -> float:
        """The uniform number of a decision in her current wait."""
        key0, key1 = patient.key
        subject_of_level = self.t.level_subject[patient.wants]
        return self.draws.uniform(key0, key1, subject_of_level, purpose, patient.waits[patient.wants], 0)

    def draw_of_other(self, patient: Patient, level: int, reason: int) -> float:
        """The uniform number of a named other end of this stay."""
        key0, key1 = patient.key
        clock = self.t.other_subject[level * self.t.reasons + reason]
        return self.draws.uniform(key0, key1, clock, Purpose.OTHER_END, patient.stays[level], 0)

    def schedule(self, patient: Patient, now: float) -> None:
        """Puts on the agenda when to look at her next; what she gives up now waits for step 3."""
        if patient.phase == IN_CARE:
            due = min(
                patient.end_due,
                patient.dropout_due,
                patient.relapse_due,
                patient.death_due,
                patient.other_due,
                patient.review_due,
            )
        elif patient.phase == WAITING:
            last = min(patient.patience_due, patient.hold_due, patient.divert_due)
            if last <= now:
                self.giving_up.add(patient)
                last = inf
            due = min(last, patient.use_due, patient.death_due)
        elif patient.phase in (DELAYED, INTAKE):
            due = patient.ask_due
        elif patient.phase == AFTER:
            due = min(patient.use_due, patient.care_due, patient.death_due)
        else:
            due = inf
        if due < self.plan.end and due != patient.alarm:
            heappush(self.agenda, (due, patient.number))
        patient.alarm = due

    def next_time(self) -> float:
        """When the agenda looks at somebody next; infinite when never."""
        agenda, patients = self.agenda, self.patients
        while agenda and patients[agenda[0][1] - 1].alarm != agenda[0][0]:
            heappop(agenda)  # put off since
        return agenda[0][0] if agenda else inf

    def take_due(self, now: float) -> list[Patient]:
        """Takes off the agenda who is to be looked at now."""
        due = []
        while self.agenda and self.agenda[0][0] <= now:
            time, number = heappop(self.agenda)
            patient = self.patients[number - 1]
            if patient.alarm == time:
                patient.alarm = inf
                due.append(patient)
        return due
