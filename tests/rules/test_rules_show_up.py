"""Whether a patient comes when her place is ready, traced by days waited."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.rules.show_up import comes
from sim.tables import TARGETS, Tables

SCENARIO = """
[traits.housing]
shares = { stable = 0.5, street = 0.5 }
[levels.a]
length_of_stay = 5
show_up = { days = [0, 2, 10], share = [0.9, 0.7, 0.3] }
[levels.b]
length_of_stay = 5
[effects.housing.street]
show_up = { odds_ratio = 0.25 }
"""
SHOW_UP = TARGETS.index("show_up")


@pytest.mark.parametrize(
    ("waited", "share"), [(0, 0.9), (1, 0.8), (2, 0.7), (6, 0.5), (10, 0.3), (11, 0.3), (99, 0.3)]
)
def test_the_share_that_comes_is_read_between_the_days_of_the_table(
    waited: float, share: float, tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    t = tables(SCENARIO)
    assert comes(t, 0, SHOW_UP, person(0), waited=waited, u=share - 1e-6)
    assert not comes(t, 0, SHOW_UP, person(0), waited=waited, u=share + 1e-6)


def test_an_odds_ratio_acts_on_the_share_read_from_the_table(
    tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    """After 6 days odds of 1:1, a quarter of which is 1:4."""
    t = tables(SCENARIO)
    assert comes(t, 0, SHOW_UP, person(1), waited=6, u=0.1999)
    assert not comes(t, 0, SHOW_UP, person(1), waited=6, u=0.2001)


def test_without_a_table_all_come(tables: Callable[[str], Tables], person: Callable[..., Any]) -> None:
    assert comes(tables(SCENARIO), 1, SHOW_UP, person(1, level=1), waited=99, u=0.999999)
