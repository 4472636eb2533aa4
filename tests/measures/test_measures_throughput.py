import pytest
from logs import figure, log_of
from traces import holding

from sim.measures.throughput import throughput


def test_rates_are_per_day_of_the_window() -> None:
    table = throughput(holding())  # 3 patients through both levels in 20 days
    assert figure(table, "asked.per_day", "a") == pytest.approx(3 / 20, abs=1e-9)
    assert figure(table, "admissions.per_day", "b") == pytest.approx(3 / 20, abs=1e-9)
    assert figure(table, "admissions.per_day") == pytest.approx(3 / 20, abs=1e-9)  # first admissions only
    assert figure(table, "stays_ended.per_day") == pytest.approx(6 / 20, abs=1e-9)
    assert figure(table, "discharges.per_day", "a") == 0.0
    assert figure(table, "discharges.per_day", "b") == pytest.approx(3 / 20, abs=1e-9)


def test_a_month_is_a_twelfth_of_365_days() -> None:
    table = throughput(holding())
    assert figure(table, "discharges.per_month", "b") == pytest.approx(3 / 20 * 365 / 12, abs=1e-9)


def test_what_happens_outside_the_window_and_on_day_0_does_not_count() -> None:
    log = log_of(
        """
        0 1 admit a start
        0 2 request a start
        1 2 admit a
        4 1 leave a completed
        4 1 discharge a completed
        11 2 leave a completed
        11 2 discharge a completed
        """,
        end=20.0,
        start_patients=[1, 2],
    )
    table = throughput(log)
    assert figure(table, "asked.per_day", "a") == 0.0
    assert figure(table, "admissions.per_day", "a") == pytest.approx(1 / 10, abs=1e-9)
    assert figure(table, "discharges.per_day", "a") == pytest.approx(1 / 10, abs=1e-9)
