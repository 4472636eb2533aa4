"""`sim seek`: the curve and the answer, exit codes, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.cli.main import carry_out
from sim.plots import figures

TEXT = """
schema = 1
name = "clinic"
[run]
warm_up = 10
duration = 100
replications = 4
[arrivals.all]
per_day = 4.0
enters = "day"
[levels.day]
capacity = 4
length_of_stay = { dist = "exponential", mean = 1 }
waitlist = { limit = 0 }
"""


@pytest.fixture(autouse=True)
def in_a_folder_with_a_scenario(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "KINDS", ("svg",))
    Path("clinic.toml").write_text(TEXT, encoding="utf-8")


def seek(target: str, *arguments: str, between: str = "3..9") -> int:
    key = ("--key", "levels.day.capacity", "--range", between)
    return carry_out(["seek", "clinic.toml", *key, "--target", target, "--jobs", "1", *arguments])


def test_the_curve_the_answer_and_its_test_are_printed_and_kept(capsys: Any) -> None:
    # B(6, 4) = 0.1172, B(7, 4) = 0.0627 in Erlang's tables.
    assert seek("turned_away.day.share <= 9.5%") == 0
    said = capsys.readouterr().out
    assert "7 is the smallest levels.day.capacity in 3..9 that meets turned_away.day.share <= 0.095" in said
    assert "7 (test)" in said
    assert said.rstrip().endswith("Results are in results/clinic-seek: curve.csv, figures/curve.png")
    curve = pd.read_csv("results/clinic-seek/curve.csv")
    assert curve["value"].tolist()[-1] == 7
    assert {"manifest.json", "curve.svg"} <= {path.name for path in Path("results/clinic-seek").rglob("*")}


def test_without_an_answer_the_exit_code_is_1(capsys: Any) -> None:
    assert seek("turned_away.day.share <= 0.01", "--json", between="2..3") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["answer"], said["confirmed"]) == (None, False)
    assert said["sentences"][0].startswith("No value of levels.day.capacity in 2..3 meets")


def test_every_value_is_decided_where_that_is_asked(capsys: Any) -> None:
    # 4 (1 − B(c, 4)) / c with c = 3, 4, 5: 0.732, 0.689, 0.641.
    assert (
        seek(
            "occupancy.day <= 0.66",
            "--not-monotone",
            "--tolerance",
            "0.018",
            "--replications",
            "12",
            "--json",
            between="3..6",
        )
        == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert said["method"] == "selection"
    assert [row["value"] for row in said["curve"]] == [3, 4, 5, 5]  # the last is the test


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("wait.day.mean",), "is not understood; want MEASURE.LEVEL.STATISTIC"),
        (("wait.dy.mean <= 1",), "did you mean wait.day.mean?"),
        (("wait.day.mean <= 1", "--range", "3-9"), "range '3-9': is no range; want two whole numbers"),
        (("wait.day.mean <= 1", "--key", "levels.day.capcity"), "did you mean capacity?"),
        (("wait.day.mean <= 1", "--range", "-1..2"), "levels.day.capacity = -1: is -1; want a whole number"),
        (("wait.day.mean <= 1", "--confidence", "0.3"), "confidence: is 0.3"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(arguments: tuple[str, ...], said: str, capsys: Any) -> None:
    assert seek(*arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
