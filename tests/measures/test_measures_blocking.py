import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from logs import Row, any_rows, figure, log_of, log_of_rows
from traces import holding

from sim.measures.blocking import DELAY, blocked_by, blocked_stays
from sim.measures.census import census

LEVELS = ("a", "b", "c")


def cell(table: pd.DataFrame, level: str, waiting_for: str) -> float:
    rows = table[(table["level"] == level) & (table["waiting_for"] == waiting_for)]
    (days,) = rows["patient_days"]
    return float(days)


def test_days_lost_are_named_by_the_level_that_is_full() -> None:
    table = blocked_by(holding())
    assert len(table) == 1
    assert cell(table, "a", "b") == pytest.approx(6.0, abs=1e-9)  # 0 + 3 + 3


def test_days_before_she_asks_are_the_delay_and_not_the_next_levels_doing() -> None:
    log = log_of("""
        0 1 request a
        0 1 admit a
        2 1 ready a ->b completed
        3.5 1 request b
        7 1 leave a completed
        7 1 admit b
        """)
    table = blocked_by(log)
    assert cell(table, "a", DELAY) == pytest.approx(1.5, abs=1e-9)
    assert cell(table, "a", "b") == pytest.approx(3.5, abs=1e-9)


def test_days_lost_are_those_within_the_window() -> None:
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        2 1 ready a ->b completed
        2 1 request b
        """,
        window=(4.0, 10.0),
    )
    assert cell(blocked_by(log), "a", "b") == pytest.approx(6.0, abs=1e-9)


def test_two_of_three_are_blocked() -> None:
    table = blocked_stays(holding())
    assert figure(table, "stay.blocked.share", "a") == pytest.approx(2 / 3, abs=1e-9)
    assert figure(table, "stay.blocked.share", "b") == 0.0


def test_nobody_left_gives_no_share() -> None:
    assert np.isnan(figure(blocked_stays(log_of("")), "stay.blocked.share", "a"))


@settings(max_examples=40)
@given(any_rows(levels=LEVELS))
def test_the_days_lost_add_up_to_the_blocked_census(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=LEVELS, window=(5.0, 30.0), end=100.0)
    table, held = blocked_by(log), census(log)
    for level in LEVELS:
        lost = table[table["level"] == level]["patient_days"].sum()
        assert lost == pytest.approx(figure(held, "blocked.mean", level) * 25.0, abs=1e-9)
