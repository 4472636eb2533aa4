"""How effects of traits and of numbers of a patient's course multiply."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.rules.effects import hazard_and_time, probability
from sim.tables import TARGETS, Tables

SCENARIO = """
[traits.housing]
shares = { stable = 0.5, street = 0.5 }
[traits.work]
shares = { no = 0.5, yes = 0.5 }
[levels.a]
length_of_stay = 5
dropout = 0.2
[levels.b]
length_of_stay = 5
dropout = 0.2
[effects.housing.street]
dropout = { hazard_ratio = 2, time_ratio = 3 }
[effects.work.yes]
dropout = { hazard_ratio = 0.5 }
"b.dropout" = { hazard_ratio = 5, odds_ratio = 4 }
[effects.days_in_care]
dropout = { hazard_ratio = 0.9, per = "30 days", cap = "90 days" }
"""
DROPOUT = TARGETS.index("dropout")
A, B = 0, 1


@pytest.mark.parametrize(
    ("housing", "work", "level", "days", "ratios"),
    [
        (0, 0, A, 0, (1.0, 1.0)),
        (1, 0, A, 0, (2.0, 3.0)),
        (0, 1, A, 0, (0.5, 1.0)),
        (1, 1, A, 0, (1.0, 3.0)),
        (0, 1, B, 0, (2.5, 1.0)),
        (0, 0, A, 30, (0.9, 1.0)),
        (0, 0, A, 45, (0.9**1.5, 1.0)),
        (0, 0, A, 90, (0.9**3, 1.0)),
        (0, 0, A, 900, (0.9**3, 1.0)),
        (1, 1, B, 60, (5 * 0.9**2, 3.0)),
    ],
)
def test_ratios_of_all_effects_that_apply_are_multiplied(
    housing: int,
    work: int,
    level: int,
    days: float,
    ratios: tuple[float, float],
    tables: Callable[[str], Tables],
    person: Callable[..., Any],
) -> None:
    patient = person(housing, work, level=level, days_in_care=days)
    assert hazard_and_time(tables(SCENARIO), DROPOUT, level, patient) == pytest.approx(ratios)


def test_an_odds_ratio_turns_one_in_five_into_one_in_two(
    tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    t = tables(SCENARIO)
    assert probability(t, 0.2, DROPOUT, B, person(0, 1)) == pytest.approx(0.5)
    assert probability(t, 0.2, DROPOUT, A, person(0, 1)) == 0.2


DOUBLED = """
[levels.a]
length_of_stay = 5
dropout = 0.2
[effects.days_in_care]
dropout = { hazard_ratio = 2, per = "1 day" }
"""


@pytest.mark.parametrize(("days", "ratio"), [(332, 2.0**332), (333, 1e100), (100_000, 1e100)])
def test_a_ratio_per_so_many_ends_at_ten_to_the_hundredth(
    days: float, ratio: float, tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    """2^332 = 8.7e99 and 2^333 = 1.7e100; 2^100000 is beyond every float."""
    assert hazard_and_time(tables(DOUBLED), DROPOUT, A, person(days_in_care=days)) == (ratio, 1.0)
