"""The rows of one replication in the compiled engine: patients, levels, the agenda, the strips.

Plain rows: they remember, and decide nothing. The fields are those of `sim/engines/patients.py`; the turn of
a patient stands in `rank`, `priority`, `joined` and her number. Times are days since the scenario's start;
infinite means "not due". A row serves one patient after another: who is over gives hers up, so that the rows
in use stay few and near each other however many patients there are.
"""

from typing import Annotated, Any, Protocol, get_type_hints

import numpy as np

Few = Annotated[int, np.int16]
"""A number of a level, a reason, a source or a class, which are few."""

TRAITS_AT_LEAST = 8
"""Room for so many traits is always made, so that one compiled kernel serves nearly every scenario."""


class Patient(Protocol):
    """One synthetic patient: who she is, where she is, and what is due.

    256 bytes: four lines of a processor's cache, what is looked at together in one of them.
    """

    # who and where she is
    row: int
    number: int
    phase: Few
    level: Few
    wants: Few
    last_level: Few
    episode: int
    stay: int
    days_set: float
    # what is due
    death_due: float
    dropout_due: float
    relapse_due: float
    other_due: float
    review_due: float
    end_due: float
    use_due: float
    care_due: float
    patience_due: float
    hold_due: float
    divert_due: float
    ask_due: float
    # her draws, her stay, her wait
    key0: np.uint64
    key1: np.uint64
    u_next: float  # the uniform number of where she goes next
    admitted: float
    full_days: float
    days_in_care: float  # of this episode's earlier stays
    joined: float
    hold: float
    # the rest
    source: Few
    entry: Few
    origin: Few
    rank: Few
    priority: Few
    cause: Few
    end_reason: Few
    other_reason: Few
    divert_to: Few
    back_to: Few
    back_reason: Few
    temporary: bool
    next_temporary: bool
    transfer: bool
    diverted: bool
    gives_up: bool  # stands among those whose patience, hold or divert is due at this instant
    relapses_in_stay: int
    reviews: int
    relapses: int  # of this episode
    step_ups: int
    stage: Few  # of the intake
    booked: bool
    back_days: float
    back_full_days: float


class Who(Protocol):
    """Who a patient is, for the log, which names all of them."""

    source: int
    key1: np.uint64
    arrived: float


class Level(Protocol):
    """One level of care, or one of its tracks: its places or seats, its door and its line.

    The line stands in `State.lines` from `head` to `tail`. Tracks are numbered after the levels; in a level
    with tracks patients stand in their lines.
    """

    index: int
    within: int  # the level of a track; of a level itself
    first_line: int  # of a level: the number of its first track, or its own
    last_line: int  # likewise, bounded as in Python
    label: int  # of a track: the number of its name among the reasons of the log
    capacity: float
    open: bool
    census: int
    head: int
    tail: int
    blocked: int
    outside: int
    newcomers: int  # from outside, joined at this instant
    impatient: int  # how many of them have drawn their patience
    stirred: bool  # somebody may have to be taken in: one has joined, a place is free, the door is open
    usable: float  # of a level with tracks, as last told
    binds: int  # what binds it
    kept: bool  # may be part of a circle of blocked patients


class Due(Protocol):
    """When to look at a patient next, and the rows of others who are due in that stretch; 0 for nobody."""

    time: float
    next: int
    previous: int
    number: int  # of the patient


class Strip(Protocol):
    """One strip of a source's plane, or the dated referrals of a source: its next patient."""

    time: float  # when she comes
    source: int
    strip: int
    is_rate: bool
    first: np.uint64  # the second word of the key of the strip's first point
    point: int  # which point, or which referral of the source
    u_first: float  # the uniform number of her first level
    piece: int  # the rate that holds then


class Change(Protocol):
    """From a time on so many FTE of a role are present."""

    time: float
    role: int
    fte: float


class Beginner(Protocol):
    """One patient there on day 0."""

    key0: np.uint64
    key1: np.uint64
    level: int
    days: float
    waits: bool
    track: int


def row_of(kind: type, *, whole: type[np.generic] = np.int64) -> np.dtype[Any]:
    """The layout of rows with the fields of a class; whole numbers are kept as `whole` or as annotated."""
    of = {float: np.float64, int: whole, bool: np.bool_, np.uint64: np.uint64, Few: np.int16}
    hints = get_type_hints(kind, include_extras=True)
    return np.dtype([(name, of[hint]) for name, hint in hints.items()], align=True)


def row_of_person(traits: int) -> np.dtype[Any]:
    """The layout of `sim.rules.conditions.Person` in a scenario with so many traits."""
    room = max(TRAITS_AT_LEAST, 1 << max(0, traits - 1).bit_length())
    return np.dtype(
        [
            *((name, np.int64) for name in ("origin", "source", "level")),
            ("numbers", np.float64, 6),
            ("traits", np.int64, room),
        ],
        align=True,
    )
