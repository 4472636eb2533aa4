"""`sim warm-up`: what it says and writes."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import carry_out
from sim.plots import figures

TEXT = """
schema = 1
name = "clinic"
[run]
duration = 100
replications = 5
[arrivals.all]
per_day = 5.0
enters = "day"
[levels.day]
length_of_stay = "30 days"
"""


@pytest.fixture(autouse=True)
def with_a_scenario(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "KINDS", ("svg",))
    Path("clinic.toml").write_text(TEXT)


def warm_up(*arguments: str) -> int:
    return carry_out(["warm-up", "clinic.toml", *arguments, "--jobs", "1"])


def test_the_answer_is_a_table_and_a_line_for_the_file(capsys: Any) -> None:
    assert warm_up() == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "clinic: 5 replications of 200 days from an empty start; seed 1;" in said.out
    assert 'Suggested: warm_up = "' in said.out
    assert max(map(len, said.out.splitlines())) <= 120
    assert Path("results/clinic-warm-up/figures/warm-up.svg").exists()


def test_json_has_the_days(capsys: Any) -> None:
    assert warm_up("--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["suggested_days"] in (28, 35, 42)
    assert answer["warm_up_days"] == 0
    assert [row["level"] for row in answer["warm_up"]] == ["", "day"]


def test_what_does_not_settle_is_exit_code_1(capsys: Any) -> None:
    assert warm_up("--set", "levels.day.capacity=20", "--set", "run.duration=30") == 1
    assert "Not settled" in capsys.readouterr().out


def test_another_scenario_does_not_replace_it(capsys: Any) -> None:
    assert warm_up("--quiet") == 0
    assert warm_up("--quiet", "--set", "levels.day.length_of_stay=20") == 2
    assert "--replace" in capsys.readouterr().err
