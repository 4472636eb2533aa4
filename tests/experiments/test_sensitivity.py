"""What an answer turns on: a made-up answer that is known in full, ranges, and the folder."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError, SimError
from sim.experiments import sensitivity as module
from sim.experiments.parts import InMemory
from sim.experiments.sensitivity import sensitivity
from sim.measures.reduce import Layout, Reduced
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

TEXT = """
[run]
duration = 100
replications = 4
[arrivals.all]
per_day = 1
enters = "day"
[levels.day]
capacity = 2
length_of_stay = { dist = "exponential", mean = 1 }
"""
SWEEP = """
[sweep]
report = ["occupancy.day"]
sample = { method = "sobol", points = 8, ranges = { "levels.day.capacity" = [1, 4] } }
"""
RANGES = {"levels.day.capacity": (1, 4), "arrivals.all.per_day": (0.5, 2.5)}
LAYOUT = Layout(("day",), (), (("occupancy", "day"), ("waiting.mean", "")), (), 0)


@pytest.fixture
def runs(monkeypatch: Any) -> list[Scenario]:
    """Runs whose occupancy is capacity + 3 × arrivals a day, with the same luck everywhere; what was run."""
    ran: list[Scenario] = []

    def run(scenario: Scenario) -> Any:
        ran.append(scenario)
        level, source = scenario.levels["day"], scenario.arrivals["all"]
        assert source.per_day is not None
        mean = float(level.capacity) + 3.0 * source.per_day
        luck = np.random.default_rng(1).normal(0.0, 0.1, scenario.run.replications)
        none = np.zeros((0, 0))
        rest = (np.zeros((0, 1, 5)), none, none.astype(np.int32), none.astype(int), none, ())
        reduced = tuple(
            Reduced(n, LAYOUT, np.array([[mean + one, np.nan, np.nan], [np.nan] * 3]), *rest)
            for n, one in enumerate(luck)
        )
        return SimpleNamespace(reduced=reduced, engine="made up")

    def run_many(scenarios: dict[str, Scenario], **_: Any) -> Any:
        return {name: run(scenario) for name, scenario in scenarios.items()}

    monkeypatch.setattr(module, "run_many", run_many)
    return ran


def test_a_tornado_takes_one_key_at_a_time_to_both_ends(clinic: Clinic, runs: list[Scenario]) -> None:
    # Now 2 + 3 = 5. Capacity 1 and 4: −1 and +2; arrivals 0.5 and 2.5: −1.5 and +4.5.
    table = sensitivity(clinic(TEXT), RANGES, measures=["occupancy.day"]).tornado()
    assert table["key"].tolist() == ["arrivals.all.per_day"] * 2 + ["levels.day.capacity"] * 2
    assert table["end"].tolist() == ["low", "high"] * 2
    assert table["rank"].tolist() == [1, 1, 2, 2]
    assert table["change"].tolist() == pytest.approx([-1.5, 4.5, -1.0, 2.0])
    assert table["ci_low"].tolist() == pytest.approx([-1.5, 4.5, -1.0, 2.0])  # paired: the luck cancels
    assert table["before"].tolist() == pytest.approx([5.0] * 4, abs=0.2)
    assert len(runs) == 5


def test_keys_are_ranked_by_the_distance_between_their_ends(clinic: Clinic, runs: list[Scenario]) -> None:
    # Capacity 1 and 3: −1 and +1; arrivals 0.2 and 1.1: −2.4 and +0.3.
    ranges = {"levels.day.capacity": (1, 3), "arrivals.all.per_day": (0.2, 1.1)}
    table = sensitivity(clinic(TEXT), ranges, measures=["occupancy.day"]).tornado()
    assert table["key"].tolist() == ["arrivals.all.per_day"] * 2 + ["levels.day.capacity"] * 2


def test_the_intervals_of_a_tornado_hold_together(
    clinic: Clinic, monkeypatch: Any, runs: list[Scenario]
) -> None:
    # Where luck grows with capacity the difference has the standard deviation of the luck. Four bars, each at
    # 1 − 0.05/4; four replications: t(3) = 5.392, as 1/2 + (3.1131/10.691 + atan 3.1131)/π = 0.9938.
    run_many = module.run_many

    def growing(scenarios: dict[str, Scenario], **how: Any) -> Any:
        found = run_many(scenarios, **how)
        for name, scenario in scenarios.items():
            luck = np.array([1.0, -1.0, 3.0, -3.0]) * scenario.levels["day"].capacity
            found[name].reduced = tuple(  # type: ignore[misc]
                one._replace(figures=one.figures + luck[n]) for n, one in enumerate(found[name].reduced)
            )
        return found

    monkeypatch.setattr(module, "run_many", growing)
    table = sensitivity(clinic(TEXT), RANGES, measures=["occupancy.day"]).tornado()
    row = table[(table["key"] == "levels.day.capacity") & (table["end"] == "low")].iloc[0]
    half = 5.392 * (20 / 3) ** 0.5 / 2
    assert row["ci_high"] - row["change"] == pytest.approx(half, rel=1e-3)


def test_sobol_indices_are_the_shares_of_the_variance(clinic: Clinic, runs: list[Scenario]) -> None:
    # Capacity 1 to 4, whole: variance 15/12; 3 × arrivals over 2: 9 × 4/12. Shares 1.25 and 3 of 4.25.
    found = sensitivity(clinic(TEXT), RANGES, measures=["occupancy.day"], points=128)
    indices = found.indices().set_index("key")
    for key, share in (("levels.day.capacity", 1.25 / 4.25), ("arrivals.all.per_day", 3 / 4.25)):
        assert indices.loc[key, "first"] == pytest.approx(share, abs=0.06)
        assert indices.loc[key, "total"] == pytest.approx(share, abs=0.06)
        assert indices.loc[key, "total_low"] < share < indices.loc[key, "total_high"]
    digests = [one.digest for one in runs[5:]]
    assert len(set(digests)) == len(digests) <= 128 * 4  # a point that comes twice is run once
    assert {one.levels["day"].capacity for one in runs} == {1, 2, 3, 4}
    assert 0 < indices["noise"].iloc[0] < 0.01
    assert "arrivals.all.per_day brings 7" in found.sentences()[1]


def test_points_that_were_kept_are_not_run_again(clinic: Clinic, runs: list[Scenario]) -> None:
    stores: dict[str, InMemory] = {}

    def store(scenario: Scenario) -> InMemory:
        return stores.setdefault(scenario.digest, InMemory())

    asked: dict[str, Any] = {"measures": ["occupancy.day"], "points": 4, "store": store}
    first = sensitivity(clinic(TEXT), RANGES, **asked)
    count = len(runs)
    again = sensitivity(clinic(TEXT), RANGES, **asked)
    assert len(runs) - count == 5  # the made-up runs keep nothing themselves
    pd.testing.assert_frame_equal(first.plan, again.plan)


def test_ranges_and_measures_are_those_of_the_sweep_unless_given(
    clinic: Clinic, runs: list[Scenario]
) -> None:
    found = sensitivity(clinic(TEXT + SWEEP))
    assert found.ranges == {"levels.day.capacity": (1, 4)}
    assert found.measures == (("occupancy", "day"),)


def test_what_is_not_known_is_said(clinic: Clinic, runs: list[Scenario]) -> None:
    found = sensitivity(clinic(TEXT), RANGES, measures=["waiting.mean"])
    assert found.sentences() == ["waiting.mean: is not known over these ranges."]
    assert found.tornado()["change"].isna().all()


def test_the_folder_holds_tables_points_figure_and_question(
    clinic: Clinic, runs: list[Scenario], tmp_path: Path
) -> None:
    folder = sensitivity(clinic(TEXT), RANGES, measures=["occupancy.day"], points=4).write(tmp_path / "out")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"tornado.csv", "indices.csv", "points.csv", "manifest.json", "figures/sensitivity.svg"} <= names
    points = pd.read_csv(folder / "points.csv")
    assert len(points) == 16
    assert '"points": 4' in (folder / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (sensitivity, "ranges: there are none"),
        (lambda scenario: sensitivity(scenario, {"arrivals.all.per_day": (2, 1)}), "goes from 2 to 1"),
        (lambda scenario: sensitivity(scenario, RANGES, points=100), "want a power of 2"),
        (lambda scenario: sensitivity(scenario, RANGES, replications=1), "replications: is 1"),
        (
            lambda scenario: sensitivity(scenario, RANGES, measures=["ocupancy.day"]),
            "did you mean occupancy.day?",
        ),
    ],
)
def test_what_cannot_be_asked_is_told(
    clinic: Clinic, runs: list[Scenario], ask: Callable[[Scenario], object], said: str
) -> None:
    with pytest.raises(SimError) as error:
        ask(clinic(TEXT))
    assert said in str(error.value)


def test_an_end_that_no_scenario_can_have_is_told_before_anything_runs(
    clinic: Clinic, runs: list[Scenario]
) -> None:
    with pytest.raises(ScenarioError, match=r"levels\.day\.capacity"):
        sensitivity(clinic(TEXT), {"levels.day.capacity": (-2, 4)})
    assert runs == []
