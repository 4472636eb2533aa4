"""The published numbers behind the baseline, by their id in `published.csv`.

Every row of the table names its source and its address. This file only reads; what is made of the numbers
is left to `stays.py` (lengths of stay and reasons) and `course.py` (arrivals, effects, what happens after).
"""

import csv
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "published.csv"


@cache
def rows() -> dict[str, dict[str, str]]:
    """The rows of the table by id, as text."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def number(identity: str) -> float:
    """The published value of one row, in the row's own unit."""
    return float(rows()[identity]["value"])


def share(identity: str) -> float:
    """The published value of a row given in per cent, as a share in 0–1."""
    assert rows()[identity]["unit"] in ("%", "% (>=3 mo)"), identity
    return number(identity) / 100.0
