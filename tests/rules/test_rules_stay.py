"""How a stay is planned, how long a place is held, and which moves are steps up."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from sim.rules.stay import is_step_up, place_hold, planned_end
from sim.tables import TARGETS, Tables
from sim.words import Reason

SCENARIO = """
[levels.a]
length_of_stay = "3 days"
minimum_stay = "5 days"
[levels.b]
step_up = "c"
hold = { a = "unlimited", default = "2 days" }
on_completion = [{ when = { episode = 1 }, go = "c", hold = { a = 0, default = "1 day" } }, { go = "c" }]
ends = { completed = { share = 0.4, stay = "9 days" }, dropout = { share = 0.6, stay = "4 days" } }
minimum_stay = "7 days"
[levels.c]
length_of_stay = "3 days"
"""
A, B, C = range(3)
ENDS = TARGETS.index("ends")
NO_RULE = -1


@pytest.mark.parametrize(
    ("cell", "u", "days", "plan"),
    [
        (C, 0.5, 0, (3.0, Reason.COMPLETED)),
        (A, 0.5, 0, (5.0, Reason.COMPLETED)),
        (B, 0.3999, 0, (9.0, Reason.COMPLETED)),
        (B, 0.4001, 0, (4.0, Reason.DROPOUT)),
        (B, 0.9999, 3.9, (4.0, Reason.DROPOUT)),
        (B, 0.9999, 4.1, (9.0, Reason.COMPLETED)),
    ],
)
def test_a_stay_is_planned_by_its_length_or_by_its_ends_given_the_days_spent(
    cell: int,
    u: float,
    days: float,
    plan: tuple[float, int],
    tables: Callable[[str], Tables],
    person: Callable[..., Any],
) -> None:
    """A minimum stay moves planned completions only; after 4.1 days the end by dropout is past."""
    t = tables(SCENARIO)
    found = planned_end(t, cell, person(level=cell), ends_target=ENDS, u_reason=u, u_days=0.5, days=days)
    assert found == plan


@pytest.mark.parametrize("days", [0, 10])
def test_an_end_of_no_share_never_comes_even_where_all_ends_are_past(
    days: float, tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    t = tables(
        """
        [levels.a]
        ends = { completed = { share = 0, stay = 5 }, dropout = { share = 1, stay = 4 } }
        """
    )
    found = planned_end(t, A, person(), ends_target=ENDS, u_reason=0.001, u_days=0.5, days=days)
    assert found == (max(4.0, days), Reason.DROPOUT)


def test_the_hold_of_a_rule_comes_before_that_of_the_level_each_by_destination(
    tables: Callable[[str], Tables],
) -> None:
    t = tables(SCENARIO)
    rules = t.rules_for[B * t.reasons + Reason.COMPLETED]
    assert [place_hold(t, B, rules.first, to) for to in (A, C)] == [0.0, 1.0]
    assert [place_hold(t, B, rules.first + 1, to) for to in (A, C)] == [inf, 2.0]
    assert [place_hold(t, B, NO_RULE, to) for to in (A, C)] == [inf, 2.0]
    assert place_hold(t, A, NO_RULE, B) == 0.0


def test_a_place_is_not_held_for_the_level_she_is_in(tables: Callable[[str], Tables]) -> None:
    assert place_hold(tables(SCENARIO), B, NO_RULE, B) == 0.0


def test_a_step_up_leads_to_an_earlier_level_or_to_the_one_named(tables: Callable[[str], Tables]) -> None:
    t = tables(SCENARIO)
    moves = {(origin, to): is_step_up(t, origin, to) for origin in (A, B, C) for to in (A, B, C)}
    assert [move for move, up in moves.items() if up] == [(B, A), (B, C), (C, A), (C, B)]
