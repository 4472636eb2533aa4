"""`sim margins`: the table and the sentence, the folder, and carrying on."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import carry_out
from sim.experiments import margins as module
from sim.plots import figures

TEXT = """
schema = 1
name = "clinic"
[run]
warm_up = 10
duration = 60
replications = 3
[arrivals.all]
per_day = 2.0
enters = "day"
[levels.day]
capacity = 6
length_of_stay = { dist = "exponential", mean = 3 }
[levels.evening]
length_of_stay = 5
"""


@pytest.fixture(autouse=True)
def in_a_folder_with_a_scenario(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "KINDS", ("svg",))
    Path("clinic.toml").write_text(TEXT, encoding="utf-8")


def margins(*arguments: str) -> int:
    return carry_out(["margins", "clinic.toml", "--jobs", "1", *arguments])


def test_the_table_the_sentence_and_the_folder(capsys: Any) -> None:
    assert margins() == 0
    said = capsys.readouterr().out
    assert "clinic: one more place at each level in turn, 3 paired replications, best first" in said
    assert "Not stepped: evening is unlimited." in said
    assert "most good at day" in said
    names = {path.name for path in Path("results/clinic-margins").rglob("*")}
    assert {"margins.csv", "differences.csv", "manifest.json", "scenario.toml", "margins.svg"} <= names


def test_programs_get_the_same(capsys: Any) -> None:
    assert margins("--json", "--unit", "demand=+50%", "--by", "own-wait", "--replications", "2") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["folder"] == "results/clinic-margins-demand-50-percent"
    assert (said["unit"], said["ranked_by"], said["replications"]) == ("demand=+50%", "own-wait", 2)
    assert {row["good"] for row in said["margins"]} >= {"waiting", "admissions", "completed"}
    assert "simultaneous" in said["intervals"]


def test_an_interrupted_command_carries_on_where_it_stopped(monkeypatch: Any, capsys: Any) -> None:
    run_many = module.run_many

    def stopping(scenarios: Any, **how: Any) -> Any:
        run_many(dict([next(iter(scenarios.items()))]), **how)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run_many", stopping)
    assert margins() == 3
    assert "kept in results/clinic-margins; the same command carries on" in capsys.readouterr().err
    kept = list(Path("results/clinic-margins/.parts").rglob("*.npz"))
    assert len(kept) == 3
    monkeypatch.setattr(module, "run_many", run_many)
    times = {path: path.stat().st_mtime_ns for path in kept}
    assert margins("--quiet") == 0
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())


def test_a_folder_of_another_command_is_left_as_it_is(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(figures, "FIGURES", {"waits": figures.FIGURES["waits"]})
    assert carry_out(["run", "clinic.toml", "--quiet", "--jobs", "1"]) == 0
    before = Path("results/clinic/manifest.json").read_bytes()
    assert margins("--out", "results/clinic") == 2
    assert "holds what `sim run` wrote; name another folder with --out" in capsys.readouterr().err
    assert Path("results/clinic/manifest.json").read_bytes() == before
    assert margins("--quiet") == 0
    before = Path("results/clinic-margins/manifest.json").read_bytes()
    assert carry_out(["run", "clinic.toml", "--out", "results/clinic-margins"]) == 2
    assert Path("results/clinic-margins/manifest.json").read_bytes() == before


def test_a_wrong_unit_is_told_before_anything_is_written(capsys: Any) -> None:
    assert margins("--unit", "plaec") == 2
    assert "did you mean place?" in capsys.readouterr().err
    assert not Path("results").exists()
