"""`sim check`: faults, warnings, offered load and ways out."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import carry_out

TEXT = """
schema = 1
name = "clinic"
[run]
duration = 364
[arrivals.all]
per_day = 2.0
enters = "day"
[levels.day]
capacity = 7
length_of_stay = 3
dropout = 0.25
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.toml"
    path.write_text(TEXT)
    return path


def test_a_scenario_without_faults_is_ok_and_has_its_loads(file: Path, capsys: Any) -> None:
    assert carry_out(["check", str(file), "--set", "levels.day.dropout=0.0"]) == 0
    said = capsys.readouterr().out
    assert f"{file}: ok" in said
    row = next(line for line in said.splitlines() if line.startswith("day")).split()
    # 2 a day × 3 days = 6 of 7 places
    assert row[:6] == ["day", "2.00", "3.0", "6.0", "7", "86"]
    assert "settles" in row


def test_the_shares_that_result_from_competing_clocks_are_said(file: Path, capsys: Any) -> None:
    assert carry_out(["check", str(file)]) == 0
    # a probability of dropout is the share that drops out where nothing competes
    assert "completed 75 % (3.0), dropout 25 %" in capsys.readouterr().out


def test_what_never_settles_is_named_and_is_no_failure(file: Path, capsys: Any) -> None:
    assert carry_out(["check", str(file), "--set", "levels.day.capacity=4"]) == 0
    assert "this never settles" in capsys.readouterr().out


def test_faults_of_all_files_are_reported_and_exit_code_is_2(file: Path, tmp_path: Path, capsys: Any) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(TEXT.replace("capacity = 7", "capacity = -3\ncapacty = 7"))
    assert carry_out(["check", str(bad), str(file), str(tmp_path / "missing.toml")]) == 2
    said = capsys.readouterr()
    assert f"{bad}:10: levels.day.capacity: is -3" in said.err
    assert f"{bad}:11: levels.day.capacty" in said.err
    assert "missing.toml" in said.err
    assert f"{file}: ok" in said.out


def test_warnings_name_what_is_odd(file: Path, capsys: Any) -> None:
    assert carry_out(["check", str(file), "--set", "run.replications=5"]) == 0
    assert "warning:" in capsys.readouterr().out


def test_quiet_prints_faults_only(file: Path, capsys: Any) -> None:
    assert carry_out(["check", "--quiet", str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_json_has_one_object_per_file(file: Path, capsys: Any) -> None:
    assert carry_out(["check", "--json", str(file)]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["faults"] == []
    assert one["offered_load"][0]["level"] == "day"
    assert {row["cause"] for row in one["endings"]} == {"completed", "dropout"}


def test_the_points_of_a_sweep_are_checked_too(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "swept.toml"
    path.write_text(f'{TEXT}[sweep]\ngrid = {{ "levels.day.capacity" = [9, -1] }}\n', encoding="utf-8")
    assert carry_out(["check", str(path)]) == 2
    assert f"{path}:14: sweep.grid: levels.day.capacity = -1: is -1; want" in capsys.readouterr().err


def test_hours_of_services_stand_beside_the_band_of_the_level(file: Path, capsys: Any) -> None:
    services = (
        '{ group = { hours = 3, weekdays = ["mon", "tue"], taper = [{ after = 14, weekdays = ["mon"] }] } }'
    )
    sets = ["--set", f"levels.day.services={services}", "--set", 'levels.day.title="IOP (ASAM 2.1)"']
    assert carry_out(["check", str(file), *sets]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if "ASAM" in line]
    assert [line[:3] for line in lines] == [["day", "0", "6.0"], ["day", "14", "3.0"]]
    assert all(line[-3:] == ["these", "are", "outside"] for line in lines)
    assert carry_out(["check", "--json", str(file), *sets]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert [row["hours"] for row in one["services"]] == [6, 3]
