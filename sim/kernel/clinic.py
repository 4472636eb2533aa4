"""The levels, patients and agenda of one replication in the compiled engine, and the addresses of its draws.

It mirrors `sim/engines/clinic.py`.
"""

from math import inf
from typing import Any

import numpy as np

from sim.compiler.native import high_word
from sim.draws import MULTIPLIER_0, MULTIPLIER_1
from sim.kernel.agenda import put, take
from sim.kernel.patients import Patient
from sim.kernel.state import GIVING_UP, PATIENTS, REGIME, SPARE, STATUS, TOO_OFTEN, USED, State
from sim.rules.conditions import Person
from sim.tables import NONE
from sim.words import Phase, Purpose

FIRST, SECOND = np.uint64(MULTIPLIER_0), np.uint64(MULTIPLIER_1)
UNUSED_BITS, BITS = np.uint64(11), 2.0**-53
NO_WORD = NO_SUBJECT = np.uint64(0)


def new_patient(s: State, source: int) -> Patient:
    """The next patient, of whom only her source is known yet; in the row of one who is over, if any is."""
    s.count[PATIENTS] += 1
    number = s.count[PATIENTS]
    if s.count[SPARE] > 0:
        s.count[SPARE] -= 1
        row = int(s.spare[s.count[SPARE]])
    else:
        s.count[USED] += 1
        row = int(s.count[USED])
    patient = s.patients[row]
    s.agenda[row].time, s.agenda[row].number = inf, number
    patient.row, patient.number, patient.source, patient.entry = row, number, source, NONE
    patient.phase, patient.episode, patient.relapses, patient.step_ups = Phase.AFTER, 1, 0, 0
    patient.level = patient.last_level = patient.origin = patient.wants = patient.back_to = NONE
    patient.divert_to = NONE
    patient.stay = patient.end_reason = patient.other_reason = patient.back_reason = patient.cause = 0
    patient.relapses_in_stay = patient.reviews = patient.rank = patient.priority = 0
    patient.days_in_care = patient.admitted = patient.full_days = patient.back_full_days = 0.0
    patient.hold = patient.joined = patient.u_next = 0.0
    patient.temporary = patient.next_temporary = patient.transfer = patient.diverted = False
    patient.gives_up = patient.booked = False
    patient.stage = NONE
    patient.end_due = patient.dropout_due = patient.relapse_due = inf
    patient.death_due = patient.other_due = patient.review_due = patient.ask_due = inf
    patient.days_set = patient.back_days = patient.patience_due = inf
    patient.hold_due = patient.divert_due = patient.use_due = patient.care_due = inf
    for trait in range(len(s.t.trait_subject)):
        s.traits[number - 1, trait] = NONE
    for level in range(s.t.levels):
        s.counts[row, level] = s.counts[row, s.t.levels + level] = 0
    return patient


def cell_of(s: State, level: int) -> int:
    """The row of the tables for a level under the rules now in force."""
    return int(s.count[REGIME] * s.t.levels + level)


def seen_at(s: State, patient: Patient, now: float) -> Person:
    """What rules may look at in this moment; good until the next call."""
    here = now - patient.admitted if patient.phase == Phase.IN_CARE else 0.0
    person: Any = s.seen[0]
    person.origin, person.source, person.level = patient.origin, patient.source, patient.last_level
    if not s.looks:
        return person  # type: ignore[no-any-return]
    for trait in range(len(s.t.trait_subject)):
        person.traits[trait] = s.traits[patient.number - 1, trait]
    person.numbers[0] = patient.episode
    person.numbers[1] = patient.relapses
    person.numbers[2] = patient.step_ups
    person.numbers[3] = patient.relapses_in_stay
    person.numbers[4] = here
    person.numbers[5] = patient.days_in_care + here
    return person  # type: ignore[no-any-return]


# ---- draws


def philox(s: State, c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64) -> None:
    """Philox 4×64-10 of a counter into `s.block`, as `sim.draws.philox`."""
    for number in range(10):
        high0, low0 = high_word(c0, FIRST), c0 * FIRST
        high1, low1 = high_word(c2, SECOND), c2 * SECOND
        c0, c1 = high1 ^ c1 ^ s.keys[2 * number], low1
        c2, c3 = high0 ^ c3 ^ s.keys[2 * number + 1], low0
    s.block[0], s.block[1], s.block[2], s.block[3] = c0, c1, c2, c3


def draw_block(
    s: State, key0: np.uint64, key1: np.uint64, subject: np.uint64, purpose: int, stay: int, use: int
) -> None:
    """Draws the numbers of this purpose and of its neighbours at once, for `drawn` to tell."""
    if (int(stay) | int(use)) >> 24:
        s.count[STATUS] = TOO_OFTEN
    philox(s, key0, key1, subject, np.uint64((purpose >> 2) << 48 | int(stay) << 24 | int(use)))


def drawn(s: State, purpose: int) -> float:
    """The number of a purpose in the block that was drawn last."""
    word = s.block[purpose & 3] >> UNUSED_BITS
    return np.float64(word) * BITS if word != NO_WORD else 0.5 * BITS


def uniform(
    s: State, key0: np.uint64, key1: np.uint64, subject: np.uint64, purpose: int, stay: int, use: int
) -> float:
    """The number at this address, as `sim.draws.Draws.uniform`."""
    draw_block(s, key0, key1, subject, purpose, stay, use)
    return drawn(s, purpose)


def draw(s: State, patient: Patient, purpose: int, level: int, use: int) -> float:
    """The uniform number of a decision in her current stay in a level; its neighbours are drawn with it."""
    subject, nth = np.uint64(s.t.level_subject[level]), s.counts[patient.row, level]
    return uniform(s, patient.key0, patient.key1, subject, purpose, nth, use)


def draw_of_placement(s: State, patient: Patient) -> float:
    """The uniform number of the first level of an episode."""
    return uniform(s, patient.key0, patient.key1, NO_SUBJECT, Purpose.PLACEMENT, patient.episode - 1, 0)


def draw_of_wait(s: State, patient: Patient, purpose: int) -> float:
    """The uniform number of a decision in her current wait."""
    nth = s.counts[patient.row, s.t.levels + patient.wants]
    subject = np.uint64(s.t.level_subject[patient.wants])
    return uniform(s, patient.key0, patient.key1, subject, purpose, nth, 0)


def draw_others(s: State, patient: Patient, level: int, first: int, last: int) -> None:
    """Draws the uniform numbers of these named other ends of this stay into `s.u`.

    All before any is used: so the processor works on several at a time.
    """
    nth = s.counts[patient.row, level]
    for row in range(first, last):
        clock = np.uint64(s.t.other_subject[level * s.t.reasons + s.t.other_ends[row].reason])
        s.u[row - first] = uniform(s, patient.key0, patient.key1, clock, Purpose.OTHER_END, nth, 0)


# ---- the agenda


def schedule(s: State, patient: Patient, now: float) -> None:
    """Puts on the agenda when to look at her next; what she gives up now waits for step 3."""
    due = inf
    if patient.phase == Phase.IN_CARE:
        due = min(
            patient.end_due,
            patient.dropout_due,
            patient.relapse_due,
            patient.death_due,
            patient.other_due,
            patient.review_due,
        )
    elif patient.phase == Phase.WAITING:
        last = min(patient.patience_due, patient.hold_due, patient.divert_due)
        if last <= now:
            if not patient.gives_up:
                patient.gives_up = True
                s.giving_up[s.count[GIVING_UP]] = patient.row
                s.count[GIVING_UP] += 1
            last = inf
        due = min(last, patient.use_due, patient.death_due)
    elif patient.phase in (Phase.DELAYED, Phase.INTAKE):
        due = patient.ask_due
    elif patient.phase == Phase.AFTER:
        due = min(patient.use_due, patient.care_due, patient.death_due)
    look_at(s, patient.row, due if due < s.end else inf)
    if due >= s.end and patient.phase in (Phase.AFTER, Phase.GONE):
        give_up_row(s, patient)


def look_at(s: State, row: int, due: float) -> None:
    """Puts the patient of a row on the agenda for a time, and off it for an infinite one."""
    entry = s.agenda[row]
    if due != entry.time:
        if entry.time < inf:
            take(s, row)
        if due < inf:
            put(s, row, due)


def give_up_row(s: State, patient: Patient) -> None:
    """Leaves her row to another: nothing will happen to her any more."""
    patient.phase = Phase.GONE
    s.spare[s.count[SPARE]] = patient.row
    s.count[SPARE] += 1
