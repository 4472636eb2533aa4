"""Hours of services a week, worked by hand, and the bands of ASAM levels."""

from collections.abc import Callable

import pytest

from sim.hours import hours_a_week
from sim.scenario.types import Scenario

TEXT = """
[levels.iop]
title = "Intensive outpatient (ASAM 2.1)"
length_of_stay = "8 weeks"
[levels.iop.services.group]
hours = 3
weekdays = ["mon", "tue", "wed", "thu", "fri"]
taper = [{ after = "4 weeks", weekdays = ["mon", "wed"] }]
after_relapse = { for = "1 week", weekdays = ["mon", "tue", "wed", "thu", "fri", "sat"] }
[levels.iop.services.individual]
hours = 1
per_week = 2
taper = [{ after = "2 weeks", per_week = 1 }]
[levels.op]
length_of_stay = "8 weeks"
"""


def test_hours_of_all_services_add_up_from_phase_to_phase(clinic: Callable[..., Scenario]) -> None:
    found = [(one.level, one.from_day, one.hours, one.after_relapse) for one in hours_a_week(clinic(TEXT))]
    # 5 × 3 + 2, 5 × 3 + 1, 2 × 3 + 1; after a relapse 6 × 3 with the individual sessions of the phase
    assert found == [("iop", 0, 17, 20), ("iop", 14, 16, 19), ("iop", 28, 7, 19)]


def test_hours_outside_the_band_of_the_level_are_said_so(clinic: Callable[..., Scenario]) -> None:
    found = [(one.band, one.within) for one in hours_a_week(clinic(TEXT))]
    words = "ASAM 2.1: 9 to 19"
    assert found == [(words, True), (words, True), (words, False)]


@pytest.mark.parametrize(
    ("title", "band", "within"),
    [
        ("Outpatient (ASAM 1)", "ASAM 1: below 9", False),
        ("PHP, ASAM 2.5", "ASAM 2.5: 20 or more", False),
        ("Detox (ASAM 3.7)", "", True),
        ("ASAM 2.1.3", "", True),
        ("Day programme", "", True),
    ],
)
def test_the_band_is_that_of_the_level_in_the_title(
    title: str, band: str, within: bool, clinic: Callable[..., Scenario]
) -> None:
    scenario = clinic(TEXT.replace("Intensive outpatient (ASAM 2.1)", title))
    first = hours_a_week(scenario)[0]
    assert (first.band, first.within) == (band, within)


def test_levels_without_services_have_no_row(clinic: Callable[..., Scenario]) -> None:
    assert hours_a_week(clinic("[levels.op]\nlength_of_stay = 3\n")) == []
