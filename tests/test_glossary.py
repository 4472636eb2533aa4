"""docs/glossary.md names only what there is: measures, the files that compute them, tables of results."""

import re
from pathlib import Path

import pytest

from sim.measures import registry
from sim.results import TABLES

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| term")
]
GIVEN = [row for row in ROWS if row[1] != "none"]
PANELS = {"services", "staff", "tracks", "tracks-by-week", "binding", "funnel"}
DAILY = {"census"}
"""A measure of daily.csv that the page names."""


@pytest.mark.parametrize("row", GIVEN, ids=lambda row: row[0])
def test_every_term_that_is_given_names_measures_and_the_files_that_compute_them(row: list[str]) -> None:
    names = re.findall(r"`([^`]+)`", row[1])
    assert names
    files = set()
    for name in names:
        if name.endswith(".csv"):
            assert name.removesuffix(".csv") in {*TABLES, *PANELS}
        elif name not in DAILY:
            files.add(registry.measure(name).function.__module__.replace(".", "/") + ".py")
    assert files <= set(row[2].split(", "))
    assert all((ROOT / file).exists() for file in row[2].split(", "))


@pytest.mark.parametrize("row", [row for row in ROWS if row[1] == "none"], ids=lambda row: row[0])
def test_every_term_that_is_not_given_says_why(row: list[str]) -> None:
    assert row[2] == ""
    assert len(row[3]) > 20


def test_names_in_the_notes_are_measures_too() -> None:
    for row in GIVEN:
        for name in re.findall(r"`([a-z_]+(?:\.[a-z0-9_]+)+)`", row[3]):
            if not name.endswith(".csv"):
                assert registry.measure(name).name
