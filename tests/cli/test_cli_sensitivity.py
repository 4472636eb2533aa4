"""`sim sensitivity`: the tables, the folder, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import carry_out
from sim.experiments import sobol
from sim.plots import figures

TEXT = """
schema = 1
name = "clinic"
[run]
warm_up = 10
duration = 40
replications = 2
[arrivals.all]
per_day = 2.0
enters = "day"
[levels.day]
capacity = 6
length_of_stay = { dist = "exponential", mean = 3 }
"""


@pytest.fixture(autouse=True)
def in_a_folder_with_a_scenario(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "KINDS", ("svg",))
    monkeypatch.setattr(sobol, "RESAMPLES", 20)
    Path("clinic.toml").write_text(TEXT, encoding="utf-8")


def sensitivity(*arguments: str) -> int:
    return carry_out(["sensitivity", "clinic.toml", "--jobs", "1", *arguments])


def test_a_table_for_each_measure_and_the_folder(capsys: Any) -> None:
    keys = ("--vary", "levels.day.capacity=4..8", "--vary", "arrivals.all.per_day=20%")
    assert sensitivity(*keys, "--measure", "occupancy.day", "--measure", "wait.day.mean") == 0
    said = capsys.readouterr()
    assert "clinic: 5 variants, 10 replications" in said.err
    assert "occupancy.day: now 0." in said.out
    assert "wait.day.mean turns most on" in said.out
    assert Path("results/clinic-sensitivity/tornado.csv").exists()
    assert not Path("results/clinic-sensitivity/indices.csv").exists()


def test_programs_get_tornado_and_indices(capsys: Any) -> None:
    key = ("--vary", "levels.day.capacity=4..8", "--measure", "occupancy.day")
    assert sensitivity(*key, "--sobol", "4", "--json", "--quiet") == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["tornado"]) == 2
    assert said["indices"][0]["key"] == "levels.day.capacity"
    assert said["ranges"] == {"levels.day.capacity": [4.0, 8.0]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "ranges: there are none; want KEY=LOW..HIGH"),
        (("--vary", "levels.day.capacity=4-8"), "is not understood; want KEY=LOW..HIGH"),
        (("--vary", "levels.day.capcity=4..8"), "did you mean capacity?"),
        (("--vary", "levels.day.capacity=4..8", "--sobol", "30"), "points: is 30; want a power of 2"),
    ],
)
def test_what_cannot_be_asked_is_told_before_a_folder_is_made(
    arguments: tuple[str, ...], said: str, capsys: Any
) -> None:
    assert sensitivity(*arguments) == 2
    assert said in capsys.readouterr().err
    assert not Path("results").exists()
