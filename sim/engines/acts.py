"""What is due for a patient in the reference engine, and the intake before she asks for a level.

What each act does to her and to the places is left to `sim/engines/course.py`, which comes when to
`sim/engines/reference.py`.
"""

from math import inf

from sim.engines.course import Course
from sim.engines.patients import AFTER, DELAYED, IN_CARE, INTAKE, Patient
from sim.rules import intake
from sim.rules.clocks import days_until
from sim.tables import NONE, Stage
from sim.words import Event, Lost, Purpose, Reason


class Acts(Course):
    """What is due, act by act."""

    # ---- what is due

    def act(self, patient: Patient, now: float) -> None:
        """Does what is due for her now: death, dropout, relapse, other ends, review, planned end, return.

        After each, the later ones act only if they are still due.
        """
        phase = patient.phase
        if patient.death_due <= now:
            self.die(patient, now)
        elif phase == IN_CARE:
            if patient.dropout_due <= now:
                self.end(patient, Reason.DROPOUT, now)
                return
            if patient.relapse_due <= now:
                self.relapse(patient, now)
            if patient.phase == IN_CARE and patient.other_due <= now:
                self.end(patient, patient.other_reason, now)
            if patient.phase == IN_CARE and patient.review_due <= now:
                self.review(patient, now)
            if patient.phase == IN_CARE and patient.end_due <= now:
                self.end(patient, patient.end_reason, now)
        elif phase == DELAYED:
            if patient.ask_due <= now:
                self.ask(patient, now)
        elif phase == INTAKE:
            self.go_on(patient, now)
        else:
            if patient.use_due <= now:
                patient.use_due = inf
                self.record.patient(now, Event.RETURN_TO_USE, patient, patient.last_level)
            if phase == AFTER and patient.care_due <= now:
                self.return_to_care(patient, now)

    def return_to_care(self, patient: Patient, now: float) -> None:
        """A new episode, placed anew."""
        patient.use_due = patient.care_due = patient.death_due = inf
        patient.episode += 1
        patient.relapses = patient.step_ups = 0
        patient.days_in_care = 0.0
        self.record.patient(now, Event.RETURN_TO_CARE, patient, NONE)
        self.come(patient, now)

    # ---- the intake

    def come(self, patient: Patient, now: float) -> None:
        """Asks for the first level of an episode, or begins the intake before it."""
        if not intake.passes(self.t, patient.source, patient.episode):
            self.enter(patient, now)
            return
        patient.phase = INTAKE
        self.record.patient(now, Event.INQUIRY, patient, NONE)
        self.begin_stage(patient, 0, now)
        self.go_on(patient, now)

    def begin_stage(self, patient: Patient, stage: int, now: float) -> None:
        """A stage begins, with its delay."""
        patient.stage, patient.joined, patient.booked = stage, now, False
        self.record.patient(now, Event.STAGE, patient, NONE, reason=self.t.stage_label[stage])
        delay = self.stage_of(patient).delay
        patient.ask_due = now
        if delay != NONE:
            u = self.draw_of_stage(patient, Purpose.STAGE_DELAY)
            patient.ask_due = now + days_until(self.t, delay, 0, patient.seen(now), u=u, planned=0.0)

    def go_on(self, patient: Patient, now: float) -> None:
        """All that is due of her intake by now: an appointment is given, she comes, the next stage begins."""
        while patient.phase == INTAKE and patient.ask_due <= now:
            if self.stage_of(patient).sees and not patient.booked:
                self.book(patient, now)
            else:
                self.be_seen(patient, now)

    def book(self, patient: Patient, now: float) -> None:
        """Gives her the first free appointment; where it would be too late, she is lost."""
        stage, label = self.stage_of(patient), self.t.stage_label[patient.stage]
        time = self.first_free(patient.stage, stage, now + stage.notice)
        if time - now > stage.at_most:
            self.lose(patient, Lost.NO_APPOINTMENT, now)
            return
        if not stage.walk_in:
            self.booked[patient.stage * self.calendar_days() + int(time)] += 1
        patient.booked, patient.ask_due = True, time
        self.record.patient(now, Event.BOOK, patient, NONE, reason=label, value=time - now)

    def first_free(self, index: int, stage: Stage, earliest: float) -> float:
        """When she can be seen, at the earliest time or later; infinite beyond the calendar."""
        days = self.calendar_days()
        for day in range(int(earliest), days):
            places = self.t.seen_on[index * days + day]
            if stage.walk_in:
                if places != 0 and earliest < day + stage.until:
                    return max(earliest, day + stage.at)
            elif day + stage.at >= earliest and self.booked[index * days + day] < places:
                return day + stage.at
        return inf

    def calendar_days(self) -> int:
        """How many days the calendar of appointments has."""
        return len(self.t.seen_on) // len(self.t.stage_label)

    def be_seen(self, patient: Patient, now: float) -> None:
        """She comes to the stage and goes on, or is lost."""
        row = intake.stage_row(self.t, self.regime, patient.stage)
        u_comes = self.draw_of_stage(patient, Purpose.STAGE_COMES)
        u_goes_on = self.draw_of_stage(patient, Purpose.STAGE_GOES_ON)
        if not intake.turns_up(self.t, row, waited=now - patient.joined, u=u_comes):
            self.lose(patient, Lost.NO_SHOW, now)
        elif not intake.goes_on(self.t, row, patient.seen(now), u=u_goes_on):
            self.lose(patient, Lost.NO_FURTHER, now)
        elif patient.stage + 1 < len(self.t.stage_label):
            self.begin_stage(patient, patient.stage + 1, now)
        else:
            patient.ask_due = inf
            self.enter(patient, now)

    def lose(self, patient: Patient, why: Lost, now: float) -> None:
        """She leaves the intake; as her last level counts the one she would have asked for."""
        patient.ask_due = inf
        label = self.t.stage_label[patient.stage]
        self.record.patient(now, Event.LOST, patient, NONE, reason=label, value=float(why))
        self.discharge(patient, Reason.LOST, now, level=self.first_wanted(patient, now))

    def stage_of(self, patient: Patient) -> Stage:
        """Her stage under the rules now in force."""
        return self.t.stages[intake.stage_row(self.t, self.regime, patient.stage)]

    def draw_of_stage(self, patient: Patient, purpose: int) -> float:
        """The uniform number of a decision in her stage of this episode's intake."""
        key0, key1 = patient.key
        subject_of_stage = self.t.stage_subject[patient.stage]
        return self.draws.uniform(key0, key1, subject_of_stage, purpose, patient.episode, 0)
