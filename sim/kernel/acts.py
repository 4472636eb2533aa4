"""What is due for a patient in the compiled engine, and the intake before she asks for a level.

It mirrors `sim/engines/acts.py`.
"""

from math import inf, nan

import numpy as np

from sim.kernel.clinic import draw_block, draw_of_placement, drawn, seen_at
from sim.kernel.course import ask, die, discharge, end, enter, first_wanted, relapse, review
from sim.kernel.patients import Patient
from sim.kernel.recorder import record
from sim.kernel.state import REGIME, State
from sim.rules.clocks import days_until
from sim.rules.intake import goes_on, passes, stage_row, turns_up
from sim.tables import NONE, Stage
from sim.words import Event, Lost, Phase, Purpose, Reason

# ---- what is due


def act(s: State, patient: Patient, now: float) -> None:
    """Does what is due for her now, as `Acts.act`."""
    phase = patient.phase
    if patient.death_due <= now:
        die(s, patient, now)
    elif phase == Phase.IN_CARE:
        if patient.dropout_due <= now:
            end(s, patient, Reason.DROPOUT, now)
            return
        if patient.relapse_due <= now:
            relapse(s, patient, now)
        if patient.phase == Phase.IN_CARE and patient.other_due <= now:
            end(s, patient, patient.other_reason, now)
        if patient.phase == Phase.IN_CARE and patient.review_due <= now:
            review(s, patient, now)
        if patient.phase == Phase.IN_CARE and patient.end_due <= now:
            end(s, patient, patient.end_reason, now)
    elif phase == Phase.DELAYED:
        if patient.ask_due <= now:
            ask(s, patient, now)
    elif phase == Phase.INTAKE:
        go_on(s, patient, now)
    else:
        if patient.use_due <= now:
            patient.use_due = inf
            record(s, now, Event.RETURN_TO_USE, patient, patient.last_level, NONE, Reason.NONE, nan, 0)
        if phase == Phase.AFTER and patient.care_due <= now:
            return_to_care(s, patient, now)


def return_to_care(s: State, patient: Patient, now: float) -> None:
    """A new episode, placed anew."""
    patient.use_due = patient.care_due = patient.death_due = inf
    patient.episode += 1
    patient.relapses = patient.step_ups = 0
    patient.days_in_care = 0.0
    patient.u_next = draw_of_placement(s, patient)
    record(s, now, Event.RETURN_TO_CARE, patient, NONE, NONE, Reason.NONE, nan, 0)
    come(s, patient, now)


# ---- the intake


def come(s: State, patient: Patient, now: float) -> None:
    """Asks for the first level of an episode, or begins the intake before it."""
    if not passes(s.t, patient.source, patient.episode):
        enter(s, patient, now)
        return
    patient.phase = Phase.INTAKE
    record(s, now, Event.INQUIRY, patient, NONE, NONE, Reason.NONE, nan, 0)
    begin_stage(s, patient, 0, now)
    go_on(s, patient, now)


def begin_stage(s: State, patient: Patient, stage: int, now: float) -> None:
    """A stage begins, with its delay."""
    patient.stage, patient.joined, patient.booked = stage, now, False
    record(s, now, Event.STAGE, patient, NONE, NONE, s.t.stage_label[stage], nan, 0)
    delay = s.t.stages[stage_row(s.t, s.count[REGIME], stage)].delay
    patient.ask_due = now
    if delay != NONE:
        draw_stage(s, patient)
        u = drawn(s, Purpose.STAGE_DELAY)
        patient.ask_due = now + days_until(s.t, delay, 0, seen_at(s, patient, now), u=u, planned=0.0)


def go_on(s: State, patient: Patient, now: float) -> None:
    """All that is due of her intake by now: an appointment is given, she comes, the next stage begins."""
    while patient.phase == Phase.INTAKE and patient.ask_due <= now:
        if s.t.stages[stage_row(s.t, s.count[REGIME], patient.stage)].sees and not patient.booked:
            book(s, patient, now)
        else:
            be_seen(s, patient, now)


def book(s: State, patient: Patient, now: float) -> None:
    """Gives her the first free appointment; where it would be too late, she is lost."""
    stage, label = s.t.stages[stage_row(s.t, s.count[REGIME], patient.stage)], s.t.stage_label[patient.stage]
    time = first_free(s, patient.stage, stage, now + stage.notice)
    if time - now > stage.at_most:
        lose(s, patient, Lost.NO_APPOINTMENT, now)
        return
    if not stage.walk_in:
        s.booked[patient.stage * calendar_days(s) + int(time)] += 1
    patient.booked, patient.ask_due = True, time
    record(s, now, Event.BOOK, patient, NONE, NONE, label, time - now, 0)


def first_free(s: State, index: int, stage: Stage, earliest: float) -> float:
    """When she can be seen, at the earliest time or later; infinite beyond the calendar."""
    days = calendar_days(s)
    for day in range(int(earliest), days):
        places = s.t.seen_on[index * days + day]
        if stage.walk_in:
            if places != 0 and earliest < day + stage.until:
                return max(earliest, day + stage.at)
        elif day + stage.at >= earliest and s.booked[index * days + day] < places:
            return day + stage.at
    return inf


def calendar_days(s: State) -> int:
    """How many days the calendar of appointments has."""
    return len(s.t.seen_on) // len(s.t.stage_label)


def be_seen(s: State, patient: Patient, now: float) -> None:
    """She comes to the stage and goes on, or is lost."""
    row = stage_row(s.t, s.count[REGIME], patient.stage)
    draw_stage(s, patient)
    u_comes, u_goes_on = drawn(s, Purpose.STAGE_COMES), drawn(s, Purpose.STAGE_GOES_ON)
    if not turns_up(s.t, row, waited=now - patient.joined, u=u_comes):
        lose(s, patient, Lost.NO_SHOW, now)
    elif not goes_on(s.t, row, seen_at(s, patient, now), u=u_goes_on):
        lose(s, patient, Lost.NO_FURTHER, now)
    elif patient.stage + 1 < len(s.t.stage_label):
        begin_stage(s, patient, patient.stage + 1, now)
    else:
        patient.ask_due = inf
        enter(s, patient, now)


def lose(s: State, patient: Patient, why: int, now: float) -> None:
    """She leaves the intake; as her last level counts the one she would have asked for."""
    patient.ask_due = inf
    label = s.t.stage_label[patient.stage]
    record(s, now, Event.LOST, patient, NONE, NONE, label, float(why), 0)
    discharge(s, patient, Reason.LOST, now, first_wanted(s, patient, now))


def draw_stage(s: State, patient: Patient) -> None:
    """Draws the uniform numbers of all decisions in her stage of this episode's intake, for `drawn`."""
    subject = np.uint64(s.t.stage_subject[patient.stage])
    draw_block(s, patient.key0, patient.key1, subject, Purpose.STAGE_DELAY, patient.episode, 0)
