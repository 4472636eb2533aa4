import numpy as np
import pytest
from logs import figure, log_of, point

from sim.measures.outcomes import episodes, returns, returns_curves

# Discharges on days 10 (dropout at a, back 15 days later), 20 (completed at b after a relapse, never back),
# 30 (completed at b, dies on day 50) and 40 (reneged without an admission: no episode of care).
FOUR = """
0  1 request a
0  1 admit a
0  2 request b
0  2 admit b
0  3 request b
0  3 admit b
5  2 relapse b
10 1 leave a dropout
10 1 discharge a dropout
20 2 leave b completed
20 2 discharge b completed
25 1 return_to_care
25 1 request b
25 1 admit b
30 3 leave b completed
30 3 discharge b completed
35 4 request a
40 4 renege a
40 4 discharge a reneged
42 4 return_to_care
42 4 request a
50 3 death
"""


def test_completion_is_a_share_of_the_discharges_of_admitted_patients() -> None:
    table = episodes(log_of(FOUR, window=(0, 73)))  # 73 days: a fifth of a year, 2.4 months
    assert figure(table, "episodes.completed.share") == pytest.approx(2 / 3, abs=1e-9)
    assert figure(table, "episodes.dropout.share") == pytest.approx(1 / 3, abs=1e-9)
    assert figure(table, "episodes.reneged.share") == 0.0
    assert figure(table, "episodes.completed.per_month") == pytest.approx(2 / 2.4, abs=1e-9)
    assert figure(table, "episodes.completed_relapse_free.per_month") == pytest.approx(1 / 2.4, abs=1e-9)


def test_returns_are_counted_from_the_discharge() -> None:
    table = returns(log_of(FOUR, window=(0, 73), end=200))
    assert figure(table, "return_to_care.within_30_days") == pytest.approx(1 / 3, abs=1e-9)
    assert figure(table, "return_to_care.within_30_days", "a") == 1.0
    assert figure(table, "return_to_care.within_90_days", "b") == 0.0
    assert np.isnan(figure(table, "return_to_care.within_365_days"))


def test_the_dead_cannot_return_and_are_not_censored() -> None:
    # Two discharges on day 0 + 1: one dies on day 11, the other returns on day 21: 1/2, not 1.
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        0 2 request a
        0 2 admit a
        1 1 leave a completed
        1 1 discharge a completed
        1 2 leave a completed
        1 2 discharge a completed
        11 1 death
        21 2 return_to_care
        21 2 request a
        """,
        window=(0, 10),
        end=100,
    )
    assert figure(returns(log), "return_to_care.within_30_days") == pytest.approx(1 / 2, abs=1e-9)


def test_who_has_not_returned_by_the_end_is_censored() -> None:
    # Discharged on days 1 and 9; the log ends on day 15. The first returns after 10 days, when the second
    # has been followed for 6 only: one of one at risk.
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        0 2 request a
        0 2 admit a
        1 1 leave a completed
        1 1 discharge a completed
        9 2 leave a completed
        9 2 discharge a completed
        11 1 return_to_care
        11 1 request a
        """,
        window=(0, 10),
        end=15,
    )
    assert point(returns_curves(log), "return_to_care", 9) == 0.0
    assert point(returns_curves(log), "return_to_care", 10) == 1.0


def test_without_a_clock_for_the_return_there_is_no_measure_of_it() -> None:
    log = log_of(FOUR, window=(0, 73), follows=False)
    assert len(returns(log)) == 0
    assert len(returns_curves(log)) == 0


def test_nobody_discharged_gives_no_shares() -> None:
    table = episodes(log_of(""))
    assert np.isnan(figure(table, "episodes.completed.share"))
    assert figure(table, "episodes.completed.per_month") == 0.0
