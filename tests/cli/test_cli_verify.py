"""`sim verify`: what it prints and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.main import carry_out
from sim.scenario.load import load
from sim.verify.cases import CASES


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """One case only, and a small one."""
    cases = {"lost-fixed": CASES["lost-fixed"]._replace(days=60)}
    monkeypatch.setattr("sim.cli.verify.CASES", cases)
    return cases


def spoil(cases: dict[str, Any]) -> None:
    known = cases["lost-fixed"].expected()
    cases["lost-fixed"] = cases["lost-fixed"]._replace(
        expected=lambda: {key: 1.5 * value for key, value in known.items()}
    )


def verify(*more: str) -> int:
    return carry_out(["verify", "--engine", "reference", "--replications", "12", "--jobs", "1", *more])


def test_a_table_says_case_figure_engine_values_and_verdict(capsys: Any) -> None:
    assert verify() == 0
    said = capsys.readouterr()
    lines = [line.split() for line in said.out.splitlines()]
    assert " ".join(lines[0]) == "case figure engine expected simulated 95 % interval sees verdict"
    # B(5, 4) = 0.199067: (4⁵/5!) / (1 + 4 + 8 + 32/3 + 32/3 + 128/15)
    assert lines[1][:5] == ["lost-fixed", "turned_away.share", "at", "a", "reference"]
    assert lines[1][5] == "0.19907"
    assert lines[1][-1] == lines[2][-1] == "agrees"
    assert said.out.splitlines()[-1] == "All 2 figures agree with the textbooks (engine reference)."
    assert "2.5e-03 of runs" in said.out  # 0.5 % ÷ 2
    assert said.err == ""


def test_a_figure_that_disagrees_ends_with_1_and_is_named(small: Any, capsys: Any) -> None:
    spoil(small)
    assert verify() == 1
    said = capsys.readouterr().out
    assert said.count("DISAGREES") == 2
    assert said.splitlines()[-1] == (
        "2 of 2 figures disagree with the textbooks: lost-fixed on reference (engine reference)."
    )


def test_quiet_prints_only_what_disagrees(small: Any, capsys: Any) -> None:
    assert verify("--quiet") == 0
    assert capsys.readouterr() == ("", "")
    spoil(small)
    assert verify("--quiet") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("DISAGREES") == 2


def test_json_has_the_rows_and_the_rule(small: Any, capsys: Any) -> None:
    assert verify("--json", "--seed", "5") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["passed"], found["seed"], found["replications"]) == (True, 5, 12)
    assert (found["engines"], found["false_alarm"]) == (["reference"], 0.005)
    row = found["rows"][0]
    assert (row["case"], row["measure"], row["level"]) == ("lost-fixed", "turned_away.share", "a")
    assert row["ci_low"] < row["mean"] < row["ci_high"]
    assert row["agrees"] is True
    spoil(small)
    assert verify("--json") == 1
    assert json.loads(capsys.readouterr().out)["passed"] is False


def test_all_engines_are_taken_unless_one_is_named(capsys: Any) -> None:
    from sim.engines import ENGINES  # noqa: PLC0415 (beside what it is for)

    assert carry_out(["verify", "--replications", "3", "--jobs", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["engines"] == list(ENGINES)
    assert found["logs_compared"] == (3 if len(ENGINES) > 1 else 0)
    assert found["logs_different"] == []


def test_an_engine_that_cannot_run_here_is_left_out_and_named(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr("sim.verify.run.in_the_way", lambda: "numba is not installed")
    monkeypatch.setattr("sim.engines.choice.in_the_way", lambda: "numba is not installed")
    arguments = ["verify", "--replications", "3", "--jobs", "1"]
    assert carry_out(arguments) == 0
    said = capsys.readouterr().out
    assert "The compiled engine cannot run here: numba is not installed. It is not verified.\n" in said
    assert said.splitlines()[-1].endswith("(engine reference).")
    assert carry_out([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == "numba is not installed"
    assert carry_out([*arguments, "--engine", "compiled"]) == 2  # asked for by name
    assert "numba is not installed" in capsys.readouterr().err


def test_two_engines_are_said_to_give_the_same_logs(monkeypatch: Any, capsys: Any) -> None:
    from sim import engines  # noqa: PLC0415 (as above)

    reference = engines.ENGINES["reference"]
    table = {"reference": reference, "other": reference}
    monkeypatch.setattr(engines, "ENGINES", table)
    monkeypatch.setattr("sim.verify.run.ENGINES", table)
    arguments = ["verify", "--replications", "3", "--jobs", "1"]
    assert carry_out(arguments) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (
        "All 4 figures agree with the textbooks; both engines gave the same logs in 3 replications."
    )
    assert carry_out([*arguments, "--engine", "reference"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("(engine reference).")
    table["other"] = lambda plan, *there, **how: reference(plan._replace(seed=plan.seed + 1), *there, **how)
    assert carry_out(arguments) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert "DIFFERENT logs in 3 of 3 replications, first in lost-fixed, replication 0." in last


def test_show_prints_a_scenario_that_loads_under_its_known_figures(
    small: Any, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setattr("sim.cli.verify.CASES", CASES)
    for name in CASES:
        assert carry_out(["verify", "--show", name]) == 0
        text = capsys.readouterr().out
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        assert load(path).name == f"textbook-{name}"
        assert text.startswith("# Known figures:\n#   ")
    assert carry_out(["check", str(tmp_path / "lost-fixed.toml")]) == 0


@pytest.mark.parametrize(
    "arguments", [["--show", "nothing"], ["--replications", "1"], ["--engine", "none"], ["--seed", "-1"]]
)
def test_what_cannot_be_done_ends_with_2(arguments: list[str], capsys: Any) -> None:
    assert carry_out(["verify", *arguments]) == 2
    assert capsys.readouterr().err
