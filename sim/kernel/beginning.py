"""How the compiled engine takes over those who are in care or waiting on day 0.

It mirrors `sim/engines/beginning.py`.
"""

from math import floor, inf, nan

from sim.kernel.clinic import draw, draw_of_wait, draw_others, drawn, schedule, seen_at
from sim.kernel.course import hold_place, join, plan_stay
from sim.kernel.patients import Patient
from sim.kernel.recorder import record
from sim.kernel.state import NEWCOMERS, State
from sim.kernel.tracks import fill_place, line_of, want
from sim.rules.clocks import days_until_beyond
from sim.rules.conditions import Person
from sim.tables import NONE
from sim.words import Event, Purpose, Reason

BEFORE = -1.0
"""A time before day 0: what is due on day 0 is not yet due."""


def due_beyond(
    s: State, patient: Patient, clock: int, u: float, index: int, seen: Person, days: float
) -> float:
    """When a clock that has been silent for so many days rings."""
    if clock == NONE:
        return inf
    time = days_until_beyond(s.t, clock, index, seen, u=u, planned=patient.full_days, days=days)
    return max(0.0, time - days)


def resume_stay(s: State, patient: Patient, index: int, days: float, track: int) -> None:
    """Takes over one in care on day 0: each clock is drawn given that it has not rung so far."""
    cell = s.t.cells[index]
    fill_place(s, patient, index if track == NONE else s.t.levels + track)
    if track != NONE:
        label = s.t.tracks[track].label
        record(s, 0.0 - days, Event.TRACK, patient, index, NONE, label, nan, 0)
    hold_place(s, patient, index, -days)
    seen = seen_at(s, patient, patient.admitted)
    u_days = draw(s, patient, Purpose.PLANNED_STAY, index, 0)
    u_dropout, u_relapse = drawn(s, Purpose.DROPOUT), drawn(s, Purpose.RELAPSE)
    patient.u_next = drawn(s, Purpose.NEXT_AT_END)
    planned, reason = plan_stay(s, patient, index, days, u_days)
    patient.end_reason = reason
    patient.end_due = max(0.0, planned - days)
    u = draw(s, patient, Purpose.DEATH_IN_CARE, index, 0)
    patient.death_due = due_beyond(s, patient, cell.death, u, index, seen, days)
    patient.dropout_due = due_beyond(s, patient, cell.dropout, u_dropout, index, seen, days)
    patient.relapse_due = due_beyond(s, patient, cell.relapse, u_relapse, index, seen, days)
    draw_others(s, patient, index, cell.other_first, cell.other_last)
    for row in range(cell.other_first, cell.other_last):
        other, u = s.t.other_ends[row], s.u[row - cell.other_first]
        time = due_beyond(s, patient, other.clock, u, index, seen, days)
        if time < patient.other_due:
            patient.other_due, patient.other_reason = time, other.reason
    if cell.review_every < inf:
        patient.review_due = cell.review_every * (floor(days / cell.review_every) + 1) - days
    record(s, 0.0 - days, Event.ADMIT, patient, index, NONE, Reason.START, planned, patient.stay)
    schedule(s, patient, BEFORE)


def resume_wait(s: State, patient: Patient, level: int, days: float, track: int) -> None:
    """Takes over one on a waitlist on day 0: her patience is drawn given the days she has waited."""
    record(s, 0.0 - days, Event.REQUEST, patient, level, NONE, Reason.START, nan, 0)
    want(s, patient, level, 0.0 - days, track)
    join(s, patient, -days)
    s.levels[line_of(s, patient)].newcomers = s.count[NEWCOMERS] = 0
    clock = s.t.cells[level].patience
    if clock != NONE:
        u = draw_of_wait(s, patient, Purpose.PATIENCE)
        seen = seen_at(s, patient, 0.0)
        total = days_until_beyond(s.t, clock, level, seen, u=u, planned=0.0, days=days)
        patient.patience_due = max(0.0, total - days)
    patient.divert_due = max(0.0, patient.divert_due)
    schedule(s, patient, BEFORE)
