"""Every fault is named with its line, its path, what is wrong and what is wanted; all of them at once."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load, loads

DATA = Path(__file__).parents[1] / "data"
EVERYTHING = (DATA / "everything.toml").read_text(encoding="utf-8")
CASES = tomllib.loads((DATA / "faults.toml").read_text(encoding="utf-8"))["case"]

SMALL = (DATA / "small.toml").read_text(encoding="utf-8")


def faults_of(call: Callable[[], object]) -> list[str]:
    """The lines of the error that the call raises."""
    with pytest.raises(ScenarioError) as caught:
        call()
    return str(caught.value).split("\n")


def test_the_full_file_has_no_fault() -> None:
    assert loads(EVERYTHING, DATA).name == "everything"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_fault_is_named_with_its_line(case: dict[str, object]) -> None:
    old, new, faults = str(case["old"]), str(case["new"]), case["faults"]
    base = SMALL if case.get("base") == "small" else EVERYTHING
    assert old in base
    assert isinstance(faults, list)
    text = base.replace(old, new, 1)
    assert faults_of(lambda: loads(text, DATA)) == [f"<text>:{line}" for line in faults]


def test_all_faults_are_reported_at_once_in_the_order_of_the_file() -> None:
    text = SMALL.replace("duration = 100", "duration = -1\nseeed = 3").replace(
        "per_day = 1\n", "per_day = -1\n"
    )
    text = text.replace('enters = "day"', 'enters = "night"').replace('"5 days"', '"5 dys"\ncapacity = -1')
    lines = faults_of(lambda: loads(text, DATA))
    assert [line.split(": ")[1] for line in lines] == [
        "run.duration", "run.seeed", "arrivals.all.per_day", "arrivals.all.enters",
        "levels.day.length_of_stay", "levels.day.capacity",
    ]  # fmt: skip


def test_a_scenario_without_patients_is_refused() -> None:
    text = SMALL.replace('[arrivals.all]\nper_day = 1\nenters = "day"\n', "")
    assert faults_of(lambda: loads(text, DATA)) == [
        "<text>:1: has no patients; want `arrivals`, or a `start` with a census"
    ]
    assert loads(text + "[start]\ncensus = { day = 3 }\n", DATA).start


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "1: has no patients; want `arrivals`, or a `start` with a census"),
        (b"name = 'a'\nx = \xff\n", "2: is not text in UTF-8; want a file saved as UTF-8"),
        ("schema = 1".encode("utf-16"), "1: is not text in UTF-8; want a file saved as UTF-8"),
        (b"\x00", "1: is no TOML: "),
        (b"a = 1\n[b\n", "2: is no TOML: expected ']' at the end of a table declaration"),
        (b"a = " + b"[" * 100_000, "1: is nested too deeply; want a scenario file"),
        (b"a = " + b"9" * 5_000, "1: is no TOML: "),
    ],
)
def test_a_file_that_is_no_scenario_is_one_line_and_no_traceback(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    assert faults_of(lambda: load(path))[0].startswith(f"{path}:{fault}")


def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path: Path) -> None:
    assert faults_of(lambda: load(tmp_path / "none.toml")) == [
        f"{tmp_path / 'none.toml'}: there is no such file; want a scenario file"
    ]
    assert faults_of(lambda: load(tmp_path)) == [f"{tmp_path}: is a folder; want a scenario file"]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path).name == "small"
    path.write_bytes(
        b"\xef\xbb\xbf" + SMALL.replace("= 1\nenters", "= -1\nenters").replace("\n", "\r\n").encode()
    )
    assert faults_of(lambda: load(path))[0].startswith(f"{path}:6: arrivals.all.per_day: is -1")
