from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import Row, any_rows, figure, log_of, log_of_rows
from traces import holding, no_waiting, one_place, patience, priority

from sim.log import Log
from sim.measures.census import DAILY_COLUMNS, census, daily
from sim.measures.histories import histories

LEVELS = ("a", "b", "c")


def on_day(log: Log, day: int, level: str, measure: str) -> float:
    table = daily(log)
    chosen = (table["day"] == day) & (table["level"] == level) & (table["measure"] == measure)
    (value,) = table[chosen]["value"]
    return float(value)


def test_one_place_is_always_full_and_0_9_wait() -> None:
    table = census(one_place())
    assert figure(table, "census.mean", "a") == pytest.approx(1.0, abs=1e-9)  # 10 days of 10
    assert figure(table, "occupancy", "a") == pytest.approx(1.0, abs=1e-9)
    assert figure(table, "waiting.mean", "a") == pytest.approx(0.9, abs=1e-9)  # (3 + 6) / 10


def test_patience_shortens_the_waitlist() -> None:
    assert figure(census(patience()), "waiting.mean", "a") == pytest.approx(0.5, abs=1e-9)  # (3 + 3) / 12


def test_priority_does_not_change_how_many_wait() -> None:
    # (8.5 + 2 + 5 + 10) / 20
    assert figure(census(priority()), "waiting.mean", "a") == pytest.approx(1.275, abs=1e-9)


def test_nobody_waits_where_nobody_may() -> None:
    table = census(no_waiting())
    assert figure(table, "waiting.max", "a") == 0.0
    assert figure(table, "census.mean", "a") == pytest.approx(1.0, abs=1e-9)  # [0, 4), [4, 8), [8, 12)


def test_a_held_place_is_census_and_blocked_but_not_care() -> None:
    table = census(holding())
    assert figure(table, "census.mean", "a") == pytest.approx(0.6, abs=1e-9)  # (2 + 5 + 5) / 20
    assert figure(table, "in_care.mean", "a") == pytest.approx(0.3, abs=1e-9)  # (2 + 2 + 2) / 20
    assert figure(table, "blocked.mean", "a") == pytest.approx(0.3, abs=1e-9)  # (0 + 3 + 3) / 20
    assert figure(table, "blocked.share", "a") == pytest.approx(0.5, abs=1e-9)
    assert figure(table, "census.mean", "b") == pytest.approx(0.75, abs=1e-9)  # 3 × 5 / 20
    assert figure(table, "waiting.mean", "b") == 0.0  # blocked patients wait in a place
    assert figure(table, "waiting.mean", "a") == pytest.approx(0.3, abs=1e-9)  # (2 + 4) / 20
    assert figure(table, "census.mean") == pytest.approx(1.35, abs=1e-9)
    assert figure(table, "occupancy") == pytest.approx(0.675, abs=1e-9)  # 27 of 40 days of places


def test_occupancy_follows_a_change_of_capacity() -> None:
    # 2 places for 4 days, 1 for 6: 14 days of places; one patient for 7 days.
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        4 0 capacity a =1
        7 1 leave a completed
        7 1 discharge a completed
        """,
        levels="a",
        capacity={"a": 2},
    )
    table = census(log)
    assert figure(table, "occupancy", "a") == pytest.approx(7 / 14, abs=1e-9)
    assert figure(table, "capacity.mean", "a") == pytest.approx(1.4, abs=1e-9)
    assert figure(table, "capacity.mean") == pytest.approx(1.4, abs=1e-9)


def test_an_unlimited_level_has_a_census_but_no_occupancy() -> None:
    table = census(log_of("0 1 request a\n0 1 admit a", levels="a"))
    assert figure(table, "census.mean", "a") == 1.0
    assert np.isnan(figure(table, "capacity.mean", "a"))
    assert np.isnan(figure(table, "occupancy", "a"))
    assert np.isnan(figure(table, "occupancy"))


def test_a_level_without_places_has_no_occupancy_rather_than_none() -> None:
    table = census(log_of("0 1 request a", levels="a", capacity={"a": 0}))
    assert np.isnan(figure(table, "occupancy", "a"))
    assert figure(table, "waiting.mean", "a") == 1.0


def test_those_there_on_day_0_fill_places_and_the_time_before_does_not_count() -> None:
    log = log_of(
        """
        -30 1 admit a start
        5 1 leave a completed
        5 1 discharge a completed
        """,
        levels="a",
        capacity={"a": 1},
        start_patients=[1],
    )
    assert figure(census(log), "census.mean", "a") == pytest.approx(0.5, abs=1e-9)


def test_the_daily_figure_counts_the_day_of_admission_and_not_that_of_discharge() -> None:
    log = log_of("""
        1.5 1 request a
        1.5 1 admit a
        3.2 1 leave a completed
        3.2 1 discharge a completed
        """)
    assert [on_day(log, day, "a", "census") for day in range(5)] == [0, 1, 1, 0, 0]


def test_what_happens_at_midnight_belongs_to_the_new_day() -> None:
    log = log_of("""
        2 1 request a
        2 1 admit a
        4 1 leave a completed
        4 1 discharge a completed
        """)
    assert [on_day(log, day, "a", "census") for day in range(5)] == [0, 0, 1, 1, 0]


def test_the_daily_table_has_every_whole_day_of_the_window_and_no_other() -> None:
    table = daily(log_of("0 1 request a", window=(2.5, 6.5), end=9.0))
    assert tuple(table.columns) == DAILY_COLUMNS
    assert sorted(set(table["day"])) == [3, 4, 5]
    assert len(table) == 3 * 2 * 5


def test_an_unlimited_capacity_is_missing_in_the_daily_table() -> None:
    log = log_of("4.5 0 capacity a =3")
    assert np.isnan(on_day(log, 3, "a", "capacity"))
    assert on_day(log, 4, "a", "capacity") == 3.0


def test_percentiles_of_the_census_are_weighted_by_time() -> None:
    # One patient throughout, a second for half a day of ten: P(census ≤ 1) = 0.95.
    log = log_of("""
        0 1 request a
        0 1 admit a
        3 2 request a
        3 2 admit a
        3.5 2 leave a completed
        3.5 2 discharge a completed
        """)
    table = census(log)
    assert figure(table, "census.p95", "a") == 1.0
    assert figure(table, "census.max", "a") == 2.0


def clipped(begin: Sequence[float], end: Sequence[float], window: tuple[float, float]) -> float:
    """Days of the intervals within the window, one interval at a time."""
    stops = [window[1] if np.isnan(stop) else stop for stop in end]
    return float(
        sum(
            max(0.0, min(stop, window[1]) - max(start, window[0]))
            for start, stop in zip(begin, stops, strict=True)
        )
    )


@settings(max_examples=40)
@given(any_rows(levels=LEVELS), st.integers(0, 15), st.integers(1, 30))
def test_littles_law_holds_in_any_window(rows: list[Row], start: int, length: int) -> None:
    # L = λ W: time-average number × days of the window = patients × their mean days within it.
    window = (float(start), float(start + length))
    log = log_of_rows(rows, levels=LEVELS, window=window, end=100.0)
    table, known = census(log), histories(log)
    for number, level in enumerate(LEVELS):
        stays = known.stays.level == number
        lines = (known.lines.level == number) & ~np.isnan(known.lines.home)
        assert figure(table, "census.mean", level) * length == pytest.approx(
            clipped(known.stays.admitted[stays], known.stays.left[stays], window), abs=1e-9
        )
        assert figure(table, "waiting.mean", level) * length == pytest.approx(
            clipped(known.lines.home[lines], known.lines.ended[lines], window), abs=1e-9
        )
    assert figure(table, "census.mean") == pytest.approx(
        sum(figure(table, "census.mean", level) for level in LEVELS), abs=1e-9
    )


@settings(max_examples=40)
@given(any_rows(levels=LEVELS))
def test_census_is_those_in_care_and_those_blocked(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=LEVELS, window=(0.0, 30.0), end=100.0)
    table = census(log)
    for level in ("", *LEVELS):
        parts = figure(table, "in_care.mean", level) + figure(table, "blocked.mean", level)
        assert figure(table, "census.mean", level) == pytest.approx(parts, abs=1e-9)


@settings(max_examples=40)
@given(any_rows(levels=LEVELS))
def test_the_daily_census_is_that_of_counting_patients_one_by_one(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=LEVELS, window=(0.0, 40.0), end=100.0)
    table = daily(log).set_index(["day", "level", "measure"])["value"]
    for day in (0, 3, 17, 39):
        for level in LEVELS:
            places = 0
            for time, patient, event, where, *_ in rows:
                if patient and time < day + 1 and where == level:
                    places += {"admit": 1, "leave": -1}.get(event, 0)
            assert table[(day, level, "census")] == places
