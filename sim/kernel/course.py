"""A patient's course in the compiled engine: what each happening does to her and to the places.

It mirrors `sim/engines/course.py` act by act and name by name. Which act is due is left to `acts.py`, the
order of instants to `house.py`; what is chosen, to the rules, which both engines share.
"""

from math import inf, nan

from sim.kernel.clinic import (
    cell_of,
    draw,
    draw_block,
    draw_of_wait,
    draw_others,
    drawn,
    schedule,
    seen_at,
)
from sim.kernel.lines import join_line, part_from_line, stir
from sim.kernel.patients import Patient
from sim.kernel.recorder import record
from sim.kernel.state import BLOCKED, LINE_FULL, NEWCOMERS, REGIME, STATUS, State
from sim.kernel.tracks import fill_place, free_seat, line_of, want
from sim.rules.after import afterwards, anything
from sim.rules.choices import choose, first_rule
from sim.rules.clocks import days_until
from sim.rules.conditions import Person
from sim.rules.placement import first_level
from sim.rules.show_up import comes
from sim.rules.stay import COMPLETED, is_step_up, place_hold, planned_end
from sim.rules.waitlist import priority_class, rank
from sim.tables import DISCHARGE, DISCHARGE_AS, EXTEND, NONE, STAY, TARGETS
from sim.words import Event, Phase, Purpose, Reason

SHOW_UP, ENDS = TARGETS.index("show_up"), TARGETS.index("ends")


# ---- asking and waiting


def enter(s: State, patient: Patient, now: float) -> None:
    """Asks, from outside, for the first level of an episode."""
    patient.origin = NONE
    level = first_wanted(s, patient, now)
    record(s, now, Event.REQUEST, patient, level, NONE, Reason.NONE, nan, 0)
    want(s, patient, level, now, NONE)
    join(s, patient, now)


def first_wanted(s: State, patient: Patient, now: float) -> int:
    """The first level of an episode: as her referral says, or by placement."""
    level = int(patient.entry)
    if level == NONE or (patient.episode > 1 and patient.source != NONE and is_placed(s, patient)):
        level = first_level(s.t, s.count[REGIME], seen_at(s, patient, now), u=patient.u_next)
    return level


def is_placed(s: State, patient: Patient) -> bool:
    """Whether her source has placement rules or shares of its own, for those who return."""
    rules = s.t.placements[s.count[REGIME] * s.t.sources + patient.source]
    return bool(rules.first < rules.last)


def join(s: State, patient: Patient, now: float) -> None:
    """Puts her on the waitlist she wants; if she holds no place, her patience starts in step 3."""
    patient.phase = Phase.WAITING
    patient.joined = now
    cell = cell_of(s, patient.wants)
    patient.rank = rank(s.t, cell, transfer=patient.transfer)
    patient.priority = priority_class(s.t, cell, seen_at(s, patient, now))
    patient.patience_due = inf
    patient.divert_due = inf
    if not patient.transfer and not patient.diverted:
        rule = s.t.cells[cell]
        patient.divert_due, patient.divert_to = now + rule.divert_after, rule.divert_to
    line = line_of(s, patient)
    at = s.levels[line]
    join_line(s, at, patient)
    if not patient.transfer:
        if at.newcomers >= s.room:
            s.count[STATUS] = LINE_FULL
            return
        s.newcomers[line, at.newcomers] = patient.row
        at.newcomers += 1
        s.count[NEWCOMERS] += 1


def start_patience(s: State, patient: Patient, now: float) -> None:
    """Draws how long she will wait."""
    clock = s.t.cells[cell_of(s, patient.wants)].patience
    if clock != NONE:
        u = draw_of_wait(s, patient, Purpose.PATIENCE)
        days = days_until(s.t, clock, patient.wants, seen_at(s, patient, now), u=u, planned=0.0)
        patient.patience_due = now + days


def leave_line(s: State, patient: Patient) -> None:
    """Takes her off the waitlist, and silences the clocks of the wait."""
    part_from_line(s, s.levels[line_of(s, patient)], patient)
    patient.patience_due = patient.hold_due = patient.divert_due = inf


def drop(s: State, patient: Patient, event: int, reason: int, now: float) -> None:
    """She is off the waitlist and out of the continuum: reneged, turned away or not shown up."""
    wanted = patient.wants
    leave_line(s, patient)
    record(s, now, event, patient, wanted, NONE, Reason.NONE, nan, 0)
    discharge(s, patient, reason, now, wanted)
    schedule(s, patient, now)


def divert(s: State, patient: Patient, to: int, now: float) -> None:
    """Moves her, from outside, to the waitlist of another level; once per request."""
    record(s, now, Event.DIVERT, patient, patient.wants, to, Reason.NONE, nan, 0)
    patient.diverted = True
    if not patient.next_temporary:
        patient.days_set = inf
    want(s, patient, to, now, NONE)
    join(s, patient, now)
    schedule(s, patient, now)


def go_home(s: State, patient: Patient, now: float) -> None:
    """The hold ends: she gives her place up, and waits at home for her turn."""
    record(s, now, Event.GO_HOME, patient, patient.level, NONE, Reason.NONE, nan, patient.stay)
    s.levels[line_of(s, patient)].blocked -= 1
    s.count[BLOCKED] -= 1
    give_up_place(s, patient, now)
    patient.hold_due = inf
    start_patience(s, patient, now)
    start_home_clocks(s, patient, now)
    schedule(s, patient, now)


def start_home_clocks(s: State, patient: Patient, now: float) -> None:
    """Starts return to use and death of one who waits at home between two levels."""
    seen = seen_at(s, patient, now)
    regime = s.t.regimes[s.count[REGIME]]
    if regime.use_waiting != NONE:
        u = draw_of_wait(s, patient, Purpose.USE_WAITING)
        days = days_until(s.t, regime.use_waiting, seen.level, seen, u=u, planned=0.0)
        patient.use_due = now + days
    if regime.death_waiting != NONE:
        u = draw_of_wait(s, patient, Purpose.DEATH_WAITING)
        days = days_until(s.t, regime.death_waiting, seen.level, seen, u=u, planned=0.0)
        patient.death_due = now + days


# ---- a stay


def take_in(s: State, patient: Patient, now: float) -> None:
    """Admits her from the head of a line, unless she was to come from outside and does not."""
    index = patient.wants
    if not patient.transfer:
        cell = cell_of(s, index)
        if s.t.cells[cell].show_first < s.t.cells[cell].show_last:
            u = draw_of_wait(s, patient, Purpose.SHOW_UP)
            waited = now - patient.joined
            if not comes(s.t, cell, SHOW_UP, seen_at(s, patient, now), waited=waited, u=u):
                drop(s, patient, Event.NO_SHOW, Reason.NO_SHOW, now)
                return
    leave_line(s, patient)
    if patient.level != NONE:
        give_up_place(s, patient, now)
    fill_place(s, patient, line_of(s, patient))
    patient.use_due = inf
    patient.transfer = patient.diverted = False
    planned = start_stay(s, patient, index, now)
    record(s, now, Event.ADMIT, patient, index, NONE, Reason.NONE, planned, patient.stay)
    schedule(s, patient, now)


def due_of(s: State, patient: Patient, clock: int, u: float, index: int, seen: Person, now: float) -> float:
    """When a clock of the stay that starts now rings."""
    if clock == NONE:
        return inf
    return now + days_until(s.t, clock, index, seen, u=u, planned=patient.full_days)


def start_stay(s: State, patient: Patient, index: int, now: float) -> float:
    """Draws the planned stay and starts the competing clocks; the planned days."""
    cell = cell_of(s, index)
    hold_place(s, patient, index, now)
    seen = seen_at(s, patient, now)
    u_days = draw(s, patient, Purpose.PLANNED_STAY, index, 0)
    u_dropout, u_relapse = drawn(s, Purpose.DROPOUT), drawn(s, Purpose.RELAPSE)
    patient.u_next = drawn(s, Purpose.NEXT_AT_END)
    planned, reason = plan_stay(s, patient, cell, 0.0, u_days)
    patient.end_due, patient.end_reason = now + planned, reason
    clocks = s.t.cells[cell]
    patient.dropout_due = due_of(s, patient, clocks.dropout, u_dropout, index, seen, now)
    patient.relapse_due = due_of(s, patient, clocks.relapse, u_relapse, index, seen, now)
    patient.death_due = patient.other_due = inf
    if clocks.death != NONE:
        u_death = draw(s, patient, Purpose.DEATH_IN_CARE, index, 0)
        patient.death_due = due_of(s, patient, clocks.death, u_death, index, seen, now)
    draw_others(s, patient, index, clocks.other_first, clocks.other_last)
    for row in range(clocks.other_first, clocks.other_last):
        other = s.t.other_ends[row]
        time = due_of(s, patient, other.clock, s.u[row - clocks.other_first], index, seen, now)
        if time < patient.other_due:
            patient.other_due, patient.other_reason = time, other.reason
    patient.review_due = now + clocks.review_every
    return planned


def hold_place(s: State, patient: Patient, index: int, now: float) -> None:
    """Makes her a patient of the level, in a new stay."""
    patient.phase = Phase.IN_CARE
    patient.level = patient.last_level = index
    patient.stay += 1
    s.counts[patient.row, index] += 1
    patient.admitted = now
    patient.relapses_in_stay = patient.reviews = 0
    patient.temporary = patient.next_temporary
    patient.next_temporary = False


def plan_stay(s: State, patient: Patient, cell: int, days: float, u: float) -> tuple[float, int]:
    """Planned days and the reason of the end: drawn, or set by a temporary stay and the way back."""
    index = cell % s.t.levels
    known = patient.days_set
    patient.days_set = inf
    if known < inf and not patient.temporary:
        patient.full_days = patient.back_full_days
        return known, int(patient.back_reason)
    u_reason = 0.0
    if s.t.cells[cell].stay == NONE:
        u_reason = draw(s, patient, Purpose.END_REASON, index, 0)
    seen = seen_at(s, patient, patient.admitted)
    planned, reason = planned_end(s.t, cell, seen, ends_target=ENDS, u_reason=u_reason, u_days=u, days=days)
    away = max(known, s.t.cells[cell].minimum_stay)
    if known < inf and (reason == Reason.COMPLETED or away <= planned):
        planned, reason = away, COMPLETED
    patient.full_days = planned
    return planned, int(reason)


def relapse(s: State, patient: Patient, now: float) -> None:
    """Return to use in a stay: the level's relapse rules decide what follows."""
    cell = cell_of(s, patient.level)
    record(s, now, Event.RELAPSE, patient, patient.level, NONE, Reason.NONE, nan, patient.stay)
    patient.relapses += 1
    patient.relapses_in_stay += 1
    use = patient.relapses_in_stay
    u = draw(s, patient, Purpose.ON_RELAPSE, patient.level, use)
    u_again = drawn(s, Purpose.RELAPSE_AGAIN)
    if decide(s, patient, cell, Reason.RELAPSE, now, u):
        return
    clock, seen = s.t.cells[cell].relapse, seen_at(s, patient, now)
    patient.relapse_due = due_of(s, patient, clock, u_again, patient.level, seen, now)


def review(s: State, patient: Patient, now: float) -> None:
    """A review of the stay; skipped before the minimum stay is over."""
    cell = cell_of(s, patient.level)
    patient.review_due = now + s.t.cells[cell].review_every
    if now - patient.admitted < s.t.cells[cell].minimum_stay:
        return
    record(s, now, Event.REVIEW, patient, patient.level, NONE, Reason.NONE, nan, patient.stay)
    patient.reviews += 1
    u = draw(s, patient, Purpose.ON_REVIEW, patient.level, patient.reviews)
    decide(s, patient, cell, Reason.REVIEW, now, u)


def end(s: State, patient: Patient, cause: int, now: float) -> None:
    """A clock ended the stay: back after a temporary stay, else what the rules of the cause say."""
    if cause == Reason.DIED:
        die(s, patient, now)
    elif cause == Reason.COMPLETED and patient.temporary:
        way_back(s, patient, now)
    else:
        decide(s, patient, cell_of(s, patient.level), cause, now, patient.u_next)


def decide(s: State, patient: Patient, cell: int, cause: int, now: float, u: float) -> bool:
    """Applies the rules of a cause; whether the stay is over."""
    seen = seen_at(s, patient, now)
    rules = s.t.rules_for[cell * s.t.reasons + cause]
    rule = first_rule(s.t, rules.first, rules.last, seen)
    to = choose(s.t, rule, patient.level, seen, u=u)
    if to in (STAY, EXTEND):
        days = s.t.rules[rule].extend_by
        if days > 0.0 and (to == EXTEND or cause == Reason.RELAPSE):
            patient.end_due += days
            record(s, now, Event.EXTEND, patient, patient.level, NONE, Reason.NONE, days, patient.stay)
        return False
    if to >= 0:
        move(s, patient, to, cause, rule, now)
        return True
    close_stay(patient, now)
    patient.cause = cause
    give_up_place(s, patient, now)
    reason = DISCHARGE_AS - to
    if to == DISCHARGE:
        reason = COMPLETED if cause == Reason.REVIEW else cause
    discharge(s, patient, reason, now, patient.last_level)
    return True


def close_stay(patient: Patient, now: float) -> None:
    """The clinical stay is over: its days count, its clocks are silent."""
    patient.days_in_care += now - patient.admitted
    patient.end_due = patient.dropout_due = patient.relapse_due = inf
    patient.death_due = patient.other_due = patient.review_due = inf


# ---- moving on


def move(s: State, patient: Patient, to: int, cause: int, rule: int, now: float) -> None:
    """She is ready for another level; for good, or for a while and back."""
    cell = cell_of(s, patient.level)
    seen = seen_at(s, patient, now)
    going = s.t.rules[rule]
    if going.away != NONE:
        u = draw(s, patient, Purpose.AWAY, patient.level, 0)
        days = days_until(s.t, going.away, patient.level, seen, u=u, planned=0.0)
        if not patient.temporary:
            patient.back_to = patient.level
            patient.back_days = inf if going.anew else max(0.0, patient.end_due - now)
            patient.back_reason, patient.back_full_days = patient.end_reason, patient.full_days
        patient.next_temporary, patient.days_set = True, days
    if is_step_up(s.t, cell, to):
        patient.step_ups += 1
    delay = 0.0
    if going.delay != NONE:
        u = draw(s, patient, Purpose.DELAY, patient.level, 0)
        delay = days_until(s.t, going.delay, patient.level, seen, u=u, planned=0.0)
    get_ready(s, patient, to, cause, now, place_hold(s.t, cell, rule, to))
    if delay > 0.0:
        patient.phase, patient.ask_due = Phase.DELAYED, now + delay
    else:
        ask(s, patient, now)


def way_back(s: State, patient: Patient, now: float) -> None:
    """A temporary stay is over: she goes back to where she came from."""
    cell = cell_of(s, patient.level)
    patient.days_set = patient.back_days
    hold = place_hold(s.t, cell, NONE, patient.back_to)
    get_ready(s, patient, patient.back_to, Reason.COMPLETED, now, hold)
    ask(s, patient, now)


def get_ready(s: State, patient: Patient, to: int, cause: int, now: float, hold: float) -> None:
    """Ends the clinical stay and names the level that she wants next."""
    close_stay(patient, now)
    record(s, now, Event.READY, patient, patient.level, to, cause, nan, patient.stay)
    patient.cause, patient.wants, patient.hold = cause, to, hold


def ask(s: State, patient: Patient, now: float) -> None:
    """Asks for the next level from her place; without a hold she leaves it first."""
    patient.ask_due = inf
    patient.origin = patient.level
    to = patient.wants
    record(s, now, Event.REQUEST, patient, to, NONE, Reason.NONE, nan, 0)
    want(s, patient, to, now, NONE)
    patient.diverted = False
    patient.phase = Phase.WAITING
    patient.transfer = patient.hold > 0.0
    if patient.transfer:
        patient.hold_due = now + patient.hold
        join(s, patient, now)
    else:
        give_up_place(s, patient, now)
        join(s, patient, now)
        start_home_clocks(s, patient, now)


def give_up_place(s: State, patient: Patient, now: float) -> None:
    """Frees her place."""
    record(s, now, Event.LEAVE, patient, patient.level, NONE, patient.cause, nan, patient.stay)
    level = s.levels[patient.level]
    level.census -= 1
    stir(s, level)
    if s.has_tracks:
        free_seat(s, patient)
    patient.level = NONE


# ---- the end of an episode, and after


def discharge(s: State, patient: Patient, reason: int, now: float, level: int) -> None:
    """Ends the episode and starts the clocks of what may follow."""
    record(s, now, Event.DISCHARGE, patient, level, NONE, reason, nan, 0)
    patient.phase = Phase.AFTER
    patient.wants = NONE
    patient.last_level = level
    patient.transfer = patient.diverted = patient.next_temporary = False
    patient.days_set = inf
    row = s.count[REGIME] * s.t.reasons + reason
    if not anything(s.t, row):
        patient.use_due = patient.care_due = patient.death_due = inf
        return
    draw_block(s, patient.key0, patient.key1, s.episode, Purpose.RETURN_TO_USE, patient.episode, 0)
    due = afterwards(
        s.t,
        row,
        seen_at(s, patient, now),
        now=now,
        u_use=drawn(s, Purpose.RETURN_TO_USE),
        u_returns=drawn(s, Purpose.RETURNS_TO_CARE),
        u_delay=drawn(s, Purpose.RETURN_DELAY),
        u_death=drawn(s, Purpose.DEATH_AFTER),
    )
    patient.use_due, patient.care_due, patient.death_due = due.use, due.care, due.death


def die(s: State, patient: Patient, now: float) -> None:
    """Death, in care, at home between two levels, or after discharge."""
    level = patient.last_level
    record(s, now, Event.DEATH, patient, level, NONE, Reason.NONE, nan, 0)
    if patient.phase == Phase.WAITING:
        level = patient.wants
        leave_line(s, patient)
    if patient.level != NONE:
        patient.cause = Reason.DIED
        give_up_place(s, patient, now)
    if patient.phase != Phase.AFTER:
        record(s, now, Event.DISCHARGE, patient, level, NONE, Reason.DIED, nan, 0)
    patient.phase = Phase.GONE
    patient.use_due = patient.care_due = patient.death_due = inf
