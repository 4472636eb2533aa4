"""How fast clocks ring, against formulas worked by hand."""

from collections.abc import Callable
from math import exp, log

import numpy as np
import pytest

from sim.flows.hazards import Hazards, hazard
from sim.flows.lanes import Lanes
from sim.flows.lengths import Begun, Floats
from sim.plan import plan
from sim.rules.conditions import Person
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]
AGES = np.array([0.0, 1.0, 5.0, 20.0, 80.0])
BEGUN = Begun(*(np.array(column) for column in ([0, 0, 1], [5.0, 20.0, 20.0], [5.0, 20.0, 20.0])), *[
    np.array(column) for column in ([0, 0, 0], [0.5, 0.5, 1.0], [0, 0, 1])
])  # fmt: skip
"""Two stays of the first kind of patient, one of the second."""


def found(clinic: Clinic, dropout: str) -> Hazards:
    """The hazards of a dropout clock; those of the second kind of patient are doubled by an effect."""
    made = plan(
        clinic(f"""
[traits.housing]
shares = {{ stable = 0.5, unstable = 0.5 }}
[effects.housing.unstable]
dropout = {{ hazard_ratio = 2.0 }}
[levels.iop]
length_of_stay = "20 days"
dropout = {dropout}
""")
    )
    people = [Person((trait,), -1, 0, 0, (0.0,) * 6) for trait in (0, 1)]
    one = hazard(made.tables, made.tables.cells[0].dropout, 0, people, BEGUN, AGES)
    return Hazards([one], AGES, relapse=True)


def by_age(clinic: Clinic, dropout: str) -> Floats:
    return found(clinic, dropout).found[0].by_age


def test_a_weibull_clock_has_the_power_of_age_as_its_hazard_and_ratios_multiply_it(clinic: Clinic) -> None:
    hazards = by_age(clinic, '{ dist = "weibull", shape = 0.5, scale = 20 }')
    assert hazards[:, 0] == pytest.approx([(age / 20) ** 0.5 for age in AGES], rel=1e-14)
    assert hazards[:, 1] == pytest.approx([2 * (age / 20) ** 0.5 for age in AGES], rel=1e-14)


def test_a_clock_that_may_never_ring_has_a_hazard_with_an_end(clinic: Clinic) -> None:
    hazards = by_age(clinic, '{ dist = "exponential", mean = 10, ever = 0.25 }')
    assert hazards[:, 0] == pytest.approx([-log(0.75 + 0.25 * exp(-age / 10)) for age in AGES], rel=1e-12)


def test_a_cut_clock_has_rung_for_all_at_its_end(clinic: Clinic) -> None:
    # uniform on 0 to 20: S = 1 − age/20
    hazards = by_age(clinic, '{ dist = "uniform", low = 0, high = 20 }')
    assert np.exp(-hazards[:, 0]) == pytest.approx([1.0, 0.95, 0.75, 0.0, 0.0], abs=1e-12)
    # exponential up to 40 days: S = (e^−x − e^−4) / (1 − e^−4) x in tens of days, the ratio first
    cut = by_age(clinic, '{ dist = "exponential", mean = 10, max = 40 }')
    for column, ratio in ((0, 1), (1, 2)):
        left = [(exp(-ratio * age / 10) - exp(-ratio * 4)) / (1 - exp(-ratio * 4)) for age in AGES[:4]]
        assert np.exp(-cut[:4, column]) == pytest.approx(left, rel=1e-9)


def test_only_an_exponential_clock_has_no_memory(clinic: Clinic) -> None:
    assert not found(clinic, '{ dist = "exponential", mean = 10 }').memory
    assert found(clinic, '{ dist = "weibull", shape = 1.5, scale = 20 }').memory
    assert not found(clinic, "0.4").memory


def test_a_probability_is_spread_over_the_planned_days_of_each_stay(clinic: Clinic) -> None:
    # −ln(1 − p) over 5 or 20 planned days; the second step of ages has 4 of them
    hazards = found(clinic, "0.4")
    lanes = Lanes(BEGUN, np.arange(3))
    whole = -log(0.6)
    assert hazards.during(1, lanes)[0] == pytest.approx([4 * whole / 5, 4 * whole / 20, 4 * 2 * whole / 20])
