"""What the traces of the rules share: the tables of a small scenario, and patients to ask about."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from sim.plan import plan
from sim.rules.conditions import Person
from sim.tables import Tables
from sim.words import COVARIATES

if TYPE_CHECKING:
    from sim.scenario.types import Scenario


@pytest.fixture
def tables(clinic: "Callable[..., Scenario]") -> Callable[[str], Tables]:
    """A function from a snippet of a scenario to its tables."""
    return lambda text: plan(clinic(text)).tables


@pytest.fixture
def person() -> Callable[..., Person]:
    """A function that makes a patient: from outside, of the first source, in the first level, new to care.

    Traits and names are numbers in the order of the scenario; further keywords set numbers of her course.
    """

    def make(*traits: int, origin: int = -1, source: int = 0, level: int = 0, **course: float) -> Person:
        numbers = {"episode": 1.0} | course
        return Person(traits, origin, source, level, tuple(numbers.get(name, 0.0) for name in COVARIATES))

    return make
