"""What is said of those who have stayed longer than any stay lasts (docs/model.md, section 7)."""

from collections.abc import Callable

from sim.scenario.types import Scenario
from sim.start import overdue

CENSUS = """
[levels.detox]
length_of_stay = "5 days"
[levels.php]
length_of_stay = { dist = "exponential", mean = 20, max = 60 }
[levels.iop]
length_of_stay = { dist = "exponential", mean = 50 }
[start]
census = [
    { level = "detox", days = 4 }, { level = "detox", days = 6 },
    { level = "php", days = 61 }, { level = "php", days = 70 }, { level = "php", days = 59 },
    { level = "iop", days = 900 },
]
"""


def test_those_beyond_the_longest_stay_are_named_by_level(clinic: Callable[..., Scenario]) -> None:
    assert overdue(clinic(CENSUS)) == [
        "detox: 1 in the census has stayed longer than any stay lasts there, and will leave on day 0",
        "php: 2 in the census have stayed longer than any stay lasts there, and will leave on day 0",
    ]


def test_nothing_is_said_of_a_run_that_starts_empty(clinic: Callable[..., Scenario]) -> None:
    assert overdue(clinic('[levels.detox]\nlength_of_stay = "5 days"\n')) == []
