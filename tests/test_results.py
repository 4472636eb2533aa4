"""The results folder: what is in it, whose it is, and what becomes of it when things go wrong."""

import errno
import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim import results
from sim.errors import SimError
from sim.experiments.run import Result, run
from sim.manifest import MANIFEST
from sim.scenario.load import load
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

SMALL = """
title = "A small clinic"
[run]
warm_up = 10
duration = 40
replications = 2
[levels.day]
capacity = 5
length_of_stay = { dist = "exponential", mean = 6 }
hold = "unlimited"
[levels.evening]
capacity = 2
length_of_stay = { dist = "exponential", mean = 3 }
"""
COLUMNS = {
    "summary": "measure, level, mean, ci_low, ci_high, p05, p95, replications, unit, note",
    "replications": "replication, measure, level, value",
    "daily": "day, date, level, measure, mean, p05, p50, p95",
    "curves": "curve, group, day, share, ci_low, ci_high, at_risk",
    "transitions": "from, to, patients_per_year, share",
    "blocked_by": "level, waiting_for, patient_days_per_year",
}


@pytest.fixture
def scenario(clinic: Clinic) -> Scenario:
    return clinic(SMALL)


@pytest.fixture
def result(scenario: Scenario) -> Result:
    return run(scenario, jobs=1)


@pytest.fixture(autouse=True)
def few_figures(monkeypatch: Any) -> None:
    """Draw one figure only: what figures show is tested elsewhere."""
    from sim.plots import figures  # noqa: PLC0415

    monkeypatch.setattr(figures, "FIGURES", {"waits": figures.FIGURES["waits"]})
    monkeypatch.setattr(figures, "KINDS", ("svg",))


def manifest(folder: Path) -> Any:
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def test_every_table_has_the_promised_columns_and_says_what_the_result_says(
    result: Result, tmp_path: Path
) -> None:
    result.write(tmp_path / "new")
    for name, columns in COLUMNS.items():
        table = pd.read_csv(tmp_path / "new" / f"{name}.csv", keep_default_na=False, na_values=[""])
        assert list(table.columns) == columns.split(", ")
        assert len(table) == len(getattr(result, name)())
    level = result.summary()["level"]
    assert level.iloc[0] in ("", "day")


def test_the_manifest_lists_every_file_with_its_digest_and_holds_the_scenario(
    result: Result, tmp_path: Path
) -> None:
    folder = result.write(tmp_path)
    made = manifest(folder)
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(made["files"]) == {name for name in written if not name.startswith(".")} - {MANIFEST}
    for name, about in made["files"].items():
        content = (folder / name).read_bytes()
        assert about == {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    assert made["scenario"] == (folder / "scenario.toml").read_text(encoding="utf-8")
    assert (made["seed"], made["replications"], made["engine"]) == (1, 2, result.engine)


def test_the_manifest_names_no_host_no_user_and_no_folder(result: Result, tmp_path: Path) -> None:
    text = (result.write(tmp_path) / MANIFEST).read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text
    assert set(manifest(tmp_path)["machine"]) == {"system", "processor", "cores", "python"}


def test_two_runs_differ_only_in_when_and_how_long(scenario: Scenario, tmp_path: Path) -> None:
    one, two = (run(scenario, jobs=1).write(tmp_path / name) for name in ("one", "two"))
    for path in sorted(one.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            assert path.read_bytes() == (two / path.relative_to(one)).read_bytes(), path.name
    first, second = manifest(one), manifest(two)
    for name in ("made", "wall_seconds"):
        first.pop(name)
        second.pop(name)
    assert first == second


def test_the_scenario_of_a_folder_gives_the_same_results_again(result: Result, tmp_path: Path) -> None:
    folder = result.write(tmp_path / "one")
    again = run(load(folder / "scenario.toml"), jobs=1).write(tmp_path / "two")
    assert (folder / "summary.csv").read_bytes() == (again / "summary.csv").read_bytes()


def test_a_folder_can_be_read_again(result: Result, tmp_path: Path) -> None:
    back = results.read(result.write(tmp_path))
    assert back.scenario.to_toml() == result.scenario.to_toml()
    assert_frame_equal(back.summary(), result.summary(), check_exact=True)
    assert_frame_equal(back.curves(), result.curves(), check_exact=True)


def test_panels_are_files_of_the_folder_and_are_read_again(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    from sim.plots import figures  # noqa: PLC0415

    monkeypatch.setattr(figures, "OF_PANELS", {})
    service = {"hours": 2, "weekdays": ["mon", "tue"], "group_size": 3}
    result = run(scenario.with_("levels.day.services", {"group": service}), jobs=1)
    folder = result.write(tmp_path)
    assert "services.csv" in manifest(folder)["files"]
    table = pd.read_csv(folder / "services.csv", parse_dates=["date"])
    assert list(table.columns) == list(result.panel("services").columns)
    assert table["mean"].to_numpy() == pytest.approx(result.panel("services")["mean"].to_numpy())
    assert_frame_equal(results.read(folder).panel("services"), result.panel("services"), check_exact=True)


def test_an_unfinished_folder_cannot_be_read(scenario: Scenario, tmp_path: Path) -> None:
    results.claim(tmp_path, scenario)
    with pytest.raises(SimError, match="no finished run"):
        results.read(tmp_path)


# Whose the folder is


def test_the_results_of_another_scenario_are_left_as_they_are(
    scenario: Scenario, result: Result, tmp_path: Path
) -> None:
    result.write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    other = scenario.with_("levels.day.capacity", 6)
    with pytest.raises(SimError, match=r"another scenario .*--out.*--replace"):
        results.claim(tmp_path, other)
    with pytest.raises(SimError, match="another scenario"):
        run(other, jobs=1).write(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_unfinished_run_of_another_scenario_is_left_too(scenario: Scenario, tmp_path: Path) -> None:
    results.claim(tmp_path, scenario)
    with pytest.raises(SimError, match="another scenario"):
        results.claim(tmp_path, scenario.with_("run.seed", 2))


def test_replace_gives_up_what_another_scenario_left_and_nothing_else(
    scenario: Scenario, result: Result, tmp_path: Path
) -> None:
    result.write(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    results.claim(tmp_path, scenario.with_("run.seed", 2), replace=True)
    assert not (tmp_path / MANIFEST).exists()
    assert not (tmp_path / "summary.csv").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_with_other_files_is_refused_whatever_is_asked(
    scenario: Scenario, tmp_path: Path, replace: bool
) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(SimError, match="no results"):
        results.claim(tmp_path, scenario, replace=replace)


def test_results_of_another_state_of_the_program_are_computed_anew(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    run(scenario, jobs=1, store=results.claim(tmp_path, scenario)).write(tmp_path)
    monkeypatch.setattr(results, "code_digest", lambda: "another")
    assert not results.is_finished(tmp_path, scenario, logs=False)
    assert results.claim(tmp_path, scenario).kept("000000") is None


def test_a_finished_folder_is_known_by_scenario_replications_and_whole_files(
    scenario: Scenario, result: Result, tmp_path: Path
) -> None:
    assert not results.is_finished(tmp_path, scenario, logs=False)
    result.write(tmp_path)
    assert results.is_finished(tmp_path, scenario, logs=False)
    assert not results.is_finished(tmp_path, scenario, logs=True)
    assert not results.is_finished(tmp_path, scenario.with_("run.replications", 3), logs=False)
    assert not results.is_finished(tmp_path, scenario.with_("title", "Another"), logs=False)
    (tmp_path / "summary.csv").write_text("damaged")
    assert not results.is_finished(tmp_path, scenario, logs=False)


# When things go wrong


def test_a_full_disk_is_one_line_and_leaves_no_manifest_and_no_half_files(
    scenario: Scenario, result: Result, tmp_path: Path, monkeypatch: Any
) -> None:
    result.write(tmp_path)
    more = run(scenario, replications=3, jobs=1)
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if "curves" in path.name:
            write(path, content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SimError, match=r"curves\.csv: cannot be written: No space left.*--out") as said:
        more.write(tmp_path)
    assert "\n" not in str(said.value)
    assert not (tmp_path / MANIFEST).exists()
    assert not list(tmp_path.rglob("*.half"))


def test_a_file_in_the_way_of_the_folder_is_named(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SimError, match=r"file.*--out"):
        results.claim(tmp_path / "file" / "under", scenario)


# Logs


def test_logs_are_written_as_parquet_replication_below_replication(
    scenario: Scenario, tmp_path: Path
) -> None:
    result = run(scenario, jobs=1, keep_logs=True)
    result.write(tmp_path)
    events = pd.read_parquet(tmp_path / "events.parquet")
    expected = pd.concat([log.events.astype({"event": str}) for log in result.logs], ignore_index=True)
    assert len(events) == sum(len(log) for log in result.logs)
    assert list(events["event"].astype(str)) == list(expected["event"])
    assert events["time"].tolist() == expected["time"].tolist()
    patients = pd.read_parquet(tmp_path / "patients.parquet")
    assert patients.columns[:4].tolist() == ["replication", "patient", "key", "source"]
    assert patients.groupby("replication").size().tolist() == [len(log.patient_key) for log in result.logs]


def test_without_pyarrow_logs_are_csv_with_every_bit_of_the_times(
    scenario: Scenario, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = run(scenario, jobs=1, keep_logs=True)
    result.write(tmp_path)
    events = pd.read_csv(tmp_path / "events.csv", float_precision="round_trip")
    assert events["time"].tolist() == [time for log in result.logs for time in log.columns.time]
    assert "events.csv" in manifest(tmp_path)["files"]
    assert len(results.read(tmp_path).logs) == 2
