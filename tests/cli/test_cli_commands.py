"""The small commands: show, diff, schema, new."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import carry_out
from sim.scenario.load import load

BASE = """
schema = 1
name = "base"
title = "A clinic"
[run]
duration = "1 year"
[arrivals.all]
per_day = 1.5
enters = "day"
source = "our own count of 2025"
[levels.day]
capacity = 6
length_of_stay = { dist = "exponential", mean = 4, source = "a paper" }
[levels.evening]
length_of_stay = "2 weeks"
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.toml"
    path.write_text(BASE.replace('"1 year"', '"52 weeks"'))
    return path


def child(base: Path, text: str) -> Path:
    path = base.with_name("child.toml")
    path.write_text(f'schema = 1\nname = "child"\nextends = "base.toml"\n{text}')
    return path


def lines(capsys: Any) -> list[str]:
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_show_gives_every_number_its_source_or_the_word_assumed(base: Path, capsys: Any) -> None:
    assert carry_out(["show", str(base)]) == 0
    said = lines(capsys)
    assert "capacity 6 assumed" in said
    assert "per_day 1.5 our own count of 2025" in said
    # an exponential clock of mean 4 has its median at 4 ln 2 = 2.77
    assert "length_of_stay exponential, mean 4 (drawn: mean 4, median 2.77) a paper" in said
    assert "length_of_stay 14 assumed" in said


def test_show_takes_set_and_prints_a_file_that_is_the_same_scenario(base: Path, capsys: Any) -> None:
    assert carry_out(["show", str(base), "--set", "levels.day.capacity=9", "--toml"]) == 0
    text = capsys.readouterr().out
    assert tomllib.loads(text)["levels"]["day"]["capacity"] == 9
    again = base.with_name("again.toml")
    again.write_text(text)
    assert load(again).digest == load(base, sets=["levels.day.capacity=9"]).digest


def test_show_as_json_has_one_object_per_key(base: Path, capsys: Any) -> None:
    assert carry_out(["show", str(base), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"table": "levels.day", "key": "capacity", "value": "6", "source": "assumed"} in rows


def test_show_draws_the_pathway(base: Path, tmp_path: Path, capsys: Any) -> None:
    assert carry_out(["show", str(base), "--diagram", str(tmp_path / "way.svg")]) == 0
    assert (tmp_path / "way.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert carry_out(["show", str(base), "--diagram", str(tmp_path / "way.pdf")]) == 2
    assert "want a name that ends in .svg or .png" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["baseline", "census-today", "teds-2004", "minimal"])
def test_show_finds_words_for_every_scenario_of_ours(name: str, capsys: Any) -> None:
    path = Path(__file__).parents[2] / "scenarios" / f"{name}.toml"
    assert carry_out(["show", str(path)]) == 0
    said = capsys.readouterr().out
    for sign in ("Among(", "Range(", "Present(", "Rule(", "options=", "{'"):
        assert sign not in said


def test_diff_lists_what_differs_with_old_and_new_values(base: Path, capsys: Any) -> None:
    other = child(
        base, '[levels.day]\ncapacity = 8\ndropout = 0.1\n[levels.evening]\nlength_of_stay = "3 weeks"\n'
    )
    assert carry_out(["diff", str(base), str(other)]) == 0
    said = lines(capsys)
    assert said[0].startswith("key ")
    assert set(said[1:]) == {
        'name "base" "child"',
        "levels.day.capacity 6 8",
        "levels.day.dropout – 0.1",
        'levels.evening.length_of_stay "2 weeks" "3 weeks"',
    }


def test_diff_as_json_has_null_where_a_key_is_not_set(base: Path, capsys: Any) -> None:
    other = child(base, "[levels.day]\ndropout = 0.1\n")
    assert carry_out(["diff", str(base), str(other), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"key": "levels.day.dropout", "old": None, "new": 0.1} in rows


def test_a_scenario_differs_in_nothing_from_itself(base: Path, capsys: Any) -> None:
    assert carry_out(["diff", str(base), str(base)]) == 0
    assert capsys.readouterr().out == "no key differs\n"


def test_schema_is_the_committed_one(capsys: Any) -> None:
    folder = Path(__file__).parents[2] / "scenarios"
    for arguments, name in (([], "scenario.schema.json"), (["--extends"], "scenario.extends.schema.json")):
        assert carry_out(["schema", *arguments]) == 0
        assert capsys.readouterr().out == (folder / name).read_text(encoding="utf-8")


def test_new_writes_a_scenario_that_loads_and_leaves_one_that_is_there(
    tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    assert carry_out(["new", "north-clinic"]) == 0
    path = tmp_path / "scenarios" / "north-clinic.toml"
    assert load(path).name == "north-clinic"
    assert "sim run scenarios/north-clinic.toml" in capsys.readouterr().out
    path.write_text("mine")
    assert carry_out(["new", "north-clinic"]) == 2
    assert path.read_text() == "mine"
    assert "already there" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["North", "../north", "a b", ""])
def test_new_refuses_a_name_that_cannot_name_a_folder(
    name: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert carry_out(["new", name]) == 2
    assert "want small letters" in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.toml"))
