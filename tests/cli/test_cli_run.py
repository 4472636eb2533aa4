"""`sim run`: what it writes and says, and when it does not run again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import engines
from sim.cli.main import carry_out
from sim.engines import choice
from sim.experiments import work as experiments
from sim.plots import figures

TEXT = """
schema = 1
name = "NAME"
[run]
warm_up = 10
duration = 40
replications = 2
[arrivals.all]
per_day = 2.0
enters = "day"
[levels.day]
capacity = 7
length_of_stay = { dist = "exponential", mean = 3 }
[levels.evening]
length_of_stay = 5
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: Any) -> None:
    """Run where nothing is, and draw no figure: that takes longer than the run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "FIGURES", {})


@pytest.fixture
def scenario() -> Callable[[str], str]:
    def write(name: str = "clinic", **changes: str) -> str:
        text = TEXT.replace("NAME", name)
        for old, new in changes.items():
            text = text.replace(f"{old} = ", f"{old} = {new} # ")
        Path(f"{name}.toml").write_text(text)
        return f"{name}.toml"

    return write


def run(*arguments: str) -> int:
    return carry_out(["run", *arguments, "--jobs", "1"])


def manifest(folder: str) -> Any:
    return json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))


def counting(monkeypatch: Any) -> list[int]:
    seen: list[int] = []
    simulate = engines.simulate

    def counted(scenario: Any, replication: int, *args: Any, **more: Any) -> Any:
        seen.append(replication)
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(experiments.engines, "simulate", counted)
    return seen


def test_run_writes_a_folder_of_the_scenarios_name_and_says_where(scenario: Any, capsys: Any) -> None:
    assert run(scenario()) == 0
    said = capsys.readouterr()
    assert "Results are in results/clinic" in said.out
    assert said.err == ""
    assert manifest("results/clinic")["replications"] == 2


def test_the_answer_fits_a_screen_and_has_a_line_for_every_level(scenario: Any, capsys: Any) -> None:
    run(scenario())
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert max(len(line) for line in lines) <= 120
    # offered load of the first level: 2 a day × 3 days = 6 of 7 places; of the second 2 × 5 = 10, unlimited
    rows = {line.split()[0]: line.split() for line in lines if line}
    assert rows["day"][1:3] == ["7", "6.0"]
    assert rows["evening"][1:3] == ["unlimited", "10.0"]


def test_a_level_that_never_settles_is_named_in_the_answer(scenario: Any, capsys: Any) -> None:
    run(scenario(capacity="5"))
    assert "day: this never settles" in capsys.readouterr().out


def test_options_change_the_run(scenario: Any, capsys: Any) -> None:
    arguments = ["--replications", "3", "--seed", "9", "--set", "levels.day.capacity=8", "--out", "here"]
    assert run(scenario(), *arguments) == 0
    made = manifest("here")
    assert (made["replications"], made["seed"]) == (3, 9)
    assert "capacity = 8" in made["scenario"]
    assert len(pd.read_csv("here/replications.csv")["replication"].unique()) == 3


def test_several_files_run_one_after_the_other(scenario: Any, capsys: Any) -> None:
    assert run(scenario("one"), scenario("two"), "--out", "both") == 0
    assert manifest("both/one")["name"] == "one"
    assert manifest("both/two")["name"] == "two"


def test_two_files_of_one_name_are_refused_before_anything_runs(scenario: Any, capsys: Any) -> None:
    name = scenario()
    assert run(name, name) == 2
    assert "same name" in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_finished_run_is_not_computed_again_and_answers_the_same(
    scenario: Any, capsys: Any, monkeypatch: Any
) -> None:
    run(scenario())
    first, made = capsys.readouterr().out, manifest("results/clinic")
    seen = counting(monkeypatch)
    run("clinic.toml")
    assert capsys.readouterr().out == first
    assert seen == []
    assert manifest("results/clinic") == made


def test_more_replications_are_added_to_those_that_are_there(
    scenario: Any, capsys: Any, monkeypatch: Any
) -> None:
    run(scenario())
    seen = counting(monkeypatch)
    assert run("clinic.toml", "--replications", "4") == 0
    assert seen == [2, 3]
    assert manifest("results/clinic")["replications"] == 4


def test_a_precision_adds_replications_and_says_when_it_was_met(scenario: Any, capsys: Any) -> None:
    assert run(scenario(), "--precision", "census.day.mean: 5%", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    (one,) = answer["precision"]
    assert one["met"]
    assert answer["replications"] == one["met_with"] + 5 == manifest("results/clinic")["replications"] > 8
    (row,) = (row for row in answer["summary"] if (row["measure"], row["level"]) == ("census.mean", "day"))
    assert row["ci_high"] - row["mean"] <= 0.05 * row["mean"]
    assert run("clinic.toml", "--precision", "census.day.mean: 5%") == 0
    assert f"met with {one['met_with']} replications" in capsys.readouterr().out


def test_a_precision_that_is_not_met_is_exit_code_1_and_results_are_kept(scenario: Any, capsys: Any) -> None:
    assert run(scenario(), "--precision", "census.day.mean: 0.01 %", "--at-most", "6") == 1
    assert "not met with 6 replications" in capsys.readouterr().out
    assert manifest("results/clinic")["replications"] == 6


def test_an_interrupted_run_says_what_is_kept_and_is_carried_on(
    scenario: Any, capsys: Any, monkeypatch: Any
) -> None:
    simulate = engines.simulate

    def interrupted(scenario: Any, replication: int, *args: Any, **more: Any) -> Any:
        if replication == 1:
            raise KeyboardInterrupt
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(experiments.engines, "simulate", interrupted)
    assert run(scenario()) == 3
    said = capsys.readouterr().err
    assert "1 of 2 replications" in said
    assert "results/clinic" in said
    assert not Path("results/clinic/manifest.json").exists()
    monkeypatch.setattr(experiments.engines, "simulate", simulate)
    seen = counting(monkeypatch)
    assert run("clinic.toml") == 0
    assert seen == [1]


def test_an_interrupt_while_results_are_written_loses_no_replication(
    scenario: Any, capsys: Any, monkeypatch: Any
) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(figures, "write_all", interrupted)
        assert run(scenario()) == 3
    assert "kept in results/clinic" in capsys.readouterr().err
    assert not Path("results/clinic/manifest.json").exists()
    seen = counting(monkeypatch)
    assert run("clinic.toml") == 0
    assert seen == []


def test_a_changed_scenario_does_not_replace_results_unless_told_to(scenario: Any, capsys: Any) -> None:
    run(scenario())
    before = Path("results/clinic/summary.csv").read_bytes()
    changed = scenario(capacity="9")
    assert run(changed) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--out" in said
    assert Path("results/clinic/summary.csv").read_bytes() == before
    assert run(changed, "--replace") == 0
    assert Path("results/clinic/summary.csv").read_bytes() != before


def test_faults_are_one_line_each_and_exit_code_2(scenario: Any, capsys: Any) -> None:
    assert run(scenario(capacity="-3", per_day='"two"')) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in said] == ["arrivals.all.per_day", "levels.day.capacity"]
    assert run("missing.toml") == 2
    assert "missing.toml" in capsys.readouterr().err


def test_json_is_one_object_with_null_for_no_data(scenario: Any, capsys: Any) -> None:
    assert run(scenario(), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["folder"] == "results/clinic"
    assert [row["level"] for row in answer["offered_load"]] == ["day", "evening"]
    assert answer["offered_load"][1]["capacity"] == "unlimited"
    rows = {(row["measure"], row["level"]): row for row in answer["summary"]}
    assert rows["occupancy", "evening"]["mean"] is None
    assert rows["occupancy", "evening"]["replications"] == 0
    assert 4 < rows["census.mean", "day"]["mean"] < 7


def test_quiet_prints_nothing(scenario: Any, capsys: Any) -> None:
    assert run(scenario(), "--quiet") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_log_writes_every_event(scenario: Any, capsys: Any) -> None:
    assert run(scenario(), "--log") == 0
    assert {path.stem for path in Path("results/clinic").glob("events.*")} == {"events"}
    assert "patients." in " ".join(manifest("results/clinic")["files"])


def test_a_broken_invariant_is_said_and_is_exit_code_1(scenario: Any, capsys: Any, monkeypatch: Any) -> None:
    assert run(scenario(), "--check") == 0
    monkeypatch.setattr(experiments, "broken", lambda log: ["census above capacity in day"])
    assert run(scenario(), "--check", "--out", "other") == 1
    assert "clinic, replication 0: census above capacity in day" in capsys.readouterr().err


def test_a_scenario_in_which_nobody_comes_has_an_answer_too(scenario: Any, capsys: Any) -> None:
    assert run(scenario(per_day="0.0")) == 0
    said = capsys.readouterr().out
    assert "nobody asked for care" in said
    assert "nan" not in said


def test_one_replication_has_no_intervals_and_says_so(scenario: Any, capsys: Any) -> None:
    assert run(scenario(), "--replications", "1") == 0
    said = capsys.readouterr().out
    assert "One replication gives no intervals" in said
    assert " ±0" not in said


# ---- engines


@pytest.fixture
def cold(monkeypatch: Any) -> None:
    """The compiled engine has still to be compiled, and is worth it; here its place is taken by the other."""
    monkeypatch.setattr("sim.engines.choice.readiness", lambda: choice.COMPILES)
    monkeypatch.setattr(choice, "REFERENCE_PER_PATIENT", 1e3)
    monkeypatch.setattr(engines, "prepare", lambda *_: None, raising=False)
    monkeypatch.setitem(engines.ENGINES, "compiled", engines.ENGINES["reference"])


def test_a_cold_start_says_in_a_line_that_it_compiles(scenario: Any, cold: None, capsys: Any) -> None:
    assert run(scenario()) == 0
    said = capsys.readouterr().err
    assert said.startswith("clinic: engine compiled, done first for about ")
    assert said.endswith("its kernel is compiled first, once, in about ten seconds\n")
    assert said.count("\n") == 1
    assert manifest("results/clinic")["engine"] == "compiled"
    assert run("clinic.toml", "--quiet", "--out", "other") == 0
    assert capsys.readouterr() == ("", "")


def test_a_run_goes_on_without_numba_and_says_so_in_a_line(
    scenario: Any, cold: None, capsys: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("sim.engines.choice.in_the_way", lambda: "numba is not installed")
    assert run(scenario()) == 0
    said = capsys.readouterr()
    assert said.err == (
        "clinic: engine reference, as numba is not installed; the compiled one would be done first\n"
    )
    assert manifest("results/clinic")["engine"] == "reference"
    assert run("clinic.toml", "--engine", "compiled", "--out", "other") == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "numba is not installed; want --engine reference, or auto" in said.err
    assert not Path("other/manifest.json").exists()


def test_services_have_a_table_of_their_own_and_a_file(scenario: Any, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(figures, "OF_PANELS", {})
    group = 'levels.day.services.group={hours=2,weekdays=["mon","tue"],group_size=4}'
    assert run(scenario(), "--set", group) == 0
    lines = capsys.readouterr().out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("services a week"))
    row = lines[place + 1].split()
    assert row[0] == "day"
    assert lines[place + 2] == ""  # the other level has no services
    table = pd.read_csv("results/clinic/services.csv")
    assert list(table.columns[:5]) == ["week", "date", "level", "service", "measure"]
    # five whole weeks of the window of 40 days, which begins on day 10 of 2026
    assert list(table["week"].unique()) == [0, 1, 2, 3, 4]
    assert table["date"].iloc[0] == "2026-01-15"
    groups = table[table["measure"] == "groups"]["mean"]
    assert groups.between(2, 4).all()  # two days a week, seven places: one group or two


def test_tracks_have_a_table_of_their_own_and_files(scenario: Any, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(figures, "OF_PANELS", {})
    both = "levels.day.tracks={am={seats=4},pm={seats=3,share=0.2}}"
    assert run(scenario(), "--set", both) == 0
    lines = capsys.readouterr().out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("track "))
    assert [line.split()[:3] for line in lines[place + 1 : place + 3]] == [
        ["day:", "am", "4.0"],
        ["day:", "pm", "3.0"],
    ]
    assert lines[place + 3] == ""  # the other level has no tracks
    table = pd.read_csv("results/clinic/tracks.csv")
    assert list(table.columns[:3]) == ["level", "track", "measure"]
    assert list(table[table["measure"] == "seats"]["mean"]) == [4, 3]
    assert Path("results/clinic/tracks-by-week.csv").exists()
