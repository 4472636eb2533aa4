"""What machine code takes for granted, and so leaves out: for most scenarios tracks, staff and intake.

For some it is more: a *lean* scenario has arrivals, places, patience, relapse, rules without conditions and
returns, and nothing of the rest. What is listed is all that then stands in a number, in an array, or in a
column of every row; the compiler drops what never follows from it. All of a list or nothing: three kernels,
not one for each mix of features, since each has to be compiled once.
"""

from math import inf
from typing import NamedTuple

from sim.compiler.structs import Known
from sim.tables import BY_NOTHING, NONE, TRANSFERS_FIRST, Tables


class Granted(NamedTuple):
    """What is known of the struct of the tables, of that of their distributions, and of the state."""

    tables: Known
    distributions: Known
    state: Known


NOTHING = Granted({}, {}, {})

ORDINARY = Granted({"passes": False}, {}, state={"has_tracks": 0, "staffed": 0})

LEAN = Granted(
    tables={
        **ORDINARY.tables,
        "choices": {"by": BY_NOTHING},
        "chances": {"by": BY_NOTHING},
        "rules": {
            "condition": NONE,
            "hold": NONE,
            "delay": NONE,
            "away": NONE,
            "anew": False,
            "extend_by": 0.0,
        },
        "hold_days": 0.0,
        "effects_on": {"first": 0, "last": 0},
        "regimes": {"use_waiting": NONE, "death_waiting": NONE},
        "cells": {
            "dropout": NONE,
            "death": NONE,
            "other_first": 0,
            "other_last": 0,
            "minimum_stay": 0.0,
            "review_every": inf,
            "show_first": 0,
            "show_last": 0,
            "limit": inf,
            "transfers": TRANSFERS_FIRST,
            "priority_first": 0,
            "priority_last": 0,
            "divert_after": inf,
            "divert_over_limit": False,
            "divert_to": NONE,
        },
        "afters": {"use": NONE, "death": NONE},
    },
    distributions={"plain": True},
    state={
        **ORDINARY.state,
        "looks": 0,
        "patients": {
            "days_set": inf,
            "death_due": inf,
            "dropout_due": inf,
            "other_due": inf,
            "review_due": inf,
            "use_due": inf,
            "hold_due": inf,
            "divert_due": inf,
            "ask_due": inf,
            "hold": 0.0,
            "priority": 0,
            "other_reason": 0,
            "divert_to": NONE,
            "temporary": False,
            "next_temporary": False,
            "transfer": False,
            "diverted": False,
            "reviews": 0,
        },
    },
)
"""A patient's clocks never ring that nothing starts."""


def granted(t: Tables) -> Granted:
    """What the code for a scenario takes for granted."""
    if t.tracks or t.stages or t.needs or any(label != NONE for label in t.role_label):
        return NOTHING
    return LEAN if is_lean(t) else ORDINARY


def is_lean(t: Tables) -> bool:
    """Whether all of `LEAN` holds in the tables of a scenario without tracks, staff and intake."""
    rows = [(name, row) for name, row in LEAN.tables.items() if isinstance(row, dict)]
    columns = [(name, *pair) for name, row in rows for pair in row.items()]
    return (
        all(getattr(row, column) == value for name, column, value in columns for row in getattr(t, name))
        and not any(t.hold_days)
        and all(t.distributions.plain)
    )
