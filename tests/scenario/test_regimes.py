"""Dated changes cut a run into stretches, each a whole scenario; what may not change is refused."""

# ruff: noqa: E501 (messages are compared whole)

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import loads
from sim.scenario.types import Scenario

SMALL = (Path(__file__).parents[1] / "data" / "small.toml").read_text(encoding="utf-8") + "capacity = 5\n"


def with_changes(*changes: str) -> Scenario:
    return loads(SMALL + "".join(f"[[changes]]\n{change}\n" for change in changes))


def capacities(scenario: Scenario) -> list[tuple[float, float]]:
    return [(day, regime.levels["day"].capacity) for day, regime in scenario.regimes]


def faults(*changes: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        with_changes(*changes)
    return str(caught.value).split("\n")


def test_without_changes_there_is_one_regime_and_it_is_the_scenario() -> None:
    scenario = with_changes()
    assert scenario.regimes == ((0.0, scenario),)


def test_a_change_holds_from_its_day_on() -> None:
    # 2026-03-01 is 55 days after 2026-01-05: 26 left of January, 28 of February, 1
    assert capacities(with_changes("on = 2026-03-01\nlevels.day.capacity = 8")) == [(0.0, 5), (55.0, 8)]


def test_until_brings_the_old_value_back() -> None:
    change = "on = 10\nuntil = 20.5\nlevels.day.capacity = 8"
    assert capacities(with_changes(change)) == [(0.0, 5), (10.0, 8), (20.5, 5)]


def test_the_later_change_lies_above_and_its_end_uncovers_the_earlier() -> None:
    first, second = "on = 10\nlevels.day.capacity = 8", "on = 20\nuntil = 30\nlevels.day.capacity = 9"
    assert capacities(with_changes(second, first)) == [(0.0, 5), (10.0, 8), (20.0, 9), (30.0, 8)]


def test_changes_of_one_day_act_in_the_order_of_the_file() -> None:
    assert capacities(
        with_changes("on = 10\nlevels.day.capacity = 8", "on = 10\nlevels.day.capacity = 9")
    ) == [
        (0.0, 5),
        (10.0, 9),
    ]


def test_a_change_before_the_start_holds_from_day_0() -> None:
    scenario = with_changes("on = 2025-12-01\nlevels.day.capacity = 8")
    assert capacities(scenario) == [(0.0, 8)]
    assert scenario.levels["day"].capacity == 5


def test_a_change_over_before_the_start_never_holds() -> None:
    assert capacities(with_changes("on = -10\nuntil = 0\nlevels.day.capacity = 8")) == [(0.0, 5)]


def test_distributions_rates_rules_and_what_follows_may_change() -> None:
    scenario = with_changes(
        'on = 10\narrivals.all.per_day = 3\nlevels.day.length_of_stay = { dist = "exponential", mean = 9 }\n'
        'levels.day.dropout = 0.5\nlevels.day.admits = ["mon"]\nlevels.day.waitlist.limit = 0\n'
        'levels.day.on_dropout = [{ go = "day" }]\nafter.default.return_to_use = "30 days"'
    )
    late = scenario.regimes[1][1]
    assert late.arrivals["all"].per_day == 3
    assert late.levels["day"].dropout == 0.5
    assert late.levels["day"].on_dropout[0].go == {"day": 1.0}
    assert late.after["default"].return_to_use
    assert scenario.arrivals["all"].per_day == 1


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("run.seed = 3", "run"),
        ("traits.x.shares = { a = 1 }", "traits"),
        ("effects.episode.dropout = { hazard_ratio = 2 }", "effects"),
        ("start.census = { day = 3 }", "start"),
        ('name = "other"', "name"),
        ('levels.day.title = "Day"', "levels.day.title"),
        ("arrivals.all.traits.x = { a = 1 }", "arrivals.all.traits"),
        ('arrivals.all.dates = "c.csv"', "arrivals.all.dates"),
    ],
)
def test_what_cannot_change_is_refused_with_the_list_of_what_can(keys: str, path: str) -> None:
    assert faults(f"on = 10\n{keys}") == [
        f"<text>:13: changes.0.{path}: cannot change at a date; want capacity, seats, doors, arrival rates, distributions, "
        "probabilities, shares, limits, patience, holds and rules"
    ]


def test_every_faulty_change_is_named_with_its_own_line() -> None:
    assert faults(
        "on = 10\nlevels.night.capacity = 8",
        'on = 20\nuntil = 15\nlevels.day.capacity = "many"\nlevels.day.hold = -1',
        "levels.day.capacity = 3",
    ) == [
        "<text>:13: changes.0.levels.night: is no level: a change makes none; want day",
        "<text>:16: changes.1.until: is 15; want a later day than `on`",
        '<text>:17: changes.1.levels.day.capacity: is "many"; want a whole number, 0 or more, or "unlimited"',
        '<text>:18: changes.1.levels.day.hold: is -1; want a duration, 0 or more, or "unlimited"',
        "<text>:19: changes.2.on: is missing; want a date such as 2026-03-01, or a day",
    ]


def test_a_fault_that_only_the_change_brings_about_points_at_the_change() -> None:
    change = "on = 10\nlevels.day.completes_to = { day = 0.5, discharge = 0.6 }"
    assert faults(change) == [
        "<text>:13: changes.0.levels.day.completes_to: shares sum to 1.1; want a sum of 1"
    ]
