import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import figure, log_of, log_of_rows, point
from traces import holding, one_place, patience, priority

from sim.measures.waits import waits, waits_curves

SEVEN = "share_within_7_days"


def test_waits_of_one_place_served_in_turn() -> None:
    table = waits(one_place())  # 0, 3, 6
    assert figure(table, "wait.mean", "a") == pytest.approx(3.0, abs=1e-9)
    assert figure(table, "wait.median", "a") == 3.0
    assert figure(table, "wait.p90", "a") == pytest.approx(5.4, abs=1e-9)  # 3 + 0.8 × (6 − 3): type 7
    assert figure(table, "wait.share_waiting", "a") == pytest.approx(2 / 3, abs=1e-9)
    assert figure(table, f"wait.{SEVEN}", "a") == 1.0


def test_waits_of_those_who_waited_leave_the_zeros_out() -> None:
    table = waits(one_place())  # 3, 6
    assert figure(table, "wait.waited.mean", "a") == pytest.approx(4.5, abs=1e-9)
    assert figure(table, "wait.waited.p90", "a") == pytest.approx(5.7, abs=1e-9)  # 3 + 0.9 × 3


def test_priority_shortens_the_waits_of_some() -> None:
    # 0, 8.5, 2, 5, 10
    table = waits(priority())
    assert figure(table, "wait.mean", "a") == pytest.approx(5.1, abs=1e-9)
    assert figure(table, "wait.median", "a") == 5.0
    assert figure(table, f"wait.{SEVEN}", "a") == pytest.approx(3 / 5, abs=1e-9)


def test_who_gives_up_counts_among_all_who_asked_and_not_among_the_admitted() -> None:
    # Admitted after 0 and 3 days, one gave up after 3.
    table = waits(patience())
    assert figure(table, "wait.mean", "a") == pytest.approx(1.5, abs=1e-9)
    assert figure(table, "wait.offered.mean", "a") == pytest.approx(2.0, abs=1e-9)  # (0 + 3 + 3) / 3
    assert figure(table, f"wait.offered.{SEVEN}", "a") == pytest.approx(2 / 3, abs=1e-9)
    assert figure(table, "wait.offered.median", "a") == 3.0  # 2 of 3 admitted by day 3
    assert np.isnan(figure(table, "wait.offered.p90", "a"))  # never that many


def test_transfers_and_those_from_outside_are_told_apart_and_together() -> None:
    table = waits(holding())
    assert figure(table, "wait.outside.mean", "a") == pytest.approx(2.0, abs=1e-9)  # 0, 2, 4
    assert figure(table, "wait.transfers.mean", "b") == pytest.approx(2.0, abs=1e-9)  # 0, 3, 3
    assert np.isnan(figure(table, "wait.transfers.mean", "a"))
    assert np.isnan(figure(table, "wait.outside.mean", "b"))
    assert figure(table, "wait.share_waiting") == pytest.approx(4 / 6, abs=1e-9)


def test_who_still_waits_is_censored() -> None:
    # Admitted after 2 days; another waits since day 4, 6 days by the end of the log.
    log = log_of("""
        0 1 request a
        2 1 admit a
        4 2 request a
        """)
    table = waits(log)
    assert figure(table, "wait.mean", "a") == 2.0
    # Kaplan–Meier of the time on the list: 1 until day 2, then 1/2 until day 6: 2 + 4 / 2.
    assert figure(table, "wait.offered.mean", "a") == pytest.approx(4.0, abs=1e-9)
    assert figure(table, "wait.offered.median", "a") == 2.0
    assert np.isnan(figure(table, f"wait.offered.{SEVEN}", "a"))  # nobody was followed for 7 days


def test_those_who_asked_outside_the_window_do_not_count_and_later_admissions_do() -> None:
    log = log_of(
        """
        1 1 request a
        6 1 admit a
        6 2 request a
        12 2 admit a
        11 3 request a
        11 3 admit a
        """,
        window=(5.0, 10.0),
        end=20.0,
    )
    table = waits(log)
    assert figure(table, "wait.mean", "a") == 6.0


def test_those_waiting_on_day_0_do_not_count() -> None:
    log = log_of(
        """
        0 1 request a start
        -3 2 request a start
        4 1 admit a
        5 2 admit a
        5 3 request a
        6 3 admit a
        """,
        start_patients=[1, 2],
    )
    assert figure(waits(log), "wait.mean", "a") == 1.0


def test_a_divert_begins_a_wait_anew_in_a_line_and_goes_on_for_the_request() -> None:
    log = log_of("""
        1 1 request a
        4 1 divert a ->b
        6 1 admit b
        """)
    table = waits(log)
    assert np.isnan(figure(table, "wait.mean", "a"))
    assert figure(table, "wait.offered.mean", "a") == 3.0
    assert figure(table, f"wait.offered.{SEVEN}", "a") == 0.0  # diverted: it will never be
    assert figure(table, "wait.mean", "b") == 2.0
    assert figure(table, "wait.mean") == 5.0


def test_a_wait_of_exactly_seven_days_is_within_seven() -> None:
    log = log_of("1.3 1 request a\n8.3 1 admit a")
    assert figure(waits(log), f"wait.{SEVEN}", "a") == 1.0
    assert figure(waits(log), f"wait.offered.{SEVEN}", "a") == 1.0


def test_the_curve_of_admissions_counts_all_who_asked() -> None:
    table = waits_curves(patience())
    assert point(table, "admitted", 0, "a") == pytest.approx(1 / 3, abs=1e-9)
    assert point(table, "admitted", 3, "a") == pytest.approx(2 / 3, abs=1e-9)
    assert point(table, "admitted", 12, "a") == pytest.approx(2 / 3, abs=1e-9)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_percentiles_of_waits_are_those_of_numpy(days: list[int]) -> None:
    rows = [(0.0, number, "request", "a", "", "", np.nan) for number in range(1, len(days) + 1)]
    rows += [(wait / 7, number, "admit", "a", "", "", np.nan) for number, wait in enumerate(days, start=1)]
    table = waits(log_of_rows(rows, levels=("a",), window=(0.0, 1.0), end=10.0))
    known = np.round(np.array(days) / 7, 9)
    assert figure(table, "wait.median", "a") == np.percentile(known, 50)
    assert figure(table, "wait.p90", "a") == np.percentile(known, 90)
    assert figure(table, "wait.mean", "a") == pytest.approx(np.mean(known), abs=1e-12)


def test_nobody_asked_gives_no_figures() -> None:
    table = waits(log_of(""))
    assert table["value"].isna().all()
    shares = table.dropna(subset="denominator")
    assert (shares["denominator"] == 0).all()
