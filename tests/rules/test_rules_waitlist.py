"""Where a patient stands in a line."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.rules.waitlist import priority_class, rank
from sim.tables import Tables

SCENARIO = """
[traits.pregnant]
shares = {{ no = 0.9, yes = 0.1 }}
[levels.a]
length_of_stay = 5
[levels.b]
length_of_stay = 5
waitlist = {{ transfers = "{transfers}", priority = [{{ pregnant = "yes" }}, {{ from = "a" }}] }}
"""
A, B, OUTSIDE = 0, 1, -1


@pytest.mark.parametrize(
    ("transfers", "of_transfers", "of_others"), [("first", 0, 1), ("merged", 0, 0), ("last", 1, 0)]
)
def test_transfers_stand_before_among_or_after_the_others(
    transfers: str, of_transfers: int, of_others: int, tables: Callable[[str], Tables]
) -> None:
    t = tables(SCENARIO.format(transfers=transfers))
    assert rank(t, B, transfer=True) == of_transfers
    assert rank(t, B, transfer=False) == of_others


@pytest.mark.parametrize(
    ("pregnant", "origin", "place"), [(1, OUTSIDE, 0), (1, A, 0), (0, A, 1), (0, OUTSIDE, 2)]
)
def test_a_patient_is_in_the_first_class_she_fits_or_in_the_one_after_the_last(
    pregnant: int, origin: int, place: int, tables: Callable[[str], Tables], person: Callable[..., Any]
) -> None:
    assert (
        priority_class(tables(SCENARIO.format(transfers="first")), B, person(pregnant, origin=origin))
        == place
    )


def test_without_classes_all_are_in_one(tables: Callable[[str], Tables], person: Callable[..., Any]) -> None:
    assert priority_class(tables(SCENARIO.format(transfers="first")), A, person(1)) == 0
