"""`sim sweep` and `sim merge`: what is said before and after, the folder, carrying on, shards, bad input."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli import printing
from sim.cli.main import carry_out
from sim.cli.printing import duration, line_per_minute
from sim.experiments import work

pytestmark = pytest.mark.deep  # they take long; CI runs them

TEXT = """
schema = 1
name = "clinic"
[run]
warm_up = 10
duration = 60
replications = 4
[arrivals.all]
per_day = 2.0
enters = "day"
[levels.day]
capacity = 6
length_of_stay = { dist = "exponential", mean = 3 }
[levels.evening]
length_of_stay = 5
[sweep]
grid = { "levels.day.capacity" = [5, 8] }
report = ["wait.day.mean"]
"""


@pytest.fixture(autouse=True)
def in_a_folder_with_a_scenario(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("clinic.toml").write_text(TEXT, encoding="utf-8")


def sweep(*arguments: str) -> int:
    return carry_out(["sweep", "clinic.toml", "--jobs", "1", *arguments])


def files(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).glob("*.[cn][sp]*")}


def test_runs_time_and_disk_are_said_before_and_the_report_after(capsys: Any) -> None:
    assert sweep() == 0
    said = capsys.readouterr()
    assert "3 different points × 4 replications = 12 runs, 12 of them to do: about 1 s on 1" in said.err
    lines = said.out.splitlines()
    assert lines[0].startswith("clinic: 3 points of 4 replications, seed 1; ")
    assert lines[1].split() == ["point", "levels.day.capacity", "wait.day.mean"]
    assert [line.split()[:2] for line in lines[2:5]] == [["0", "6"], ["1", "5"], ["2", "8"]]
    assert {"points.csv", "summary.csv", "replications.csv", "report.csv", "daily.npz"} <= set(
        files("results/clinic-sweep")
    )
    made = json.loads(Path("results/clinic-sweep/manifest.json").read_text(encoding="utf-8"))
    assert (made["command"], made["points"], made["replications"]) == ("sweep", 3, 4)
    assert "figures/lines.png" in made["files"]


def test_a_finished_sweep_is_not_run_again_and_programs_get_the_same(capsys: Any) -> None:
    sweep("--quiet")
    before = files("results/clinic-sweep")
    assert sweep("--json") == 0
    said = capsys.readouterr()
    assert said.err == ""
    found = json.loads(said.out)
    assert [row["levels.day.capacity"] for row in found["report"]] == [6, 5, 8]
    assert files("results/clinic-sweep") == before
    sweep()
    assert "12 runs, 0 of them to do" in capsys.readouterr().err


def test_an_interrupted_sweep_says_what_is_kept_and_is_carried_on(capsys: Any, monkeypatch: Any) -> None:
    sweep("--quiet", "--out", "whole")
    together = work.together

    def interrupted(batch: Any) -> Any:
        if batch.replications[0] == 2:
            raise KeyboardInterrupt
        return together(batch)

    with monkeypatch.context() as patch:
        patch.setattr("sim.experiments.sweep.together", interrupted)
        assert sweep() == 3
    assert (
        "2 of 12 replications were finished, kept in results/clinic-sweep; the same command carries on"
        in (capsys.readouterr().err)
    )
    assert sweep() == 0
    assert "12 runs, 10 of them to do" in capsys.readouterr().err
    assert files("results/clinic-sweep") == files("whole")


def test_shards_are_joined_to_the_same_files(capsys: Any) -> None:
    sweep("--quiet", "--out", "whole")
    assert sweep("--shard", "1/2", "--out", "parts") == 0
    assert "Shard 1/2 is in parts/store-1-of-2.sqlite; when all are there: sim merge parts" in (
        capsys.readouterr().out
    )
    assert files("parts") == {}
    assert carry_out(["merge", "parts"]) == 2
    assert "4 of 12 replications are missing" in capsys.readouterr().err
    sweep("--shard", "2/2", "--out", "parts", "--quiet")
    assert carry_out(["merge", "parts"]) == 0
    assert "clinic: 3 points of 4 replications" in capsys.readouterr().out
    assert files("parts") == files("whole")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--shard", "4/3"), "--shard: is '4/3'; want K/N with K from 1 to N, as in 3/10"),
        (("--backend", "dask"), "--backend dask wants one of --scheduler ADDRESS and --local-cluster N"),
        (("--set", "levels.day.capacity=2", "--out", "here"), "holds the results of another scenario"),
        (("--set", 'sweep.grid={"levels.day.capcity"=[1]}'), "did you mean capacity?"),
        (("--set", 'sweep.report=["wait.day.maen"]'), "did you mean wait.day.mean?"),
    ],
)
def test_bad_input_is_told(arguments: tuple[str, ...], said: str, capsys: Any) -> None:
    sweep("--quiet", "--out", "here")
    capsys.readouterr()
    assert sweep(*arguments) == 2
    assert said in capsys.readouterr().err


def test_stores_of_different_sweeps_are_not_joined(capsys: Any) -> None:
    sweep("--quiet", "--out", "one")
    sweep("--quiet", "--out", "two", "--set", "levels.day.capacity=7")
    assert carry_out(["merge", "one", "two", "--out", "both"]) == 2
    assert "are of different sweeps" in capsys.readouterr().err


def test_a_line_a_minute_says_how_long_it_will_take(monkeypatch: Any, capsys: Any) -> None:
    now = 0.0
    monkeypatch.setattr(printing, "clock", lambda: now)
    say = line_per_minute("clinic")
    for seconds, done in ((1.0, 41), (70.0, 110), (71.0, 111)):  # 40 were there; 70 more in 70 s; 90 are left
        now = seconds
        say(done, 200)
    assert capsys.readouterr().err == "clinic: 110 of 200 replications, about 2 min left\n"


def test_durations_are_rounded_to_what_people_can_picture() -> None:
    assert [duration(seconds) for seconds in (0.2, 59, 120, 3600, 7200)] == [
        "1 s", "59 s", "2 min", "60 min", "2.0 h",
    ]  # fmt: skip
