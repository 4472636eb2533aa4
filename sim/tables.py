"""A scenario as flat tables: the only thing that the engines and the rules read.

Every name of a scenario becomes a number here, every distribution a row of one pool, every rule a slice of
another. What may change at a date is kept per *cell*, one for each regime (the stretch between two dated
changes) and level: `cell = regime * number of levels + level`. All fields are flat lists of numbers, so that
rules written in plain arithmetic read them alike whether they are interpreted or compiled. What the numbers
decide is left to `sim/rules/`; how the tables are filled to `sim/plan.py`.
"""

from datetime import date
from typing import NamedTuple

from sim.distributions import Distributions

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

TRANSFERS_FIRST, TRANSFERS_MERGED, TRANSFERS_LAST = 0, 1, 2

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
)
"""What effects act on; the named other ends follow, in the order of the log's reasons."""


class Tables(NamedTuple):
    """The numbers of a scenario. `first`/`last` bound slices as in Python; −1 means "none"."""

    # sizes and names' digests
    levels: int
    reasons: int
    sources: int
    level_subject: list[int]
    trait_subject: list[int]
    other_subject: list[int]  # per level and reason: the clock of a named other end
    # pools
    distributions: Distributions
    choice_by: list[int]  # a trait, BY_NOTHING or BY_LAST_LEVEL
    choice_first: list[int]  # into choice_option, one entry per value
    choice_option: list[int]  # a distribution
    share_by: list[int]  # probabilities that may differ by trait, as choices do
    share_first: list[int]
    share_value: list[float]
    clock_choice: list[int]  # −1: the clock is a probability
    clock_share: list[int]  # −1: the clock is a distribution
    clock_target: list[int]
    condition_first: list[int]
    condition_last: list[int]
    test_field: list[int]
    test_low: list[float]
    test_high: list[float]
    test_low_open: list[int]
    test_high_open: list[int]
    test_allowed: list[int]  # first entry in `allowed`; −1 for a number
    allowed: list[int]
    rule_condition: list[int]
    rule_target: list[int]  # which effects act on its options
    rule_option_first: list[int]
    rule_option_last: list[int]
    rule_hold: list[int]  # first entry in hold_days; −1: the hold of the level
    rule_delay: list[int]  # a clock
    rule_away: list[int]  # a clock: how long a temporary stay lasts
    rule_anew: list[int]  # 1: comes back to a new stay
    rule_extend_by: list[float]
    option_to: list[int]
    option_share: list[float]
    hold_days: list[float]  # one entry per destination
    effect_first: list[int]  # per target and level
    effect_last: list[int]
    effect_kind: list[int]
    effect_trait: list[int]  # −1: a covariate
    effect_value: list[int]  # value of the trait, or number of the covariate
    effect_ratio: list[float]
    effect_option: list[int]  # the option whose odds change
    effect_per: list[float]
    effect_cap: list[float]
    # per regime
    regime_from: list[float]
    waiting_use: list[int]  # a clock
    waiting_death: list[int]
    # per cell (regime, level)
    capacity: list[float]
    stay_clock: list[int]
    dropout_clock: list[int]
    relapse_clock: list[int]
    death_clock: list[int]
    patience_clock: list[int]
    other_first: list[int]  # into other_clock and other_reason
    other_last: list[int]
    other_clock: list[int]
    other_reason: list[int]
    end_first: list[int]  # into end_reason, end_share, end_clock: a level given by `ends`
    end_last: list[int]
    end_reason: list[int]
    end_share: list[float]
    end_clock: list[int]
    minimum_stay: list[float]
    review_every: list[float]
    step_up: list[int]
    rules_first: list[int]  # per cell and cause
    rules_last: list[int]
    level_hold: list[int]  # first entry in hold_days
    show_first: list[int]  # into show_days and show_share
    show_last: list[int]
    show_days: list[float]
    show_share: list[float]
    limit: list[float]
    transfers: list[int]
    priority_first: list[int]  # into priority_condition
    priority_last: list[int]
    priority_condition: list[int]
    divert_after: list[float]
    divert_over_limit: list[int]
    divert_to: list[int]
    # per regime and source
    placement_first: list[int]  # rules
    placement_last: list[int]
    # per source and trait
    trait_first: list[int]  # into trait_share; the row after the last source is the population's
    trait_last: list[int]
    trait_share: list[float]
    # per regime and reason of discharge
    use_clock: list[int]
    return_share: list[int]  # a row of share_*
    return_clock: list[int]
    return_after_use: list[int]
    after_death_clock: list[int]


class Moment(NamedTuple):
    """A dated happening of the house: a new regime, or a door that opens or shuts."""

    time: float
    regime: int  # −1 for a door
    level: int  # −1 for a regime
    opens: bool


class Plan(NamedTuple):
    """All that a run of a scenario needs beside its draws, ready to be used by every replication."""

    tables: Tables
    level_names: tuple[str, ...]
    source_names: tuple[str, ...]
    trait_names: tuple[str, ...]
    trait_values: tuple[tuple[str, ...], ...]
    reason_names: tuple[str, ...]
    moments: tuple[Moment, ...]  # in order, from day 0 on
    open_at_start: tuple[bool, ...]
    start: date
    seed: int
    window_start: float
    window_end: float
    end: float
    follows_use: bool
    follows_care: bool
