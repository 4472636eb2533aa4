"""A patient's course in the reference engine: what each happening does to her and to the places.

One method an act: enter, take in, end, move, go home, discharge. Which act is due is left to
`sim/engines/acts.py`, the order of instants to `sim/engines/reference.py`; what is chosen, to the rules.
"""

from math import inf

from sim.engines.clinic import Clinic
from sim.engines.patients import AFTER, DELAYED, GONE, IN_CARE, WAITING, Level, Patient
from sim.rules import after, placement, show_up, stay, waitlist
from sim.rules.choices import choose, first_rule
from sim.rules.clocks import days_until
from sim.rules.conditions import Person
from sim.rules.tracks import track_of
from sim.tables import DISCHARGE, DISCHARGE_AS, EXTEND, NONE, STAY, TARGETS
from sim.words import Event, Purpose, Reason

SHOW_UP, ENDS = TARGETS.index("show_up"), TARGETS.index("ends")


class Course(Clinic):
    """Every act of a patient."""

    # ---- asking and waiting

    def enter(self, patient: Patient, now: float) -> None:
        """Asks, from outside, for the first level of an episode."""
        patient.origin = NONE
        level = self.first_wanted(patient, now)
        self.record.patient(now, Event.REQUEST, patient, level)
        self.want(patient, level, now)
        self.join(patient, now)

    def first_wanted(self, patient: Patient, now: float) -> int:
        """The first level of an episode: as her referral says, or by placement."""
        level = patient.entry
        if level == NONE or (patient.episode > 1 and patient.source != NONE and self._is_placed(patient)):
            u = self.draw_of_placement(patient)
            level = placement.first_level(self.t, self.regime, patient.seen(now), u=u)
        return level

    def _is_placed(self, patient: Patient) -> bool:
        """Whether her source has placement rules or shares of its own, for those who return."""
        rules = self.t.placements[self.regime * self.t.sources + patient.source]
        return rules.first < rules.last

    def want(self, patient: Patient, level: int, now: float, *, track: int = NONE) -> None:
        """A wait for a level begins: in its only line, or in that of the track she asks for."""
        patient.wants = patient.line = level
        patient.waits[level] = patient.waits.get(level, 0) + 1
        tracks = self.t.tracks_of[level]
        if tracks.first == tracks.last:
            return
        if track == NONE:
            u = self.draw_of_wait(patient, Purpose.TRACK)
            track = track_of(self.t, self.regime, level, patient.seen(now), u=u)
        patient.line = self.t.levels + track
        self.record.patient(now, Event.TRACK, patient, level, reason=self.levels[patient.line].label)

    def join(self, patient: Patient, now: float) -> None:
        """Puts her on the waitlist she wants; if she holds no place, her patience starts in step 3."""
        patient.phase = WAITING
        patient.joined = now
        cell = self.cell(patient.wants)
        rank = waitlist.rank(self.t, cell, transfer=patient.transfer)
        priority = waitlist.priority_class(self.t, cell, patient.seen(now))
        patient.turn = (rank, priority, now, patient.number)
        patient.patience_due = patient.divert_due = inf
        if not patient.transfer and not patient.diverted:
            rule = self.t.cells[cell]
            patient.divert_due, patient.divert_to = now + rule.divert_after, rule.divert_to
        self.levels[patient.line].join(patient)
        if not patient.transfer:
            self.newcomers.append(patient)

    def start_patience(self, patient: Patient, now: float) -> None:
        """Draws how long she will wait."""
        clock = self.t.cells[self.cell(patient.wants)].patience
        if clock != NONE:
            u = self.draw_of_wait(patient, Purpose.PATIENCE)
            days = days_until(self.t, clock, patient.wants, patient.seen(now), u=u, planned=0.0)
            patient.patience_due = now + days

    def leave_line(self, patient: Patient) -> None:
        """Takes her off the waitlist, and silences the clocks of the wait."""
        self.levels[patient.line].part(patient)
        patient.patience_due = patient.hold_due = patient.divert_due = inf

    def drop(self, patient: Patient, event: Event, reason: Reason, now: float) -> None:
        """She is off the waitlist and out of the continuum: reneged, turned away or not shown up."""
        wanted = patient.wants
        self.leave_line(patient)
        self.record.patient(now, event, patient, wanted)
        self.discharge(patient, reason, now, level=wanted)
        self.schedule(patient, now)

    def divert(self, patient: Patient, to: int, now: float) -> None:
        """Moves her, from outside, to the waitlist of another level; once per request."""
        self.record.patient(now, Event.DIVERT, patient, patient.wants, to_level=to)
        patient.diverted = True
        if not patient.next_temporary:
            patient.days_set = inf  # the days that remained belong to the level she asked for
        self.want(patient, to, now)
        self.join(patient, now)
        self.schedule(patient, now)

    def go_home(self, patient: Patient, now: float) -> None:
        """The hold ends: she gives her place up, and waits at home for her turn."""
        self.record.patient(now, Event.GO_HOME, patient, patient.level)
        self.levels[patient.line].blocked -= 1
        self.give_up_place(patient, now)
        patient.hold_due = inf
        self.start_patience(patient, now)
        self.start_home_clocks(patient, now)
        self.schedule(patient, now)

    def start_home_clocks(self, patient: Patient, now: float) -> None:
        """Starts return to use and death of one who waits at home between two levels."""
        regime = self.t.regimes[self.regime]
        use, death = regime.use_waiting, regime.death_waiting
        if use == death == NONE:
            return
        seen = patient.seen(now)
        if use != NONE:
            u = self.draw_of_wait(patient, Purpose.USE_WAITING)
            patient.use_due = now + days_until(self.t, use, seen.level, seen, u=u, planned=0.0)
        if death != NONE:
            u = self.draw_of_wait(patient, Purpose.DEATH_WAITING)
            patient.death_due = now + days_until(self.t, death, seen.level, seen, u=u, planned=0.0)

    # ---- a stay

    def take_in(self, patient: Patient, now: float) -> None:
        """Admits her from the head of a line, unless she was to come from outside and does not."""
        level = self.levels[patient.wants]
        if not patient.transfer:
            cell = self.cell(level.index)
            if self.t.cells[cell].show_first < self.t.cells[cell].show_last:
                u = self.draw_of_wait(patient, Purpose.SHOW_UP)
                waited = now - patient.joined
                if not show_up.comes(self.t, cell, SHOW_UP, patient.seen(now), waited=waited, u=u):
                    self.drop(patient, Event.NO_SHOW, Reason.NO_SHOW, now)
                    return
        self.leave_line(patient)
        if patient.level != NONE:
            self.give_up_place(patient, now)
        self.fill_place(patient, patient.line)
        patient.use_due = inf
        patient.transfer = patient.diverted = False
        planned = self.start_stay(patient, level, now)
        self.record.patient(now, Event.ADMIT, patient, level.index, value=planned)
        self.schedule(patient, now)

    def start_stay(self, patient: Patient, level: Level, now: float) -> float:
        """Draws the planned stay and starts the competing clocks; the planned days."""
        index, cell = level.index, self.cell(level.index)
        self.hold_place(patient, level, now)
        seen = patient.seen(now)
        u_days, u_dropout, u_relapse, patient.u_next = self.draws_of_stay(patient, index)
        planned, reason = self.plan_stay(patient, cell, seen=seen, days=0.0, u=u_days)
        patient.end_due, patient.end_reason = now + planned, reason
        t, full, clocks = self.t, patient.full_days, self.t.cells[cell]

        def due(clock: int, u: float) -> float:
            if clock == NONE:
                return inf
            return now + days_until(t, clock, index, seen, u=u, planned=full)

        patient.dropout_due = due(clocks.dropout, u_dropout)
        patient.relapse_due = due(clocks.relapse, u_relapse)
        patient.death_due = patient.other_due = inf
        if clocks.death != NONE:
            patient.death_due = due(clocks.death, self.draw(patient, Purpose.DEATH_IN_CARE, index))
        for row in range(clocks.other_first, clocks.other_last):
            other = t.other_ends[row]
            u = self.draw_of_other(patient, index, other.reason)
            time = now + days_until(t, other.clock, index, seen, u=u, planned=full)
            if time < patient.other_due:
                patient.other_due, patient.other_reason = time, other.reason
        patient.review_due = now + clocks.review_every
        return planned

    def fill_place(self, patient: Patient, line: int) -> None:
        """Gives her a place of a level, and a seat where the line is that of a track."""
        patient.seat = line
        level = self.levels[line].within
        self.levels[level].census += 1
        if line != level:
            self.levels[line].census += 1

    def hold_place(self, patient: Patient, level: Level, now: float) -> None:
        """Makes her a patient of the level, in a new stay."""
        patient.phase = IN_CARE
        patient.level = patient.last_level = level.index
        patient.stay += 1
        patient.stays[level.index] = patient.stays.get(level.index, 0) + 1
        patient.admitted = now
        patient.relapses_in_stay = patient.reviews = 0
        patient.temporary, patient.next_temporary = patient.next_temporary, False

    def plan_stay(
        self, patient: Patient, cell: int, *, seen: Person, days: float, u: float
    ) -> tuple[float, int]:
        """Planned days and the reason of the end: drawn, or set by a temporary stay and the way back."""
        known, patient.days_set = patient.days_set, inf
        if known < inf and not patient.temporary:  # back with the days that remained
            patient.full_days = patient.back_full_days
            return known, patient.back_reason
        u_reason = 0.0
        if self.t.cells[cell].stay == NONE:
            u_reason = self.draw(patient, Purpose.END_REASON, cell % self.t.levels)
        planned, reason = stay.planned_end(
            self.t, cell, seen, ends_target=ENDS, u_reason=u_reason, u_days=u, days=days
        )
        away = max(known, self.t.cells[cell].minimum_stay)
        if known < inf and (reason == Reason.COMPLETED or away <= planned):
            planned, reason = away, Reason.COMPLETED
        patient.full_days = planned
        return planned, int(reason)

    def relapse(self, patient: Patient, now: float) -> None:
        """Return to use in a stay: the level's relapse rules decide what follows."""
        cell = self.cell(patient.level)
        self.record.patient(now, Event.RELAPSE, patient, patient.level)
        patient.relapses += 1
        patient.relapses_in_stay += 1
        use = patient.relapses_in_stay
        u = self.draw(patient, Purpose.ON_RELAPSE, patient.level, use)
        if self.decide(patient, cell, Reason.RELAPSE, now, u=u):
            return
        u = self.draw(patient, Purpose.RELAPSE_AGAIN, patient.level, use)
        clock, seen = self.t.cells[cell].relapse, patient.seen(now)
        patient.relapse_due = inf
        if clock != NONE:
            days = days_until(self.t, clock, patient.level, seen, u=u, planned=patient.full_days)
            patient.relapse_due = now + days

    def review(self, patient: Patient, now: float) -> None:
        """A review of the stay; skipped before the minimum stay is over."""
        cell = self.cell(patient.level)
        patient.review_due = now + self.t.cells[cell].review_every
        if now - patient.admitted < self.t.cells[cell].minimum_stay:
            return
        self.record.patient(now, Event.REVIEW, patient, patient.level)
        patient.reviews += 1
        u = self.draw(patient, Purpose.ON_REVIEW, patient.level, patient.reviews)
        self.decide(patient, cell, Reason.REVIEW, now, u=u)

    def end(self, patient: Patient, cause: int, now: float) -> None:
        """A clock ended the stay: back after a temporary stay, else what the rules of the cause say."""
        if cause == Reason.DIED:
            self.die(patient, now)
        elif cause == Reason.COMPLETED and patient.temporary:
            self.way_back(patient, now)
        else:
            self.decide(patient, self.cell(patient.level), cause, now, u=patient.u_next)

    def decide(self, patient: Patient, cell: int, cause: int, now: float, *, u: float) -> bool:
        """Applies the rules of a cause; whether the stay is over."""
        t, seen = self.t, patient.seen(now)
        rules = t.rules_for[cell * t.reasons + cause]
        rule = first_rule(t, rules.first, rules.last, seen)
        to = choose(t, rule, patient.level, seen, u=u)
        if to in (STAY, EXTEND):
            days = t.rules[rule].extend_by
            if days > 0.0 and (to == EXTEND or cause == Reason.RELAPSE):
                patient.end_due += days
                self.record.patient(now, Event.EXTEND, patient, patient.level, value=days)
            return False
        if to >= 0:
            self.move(patient, to, cause, rule, now, seen=seen)
            return True
        self.close_stay(patient, now)
        patient.cause = cause
        self.give_up_place(patient, now)
        if to == DISCHARGE:
            reason = Reason.COMPLETED if cause == Reason.REVIEW else cause
        else:
            reason = DISCHARGE_AS - to
        self.discharge(patient, reason, now, level=patient.last_level)
        return True

    def close_stay(self, patient: Patient, now: float) -> None:
        """The clinical stay is over: its days count, its clocks are silent."""
        patient.days_in_care += now - patient.admitted
        patient.end_due = patient.dropout_due = patient.relapse_due = inf
        patient.death_due = patient.other_due = patient.review_due = inf

    # ---- moving on

    def move(self, patient: Patient, to: int, cause: int, rule: int, now: float, *, seen: Person) -> None:
        """She is ready for another level; for good, or for a while and back."""
        t, cell = self.t, self.cell(patient.level)
        if t.rules[rule].away != NONE:
            u = self.draw(patient, Purpose.AWAY, patient.level)
            days = days_until(t, t.rules[rule].away, patient.level, seen, u=u, planned=0.0)
            if not patient.temporary:
                patient.back_to = patient.level
                patient.back_days = inf if t.rules[rule].anew else max(0.0, patient.end_due - now)
                patient.back_reason, patient.back_full_days = patient.end_reason, patient.full_days
            patient.next_temporary, patient.days_set = True, days
        if stay.is_step_up(t, cell, to):
            patient.step_ups += 1
        delay = 0.0
        if t.rules[rule].delay != NONE:
            u = self.draw(patient, Purpose.DELAY, patient.level)
            delay = days_until(t, t.rules[rule].delay, patient.level, seen, u=u, planned=0.0)
        self.get_ready(patient, to, cause, now, hold=stay.place_hold(t, cell, rule, to))
        if delay > 0.0:
            patient.phase, patient.ask_due = DELAYED, now + delay
        else:
            self.ask(patient, now)

    def way_back(self, patient: Patient, now: float) -> None:
        """A temporary stay is over: she goes back to where she came from."""
        cell = self.cell(patient.level)
        patient.days_set = patient.back_days
        hold = stay.place_hold(self.t, cell, NONE, patient.back_to)
        self.get_ready(patient, patient.back_to, Reason.COMPLETED, now, hold=hold)
        self.ask(patient, now)

    def get_ready(self, patient: Patient, to: int, cause: int, now: float, *, hold: float) -> None:
        """Ends the clinical stay and names the level that she wants next."""
        self.close_stay(patient, now)
        self.record.patient(now, Event.READY, patient, patient.level, to_level=to, reason=cause)
        patient.cause, patient.wants, patient.hold = cause, to, hold

    def ask(self, patient: Patient, now: float) -> None:
        """Asks for the next level from her place; without a hold she leaves it first."""
        patient.ask_due = inf
        patient.origin = patient.level
        to = patient.wants
        self.record.patient(now, Event.REQUEST, patient, to)
        self.want(patient, to, now)
        patient.diverted = False
        patient.phase = WAITING
        patient.transfer = patient.hold > 0.0
        if patient.transfer:
            patient.hold_due = now + patient.hold
            self.join(patient, now)
        else:
            self.give_up_place(patient, now)
            self.join(patient, now)
            self.start_home_clocks(patient, now)

    def give_up_place(self, patient: Patient, now: float) -> None:
        """Frees her place."""
        self.record.patient(now, Event.LEAVE, patient, patient.level, reason=patient.cause)
        self.levels[patient.level].census -= 1
        if patient.seat != patient.level:
            self.levels[patient.seat].census -= 1
        patient.level = patient.seat = NONE

    # ---- the end of an episode, and after

    def discharge(self, patient: Patient, reason: int, now: float, *, level: int) -> None:
        """Ends the episode and starts the clocks of what may follow."""
        self.record.patient(now, Event.DISCHARGE, patient, level, reason=reason)
        patient.phase = AFTER
        patient.wants = NONE
        patient.last_level = level
        patient.transfer = patient.diverted = patient.next_temporary = False
        patient.days_set = inf
        row = self.regime * self.t.reasons + reason
        if not after.anything(self.t, row):
            patient.use_due = patient.care_due = patient.death_due = inf
            return
        u_use, u_returns, u_delay, u_death = self.draws_of_discharge(patient)
        due = after.afterwards(
            self.t,
            row,
            patient.seen(now),
            now=now,
            u_use=u_use,
            u_returns=u_returns,
            u_delay=u_delay,
            u_death=u_death,
        )
        patient.use_due, patient.care_due, patient.death_due = due

    def die(self, patient: Patient, now: float) -> None:
        """Death, in care, at home between two levels, or after discharge."""
        level = patient.last_level
        self.record.patient(now, Event.DEATH, patient, level)
        if patient.phase == WAITING:
            level = patient.wants
            self.leave_line(patient)
        if patient.level != NONE:
            patient.cause = Reason.DIED
            self.give_up_place(patient, now)
        if patient.phase != AFTER:
            self.record.patient(now, Event.DISCHARGE, patient, level, reason=Reason.DIED)
        patient.phase = GONE
        patient.use_due = patient.care_due = patient.death_due = inf
