"""`sim compare`: what it takes, what it says and writes, and when it does not run again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import engines
from sim.cli.main import carry_out
from sim.plots import comparison, figures

TEXT = """
schema = 1
name = "NAME"
[run]
warm_up = 10
duration = 40
replications = 3
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
    """Run where nothing is, and draw nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "FIGURES", {})
    monkeypatch.setattr(comparison, "FIGURES", {})


@pytest.fixture
def scenario() -> Callable[..., str]:
    def write(name: str = "clinic", **changes: str) -> str:
        text = TEXT.replace("NAME", name)
        for old, new in changes.items():
            text = text.replace(f"{old} = ", f"{old} = {new} # ")
        Path(f"{name}.toml").write_text(text)
        return f"{name}.toml"

    return write


def compare(*arguments: str) -> int:
    return carry_out(["compare", *arguments, "--jobs", "1"])


def manifest(folder: str) -> Any:
    return json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))


def counting(monkeypatch: Any) -> list[int]:
    seen: list[int] = []
    simulate = engines.simulate

    def counted(scenario: Any, replication: int, *args: Any, **more: Any) -> Any:
        seen.append(replication)
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(engines, "simulate", counted)
    return seen


def test_two_files_give_a_folder_with_tables_figures_scenarios_and_a_manifest(
    scenario: Any, capsys: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(comparison, "FIGURES", {"waits": comparison.waits_figure})
    monkeypatch.setattr(comparison, "KINDS", ("svg",))
    assert compare(scenario("one"), scenario("two", capacity="5")) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "Results are in results/one-vs-two" in said.out
    made = manifest("results/one-vs-two")
    assert made["command"] == "compare"
    assert [one["name"] for one in made["scenarios"]] == ["one", "two"]
    assert set(made["files"]) == {
        "changes.csv", "curves.csv", "daily.csv", "differences.csv", "replications.csv", "summary.csv",
        "figures/waits.svg", "scenarios/one.toml", "scenarios/two.toml",
    }  # fmt: skip
    changes = pd.read_csv("results/one-vs-two/changes.csv")
    assert changes.query("key == 'levels.day.capacity'")[["old", "new"]].values.tolist() == [["7", "5"]]
    differences = pd.read_csv("results/one-vs-two/differences.csv", keep_default_na=False)
    assert set(differences["scenario"]) == {"two"}
    assert carry_out(["run", "results/one-vs-two/scenarios/two.toml", "--out", "again", "--quiet"]) == 0


def test_the_answer_says_what_was_changed_what_differs_and_how_sure_it_is(scenario: Any, capsys: Any) -> None:
    compare(scenario("one"), scenario("two", capacity="5"))
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= 140
    assert lines[0].startswith("two against one: 3 paired replications of 40 days; seed 1;")
    assert "levels.day.capacity  7    5" in lines
    wait = next(line.split() for line in lines if line.startswith("day") and "mean wait" in line)
    assert wait[-3:-1] == ["0", "3"]  # fewer places: lower in none, higher in all three
    text = " ".join(lines)
    assert "it tells of chance in the simulation only" in text
    assert "equal ones count in neither" in text
    assert "unreliable below 20 replications" in text


def test_one_file_is_compared_with_itself_as_set_changes_it(scenario: Any, capsys: Any) -> None:
    assert compare(scenario(), "--set", "levels.day.capacity=5") == 0
    made = manifest("results/clinic-vs-clinic-changed")
    assert ["capacity = 7" in one["scenario"] for one in made["scenarios"]] == [True, False]


def test_with_several_files_set_changes_all(scenario: Any, capsys: Any) -> None:
    assert compare(scenario("one"), scenario("two"), "--set", "levels.day.capacity=5") == 0
    made = manifest("results/one-vs-two")
    assert ["capacity = 7" in one["scenario"] for one in made["scenarios"]] == [False, False]
    assert "no key that decides differs" in capsys.readouterr().out


def test_one_file_alone_is_refused_before_anything_is_written(scenario: Any, capsys: Any) -> None:
    assert compare(scenario()) == 2
    assert "clinic.toml: is alone; want a second one, or --set" in capsys.readouterr().err
    assert not Path("results").exists()


def test_scenarios_that_share_no_luck_are_refused_before_a_folder_is_made(scenario: Any, capsys: Any) -> None:
    files = scenario("one"), scenario("two", duration="40\nseed = 5")
    assert compare(*files) == 2
    assert "have the seeds 1, 5; want one seed" in capsys.readouterr().err
    assert not Path("results").exists()
    assert compare(*files, "--seed", "4", "--quiet") == 0


def test_a_long_list_of_changes_is_cut_on_the_screen_only(scenario: Any, capsys: Any) -> None:
    dated = "".join(f"[[changes]]\non = {day}\nlevels.day.capacity = {day}\n" for day in range(1, 16))
    Path("two.toml").write_text(TEXT.replace("NAME", "two") + dated)
    assert compare(scenario("one"), "two.toml") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "… and 10 more, in changes.csv" in lines  # of 15 days and 15 capacities
    assert len(pd.read_csv("results/one-vs-two/changes.csv")) == 31  # and the name


def test_finished_runs_are_compared_without_running_again(
    scenario: Any, capsys: Any, monkeypatch: Any
) -> None:
    for name, places in (("one", "7"), ("two", "5")):
        carry_out(["run", scenario(name, capacity=places), "--quiet", "--jobs", "1"])
    seen = counting(monkeypatch)
    assert compare("results/one", "results/two", "--out", "folders") == 0
    assert seen == []
    assert compare("one.toml", "two.toml", "--out", "files") == 0
    for name in ("differences", "replications", "daily"):
        assert Path(f"folders/{name}.csv").read_bytes() == Path(f"files/{name}.csv").read_bytes()
    seen.clear()
    assert compare("results/one", "results/two", "--out", "folders", "--replications", "4") == 0
    assert seen == [3, 3]
    assert manifest("results/one")["replications"] == 3


def test_runs_of_two_states_of_the_program_are_not_mixed(scenario: Any, capsys: Any) -> None:
    carry_out(["run", scenario("one"), "--quiet", "--jobs", "1"])
    made = manifest("results/one")
    Path("results/one/manifest.json").write_text(json.dumps(made | {"code_digest": "other"}))
    assert compare("results/one", scenario("two")) == 2
    assert "results/one: was made by another state of the program" in capsys.readouterr().err
    assert compare("results/one", "results/one", "--out", "old") == 0
    assert compare("results/one", "results/one", "--out", "old", "--replications", "4") == 2


@pytest.mark.parametrize("options", [["--set", "levels.day.capacity=5"], ["--seed", "5"]])
def test_a_finished_run_cannot_be_changed(options: list[str], scenario: Any, capsys: Any) -> None:
    carry_out(["run", scenario("one"), "--quiet", "--jobs", "1"])
    assert compare("results/one", scenario("two"), *options) == 2
    assert "results/one: is a finished run, which cannot be changed" in capsys.readouterr().err


def test_a_folder_that_is_no_run_is_told_so(scenario: Any, capsys: Any) -> None:
    Path("empty").mkdir()
    assert compare(scenario("one"), "empty") == 2
    assert "empty: holds no finished run" in capsys.readouterr().err
    compare("one.toml", "--set", "levels.day.capacity=5", "--quiet")
    assert compare("one.toml", "results/one-vs-one-changed") == 2
    assert "holds what `sim compare` wrote" in capsys.readouterr().err


def test_the_folder_of_another_comparison_is_not_replaced_unless_told_to(scenario: Any, capsys: Any) -> None:
    compare(scenario(), "--set", "levels.day.capacity=5")
    before = manifest("results/clinic-vs-clinic-changed")
    assert compare("clinic.toml", "--set", "levels.day.capacity=6") == 2
    assert "--replace" in capsys.readouterr().err
    assert manifest("results/clinic-vs-clinic-changed") == before
    assert compare("clinic.toml", "--set", "levels.day.capacity=6", "--replace") == 0


def test_an_interrupted_comparison_is_carried_on(scenario: Any, capsys: Any, monkeypatch: Any) -> None:
    simulate = engines.simulate

    def interrupted(scenario: Any, replication: int, *args: Any, **more: Any) -> Any:
        if scenario.name == "two" and replication == 1:
            raise KeyboardInterrupt
        return simulate(scenario, replication, *args, **more)

    monkeypatch.setattr(engines, "simulate", interrupted)
    assert compare(scenario("one"), scenario("two", capacity="5")) == 3
    assert "kept in results/one-vs-two; the same command carries on" in capsys.readouterr().err
    assert not Path("results/one-vs-two/manifest.json").exists()
    monkeypatch.setattr(engines, "simulate", simulate)
    seen = counting(monkeypatch)
    assert compare("one.toml", "two.toml") == 0
    assert seen == [1, 2]


def test_a_precision_that_is_not_met_is_said_and_is_exit_code_1(scenario: Any, capsys: Any) -> None:
    files = scenario("one"), scenario("two", capacity="5")
    assert compare(*files, "--precision", "census.day.mean: 0.5", "--at-most", "40") == 0
    assert "Precision census.day.mean: 0.5 (±" in capsys.readouterr().out
    assert compare(*files, "--precision", "census.day.mean: 0.0001", "--at-most", "8") == 1
    assert "not met with 8 replications, where ±0.0001 is wanted" in capsys.readouterr().out
    assert compare(*files, "--precision", "census.day.mean") == 2
    assert "is no precision; want MEASURE: WIDTH" in capsys.readouterr().err


def test_json_has_changes_and_differences_with_null_for_no_data(scenario: Any, capsys: Any) -> None:
    assert compare(scenario("one"), scenario("two", capacity="5"), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["baseline"], answer["scenarios"], answer["replications"]) == ("one", ["two"], 3)
    rows = {(row["measure"], row["level"]): row for row in answer["differences"]}
    assert rows["occupancy", "evening"]["difference"] is None
    assert rows["asked.count", "day"]["variance_reduction"] is None
    assert rows["capacity.mean", "day"]["difference"] == -2
    assert {"scenario": "two", "key": "levels.day.capacity", "old": 7, "new": 5} in answer["changes"]


def test_quiet_prints_nothing(scenario: Any, capsys: Any) -> None:
    assert compare(scenario("one"), scenario("two"), "--quiet") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_services_are_compared_too_where_both_have_them(scenario: Any, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(figures, "OF_PANELS", {})
    services = '[levels.evening.services.group]\nhours = {}\nweekdays = ["mon"]\n'
    for name, hours in (("one", "2"), ("two", "3")):
        Path(f"{name}.toml").write_text(TEXT.replace("NAME", name) + services.format(hours))
    assert compare("one.toml", "two.toml") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "evening attended hours a week" in text
    # what has no groups has no fill; all else of both levels is equal
    assert "group fill" not in text
    assert "; day; evening (census" in text
