"""Running a scenario: what the result holds, and what it does not depend on."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim import engines
from sim.errors import SimError
from sim.experiments import work as module
from sim.experiments.parts import InMemory, OnDisk, Part, log_name, pack_part, part_name
from sim.experiments.run import Interrupted, Result, run, run_many
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

simulate = engines.simulate

SMALL = """
[run]
warm_up = 20
duration = 60
replications = 4
seed = 7
[levels.day]
capacity = 5
length_of_stay = { dist = "exponential", mean = 6 }
[levels.evening]
length_of_stay = { dist = "exponential", mean = 3 }
"""
TABLES = ("summary", "replications", "daily", "curves", "transitions", "blocked_by")


@pytest.fixture
def scenario(clinic: Clinic) -> Scenario:
    return clinic(SMALL)


def assert_same(one: Result, other: Result) -> None:
    for name in TABLES:
        assert_frame_equal(getattr(one, name)(), getattr(other, name)(), check_exact=True)


def counting(monkeypatch: Any) -> list[int]:
    """The replications that are simulated from now on."""
    seen: list[int] = []

    def counted(scenario: Scenario, replication: int, *args: Any, **more: Any) -> Any:
        seen.append(replication)
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(module.engines, "simulate", counted)
    return seen


def test_the_result_is_the_same_for_any_number_of_jobs(scenario: Scenario, engine: str) -> None:
    alone = run(scenario, replications=9, jobs=1)
    for jobs in (2, 3):
        assert_same(alone, run(scenario, replications=9, jobs=jobs, engine=engine))


def test_many_scenarios_give_what_each_gives_alone_and_are_carried_on_together(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    both = {"few": scenario, "many": scenario.with_("levels.day.capacity", 9)}

    def store(one: Scenario) -> OnDisk:
        return OnDisk(tmp_path / one.digest[:16])

    def ctrl_c(done: int, total: int) -> None:
        assert total == 12
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="7 of 12"):
        run_many(both, replications=6, seed=3, jobs=1, store=store, progress=ctrl_c)
    seen = counting(monkeypatch)
    found = run_many(both, replications=6, seed=3, jobs=1, store=store)
    assert 0 < len(seen) <= 6
    assert list(found) == ["few", "many"]
    for name, one in both.items():
        assert_same(found[name], run(one, replications=6, seed=3, jobs=1))


def test_replications_share_one_layout_wherever_they_ran(scenario: Scenario) -> None:
    for jobs in (1, 2):
        layouts = [one.layout for one in run(scenario, jobs=jobs).reduced]
        assert all(layout is layouts[0] for layout in layouts)


def test_figures_are_packed_only_for_a_store(scenario: Scenario, monkeypatch: Any) -> None:
    packed: list[int] = []

    def counted(part: Part) -> bytes:
        packed.append(part.reduced.replication)
        return pack_part(part)

    monkeypatch.setattr(module, "pack_part", counted)
    run(scenario, jobs=1)
    assert packed == []
    run(scenario, jobs=1, store=InMemory())
    assert packed == [0, 1, 2, 3]


def test_replications_and_seed_can_be_chosen_and_are_those_of_the_scenario_of_the_result(
    scenario: Scenario,
) -> None:
    result = run(scenario, replications=2, seed=8, jobs=1)
    assert (result.scenario.run.replications, result.scenario.run.seed) == (2, 8)
    assert set(result.replications()["replication"]) == {0, 1}
    assert len(result.reduced) == 2


def test_more_replications_leave_the_first_ones_as_they_were(scenario: Scenario) -> None:
    few, many = run(scenario, replications=2, jobs=1).replications(), run(scenario, jobs=1).replications()
    assert_frame_equal(few, many[many["replication"] < 2].reset_index(drop=True))


def test_an_interrupted_run_keeps_what_was_finished_and_is_carried_on(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    store = OnDisk(tmp_path)

    def ctrl_c(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="2 of 4") as stopped:
        run(scenario, jobs=1, store=store, progress=ctrl_c)
    assert (stopped.value.finished, stopped.value.wanted) == (2, 4)
    seen = counting(monkeypatch)
    carried_on = run(scenario, jobs=1, store=store)
    assert seen == [2, 3]
    assert_same(carried_on, run(scenario, jobs=1))


def killed_at_5(scenario: Scenario, replication: int, *args: Any, **more: Any) -> Any:
    if replication == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(scenario, replication, *args, **more)


def test_a_killed_process_costs_only_what_was_under_way(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    store = OnDisk(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(module.engines, "simulate", killed_at_5)
        with pytest.raises(SimError, match=r"was killed.*the same command carries on"):
            run(scenario, replications=60, jobs=2, store=store)
    kept = {number for number in range(60) if store.kept(part_name(number)) is not None}
    assert 5 not in kept
    seen = counting(monkeypatch)
    carried_on = run(scenario, replications=60, jobs=1, store=store)
    assert seen == [number for number in range(60) if number not in kept]
    assert_same(carried_on, run(scenario, replications=60, jobs=1))


def test_a_damaged_part_is_made_anew(scenario: Scenario, tmp_path: Path, monkeypatch: Any) -> None:
    store = OnDisk(tmp_path)
    run(scenario, jobs=1, store=store)
    path = tmp_path / f"{part_name(1)}.npz"
    path.write_bytes(path.read_bytes()[:100])
    seen = counting(monkeypatch)
    assert_same(run(scenario, jobs=1, store=store), run(scenario, jobs=1))
    assert seen[:1] == [1]


def test_asking_for_logs_or_checks_later_runs_only_what_lacks_them(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    store = OnDisk(tmp_path)
    run(scenario, jobs=1, store=store, replications=2)
    seen = counting(monkeypatch)
    run(scenario, jobs=1, store=store, replications=2, check=True)
    assert seen == [0, 1]
    run(scenario, jobs=1, store=store, replications=2, check=True)
    assert seen == [0, 1]
    assert len(run(scenario, jobs=1, store=store, replications=2, keep_logs=True).logs) == 2
    assert seen == [0, 1, 0, 1]


def test_kept_logs_are_those_of_the_engine(scenario: Scenario) -> None:
    result = run(scenario, replications=2, jobs=1, keep_logs=True)
    assert [log.digest for log in result.logs] == [
        engines.simulate(scenario, replication).digest for replication in (0, 1)
    ]
    assert_frame_equal(result.logs[1].events, engines.simulate(scenario, 1).events)
    assert len(result.logs[:]) == 2


def test_without_asking_no_log_is_kept(scenario: Scenario) -> None:
    store = InMemory()
    assert run(scenario, replications=1, jobs=1, store=store).logs == ()
    assert store.kept(log_name(0)) is None


def test_what_is_broken_in_a_log_is_said_with_its_replication(scenario: Scenario, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "broken", lambda log: ["census above capacity"] if log.replication else [])
    result = run(scenario, replications=2, jobs=1, check=True)
    assert result.broken == ((1, "census above capacity"),)
    assert run(scenario, replications=2, jobs=1).broken == ()


def test_an_unknown_engine_and_no_jobs_are_refused(scenario: Scenario) -> None:
    with pytest.raises(SimError, match="'steam'"):
        run(scenario, engine="steam")
    with pytest.raises(SimError, match="jobs: is 0"):
        run(scenario, jobs=0)


def test_progress_counts_up_to_all_replications(scenario: Scenario) -> None:
    seen: list[tuple[int, int]] = []
    run(scenario, jobs=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_changing_a_table_does_not_change_the_result(scenario: Scenario) -> None:
    result = run(scenario, replications=2, jobs=1)
    table = result.summary()
    table["mean"] = np.nan
    assert not result.summary()["mean"].isna().all()


def test_the_census_of_an_unlimited_level_is_its_offered_load(clinic: Clinic) -> None:
    # M/G/∞: 1 patient a day × 4 days = 4 on average, whatever the shape of the stay.
    unlimited = clinic('[levels.day]\nlength_of_stay = "4 days"', **{"run.warm_up": 10, "run.duration": 400})
    summary: pd.DataFrame = run(unlimited, replications=8, jobs=1).summary().set_index(["measure", "level"])
    row = summary.loc[("census.mean", "day")]
    assert row["ci_low"] < 4.0 < row["ci_high"]
    assert row["ci_high"] - row["ci_low"] < 0.6


def test_a_panel_has_its_keys_dates_and_what_replications_say_together(clinic: Clinic) -> None:
    scenario = clinic("""
[run]
start = 2026-01-01
warm_up = 4
duration = 15
replications = 3
[arrivals.list]
dates = [{ day = 0, enters = "day" }, { day = 0, enters = "day" }]
[levels.day]
length_of_stay = 30
[levels.day.services.group]
hours = 1.5
weekdays = ["mon", "wed"]
group_size = 8
attended = 0.5
[levels.day.services.single]
hours = 1
weekdays = ["tue"]
""")
    result = run(scenario, jobs=1)
    assert result.panels == ("services",)
    table = result.panel("services")
    assert list(table.columns[:5]) == ["week", "date", "level", "service", "measure"]
    # the window begins on Monday, 5 January and has two whole weeks
    assert [str(day.date()) for day in table["date"].unique()] == ["2026-01-05", "2026-01-12"]
    rows = table.set_index(["week", "service", "measure"])
    hours = rows.loc[(1, "group", "hours")]  # two patients, half of two sessions of 1.5 hours
    assert [hours[name] for name in ("mean", "ci_low", "ci_high", "p05", "p50", "p80", "p95")] == [3.0] * 7
    assert hours["replications"] == 3
    assert rows.loc[(1, "group", "fill")]["mean"] == pytest.approx(1 / 8)
    assert np.isnan(rows.loc[(1, "single", "fill")]["mean"])
    assert rows.loc[(1, "single", "fill")]["replications"] == 0


def test_a_panel_that_is_not_there_is_named(scenario: Scenario) -> None:
    with pytest.raises(SimError, match="services: is no panel of this result"):
        run(scenario, jobs=1, replications=1).panel("services")
