"""The state of one patient, and of one level or track, in the reference engine.

Plain records: they remember, and decide nothing. Times are days since the scenario's start; infinite means
"not due".
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from math import inf, nan

from sim.rules.conditions import Person
from sim.tables import NONE
from sim.words import Phase

IN_CARE, DELAYED, WAITING, AFTER, GONE, INTAKE = Phase
"""Where a patient is in her course."""

Turn = tuple[int, int, float, int]
"""A place in a line: rank, priority class, time joined, patient number. No two in a line have the same."""


@dataclass(slots=True, eq=False)
class Patient:
    """One synthetic patient: who she is, where she is, and what is due."""

    number: int
    key: tuple[int, int]
    source: int
    traits: tuple[int, ...]
    entry: int = NONE  # the level her referral or the census names for her first request
    phase: Phase = AFTER
    alarm: float = inf  # when the agenda will look at her next

    # the episode
    episode: int = 1
    relapses: int = 0
    step_ups: int = 0
    days_in_care: float = 0.0  # of this episode's earlier stays

    # the stay
    stay: int = 0  # running number over her life
    stays: dict[int, int] = field(default_factory=dict)  # stays so far, by level
    level: int = NONE  # whose place she holds
    seat: int = NONE  # of which track; where there are none, the level
    last_level: int = NONE
    origin: int = NONE  # the level that the current stay or wait was asked for from
    admitted: float = 0.0
    end_due: float = inf
    end_reason: int = 0
    full_days: float = 0.0  # planned days over which a probability is spread
    u_next: float = 0.5  # the uniform number of where she goes next
    dropout_due: float = inf
    relapse_due: float = inf
    death_due: float = inf
    other_due: float = inf
    other_reason: int = 0
    review_due: float = inf
    relapses_in_stay: int = 0
    reviews: int = 0
    temporary: bool = False

    # the move
    cause: int = 0  # why she is ready
    wants: int = NONE
    line: int = NONE  # in which she stands: of a track of the level, or where there are none of the level
    hold: float = 0.0
    ask_due: float = inf
    days_set: float = inf  # planned days of the next stay where they are already known
    next_temporary: bool = False
    back_to: int = NONE  # the level to return to after a temporary stay
    back_days: float = inf  # days that remain there; infinite: a new stay
    back_reason: int = 0
    back_full_days: float = 0.0

    # the wait
    waits: dict[int, int] = field(default_factory=dict)  # joinings so far, by level
    transfer: bool = False  # blocked, or sent home at the end of a hold
    joined: float = 0.0  # the line, or the stage of the intake
    turn: Turn = (0, 0, 0.0, 0)
    patience_due: float = inf
    hold_due: float = inf
    divert_due: float = inf
    divert_to: int = NONE
    diverted: bool = False

    # the intake
    stage: int = NONE
    booked: bool = False  # has an appointment; else she is in the delay before one

    # after discharge, or at home between two levels
    use_due: float = inf
    care_due: float = inf

    def seen(self, now: float) -> Person:
        """What rules may look at in this moment."""
        here = now - self.admitted if self.phase == IN_CARE else 0.0
        return Person(
            self.traits,
            self.origin,
            self.source,
            self.last_level,
            (
                self.episode,
                self.relapses,
                self.step_ups,
                self.relapses_in_stay,
                here,
                self.days_in_care + here,
            ),
        )


@dataclass(slots=True, eq=False)
class Level:
    """One level of care, or one of its tracks: its places (of a track: seats), its door and its line.

    Tracks are numbered after the levels. In a level with tracks patients stand in their lines.
    """

    index: int
    within: int  # the level of a track; of a level itself
    lines: range  # those of a level, by their numbers: its tracks, or itself
    label: int  # of a track: the number of its name among the reasons of the log
    capacity: float
    open: bool
    limit: float  # of those in the line from outside
    census: int = 0
    line: list[tuple[Turn, Patient]] = field(default_factory=list)
    blocked: int = 0  # those in the line who hold a place somewhere
    outside: int = 0  # those in the line from outside
    usable: tuple[float, int] = (nan, NONE)  # of a level with tracks, as last told, and what binds it

    def join(self, patient: Patient) -> None:
        """Puts her in the line at her turn."""
        insort(self.line, (patient.turn, patient))
        if patient.level != NONE:
            self.blocked += 1
        if not patient.transfer:
            self.outside += 1

    def part(self, patient: Patient) -> None:
        """Takes her out of the line."""
        self.line.pop(bisect_left(self.line, (patient.turn,)))
        if patient.level != NONE:
            self.blocked -= 1
        if not patient.transfer:
            self.outside -= 1
