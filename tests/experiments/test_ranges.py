"""Ranges of keys: how they are written, and which keys take whole numbers only."""

from collections.abc import Callable

import pytest

from sim.errors import SimError
from sim.experiments.ranges import at, checked, range_of, whole_keys
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

TEXT = """
[arrivals.all]
per_day = 1
enters = "day"
[levels.day]
capacity = 2
length_of_stay = { dist = "exponential", mean = 1 }
"""
RANGES = {"levels.day.capacity": (1, 4), "arrivals.all.per_day": (0.5, 2.5)}


@pytest.mark.parametrize(
    ("text", "key", "ends"),
    [
        ("levels.day.capacity=3..9", "levels.day.capacity", (3, 9)),
        ("arrivals.all.per_day = 0.5 .. 1.5", "arrivals.all.per_day", (0.5, 1.5)),
        ("arrivals.all.per_day=20%", "arrivals.all.per_day", (0.8, 1.2)),
        ("levels.day.capacity=±75%", "levels.day.capacity", (1, 3)),  # 0.5 to 3.5, in whole places
    ],
)
def test_a_range_is_two_ends_or_a_share_each_way(
    clinic: Clinic, text: str, key: str, ends: tuple[float, float]
) -> None:
    assert range_of(text, clinic(TEXT)) == (key, ends)


def test_a_key_that_takes_whole_numbers_only_is_known(clinic: Clinic) -> None:
    assert whole_keys(clinic(TEXT), RANGES) == {"levels.day.capacity"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("levels.day.capacity", "want KEY=LOW..HIGH, or KEY=20%"),
        ("levels.day.capcity=20%", "did you mean levels.day.capacity?"),
        ("arrivals.all.enters=20%", 'is "day", not a number'),
    ],
)
def test_a_range_that_is_none_is_told(clinic: Clinic, text: str, said: str) -> None:
    with pytest.raises(SimError) as error:
        range_of(text, clinic(TEXT))
    assert said in str(error.value)


def test_the_scenario_at_a_point_has_each_key_at_its_value(clinic: Clinic) -> None:
    scenario = at(clinic(TEXT), {"levels.day.capacity": 3.0, "arrivals.all.per_day": 2.25})
    assert scenario.levels["day"].capacity == 3
    assert scenario.arrivals["all"].per_day == 2.25


def test_ranges_are_those_of_the_sweep_unless_given(clinic: Clinic) -> None:
    sweep = (
        '[sweep]\nsample = { method = "sobol", points = 8, ranges = { "levels.day.capacity" = [1, 4] } }\n'
    )
    assert checked(clinic(TEXT + sweep), None) == {"levels.day.capacity": (1, 4)}
    assert checked(clinic(TEXT + sweep), RANGES) == RANGES
