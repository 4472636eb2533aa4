"""How the reference engine takes over those who are in care or waiting on day 0.

Each clock is drawn given that it has not rung in the days already spent; a stay beyond its longest ends on
day 0. Who they are and how long they have been there is left to `sim/start.py`.
"""

from math import floor, inf

from sim.engines.course import Course
from sim.engines.patients import Level, Patient
from sim.rules.clocks import days_until_beyond
from sim.tables import NONE
from sim.words import Event, Purpose, Reason

BEFORE = -1.0
"""A time before day 0: what is due on day 0 is not yet due."""


def resume_stay(course: Course, patient: Patient, level: Level, *, days: float, track: int = NONE) -> None:
    """Takes over one in care on day 0: each clock is drawn given that it has not rung so far."""
    t, index, cell = course.t, level.index, course.t.cells[level.index]
    course.fill_place(patient, index if track == NONE else t.levels + track)
    if track != NONE:
        label = course.levels[patient.seat].label
        course.record.patient(0.0 - days, Event.TRACK, patient, index, reason=label)
    course.hold_place(patient, level, -days)
    seen = patient.seen(patient.admitted)
    u_days, u_dropout, u_relapse, patient.u_next = course.draws_of_stay(patient, index)
    planned, patient.end_reason = course.plan_stay(patient, index, seen=seen, days=days, u=u_days)
    patient.end_due = max(0.0, planned - days)
    full = patient.full_days

    def due(clock: int, u: float) -> float:
        if clock == NONE:
            return inf
        time = days_until_beyond(t, clock, index, seen, u=u, planned=full, days=days)
        return max(0.0, time - days)

    patient.death_due = due(cell.death, course.draw(patient, Purpose.DEATH_IN_CARE, index))
    patient.dropout_due = due(cell.dropout, u_dropout)
    patient.relapse_due = due(cell.relapse, u_relapse)
    for other in t.other_ends[cell.other_first : cell.other_last]:
        time = due(other.clock, course.draw_of_other(patient, index, other.reason))
        if time < patient.other_due:
            patient.other_due, patient.other_reason = time, other.reason
    every = cell.review_every
    if every < inf:
        patient.review_due = every * (floor(days / every) + 1) - days
    course.record.patient(0.0 - days, Event.ADMIT, patient, index, reason=Reason.START, value=planned)
    course.schedule(patient, BEFORE)


def resume_wait(course: Course, patient: Patient, level: int, *, days: float, track: int = NONE) -> None:
    """Takes over one on a waitlist on day 0: her patience is drawn given the days she has waited."""
    course.record.patient(0.0 - days, Event.REQUEST, patient, level, reason=Reason.START)
    course.want(patient, level, 0.0 - days, track=track)
    course.join(patient, -days)
    course.newcomers.clear()
    clock = course.t.cells[level].patience
    if clock != NONE:
        u = course.draw_of_wait(patient, Purpose.PATIENCE)
        seen = patient.seen(0.0)
        total = days_until_beyond(course.t, clock, level, seen, u=u, planned=0.0, days=days)
        patient.patience_due = max(0.0, total - days)
    patient.divert_due = max(0.0, patient.divert_due)
    course.schedule(patient, BEFORE)
