"""Whatever is done to a scenario file, it loads or its faults are listed; nothing else ever comes out."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.load import load, loads

DATA = Path(__file__).parents[1] / "data"
TEXT = (DATA / "everything.toml").read_text(encoding="utf-8")
VALUES = list(re.finditer(r"= ?([^\n#=,{}\[\]]+)", TEXT))
WORDS = list(re.finditer(r'-?\d+(\.\d+)?|"[^"\n]*"|\b[a-z_]+\b', TEXT))
ODD = """-1|0|1e400|"x"|true|[]|{}|[1]|{ a = 1 }|[{}]|nan|inf|""|07:00:00|2026-01-01|2026-01-01T00:00:00
|999999999999999999999999999999|1e300|1e-300|"99999999999999 weeks"|"0 days"|"step up"|"discharge"
|"unlimited"|{ dist = "fixed", value = 0 }|foo|detox|source|by""".replace("\n", "").split("|")


def check(text: str) -> None:
    """The text loads and can be written and read again, or is answered with faults of one line each."""
    try:
        scenario = loads(text, DATA)
    except ScenarioError as error:
        assert error.faults
        for fault in error.faults:
            assert fault.wrong
            assert "\n" not in str(fault)
            assert fault.line >= 1
    else:
        assert loads(scenario.to_toml(), DATA / "nowhere").digest == scenario.digest


@settings(max_examples=80)
@given(st.lists(st.tuples(st.sampled_from([*VALUES, *WORDS]), st.sampled_from(ODD)), min_size=1, max_size=3))
def test_odd_values_and_names(changes: list[tuple[Any, str]]) -> None:
    text = TEXT
    for match, odd in sorted(changes, key=lambda change: -change[0].start()):
        group = 1 if match.re.groups == 1 and match[0].startswith("=") else 0
        text = text[: match.start(group)] + odd + text[match.end(group) :]
    check(text)


@settings(max_examples=80)
@given(st.integers(0, len(TEXT)), st.integers(0, 4), st.text("xX\"'[]{}=.\n\t-90# \\,\x00é", max_size=3))
def test_damaged_text(at: int, gone: int, added: str) -> None:
    check(TEXT[:at] + added + TEXT[at + gone :])


@settings(max_examples=40)
@given(st.binary(max_size=60))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError):
        load(path)


@settings(max_examples=80)
@given(st.text("levelsdtoxcapiyrun.[]{}='\"0123-_ \n", max_size=30))
def test_any_set(one: str) -> None:
    try:
        load(DATA / "everything.toml", [one])
    except ScenarioError as error:
        assert str(error)


@settings(max_examples=40)
@given(st.text("levelday,\n\"';0123456789.-\x00é", max_size=60))
def test_any_census(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    folder = tmp_path_factory.mktemp("census")
    (folder / "c.csv").write_text(content, encoding="utf-8")
    small = (DATA / "small.toml").read_text(encoding="utf-8")
    try:
        loads(small + '[start]\ncensus = "c.csv"\n', folder)
    except ScenarioError as error:
        assert str(error)
