from dataclasses import replace

import numpy as np
import pytest
from logs import figure, log_of, point
from traces import holding, no_waiting, one_place

from sim.measures.stays import ended, stays, stays_curves

MIXED = """
0 1 request a
0 1 admit a
0 2 request a
0 2 admit a
0 3 request a
0 3 admit a
0 4 request a
0 4 admit a
2 1 leave a dropout
2 1 discharge a dropout
4 2 ready a ->b completed
4 2 request b
4 3 leave a administrative
4 3 discharge a administrative
7 2 leave a completed
7 2 admit b
"""
# Of four at a: dropout on day 2, completed and administrative on day 4 (blocked to day 7), one still there.


def test_length_of_stay_without_and_with_the_time_blocked() -> None:
    table = stays(holding())
    assert figure(table, "stay.clinical.mean", "a") == pytest.approx(2.0, abs=1e-9)
    assert figure(table, "stay.place.mean", "a") == pytest.approx(4.0, abs=1e-9)  # (2 + 5 + 5) / 3
    assert figure(table, "stay.place.median", "a") == 5.0
    assert figure(table, "stay.clinical.median", "b") == 5.0


def test_an_unfinished_stay_is_censored_and_not_dropped() -> None:
    # 4, 4 and a third of 2 days so far: nobody is known to have left before day 4.
    table = stays(one_place())
    assert figure(table, "stay.clinical.mean", "a") == pytest.approx(4.0, abs=1e-9)
    assert figure(table, "stay.clinical.median", "a") == 4.0


def test_quartiles_of_stays_are_the_first_day_by_which_that_share_has_ended() -> None:
    table = stays(log_of(MIXED))
    assert figure(table, "stay.clinical.p25", "a") == 2.0
    assert figure(table, "stay.clinical.median", "a") == 4.0
    assert figure(table, "stay.clinical.p75", "a") == 4.0
    assert figure(table, "stay.place.p75", "a") == 7.0
    # Area up to day 10, where the last is censored: 2 + 2 × 3/4 + 6 × 1/4.
    assert figure(table, "stay.clinical.mean", "a") == pytest.approx(5.0, abs=1e-9)


def test_stays_that_began_before_the_window_or_on_day_0_do_not_count() -> None:
    log = log_of(
        """
        -9 1 admit a start
        0 1 leave a completed
        0 1 discharge a completed
        1 2 request a
        1 2 admit a
        6 2 leave a completed
        6 2 discharge a completed
        7 3 request a
        7 3 admit a
        9 3 leave a completed
        9 3 discharge a completed
        """,
        window=(5.0, 10.0),
        start_patients=[1],
    )
    assert figure(stays(log), "stay.clinical.mean", "a") == 2.0


def test_a_stay_that_day_0_found_just_begun_does_not_count() -> None:
    log = log_of("0 1 admit a start\n4 1 leave a completed\n4 1 discharge a completed", start_patients=[1])
    assert np.isnan(figure(stays(log), "stay.clinical.mean", "a"))


def test_reasons_are_shares_of_the_stays_that_ended_in_the_window() -> None:
    table = ended(log_of(MIXED))
    for reason in ("dropout", "completed", "administrative"):
        assert figure(table, f"ended.{reason}.share", "a") == pytest.approx(1 / 3, abs=1e-9)
    assert figure(table, "ended.died.share", "a") == 0.0
    assert np.isnan(figure(table, "ended.dropout.share", "b"))


def test_a_stay_that_ends_at_the_end_of_the_window_has_not_ended_in_it() -> None:
    # [0, 12): two of three have ended, as the last one would on day 12.
    table = ended(no_waiting())
    (stays_ended,) = table[(table["measure"] == "ended.completed.share") & (table["level"] == "a")][
        "denominator"
    ]
    assert stays_ended == 2


def test_a_stay_ends_when_the_patient_is_ready() -> None:
    table = ended(log_of(MIXED, window=(0.0, 5.0), end=5.0))
    assert figure(table, "ended.completed.share", "a") == pytest.approx(1 / 3, abs=1e-9)


def test_curves_of_stays_add_up_to_one() -> None:
    table = stays_curves(log_of(MIXED))
    assert point(table, "in_stay", 1, "a") == 1.0
    assert point(table, "in_stay", 2, "a") == pytest.approx(3 / 4, abs=1e-9)
    assert point(table, "in_stay", 4, "a") == pytest.approx(1 / 4, abs=1e-9)
    assert point(table, "in_place", 4, "a") == pytest.approx(1 / 2, abs=1e-9)
    assert point(table, "ended.dropout", 10, "a") == pytest.approx(1 / 4, abs=1e-9)
    assert point(table, "ended.administrative", 10, "a") == pytest.approx(1 / 4, abs=1e-9)
    assert point(table, "ended.completed", 3, "a") == 0.0


def test_completed_and_transferred_stays_end_well() -> None:
    log = log_of(MIXED)
    assert figure(ended(log), "positive_completion.share", "a") == pytest.approx(1 / 3, abs=1e-9)
    moved = replace(log, reasons=tuple(name.replace("administrative", "transferred") for name in log.reasons))
    assert figure(ended(moved), "positive_completion.share", "a") == pytest.approx(2 / 3, abs=1e-9)
    assert np.isnan(figure(ended(moved), "positive_completion.share", "b"))
