"""A scenario as flat tables: the only thing that the engines and the rules read.

Every name of a scenario becomes a number here, every distribution a row of one pool, every rule a slice of
another. What may change at a date is kept per *cell*, one for each regime (the stretch between two dated
changes) and level: `cell = regime * number of levels + level`. Every table is a list of rows of
plain numbers, so that rules written in plain arithmetic read them alike whether they are interpreted or
compiled. What the numbers decide is left to `sim/rules/`; how the tables are filled to `sim/pools.py`.
"""

from datetime import date
from typing import NamedTuple

from sim.arrivals import Coming
from sim.distributions import Distributions
from sim.staffing import Line

NONE = -1
"""No such thing: no level, no clock, no rule."""

# Where a rule sends a patient: a level (0 and up), or one of these.
STAY = -1
EXTEND = -2
DISCHARGE = -3
DISCHARGE_AS = -10
"""Discharge under reason r is `DISCHARGE_AS - r`."""

# What a test of a condition looks at: a trait (0 and up), or one of these.
FIELD_FROM = -1
FIELD_SOURCE = -2
FIELD_NUMBER = -10
"""The covariate c is `FIELD_NUMBER - c`."""

BY_NOTHING = -1
BY_LAST_LEVEL = -2

# Kinds of effect.
HAZARD, TIME, ODDS = 0, 1, 2
NO_OPTION = -(10**6)
"""The mark of an effect that names no option."""

TRANSFERS_FIRST, TRANSFERS_MERGED, TRANSFERS_LAST = 0, 1, 2

# How a need of staff joins the one before it: as a need of its own, of which the greatest holds; as a shift
# that adds up with others; within one shift, of which again the greatest holds.
ALONE, NEXT_SHIFT, SAME_SHIFT = 0, 1, 2

TARGETS: tuple[str, ...] = (
    "length_of_stay",
    "dropout",
    "relapse",
    "death",
    "patience",
    "delay",
    "return_to_use",
    "returns_to_care",
    "show_up",
    "completes_to",
    "on_dropout",
    "on_relapse",
    "review",
    "ends",
    "enters",
    "for",
    "on_other_ends",
    "intake",
)
"""What effects act on; the named other ends follow, in the order of the log's reasons."""


class Span(NamedTuple):
    """A slice of another table, bounded as in Python."""

    first: int
    last: int


class ByTrait(NamedTuple):
    """Something that may differ by trait: where its values begin, and by which trait they differ."""

    by: int  # a trait, BY_NOTHING or BY_LAST_LEVEL
    first: int  # in `option_of` (distributions) or `chance_of` (probabilities)


class Clock(NamedTuple):
    """What rings after a while: a distribution, or a probability that it does before the planned end."""

    choice: int  # in `choices`; −1 for a probability
    chance: int  # in `chances`; −1 for a distribution
    target: int  # which effects act on it


class Test(NamedTuple):
    """One test of a condition: a name among those allowed, or a number within bounds."""

    field: int
    allowed: int  # where its names begin in `allowed`; −1 for a number
    low: float
    high: float
    low_open: bool
    high_open: bool


class Rule(NamedTuple):
    """Where patients go for whom the condition holds."""

    condition: int  # in `conditions`; −1 always holds
    target: int  # which effects act on its options
    first: int  # in `options`
    last: int
    hold: int  # where its days by destination begin in `hold_days`; −1: the hold of the level
    delay: int  # a clock
    away: int  # a clock: how long a temporary stay lasts; −1 for good
    anew: bool  # comes back to a new stay
    extend_by: float


class Option(NamedTuple):
    """One option of a rule and its share."""

    to: int
    share: float


class Effect(NamedTuple):
    """One ratio, for a value of a trait or per so much of a covariate."""

    kind: int
    trait: int  # −1: a covariate
    value: int  # of the trait, or the number of the covariate
    option: int  # the option whose odds change, or NO_OPTION
    ratio: float
    per: float
    cap: float


class Regime(NamedTuple):
    """What holds for the whole scenario between two dated changes."""

    day: float
    use_waiting: int  # clocks of those at home between two levels
    death_waiting: int


class Cell(NamedTuple):
    """A level under one regime; clocks are rows of `clocks`, −1 where there is none."""

    capacity: float
    stay: int  # −1: the level is given by its ends
    dropout: int
    relapse: int
    death: int
    patience: int
    other_first: int  # in `other_ends`
    other_last: int
    end_first: int  # in `ends`
    end_last: int
    minimum_stay: float
    review_every: float
    step_up: int
    hold: int  # where its days by destination begin in `hold_days`
    show_first: int  # in `show_up`
    show_last: int
    limit: float
    transfers: int
    priority_first: int  # in `priority`
    priority_last: int
    divert_after: float
    divert_over_limit: bool
    divert_to: int


class OtherEnd(NamedTuple):
    """A named end of a stay, and its clock."""

    reason: int
    clock: int


class End(NamedTuple):
    """One reason of a level given by its ends: its share, and how long such stays last."""

    reason: int
    share: float
    clock: int


class ShowUp(NamedTuple):
    """The share that comes after so many days of waiting."""

    days: float
    share: float


class Track(NamedTuple):
    """A track of a level under one regime: who may ask for it, how many do, and its seats."""

    level: int
    label: int  # the number of its name among the reasons of the log
    condition: int  # in `conditions`; −1 always holds
    share: float  # relative to those of the level's other tracks
    seats: float


class After(NamedTuple):
    """What may follow a discharge of one reason."""

    use: int  # a clock
    returns: int  # in `chances`
    delay: int  # a clock
    after_use: bool
    death: int  # a clock


class Stage(NamedTuple):
    """One stage of the intake under one regime."""

    delay: int  # a clock
    goes_on: int  # in `chances`
    show_first: int  # in `show_up`
    show_last: int
    sees: bool  # has appointments or a door; else it is over after the delay
    walk_in: bool
    at: float  # of the day: when appointments are, or the door opens
    until: float  # of the day: when the door shuts
    notice: float
    at_most: float


class Tables(NamedTuple):
    """The numbers of a scenario, each table a list of rows (or of plain numbers)."""

    levels: int
    reasons: int
    sources: int
    # digests of names, for the addresses of draws
    level_subject: list[int]
    trait_subject: list[int]
    other_subject: list[int]  # per level and reason
    # pools
    distributions: Distributions
    choices: list[ByTrait]
    option_of: list[int]  # distributions
    chances: list[ByTrait]
    chance_of: list[float]
    clocks: list[Clock]
    conditions: list[Span]  # of `tests`
    tests: list[Test]
    allowed: list[bool]
    rules: list[Rule]
    options: list[Option]
    hold_days: list[float]
    effects_on: list[Span]  # of `effects`, per target and level
    effects: list[Effect]
    # what is in force
    regimes: list[Regime]
    cells: list[Cell]  # per regime and level
    rules_for: list[Span]  # of `rules`, per cell and cause
    other_ends: list[OtherEnd]
    ends: list[End]
    show_up: list[ShowUp]
    priority: list[int]  # conditions
    placements: list[Span]  # of `rules`, per regime and source
    afters: list[After]  # per regime and reason of discharge
    # who comes
    traits_of: list[Span]  # of `trait_share`, per source and trait; the population's own come last
    trait_share: list[float]
    # seats within levels
    tracks_of: list[Span]  # of the tracks of one regime, per level
    tracks: list[Track]  # per regime, then by level
    # staff
    role_subject: list[int]
    role_label: list[int]  # the number of its name among the reasons of the log; −1 without a roster
    needs: list[Line]  # those that limit
    needs_join: list[int]  # likewise: how each joins the one before it
    needs_of: list[Span]  # of both, per role and level
    limited: list[bool]  # per level: whether a need limits it
    # the intake
    stage_subject: list[int]
    stage_label: list[int]  # the code of a stage's name among the log's reasons
    stages: list[Stage]  # per regime and stage
    seen_on: list[int]  # per stage and day: how many may be seen; −1 where there is no limit
    passes: list[bool]  # whether she passes the intake: by source (of day 0 first), first and later episodes


class Moment(NamedTuple):
    """A dated happening of the house: a new regime, or a door that opens or shuts.

    `level` numbers the levels, and after them all their tracks.
    """

    time: float
    regime: int  # −1 for a door
    level: int  # −1 for a regime
    opens: bool


class Plan(NamedTuple):
    """All that a run of a scenario needs beside its draws, ready to be used by every replication."""

    tables: Tables
    coming: Coming
    level_names: tuple[str, ...]
    source_names: tuple[str, ...]
    trait_names: tuple[str, ...]
    trait_values: tuple[tuple[str, ...], ...]
    reason_names: tuple[str, ...]
    labels: tuple[str, ...]  # of what binds, roles, tracks and stages: the log's reasons go on with them
    moments: tuple[Moment, ...]  # in order, from day 0 on
    open_at_start: tuple[bool, ...]  # levels, then tracks
    start: date
    seed: int
    window_start: float
    window_end: float
    end: float
    follows_use: bool
    follows_care: bool
