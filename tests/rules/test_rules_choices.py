"""Which rule decides and which option comes out, traced by uniform numbers."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.rules.choices import choose, first_rule
from sim.tables import DISCHARGE, Tables
from sim.words import Reason

SCENARIO = """
[traits.housing]
shares = { stable = 0.5, street = 0.5 }
[levels.a]
length_of_stay = 5
on_completion = [
  { when = { relapses = ">= 3" }, go = "discharge" },
  { when = { relapses = ">= 1" }, go = "c" },
  { go = { b = 0.5, c = 0.3, discharge = 0.2 } },
]
[levels.b]
length_of_stay = 5
[levels.c]
length_of_stay = 5
"""
A, B, C = range(3)


def completion(t: Tables, person: Any, u: float) -> int:
    """Where a completed stay in a leads."""
    rules = t.rules_for[A * t.reasons + Reason.COMPLETED]
    return choose(t, first_rule(t, rules.first, rules.last, person), A, person, u=u)


@pytest.mark.parametrize(
    ("relapses", "u", "to"),
    [
        (3, 0.1, DISCHARGE),
        (3, 0.9, DISCHARGE),
        (2, 0.9, C),
        (1, 0.1, C),
        (0, 0.0001, B),
        (0, 0.4999, B),
        (0, 0.5, C),
        (0, 0.7999, C),
        (0, 0.8001, DISCHARGE),
        (0, 0.9999, DISCHARGE),
    ],
)
def test_the_first_rule_that_holds_decides_and_the_uniform_picks_in_the_order_of_the_shares(
    relapses: int, u: float, to: int, tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    assert completion(tables(SCENARIO), person(0, relapses=relapses), u) == to


@pytest.mark.parametrize(("u", "to"), [(0.7499, B), (0.7501, C), (0.8999, C), (0.9001, DISCHARGE)])
def test_an_odds_ratio_multiplies_the_odds_of_its_option_and_the_others_shrink_alike(
    u: float, to: int, tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    """Odds of b 1:1 times 3 = 3:1, so 0.75; the other 0.25 are shared 3:2 as before: 0.15 and 0.10."""
    effect = '[effects.housing.street]\n"a.completes_to" = { odds_ratio = 3, option = "b" }\n'
    t = tables(SCENARIO + effect)
    stable, street = person(0), person(1)
    assert completion(t, street, u) == to
    assert completion(t, stable, 0.51) == C


def test_where_no_rule_holds_there_is_none(
    tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    t = tables('[levels.a]\nlength_of_stay = 5\non_dropout = [{ when = { episode = 2 }, go = "discharge" }]')
    rules = t.rules_for[A * t.reasons + Reason.DROPOUT]
    assert first_rule(t, rules.first, rules.first + 1, person()) == -1
    assert first_rule(t, rules.first, rules.first + 1, person(episode=2)) == rules.first
