"""Every scenario here loads, runs, obeys what holds for all logs, and differs from its parent."""

import tomllib
from pathlib import Path

import pytest

from sim.engines import simulate
from sim.invariants import broken
from sim.scenario.load import load
from sim.words import Event

FOLDER = Path(__file__).parent.parent / "scenarios"
FILES = sorted(FOLDER.glob("*.toml"))
CHILDREN = [path for path in FILES if "extends" in tomllib.loads(path.read_text(encoding="utf-8"))]
BRIEF = {"run.warm_up": "30 days", "run.duration": "60 days", "run.follow_up": 0}


def test_the_scenarios_of_the_readme_are_there() -> None:
    names = {path.stem for path in FILES}
    assert {"baseline", "teds-2004", "add-php-slots", "shorter-iop", "stepup-early", "no-stepup", "surge",
            "census-today", "single-site-small"} <= names  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_says_what_it_asks_and_why(path: Path) -> None:
    scenario = load(path)
    assert scenario.name == path.stem
    assert path.stem == "minimal" or (scenario.title and scenario.purpose and scenario.rationale)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_runs_and_obeys_the_invariants(path: Path, engine: str) -> None:
    scenario = load(path)
    for key, value in BRIEF.items():
        if key != "run.warm_up" or scenario.start is None:
            scenario = scenario.with_(key, value)
    log = simulate(scenario, 0, engine)
    assert (log.columns.event == Event.DISCHARGE).any()
    assert broken(log) == []


@pytest.mark.parametrize("path", CHILDREN, ids=lambda path: path.stem)
def test_every_child_changes_something_of_its_parent(path: Path) -> None:
    parents = tomllib.loads(path.read_text(encoding="utf-8"))["extends"]
    parent = load(FOLDER / (parents if isinstance(parents, str) else parents[0]))
    child = load(path)
    assert child.digest != parent.digest or child.sweep is not None
    assert list(child.levels) == list(parent.levels)


def test_a_surge_adds_patients_only_in_its_weeks() -> None:
    surge, parent = load(FOLDER / "surge.toml"), load(FOLDER / "baseline.toml")
    assert surge.regimes[0][1].arrivals["community"].per_day == parent.arrivals["community"].per_day
    days = [day for day, _ in surge.regimes]
    assert days == [0.0, parent.run.warm_up, parent.run.warm_up + 28.0]
    rates = [regime.arrivals["community"].per_day for _, regime in surge.regimes]
    assert rates == pytest.approx([2.49, 3.31, 2.49])


def test_the_small_site_is_a_quarter_of_the_baseline() -> None:
    small, parent = load(FOLDER / "single-site-small.toml"), load(FOLDER / "baseline.toml")
    for name, source in small.arrivals.items():
        assert source.per_day == pytest.approx(parent.arrivals[name].per_day / 4.0)
    for name, level in small.levels.items():
        assert level.capacity == parent.levels[name].capacity / 4.0


def test_todays_census_is_synthetic_and_complete() -> None:
    scenario = load(FOLDER / "census-today.toml")
    assert "SYNTHETIC" in (scenario.rationale or "")
    assert scenario.start is not None
    in_care = [person.level for person in scenario.start.census]
    assert {level: in_care.count(level) for level in scenario.levels} == {
        "detox": 7, "php": 12, "iop": 34, "op": 260,
    }  # fmt: skip
    assert all(person.days is not None and person.days >= 1.0 for person in scenario.start.census)
