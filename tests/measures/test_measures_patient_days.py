from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from logs import Row, any_rows, figure, log_of, log_of_rows
from traces import holding

from sim.measures.census import census
from sim.measures.histories import histories
from sim.measures.patient_days import patient_days

TWO_STAYS = """
0    1 request a
0.5  1 admit a
2.25 1 leave a dropout       # midnights 1 and 2: two days counted, 1.75 spent
2.25 1 discharge a dropout
3.25 2 request a
3.25 2 admit a
3.75 2 leave a completed     # in and out on one day: one day counted, 0.5 spent
3.75 2 discharge a completed
8    3 request b
8.5  3 admit b               # still there: days 8 and 9, 1.5 spent in the window
"""


def test_the_average_daily_census_counts_midnights_and_a_stay_of_one_day_once() -> None:
    table = patient_days(log_of(TWO_STAYS))
    assert figure(table, "adc", "a") == pytest.approx((2 + 1) / 10)
    assert figure(table, "adc", "b") == pytest.approx(2 / 10)
    assert figure(table, "adc") == pytest.approx(5 / 10)


def test_who_leaves_at_midnight_is_not_counted_for_the_day_that_begins() -> None:
    log = log_of("""
        0 1 request a
        0 1 admit a
        3 1 leave a completed
        3 1 discharge a completed
        """)
    assert figure(patient_days(log), "adc", "a") == pytest.approx(3 / 10)


def test_only_the_whole_days_of_the_window_are_counted() -> None:
    table = patient_days(log_of(TWO_STAYS, window=(0.75, 3.5), end=10.0))  # days 1 and 2: ann on day 1 alone
    assert figure(table, "adc", "a") == pytest.approx(1 / 2)
    assert np.isnan(figure(patient_days(log_of(TWO_STAYS, window=(0.75, 1.5), end=10.0)), "adc", "a"))


def test_the_length_of_stay_is_told_of_discharges_and_by_littles_law() -> None:
    table = patient_days(log_of(TWO_STAYS))
    assert figure(table, "alos.discharges", "a") == pytest.approx((1.75 + 0.5) / 2)
    assert figure(table, "alos.discharges.median", "a") == pytest.approx((1.75 + 0.5) / 2)
    assert figure(table, "alos.little", "a") == pytest.approx((1.75 + 0.5) / 2)
    assert np.isnan(figure(table, "alos.discharges", "b"))  # nobody has left
    assert figure(table, "alos.little", "b") == pytest.approx(1.5)
    assert figure(table, "alos.discharges") == pytest.approx((1.75 + 0.5) / 2)
    assert figure(table, "alos.little") == pytest.approx((1.75 + 0.5 + 1.5) / 3)


def test_patients_of_day_0_count_with_all_their_days_but_not_as_admissions() -> None:
    log = log_of(
        """
        -4 1 admit a start
        2  1 leave a dropout
        2  1 discharge a dropout
        """,
        start_patients=[1],
    )
    table = patient_days(log)
    assert figure(table, "alos.discharges", "a") == pytest.approx(6.0)
    assert np.isnan(figure(table, "alos.little", "a"))
    assert figure(table, "adc", "a") == pytest.approx(2 / 10)
    assert figure(table, "dropouts.per_1000_patient_days", "a") == pytest.approx(1000 * 1 / 2)


def test_a_stay_that_day_0_found_just_begun_is_no_admission() -> None:
    log = log_of("0 1 admit a start\n4 1 leave a completed\n4 1 discharge a completed", start_patients=[1])
    assert np.isnan(figure(patient_days(log), "alos.little", "a"))


def test_dropouts_are_told_for_a_thousand_patient_days() -> None:
    table = patient_days(log_of(TWO_STAYS))
    assert figure(table, "dropouts.per_1000_patient_days", "a") == pytest.approx(1000 * 1 / 2.25)
    assert figure(table, "dropouts.per_1000_patient_days", "b") == 0.0
    assert figure(table, "dropouts.per_1000_patient_days") == pytest.approx(1000 * 1 / 3.75)


def test_where_nobody_was_there_are_no_rates() -> None:
    table = patient_days(log_of(""))
    assert figure(table, "adc", "a") == 0.0
    for name in ("alos.discharges", "alos.little", "dropouts.per_1000_patient_days"):
        assert np.isnan(figure(table, name, "a"))


@settings(max_examples=30)
@given(any_rows(levels=("a", "b")))
def test_days_counted_one_by_one_give_the_average_daily_census(rows: list[Row]) -> None:
    shifted = [(row[0] + 0.25, *row[1:]) if row[1] else row for row in rows]
    log = log_of_rows(shifted, levels=("a", "b"), window=(3.0, 23.0), end=31.0)
    stays = histories(log).stays
    table = patient_days(log)
    for level, name in enumerate(log.levels):
        counted = 0
        for day in range(3, 23):
            for begin, end in zip(
                stays.admitted[stays.level == level], stays.left[stays.level == level], strict=True
            ):
                there = begin < day + 1 and not end < day + 1
                counted += there or floor(begin) == day == floor(end if end == end else np.inf)  # noqa: PLR0124
        assert figure(table, "adc", name) == pytest.approx(counted / 20)


@settings(max_examples=20)
@given(any_rows(levels=("a", "b")))
def test_littles_length_of_stay_is_mean_census_by_admission_rate(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=("a", "b"), window=(3.0, 23.0), end=31.0)
    table, held, stays = patient_days(log), census(log), histories(log).stays
    for level, name in enumerate(log.levels):
        admitted = np.sum((stays.level == level) & (stays.admitted >= 3) & (stays.admitted < 23))
        if admitted:
            expected = figure(held, "census.mean", name) * 20 / admitted
            assert figure(table, "alos.little", name) == pytest.approx(expected)


def test_the_days_of_a_held_place_count() -> None:
    log = holding()
    held = patient_days(log)
    days = log.window_end - log.window_start
    for name in log.levels:
        admitted = np.sum(histories(log).stays.level == log.levels.index(name))
        expected = figure(census(log), "census.mean", name) * days / admitted
        assert figure(held, "alos.little", name) == pytest.approx(expected)
