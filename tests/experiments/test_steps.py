"""Scenarios one step away: which keys change, by how much, and what cannot be stepped."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.differences import differences
from sim.errors import SimError
from sim.experiments.steps import steps
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

TEXT = """
[traits.sex]
shares = { f = 0.5, m = 0.5 }
[arrivals.street]
per_day = 2
enters = "day"
[arrivals.court]
per_day = 0.5
enters = "day"
[levels.day]
capacity = 5
length_of_stay = { dist = "gamma", mean = 20, sd = 8 }
[levels.evening]
capacity = 9
[levels.evening.length_of_stay]
by = "sex"
f = "10 days"
default = { dist = "triangular", low = 2, mode = 4, high = 6 }
[levels.home]
ends = { completed = { share = 1.0, stay = 30 } }
"""


def changed(scenario: Scenario, unit: str) -> dict[str, dict[str, Any]]:
    """What each step of the unit changes: where → key → new value."""
    return {
        step.at: {one.key: one.new for one in differences(scenario, step.scenario)}
        for step in steps(scenario, unit).steps
    }


def test_one_more_place_is_added_at_each_level_that_has_a_limit(clinic: Clinic) -> None:
    scenario = clinic(TEXT)
    assert changed(scenario, "place") == {
        "day": {"levels.day.capacity": 6},
        "evening": {"levels.evening.capacity": 10},
    }
    assert steps(scenario).left_out == ("home is unlimited",)


@pytest.mark.parametrize(
    ("unit", "key", "new"),
    [
        ("place=-2", "levels.day.capacity", 3),
        ("place=+20%", "levels.day.capacity", 6),
        ("levels.day.capacity=+4", "levels.day.capacity", 9),
        ("levels.day.length_of_stay.sd=-25%", "levels.day.length_of_stay.sd", 6),
    ],
)
def test_another_step_and_any_key_may_be_asked_for(clinic: Clinic, unit: str, key: str, new: float) -> None:
    text = TEXT.replace("capacity = 9\n", "capacity = 10\n")
    assert next(iter(changed(clinic(text), unit).values())) == {key: new}


def test_demand_rises_source_by_source_by_a_tenth(clinic: Clinic) -> None:
    assert changed(clinic(TEXT), "demand") == {
        "street": {"arrivals.street.per_day": 2.2},
        "court": {"arrivals.court.per_day": 0.55},
    }


def test_a_day_less_of_stay_shortens_every_distribution_in_proportion(clinic: Clinic) -> None:
    # 19/20 of a gamma, 9/10 of ten days, 3/4 of a triangle whose mean is (2 + 4 + 6) / 3 = 4.
    assert changed(clinic(TEXT), "stay") == {
        "day": {"levels.day.length_of_stay.mean": 19, "levels.day.length_of_stay.sd": pytest.approx(7.6)},
        "evening": {
            "levels.evening.length_of_stay.f": 9,
            "levels.evening.length_of_stay.default.low": pytest.approx(1.5),
            "levels.evening.length_of_stay.default.mode": pytest.approx(3.0),
            "levels.evening.length_of_stay.default.high": pytest.approx(4.5),
        },
    }


def test_a_step_is_taken_in_dated_changes_of_the_same_key_too(clinic: Clinic) -> None:
    scenario = clinic(
        TEXT + "\n[[changes]]\non = 30\nlevels.day.capacity = 8\n"
        '[[changes]]\non = 40\nlevels.evening.capacity = "unlimited"\n'
        "[[changes]]\non = 50\nlevels.day.length_of_stay.mean = 10\n"
    )
    assert changed(scenario, "place")["day"] == {"levels.day.capacity": 6, "changes.0.levels.day.capacity": 9}
    assert changed(scenario, "place")["evening"] == {"levels.evening.capacity": 10}
    shorter = changed(scenario, "stay")["day"]
    assert shorter["changes.2.levels.day.length_of_stay.mean"] == pytest.approx(9.0)


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("plce", "did you mean place?"),
        ("beds", "want place, stay or demand"),
        ("levels.dy.capacity=+1", "did you mean levels.day.capacity?"),
        ("levels.evening.length_of_stay.by=+1", "nothing can be stepped"),
        ("place=+10%", "levels.day.capacity: would be 5.5"),
        ("place=one", "'one' is no step"),
        ("place=0", "'0' is no step"),
        ("stay=-12", "levels.evening.length_of_stay: has a mean of 10 days"),
        ("place=-6", "levels.day.capacity"),
    ],
)
def test_a_step_that_is_none_is_told_what_was_wanted(clinic: Clinic, unit: str, said: str) -> None:
    with pytest.raises(SimError) as error:
        steps(clinic(TEXT), unit)
    assert said in str(error.value)
