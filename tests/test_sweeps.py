"""Sweeps and their folders: the tables of serial runs, however often they were stopped, killed or grown."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim import engines, sweeps
from sim.errors import ScenarioError, SimError
from sim.experiments import store as stores
from sim.experiments import work
from sim.experiments.points import at, points
from sim.experiments.run import Interrupted, run
from sim.experiments.sweep import Ahead, gaps, sweep
from sim.scenario.types import Scenario

pytestmark = pytest.mark.deep  # they take long; CI runs them

Clinic = Callable[..., Scenario]

SMALL = """
[run]
warm_up = 20
duration = 60
replications = 12
seed = 7
[levels.day]
capacity = 5
length_of_stay = { dist = "exponential", mean = 6 }
[levels.evening]
length_of_stay = { dist = "exponential", mean = 3 }
[sweep]
grid = { "levels.day.capacity" = [4, 6], "arrivals.all.per_day" = [0.8, 1.2] }
report = ["wait.day.mean", "census.evening.mean"]
"""
FILES = ("points.csv", "summary.csv", "replications.csv", "daily.npz", "report.csv", "scenario.toml")

simulate = engines.simulate


@pytest.fixture
def scenario(clinic: Clinic) -> Scenario:
    return clinic(SMALL)


@pytest.fixture(autouse=True)
def without_figures(monkeypatch: Any) -> None:
    """Figures take longer than all the rest; the command's tests have them."""
    monkeypatch.setattr(sweeps, "write_figures", lambda *_, **__: [])


def swept(scenario: Scenario, folder: Path, **how: Any) -> dict[str, bytes]:
    """The files of the sweep, once it is finished."""
    with sweeps.claimed(folder, scenario) as store:
        sweeps.write(sweep(scenario, store, **{"jobs": 1, **how}), folder)
    return {name: (folder / name).read_bytes() for name in FILES}


def counting(monkeypatch: Any) -> list[int]:
    """The replications that are simulated from now on, but for the one that is tried first."""
    seen: list[int] = []

    def counted(scenario: Scenario, replication: int, *args: Any, **more: Any) -> Any:
        seen.append(replication)
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(work.engines, "simulate", counted)
    return seen


def test_the_tables_are_those_of_serial_runs_of_every_point(scenario: Scenario, tmp_path: Path) -> None:
    swept(scenario, tmp_path, jobs=2)
    how: dict[str, Any] = {"keep_default_na": False, "na_values": {"mean": [""]}}
    summary, replications = (
        pd.read_csv(tmp_path / f"{name}.csv", **how) for name in ("summary", "replications")
    )
    bands = np.load(tmp_path / "daily.npz")
    for point in points(scenario):
        alone = run(at(scenario, point), jobs=1)
        for table, own in ((summary, alone.summary()), (replications, alone.replications())):
            mine = table[table["point"] == point.number].drop(columns="point").reset_index(drop=True)
            want = pd.read_csv(_csv(own, tmp_path), **how)
            assert_frame_equal(mine, want, check_exact=True, check_dtype=False)
        daily = alone.daily()
        for number, column in enumerate(("mean", "p05", "p95")):
            band = bands[f"point_{point.number}"][number].reshape(-1)
            np.testing.assert_array_equal(band, daily[column].to_numpy(dtype=np.float32))
    assert list(bands["level"]) == ["day", "evening"]


def _csv(table: pd.DataFrame, folder: Path) -> Path:
    path = folder / "own.csv"
    table.to_csv(path, index=False, float_format="%.10g")
    return path


def test_the_report_has_what_each_point_sets_and_the_measures_named(
    scenario: Scenario, tmp_path: Path
) -> None:
    swept(scenario, tmp_path)
    report = pd.read_csv(tmp_path / "report.csv")
    assert list(report["point"]) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert list(report["levels.day.capacity"][::2]) == [5, 4, 4, 6, 6]
    assert list(report["arrivals.all.per_day"][::2]) == [1.0, 0.8, 1.2, 0.8, 1.2]
    assert list(report["measure"][:2]) == ["wait.mean", "census.mean"]
    # M/M/∞: a census of 3 days × the patients a day who reach the level, whatever they waited before.
    assert report["mean"][7] == pytest.approx(3 * 0.8, rel=0.35)


def test_files_do_not_depend_on_jobs_batches_or_the_engine(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    alone = swept(scenario, tmp_path / "alone")
    assert swept(scenario, tmp_path / "three", jobs=3, engine="compiled") == alone
    monkeypatch.setattr(work, "MOST_IN_BATCH", 1)
    assert swept(scenario, tmp_path / "single", jobs=2, engine="reference") == alone


def test_an_interrupted_sweep_is_carried_on_to_the_same_files(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    whole = swept(scenario, tmp_path / "whole")

    def ctrl_c(done: int, total: int) -> None:
        assert total == 60
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        swept(scenario, tmp_path / "cut", progress=ctrl_c)
    seen = counting(monkeypatch)
    assert swept(scenario, tmp_path / "cut") == whole
    assert len(seen) == 1 + 60 - stopped.value.finished  # one is tried, to tell how long it takes


def test_a_killed_process_costs_what_was_under_way_and_changes_nothing(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    whole = swept(scenario, tmp_path / "whole")

    def killed(scenario: Scenario, replication: int, *args: Any, **more: Any) -> Any:
        if scenario.levels["day"].capacity == 6 and replication == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return simulate(scenario, replication, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(work.engines, "simulate", killed)
        with pytest.raises(SimError, match=r"was killed.*the same command carries on"):
            swept(scenario, tmp_path / "cut", jobs=2)
    seen = counting(monkeypatch)
    assert swept(scenario, tmp_path / "cut", jobs=1) == whole
    assert 0 < len(seen) < 60


def test_more_points_and_more_replications_repeat_nothing(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    grown = scenario.with_(
        "sweep.grid", {"levels.day.capacity": [4, 6, 7], "arrivals.all.per_day": [0.8, 1.2]}
    )
    whole = swept(grown.with_("run.replications", 15), tmp_path / "whole")
    swept(scenario, tmp_path / "grown")
    seen = counting(monkeypatch)
    swept(grown, tmp_path / "grown")
    assert len(seen) == 1 + 2 * 12
    assert swept(grown.with_("run.replications", 15), tmp_path / "grown") == whole
    assert len(seen) == 1 + 2 * 12 + 1 + 7 * 3


def test_what_is_missing_in_several_places_is_run_and_only_that(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    whole = swept(scenario, tmp_path)
    with sweeps.claimed(tmp_path, scenario) as store, store._connection as change:
        first = [number for (number,) in change.execute("SELECT DISTINCT first FROM batches ORDER BY first")]
        change.execute("DELETE FROM batches WHERE first IN (?, ?)", (first[0], first[2]))
    seen = counting(monkeypatch)
    assert swept(scenario, tmp_path) == whole
    assert sorted(set(seen[1:])) == [0, 1, 2, 6, 7, 8]  # batches of three: 12 replications for four rounds


def test_a_changed_program_uses_nothing_that_another_made_and_says_so(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    whole = swept(scenario, tmp_path)
    monkeypatch.setattr(stores, "code_digest", lambda: "another")
    told: list[Ahead] = []
    seen = counting(monkeypatch)
    assert swept(scenario, tmp_path, ahead=told.append) == whole
    assert len(seen) == 61
    assert (told[0].missing, told[0].unused.of_another_program) == (60, 60)


def test_a_changed_scenario_is_refused_and_a_point_no_longer_swept_is_told(
    scenario: Scenario, tmp_path: Path
) -> None:
    swept(scenario, tmp_path)
    with pytest.raises(SimError, match="another scenario"):
        swept(scenario.with_("levels.day.capacity", 9), tmp_path)
    told: list[Ahead] = []
    fewer = scenario.with_("sweep.grid", {"levels.day.capacity": [4], "arrivals.all.per_day": [0.8]})
    swept(fewer, tmp_path, ahead=told.append)
    assert (told[0].missing, told[0].seconds, told[0].unused.of_other_scenarios) == (0, 0.0, 36)


def test_shards_joined_give_the_files_of_the_whole(scenario: Scenario, tmp_path: Path) -> None:
    whole = swept(scenario, tmp_path / "whole")
    for part in (1, 2, 3):
        folder = tmp_path / f"machine-{part}"
        with sweeps.claimed(folder, scenario, shard=(part, 3)) as store:
            sweep(scenario, store, shard=(part, 3), jobs=1)
    found = [tmp_path / f"machine-{part}" for part in (3, 1)]  # the second part is points 1 and 4
    with pytest.raises(SimError, match=r"24 of 60 replications are missing.*shard"):
        sweeps.merge(found, tmp_path / "joined")
    sweeps.merge([*found, tmp_path / "machine-2"], tmp_path / "joined")
    assert {name: (tmp_path / "joined" / name).read_bytes() for name in FILES} == whole


def test_all_faulty_points_are_told_at_once_before_anything_runs(clinic: Clinic, tmp_path: Path) -> None:
    text = SMALL.replace("[4, 6]", "[-1, 6]").replace("[0.8, 1.2]", "[0.8, -2]")
    with pytest.raises(ScenarioError) as told:
        swept(clinic(text), tmp_path)
    said = str(told.value)
    assert "levels.day.capacity = -1: is -1; want" in said
    assert "arrivals.all.per_day = -2: is -2; want" in said


def test_a_measure_that_is_none_is_told_before_anything_runs(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(SimError, match=r"wait.day.maen.*did you mean wait.day.mean"):
        swept(scenario.with_("sweep.report", ["wait.day.maen"]), tmp_path)


def test_what_is_ahead_is_told_before_the_start(scenario: Scenario, tmp_path: Path) -> None:
    told: list[Ahead] = []
    swept(scenario, tmp_path, ahead=told.append)
    assert (told[0].points, told[0].replications, told[0].missing) == (5, 12, 60)
    assert told[0].seconds > 0
    made = sum(path.stat().st_size for path in tmp_path.glob("*.*"))
    assert 0.3 * made < told[0].bytes < 3 * made


def test_gaps_are_unbroken_ranges() -> None:
    assert gaps({2, 3, 7}, 10) == [range(2), range(4, 7), range(8, 10)]
    assert gaps(set(), 3) == [range(3)]
    assert gaps({0, 1, 2}, 3) == []
