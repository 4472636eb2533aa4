"""The arithmetic of staff, against the tables of operations.md (sections 2.3 and 2.4) and by hand."""

import pytest

from sim import staffing
from sim.staffing import caseload, fte, fte_of, net_hours, post, ratio, relief_factor, working_hours


@pytest.mark.parametrize(
    ("net", "round_the_clock", "eight_hours", "twelve_hours"),
    [(1698, 5.16, 1.72, 2.58), (1850, 4.74, 1.58, 2.37), (1900, 4.61, 1.54, 2.31)],
)
def test_relief_factors_are_those_of_the_table(
    net: float, round_the_clock: float, eight_hours: float, twelve_hours: float
) -> None:
    # operations.md, section 2.3: 8,760, 2,920 and 4,380 hours a year ÷ net hours
    for hours, factor in ((24, round_the_clock), (8, eight_hours), (12, twelve_hours)):
        assert round(relief_factor(hours_per_day=hours, days_per_week=7, net=net), 2) == factor


def test_without_any_absence_a_post_round_the_clock_takes_4_2() -> None:
    net = net_hours(paid_per_week=40, absent_per_year=0)
    assert net == 2080
    assert round(relief_factor(hours_per_day=24, days_per_week=7, net=net), 1) == 4.2


def test_a_post_of_office_hours_is_five_sevenths_of_one_of_every_day() -> None:
    factor = relief_factor(hours_per_day=8, days_per_week=5, net=1850)
    assert factor == pytest.approx(8 * 5 / 7 * 365 / 1850)


def test_working_hours_leave_out_meetings_and_absence() -> None:
    # operations.md, section 2.4: 5 hours of meetings, 11.5 % absent: 35 × 0.885
    hours = working_hours(paid_per_week=40, absent_per_year=0.115 * 2080, meetings_per_week=5)
    assert hours == pytest.approx(30.975)


def test_posts_are_there_whoever_comes_and_ratios_are_rounded_up() -> None:
    nurse = post(posts=1, relief=4.74)
    assert [fte(nurse, n) for n in (0, 1, 40)] == [4.74, 4.74, 4.74]
    tech = ratio(patients_per_staff=7, at_least=2, relief=1.5)
    assert [fte(tech, n) for n in (0, 7, 14, 15, 21, 22)] == [3.0, 3.0, 3.0, 4.5, 4.5, 6.0]
    assert (
        fte(ratio(patients_per_staff=0.7, at_least=0, relief=1), 21) == 30
    )  # as doubles 21 ÷ 0.7 is above 30


def test_caseloads_are_not_rounded() -> None:
    # operations.md, section 2.4: 36 clients at 1:24
    assert fte(caseload(patients_per_staff=24), 36) == 1.5


def test_the_greatest_alternative_holds_and_shifts_add_up() -> None:
    day = ratio(patients_per_staff=7, at_least=0, relief=2.0)
    night = ratio(patients_per_staff=10, at_least=0, relief=1.0)
    awake = post(posts=2, relief=1.0)
    lines = [[[day], [night, awake]], [[caseload(patients_per_staff=2)]]]
    # 8 patients: 2 × 2.0 by day; by night the greater of 1 and 2: 6. One in two: 4
    assert fte_of(lines, 8) == 6.0
    # 30: 5 × 2.0 + 3 × 1.0 = 13, 15 by caseload
    assert fte_of(lines, 30) == 15.0
    assert fte_of([], 30) == 0.0


def test_the_examples_in_the_docstrings_hold() -> None:
    import doctest  # noqa: PLC0415 (only here)

    assert doctest.testmod(staffing).failed == 0
