"""Adding replications: none is run again, and the folder is that of a run of as many from the start."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import comparisons, engines, results, sweeps
from sim.errors import SimError
from sim.experiments.compare import compare
from sim.experiments.run import run
from sim.extending import ExtendedSweep, extend
from sim.plots import comparison, figures
from sim.scenario.types import Scenario

pytestmark = pytest.mark.deep  # they take long; CI runs them

SMALL = """
[run]
warm_up = 10
duration = 40
replications = 3
seed = 7
[levels.day]
capacity = 5
length_of_stay = { dist = "exponential", mean = 6 }
"""
OF_THE_DAY = ("made", "wall_seconds", "machine")


@pytest.fixture(autouse=True)
def few_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "FIGURES", {"waits": figures.FIGURES["waits"]})
    monkeypatch.setattr(figures, "KINDS", ("svg",))
    monkeypatch.setattr(comparison, "FIGURES", {"census": comparison.FIGURES["census"]})
    monkeypatch.setattr(comparison, "KINDS", ("svg",))


@pytest.fixture
def scenario(clinic: Callable[..., Scenario]) -> Scenario:
    return clinic(SMALL)


def finished(scenario: Scenario, folder: Path, **more: Any) -> Path:
    return run(scenario, jobs=1, store=results.claim(folder, scenario), **more).write(folder)


def compared(scenario: Scenario, folder: Path, replications: int) -> Path:
    both = [scenario, scenario.with_("levels.day.capacity", 6)]
    return compare(*both, replications=replications, jobs=1, store=comparisons.claim(folder, both)).write(
        folder
    )


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    seen: list[int] = []
    simulate = engines.simulate

    def counted(scenario: Any, replication: int, *args: Any, **more: Any) -> Any:
        seen.append(replication)
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(engines, "simulate", counted)
    return seen


def content(folder: Path) -> dict[str, Any]:
    """Every file of the folder by name; of the manifest what does not depend on the day it was made."""
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(OF_THE_DAY) <= set(made)
    files = {name: (folder / name).read_bytes() for name in made["files"]}
    return files | {"manifest": {key: made[key] for key in made if key not in OF_THE_DAY}}


@pytest.mark.parametrize("logs", [False, True])
def test_an_extended_run_is_byte_for_byte_one_of_as_many_and_runs_only_what_is_missing(
    logs: bool, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(scenario.with_("run.replications", 5), tmp_path / "five", keep_logs=logs)
    finished(scenario, tmp_path / "three", keep_logs=logs)
    seen = counting(monkeypatch)
    result = extend(tmp_path / "three", 5, jobs=1)
    assert seen == [3, 4]
    assert len(result.reduced) == 5  # type: ignore[union-attr]
    assert content(tmp_path / "three") == content(tmp_path / "five")
    assert ("events.parquet" in content(tmp_path / "five")) == logs


def test_an_extended_comparison_is_byte_for_byte_one_of_as_many(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared(scenario, tmp_path / "four", 4)
    compared(scenario, tmp_path / "three", 3)
    seen = counting(monkeypatch)
    extend(tmp_path / "three", 4, jobs=1)
    assert seen == [3, 3]
    assert content(tmp_path / "three") == content(tmp_path / "four")


def test_an_extended_sweep_is_byte_for_byte_one_of_as_many(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept = scenario.with_("sweep", {"grid": {"levels.day.capacity": [6]}})
    sweeps.sweep(swept, tmp_path / "four", replications=4, jobs=1)
    sweeps.sweep(swept, tmp_path / "three", replications=3, jobs=1)
    seen = counting(monkeypatch)
    extended = extend(tmp_path / "three", 4, jobs=1)
    assert isinstance(extended, ExtendedSweep)
    assert [number for number in seen if number != 0] == [3, 3]  # the first is tried once, for the forecast
    assert content(tmp_path / "three") == content(tmp_path / "four")


def test_what_has_as_many_already_is_left_as_it_is(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(scenario, tmp_path)
    before = (tmp_path / "manifest.json").read_bytes()
    seen = counting(monkeypatch)
    extend(tmp_path, 3)
    assert seen == []
    assert (tmp_path / "manifest.json").read_bytes() == before


def test_fewer_than_there_are_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    finished(scenario, tmp_path)
    with pytest.raises(SimError, match="has 3 replications; want that many or more"):
        extend(tmp_path, 2)


def test_what_is_not_finished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimError, match="holds nothing that is finished"):
        extend(tmp_path, 5)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code_digest": "other"}, "another state of the program"),
        ({"command": "margins"}, "`sim margins` wrote; the same command with --replications 5 adds"),
    ],
)
def test_what_cannot_be_added_to_is_told_why(
    changed: dict[str, str], told: str, scenario: Scenario, tmp_path: Path
) -> None:
    finished(scenario, tmp_path)
    made = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(made | changed))
    with pytest.raises(SimError, match=told):
        extend(tmp_path, 5)
