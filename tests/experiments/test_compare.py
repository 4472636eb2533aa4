"""Scenarios compared: paired differences, known variances, intervals that hold together, precision, notes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats

import sim
from sim import engines
from sim.errors import SimError
from sim.experiments.compare import TABLE_COLUMNS, Comparison, compare, names_of
from sim.experiments.run import run
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

TEXT = """
[run]
warm_up = 20
duration = 60
replications = 5
seed = 7
[arrivals.all]
per_day = 1.5
enters = "day"
[levels.day]
capacity = 8
length_of_stay = { dist = "exponential", mean = 6 }
[levels.evening]
capacity = 6
length_of_stay = { dist = "exponential", mean = 3 }
"""
COMING = """
[run]
duration = 20
seed = 3
[arrivals.all]
per_day = 2.0
enters = "day"
[levels.day]
length_of_stay = 1
"""


@pytest.fixture
def scenario(clinic: Clinic) -> Scenario:
    return clinic(TEXT)


@pytest.fixture
def fuller(scenario: Scenario) -> Scenario:
    return scenario.with_("levels.evening.capacity", 4)


def row(found: Comparison, measure: str, level: str = "", scenario: str | None = None) -> pd.Series:
    table = found.table()
    rows = table[(table["measure"] == measure) & (table["level"] == level)]
    rows = rows if scenario is None else rows[rows["scenario"] == scenario]
    assert len(rows) == 1
    return rows.iloc[0]


def values(found: Comparison, measure: str, level: str) -> list[np.ndarray]:
    """The value in each replication, scenario by scenario."""
    table = found.replications()
    rows = table[(table["measure"] == measure) & (table["level"] == level)]
    return [rows[rows["scenario"] == name]["value"].to_numpy() for name in found.names]


def test_a_difference_is_that_of_the_paired_values_with_scipys_interval(
    scenario: Scenario, fuller: Scenario
) -> None:
    found = compare(scenario, fuller, jobs=1)
    one = row(found, "census.mean", "evening")
    a, b = values(found, "census.mean", "evening")
    low, high = stats.t.interval(0.95, 4, loc=np.mean(b - a), scale=stats.sem(b - a))
    assert one["difference"] == pytest.approx(np.mean(b - a), rel=1e-12)
    assert (one["ci_low"], one["ci_high"]) == (pytest.approx(low, rel=1e-9), pytest.approx(high, rel=1e-9))
    assert (one["baseline"], one["value"]) == (pytest.approx(np.mean(a)), pytest.approx(np.mean(b)))
    assert one["share_smaller"] == np.mean(b < a)
    assert one["variance_reduction"] == pytest.approx(
        (np.var(a, ddof=1) + np.var(b, ddof=1)) / np.var(b - a, ddof=1), rel=1e-9
    )
    assert tuple(found.table().columns) == TABLE_COLUMNS


@pytest.mark.parametrize(
    ("more", "reduction", "count"),
    [
        (4.0, 3.0, 150),
        pytest.param(4.0, 3.0, 1500, marks=pytest.mark.deep),
        pytest.param(2.5, 9.0, 1500, marks=pytest.mark.deep),
    ],
)
def test_pairing_of_two_rates_brings_what_poisson_counts_say(
    clinic: Clinic, more: float, reduction: float, count: int
) -> None:
    # Of two rates a < b the second has the patients of the first and others besides: counts of aT and bT,
    # their difference of (b − a)T, each Poisson, so its variance is its mean. Apart (a + b)T, paired
    # (b − a)T. An estimated variance has a relative error of √(2/n), both here less than twice that.
    slower = clinic(COMING)
    found = compare(slower, slower.with_("arrivals.all.per_day", more), replications=count)
    one = row(found, "asked.count")
    extra, close = 20 * (more - 2.0), 4.0 * (2.0 / count) ** 0.5
    assert one["difference"] == pytest.approx(extra, abs=3.5 * (extra / count) ** 0.5)
    half = stats.t.ppf(0.975, count - 1) * (extra / count) ** 0.5
    assert one["ci_high"] - one["difference"] == pytest.approx(half, rel=close)
    assert one["variance_reduction"] == pytest.approx(reduction, rel=close)


def test_what_a_change_does_not_reach_is_equal_in_every_replication(
    scenario: Scenario, fuller: Scenario
) -> None:
    one = row(compare(scenario, fuller, jobs=1), "asked.count", "day")
    assert (one["difference"], one["ci_low"], one["ci_high"]) == (0.0, 0.0, 0.0)
    assert (one["share_larger"], one["share_smaller"]) == (0.0, 0.0)
    assert one["note"] == "equal in every replication"
    assert np.isnan(one["variance_reduction"])


def test_beating_is_waiting_less_and_ties_are_nobodys(scenario: Scenario, fuller: Scenario) -> None:
    found = compare(fuller, scenario, jobs=1)
    one = row(found, "wait.mean", "evening")
    a, b = values(found, "wait.mean", "evening")
    assert one["better"] == "lower"
    assert one["share_better"] == one["share_smaller"] == np.mean(b < a) > 0
    one = row(found, "wait.share_within_7_days", "evening")
    a, b = values(found, "wait.share_within_7_days", "evening")
    assert (a == b).any()
    assert one["better"] == "higher"
    assert one["share_better"] == np.mean(b > a)
    assert one["share_better"] + one["share_smaller"] + np.mean(a == b) == pytest.approx(1.0)
    assert np.isnan(row(found, "census.mean", "evening")["share_better"])


def test_of_several_scenarios_the_intervals_hold_together_and_it_says_so(scenario: Scenario) -> None:
    others = [scenario.with_("levels.evening.capacity", places) for places in (4, 5)]
    found = compare(scenario, *others, jobs=1)
    assert found.names == ("clinic", "clinic-changed", "clinic-changed-2")
    one = row(found, "census.mean", "evening", "clinic-changed-2")
    a, _, c = values(found, "census.mean", "evening")
    assert one["ci_high"] - one["difference"] == pytest.approx(
        stats.t.ppf(1 - 0.05 / 4, 4) * stats.sem(c - a), rel=1e-9
    )
    assert found.confidence == 0.975
    assert "With 2 scenarios each interval is one of 97.5 %" in " ".join(found.notes())
    assert not any("Bonferroni" in note for note in compare(scenario, others[0], jobs=1).notes())


@pytest.mark.parametrize(
    ("count", "told"), [(1, "no interval below 2"), (5, "unreliable below 20"), (20, "")]
)
def test_few_replications_have_unreliable_waits_and_one_has_no_interval(
    scenario: Scenario, fuller: Scenario, count: int, told: str
) -> None:
    found = compare(scenario, fuller, replications=count)
    one = row(found, "wait.mean", "evening")
    assert told in one["note"] if told else "unreliable" not in one["note"]
    assert np.isnan(one["ci_low"]) == (count == 1)
    assert bool(found.notes()) == (count < 20)


def test_what_was_changed_is_listed_scenario_by_scenario(scenario: Scenario, fuller: Scenario) -> None:
    found = compare(scenario, fuller, fuller.with_("run.duration", 50), jobs=1)
    assert found.changes().to_dict("records") == [
        {"scenario": "clinic-changed", "key": "levels.evening.capacity", "old": 6, "new": 4},
        {"scenario": "clinic-changed-2", "key": "run.duration", "old": 60.0, "new": 50.0},
        {"scenario": "clinic-changed-2", "key": "levels.evening.capacity", "old": 6, "new": 4},
    ]
    assert any(note.startswith("clinic-changed-2: its window is another") for note in found.notes())


def test_a_level_that_one_scenario_lacks_is_left_out_and_named(clinic: Clinic, scenario: Scenario) -> None:
    shorter = clinic(TEXT.split("[levels.evening]", maxsplit=1)[0])
    found = compare(scenario, shorter, jobs=1)
    assert "evening" not in set(found.table()["level"])
    assert "clinic-changed: not compared, as only clinic has it: evening." in found.notes()


def test_a_finished_run_stands_for_its_scenario_and_is_not_run_again(
    scenario: Scenario, fuller: Scenario, monkeypatch: Any
) -> None:
    done = run(scenario, replications=3, jobs=1)
    seen: list[tuple[float, int]] = []
    simulate = engines.simulate

    def counted(one: Scenario, replication: int, *args: Any, **more: Any) -> Any:
        seen.append((one.levels["evening"].capacity, replication))
        return simulate(one, replication, *args, **more)

    monkeypatch.setattr(engines, "simulate", counted)
    found = compare(done, fuller, jobs=1)
    assert seen == [(4.0, 0), (4.0, 1), (4.0, 2)]
    seen.clear()
    more = compare(done, fuller, replications=4, jobs=1)
    assert seen == [(6.0, 3), (4.0, 0), (4.0, 1), (4.0, 2), (4.0, 3)]
    assert_frame_equal(more.table(), compare(scenario, fuller, replications=4, jobs=1).table())
    assert len(found.results[0].reduced) == 3


def test_a_precision_adds_replications_until_the_difference_is_sure_enough(
    scenario: Scenario, fuller: Scenario
) -> None:
    found = compare(scenario, fuller, precision=["census.evening.mean: 0.15"])
    (reached,) = found.reached
    assert reached.met
    count = len(found.results[0].reduced)
    assert count == reached.replications + 5 > 10
    assert len(found.results[1].reduced) == count
    one = row(found, "census.mean", "evening")
    assert one["ci_high"] - one["difference"] == pytest.approx(reached.half_width, rel=1e-9)
    for number, met in ((reached.replications, True), (reached.replications - 1, False)):
        one = row(compare(scenario, fuller, replications=number), "census.mean", "evening")
        assert (one["ci_high"] - one["difference"] <= 0.15) == met


def test_a_share_is_of_the_baselines_figure(scenario: Scenario, fuller: Scenario) -> None:
    found = compare(scenario, fuller, precision=["census.evening.mean: 5%"])
    assert found.reached[0].wanted == pytest.approx(0.05 * row(found, "census.mean", "evening")["baseline"])


def test_scenarios_of_different_seeds_are_refused_unless_one_is_given(scenario: Scenario) -> None:
    with pytest.raises(SimError, match="have the seeds 7, 8; want one seed"):
        compare(scenario, scenario.with_("run.seed", 8))
    found = compare(scenario, scenario.with_("run.seed", 8), seed=9, replications=2, jobs=1)
    assert {result.scenario.run.seed for result in found.results} == {9}


def test_one_scenario_alone_cannot_be_compared(scenario: Scenario) -> None:
    with pytest.raises(SimError, match="fewer than two"):
        compare(scenario)


def test_names_are_told_apart(scenario: Scenario) -> None:
    assert names_of([scenario.with_("name", name) for name in ("a", "b", "a", "a")]) == (
        "a",
        "b",
        "a-changed",
        "a-changed-2",
    )


def test_it_is_three_lines_in_a_notebook(scenario: Scenario) -> None:
    longer = scenario.with_("levels.evening.length_of_stay.mean", 4)
    table = sim.compare(scenario, longer, replications=3).table()
    assert (table["replications"] <= 3).all()
