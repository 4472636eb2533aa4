"""Who an arriving patient is, and which level she asks for first."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.rules.placement import first_level, trait_value
from sim.tables import Tables

SCENARIO = """
[traits.housing]
shares = { stable = 0.7, shelter = 0.2, street = 0.1 }
[arrivals.home]
per_day = 1
enters = { a = 0.6, b = 0.4 }
placement = [
  { when = { housing = "street", episode = 1 }, enters = "a" },
  { when = { episode = ">= 2" }, enters = "b" },
]
[arrivals.court]
per_day = 1
enters = "b"
traits = { housing = { street = 1.0 } }
[levels.a]
length_of_stay = 5
[levels.b]
length_of_stay = 5
"""
HOME, COURT = 0, 1
A, B = 0, 1
STABLE, SHELTER, STREET = range(3)


@pytest.mark.parametrize(
    ("source", "u", "value"),
    [
        (HOME, 0.0001, STABLE),
        (HOME, 0.6999, STABLE),
        (HOME, 0.7001, SHELTER),
        (HOME, 0.8999, SHELTER),
        (HOME, 0.9001, STREET),
        (COURT, 0.0001, STREET),
        (COURT, 0.9999, STREET),
        (-1, 0.8, SHELTER),
    ],
)
def test_a_trait_is_drawn_from_the_shares_of_the_source_or_of_all(
    source: int, u: float, value: int, tables: Callable[[str], Tables]
) -> None:
    assert trait_value(tables(SCENARIO), source, 0, u=u) == value


@pytest.mark.parametrize(
    ("housing", "source", "episode", "u", "level"),
    [
        (STREET, HOME, 1, 0.99, A),
        (STREET, HOME, 2, 0.01, B),
        (STABLE, HOME, 2, 0.01, B),
        (STABLE, HOME, 1, 0.59, A),
        (STABLE, HOME, 1, 0.61, B),
        (STREET, COURT, 1, 0.01, B),
    ],
)
def test_placement_is_by_the_first_rule_and_then_by_shares(
    housing: int,
    source: int,
    episode: int,
    u: float,
    level: int,
    tables: Callable[[str], Tables],
    person: Callable[..., Any],
) -> None:
    patient = person(housing, source=source, episode=episode)
    assert first_level(tables(SCENARIO), 0, patient, u=u) == level
