"""The resolved file says the same as the files it came from; the digest changes with what acts only."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.load import load, loads
from sim.scenario.types import Scenario
from sim.scenario.write import inline

DATA = Path(__file__).parents[1] / "data"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = (DATA / "small.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def everything() -> Scenario:
    return load(DATA / "everything.toml")


@pytest.mark.parametrize(
    "path", [*sorted(SCENARIOS.glob("*.toml")), DATA / "everything.toml"], ids=lambda path: path.stem
)
def test_a_written_scenario_reads_as_the_same_and_writes_as_the_same(path: Path, tmp_path: Path) -> None:
    scenario = load(path)
    text = scenario.to_toml()
    again = loads(text, tmp_path)  # a folder without any of the files beside it
    assert again.digest == scenario.digest
    assert again.to_toml() == text


def test_a_written_scenario_needs_no_other_file_and_keeps_its_sources(everything: Scenario) -> None:
    text = everything.to_toml()
    assert "extends" not in text
    assert ".csv" not in text
    assert 'source = "TEDS-A 2023, primary substance"' in text
    assert "seed = 20260105" in text
    assert 'id = "r-103"' in text


def test_the_run_is_spelt_out_with_its_defaults() -> None:
    text = loads(SMALL).to_toml()
    for line in ("start = 2026-01-05", "warm_up = 0.0", "duration = 100", "replications = 30", "seed = 1"):
        assert line in text


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    scenario = loads(SMALL.replace('name = "small"', f'name = "small"\ntitle = {inline(text)}'))
    assert scenario.title == text
    assert loads(scenario.to_toml()).title == text


@pytest.mark.parametrize(
    "sets",
    [
        ["title=Other"],
        ["name=other"],
        ["run.replications=7"],
        ["arrivals.all.source=somewhere"],
        ["run.duration=2400 hours"],
        ["levels.day.length_of_stay=5"],
        ["levels.day.length_of_stay={dist='fixed', value='5 days', source='x'}"],
        ["arrivals.all.enters.day=1.0", "arrivals.all.enters={day=1}"],
        ["sweep.grid={'levels.day.capacity'=[1,2]}"],
        ["levels.day.capacity=unlimited"],
    ],
)
def test_what_means_the_same_has_the_same_digest(sets: list[str]) -> None:
    scenario = loads(SMALL, sets=sets[-1:])
    assert scenario.digest == loads(SMALL).digest


@pytest.mark.parametrize(
    "one",
    [
        "run.seed=2",
        "run.start=2026-01-06",
        "arrivals.all.per_day=1.0000001",
        "levels.day.capacity=3",
        "levels.day.length_of_stay={dist='exponential', mean=5}",
        "levels.day.completes_to=day",
        "levels.day.closed=[2026-02-02]",
        "levels.day.waitlist.limit=0",
        "changes=[{on=10, levels={day={capacity=3}}}]",
        "after.default.return_to_use=9",
        "traits.x={shares={a=0.5, b=0.5}}",
    ],
)
def test_what_acts_changes_the_digest(one: str) -> None:
    assert loads(SMALL, sets=[one]).digest != loads(SMALL).digest


def test_the_order_of_levels_counts() -> None:
    one = SMALL + '[levels.night]\nlength_of_stay = "2 days"\n'
    other = SMALL.replace("[levels.day]", '[levels.night]\nlength_of_stay = "2 days"\n[levels.day]')
    assert loads(one).digest != loads(other).digest


def test_values_from_python_are_written_as_toml() -> None:
    scenario = loads(SMALL).with_("levels.day.length_of_stay", {"dist": "gamma", "mean": 3.5, "sd": 1})
    assert 'length_of_stay = { dist = "gamma", mean = 3.5, sd = 1 }' in scenario.to_toml()
    with pytest.raises(ScenarioError):
        scenario.with_("levels.day.length_of_stay", {"dist": "gamma", "mean": None, "sd": 1})
