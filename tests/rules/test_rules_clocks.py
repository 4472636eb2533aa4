"""From a uniform number to a time: by trait, by probability, with ratios, and given days already spent."""

from collections.abc import Callable
from math import exp, inf
from math import log as ln
from typing import Any

import pytest

from sim.rules.clocks import chance_of_silence, days_until, days_until_beyond
from sim.tables import Tables

SCENARIO = """
[traits.housing]
shares = { stable = 0.5, street = 0.5 }
[levels.a]
length_of_stay = { by = "housing", street = "3 days", default = "8 days" }
dropout = { dist = "exponential", mean = 10 }
relapse = 0.2
[effects.housing.street]
dropout = { hazard_ratio = 2 }
relapse = { odds_ratio = 4 }
"""
STABLE, STREET = 0, 1
PEOPLE = (STABLE, STREET)


@pytest.fixture
def t(tables: Callable[[str], Tables]) -> Tables:
    return tables(SCENARIO)


def test_a_distribution_may_differ_by_trait(t: Tables, person: Callable[..., Any]) -> None:
    stay = t.cells[0].stay
    assert [days_until(t, stay, 0, person(one), u=0.3, planned=0.0) for one in PEOPLE] == [8, 3]


@pytest.mark.parametrize("u", [0.1, 0.5, 0.99])
def test_an_exponential_time_is_divided_by_the_hazard_ratio(
    u: float, t: Tables, person: Callable[..., Any]
) -> None:
    """−10 ln(1 − u), and half of it at twice the hazard."""
    times = [days_until(t, t.cells[0].dropout, 0, person(one), u=u, planned=0.0) for one in PEOPLE]
    assert times == pytest.approx([-10 * ln(1 - u), -5 * ln(1 - u)])


@pytest.mark.parametrize(("u", "before_the_end"), [(0.19, True), (0.21, False)])
def test_a_probability_rings_before_the_planned_end_in_its_share(
    u: float, before_the_end: bool, t: Tables, person: Callable[..., Any]
) -> None:
    rings = days_until(t, t.cells[0].relapse, 0, person(STABLE), u=u, planned=30.0)
    assert rings == pytest.approx(30 * ln(1 - u) / ln(0.8))
    assert (rings < 30) is before_the_end


@pytest.mark.parametrize(("u", "before_the_end"), [(0.49, True), (0.51, False)])
def test_an_odds_ratio_acts_on_the_probability(
    u: float, before_the_end: bool, t: Tables, person: Callable[..., Any]
) -> None:
    """Odds of 1:4 times 4 are 1:1."""
    rings = days_until(t, t.cells[0].relapse, 0, person(STREET), u=u, planned=30.0)
    assert (rings < 30) is before_the_end


def test_an_exponential_clock_forgets_the_days_already_spent(t: Tables, person: Callable[..., Any]) -> None:
    beyond = days_until_beyond(t, t.cells[0].dropout, 0, person(STABLE), u=0.4, planned=0.0, days=25.0)
    assert beyond == pytest.approx(25 - 10 * ln(0.6))


def test_a_fixed_stay_beyond_its_length_has_ended(t: Tables, person: Callable[..., Any]) -> None:
    spent = [1.0, 8.0, 9.0]
    ends = [
        days_until_beyond(t, t.cells[0].stay, 0, person(STABLE), u=0.5, planned=0.0, days=d) for d in spent
    ]
    assert ends == [8.0, 8.0, 9.0]


def test_the_chance_of_silence_is_the_survival_curve(t: Tables, person: Callable[..., Any]) -> None:
    """e^(−t/10), its square at twice the hazard; 0.8^(t/30) for the probability."""
    dropout, relapse = t.cells[0].dropout, t.cells[0].relapse
    still = [chance_of_silence(t, dropout, 0, person(one), days=7.0, planned=0.0) for one in PEOPLE]
    assert still == pytest.approx([exp(-0.7), exp(-1.4)])
    silent = chance_of_silence(t, relapse, 0, person(STABLE), days=7.0, planned=30.0)
    assert silent == pytest.approx(0.8 ** (7 / 30))


def test_in_a_stay_of_no_length_a_probability_rings_at_once_or_never(
    t: Tables, person: Callable[..., Any]
) -> None:
    times = [days_until(t, t.cells[0].relapse, 0, person(STABLE), u=u, planned=0.0) for u in (0.1, 0.5)]
    assert times == [0.0, inf]
