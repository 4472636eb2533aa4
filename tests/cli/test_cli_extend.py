"""`sim extend`: what it says, and that it can be stopped and carried on."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim import engines
from sim.cli.main import carry_out
from sim.plots import comparison, figures

TEXT = """
schema = 1
name = "clinic"
[run]
duration = 40
replications = 3
[arrivals.all]
per_day = 2.0
enters = "day"
[levels.day]
capacity = 7
length_of_stay = { dist = "exponential", mean = 3 }
"""


@pytest.fixture(autouse=True)
def with_a_finished_run(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "FIGURES", {})
    monkeypatch.setattr(comparison, "FIGURES", {})
    Path("clinic.toml").write_text(TEXT)
    assert carry_out(["run", "clinic.toml", "--quiet", "--jobs", "1"]) == 0
    capsys.readouterr()


def extend(*arguments: str) -> int:
    return carry_out(["extend", *arguments, "--jobs", "1"])


def count(folder: str) -> int:
    made: dict[str, int] = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    return made["replications"]


def test_a_run_is_extended_and_answers_as_a_run_does(capsys: Any) -> None:
    assert extend("results/clinic", "--replications", "5") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "5 replications of 40 days" in said.out
    assert "Added to results/clinic: 2 replications, to the 3 that were there." in said.out
    assert count("results/clinic") == 5


def test_a_comparison_is_extended_and_answers_as_a_comparison_does(capsys: Any) -> None:
    carry_out(["compare", "clinic.toml", "--set", "levels.day.capacity=5", "--quiet", "--jobs", "1"])
    assert extend("results/clinic-vs-clinic-changed", "--replications", "4", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["replications"], answer["scenarios"]) == (4, ["clinic-changed"])
    assert count("results/clinic-vs-clinic-changed") == 4


def test_the_number_must_be_given_and_is_that_of_all(capsys: Any) -> None:
    assert extend("results/clinic") == 2
    assert "--replications" in capsys.readouterr().err
    assert extend("results/clinic", "--replications", "2") == 2
    assert "has 3 replications" in capsys.readouterr().err


def test_stopped_half_way_the_old_results_stand_and_the_same_command_carries_on(
    capsys: Any, monkeypatch: Any
) -> None:
    simulate = engines.simulate
    seen: list[int] = []

    def interrupted(scenario: Any, replication: int, *args: Any, **more: Any) -> Any:
        seen.append(replication)
        if replication == 4 and seen.count(4) == 1:
            raise KeyboardInterrupt
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(engines, "simulate", interrupted)
    assert extend("results/clinic", "--replications", "6") == 3
    assert "4 of 6 replications were finished, kept in results/clinic" in capsys.readouterr().err
    assert count("results/clinic") == 3
    assert extend("results/clinic", "--replications", "6", "--quiet") == 0
    assert seen == [3, 4, 4, 5]
    assert count("results/clinic") == 6
