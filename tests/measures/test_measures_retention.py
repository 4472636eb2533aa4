import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from logs import Row, any_rows, figure, log_of, log_of_rows, point

from sim.measures.retention import relapse_free, retention, retention_curves

# First admissions on day 0: 1 drops out on day 20, returns and stays; 2 completes on day 40 (after a week at
# home between two levels); 3 dies on day 50; 4 is still there on day 100. 2 uses on day 60, 3 on day 25.
FOUR = """
0  1 request a
0  1 admit a
0  2 request a
0  2 admit a
0  3 request a
0  3 admit a
0  4 request b
0  4 admit b
20 1 leave a dropout
20 1 discharge a dropout
25 1 return_to_care
25 1 request a
25 1 admit a
25 3 relapse a
30 2 ready a ->b completed
30 2 request b
30 2 leave a completed
37 2 admit b
40 2 leave b completed
40 2 discharge b completed
50 3 death a
50 3 leave a died
50 3 discharge a died
60 2 return_to_use
"""


def four(*, follows: bool = True, window: tuple[float, float] = (0, 100)) -> pd.DataFrame:
    log = log_of(FOUR, window=window, end=100.0, follows=follows)
    return pd.concat([retention(log), relapse_free(log)])


def test_retention_is_the_share_not_yet_discharged_from_the_first_episode() -> None:
    table = four()
    assert figure(table, "retention.day_30") == pytest.approx(3 / 4, abs=1e-9)
    assert figure(table, "retention.day_90") == pytest.approx(1 / 4, abs=1e-9)
    assert np.isnan(figure(table, "retention.day_180"))  # nobody was followed so long
    # 20, 40, 50 and one censored on day 100: 20 + 20 × 3/4 + 10 × 1/2 + 50 × 1/4.
    assert figure(table, "episode.days.mean") == pytest.approx(52.5, abs=1e-9)
    assert figure(table, "episode.days.median") == 40.0


def test_retention_can_be_told_by_the_level_of_the_first_admission() -> None:
    table = four()
    assert figure(table, "retention.day_30", "a") == pytest.approx(2 / 3, abs=1e-9)
    assert figure(table, "retention.day_90", "b") == 1.0


def test_reasons_of_discharge_and_retention_add_up_to_one() -> None:
    table = retention_curves(log_of(FOUR, window=(0, 100)))
    parts = [point(table, f"discharged.{reason}", 60) for reason in ("dropout", "completed", "died")]
    assert parts == pytest.approx([1 / 4, 1 / 4, 1 / 4], abs=1e-9)
    assert point(table, "retention", 60) == pytest.approx(1 / 4, abs=1e-9)


def test_relapse_free_counts_use_after_the_discharge_and_the_dead_as_having_had_none() -> None:
    # Use: 3 on day 25, 2 on day 60. Patient 1 and 4 have none by day 100.
    table = four()
    assert figure(table, "relapse_free.day_30") == pytest.approx(3 / 4, abs=1e-9)
    assert figure(table, "relapse_free.day_90") == pytest.approx(1 / 2, abs=1e-9)


def test_who_dies_without_use_never_used() -> None:
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        0 2 request a
        0 2 admit a
        10 1 death a
        10 1 leave a died
        10 1 discharge a died
        20 2 relapse a
        """,
        window=(0, 100),
    )
    assert figure(relapse_free(log), "relapse_free.day_90") == pytest.approx(1 / 2, abs=1e-9)


def test_without_a_clock_after_discharge_the_curve_is_in_care_and_ends_with_it() -> None:
    # Only 3's relapse on day 25 is seen: at risk are then 2, 3 and 4, as 1 was discharged on day 20.
    table = four(follows=False)
    assert figure(table, "in_care.day_30") == pytest.approx(2 / 3, abs=1e-9)
    assert figure(table, "in_care.day_90") == pytest.approx(2 / 3, abs=1e-9)
    assert "relapse_free.day_30" not in set(table["measure"])


def test_a_relapse_that_ends_the_stay_comes_before_the_censoring_at_the_discharge() -> None:
    log = log_of(
        """
        0 1 request a
        0 1 admit a
        5 1 relapse a
        5 1 leave a relapse
        5 1 discharge a relapse
        """,
        window=(0, 100),
        follows=False,
    )
    assert figure(relapse_free(log), "in_care.day_30") == 0.0


def test_the_cohort_is_of_first_admissions_within_the_window() -> None:
    # Within [22, 100) nobody is first admitted: 1 is admitted on day 25 for the second time.
    table = four(window=(22, 100))
    assert np.isnan(figure(table, "retention.day_30"))


def test_patients_there_on_day_0_are_in_no_cohort_even_when_they_return() -> None:
    log = log_of(
        """
        0 1 admit a start
        5 1 leave a completed
        5 1 discharge a completed
        6 1 return_to_care
        6 1 request a
        6 1 admit a
        7 2 request a
        7 2 admit a
        """,
        window=(0, 100),
        start_patients=[1],
    )
    table = retention_curves(log)
    rows = table[(table["curve"] == "retention") & (table["group"] == "") & (table["day"] == 0)]
    assert rows["at_risk"].tolist() == [1]


@settings(max_examples=40)
@given(any_rows())
def test_retention_never_rises_and_shares_of_discharges_fill_the_rest(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=("a", "b", "c"), window=(0.0, 60.0), end=60.0)
    table = retention_curves(log)
    whole = table[table["group"] == ""]
    shares = whole.pivot_table(index="day", columns="curve", values="share", observed=True)
    if "retention" not in shares:
        return
    shares = shares.dropna()  # beyond the longest follow-up nothing is known
    discharged = shares[[name for name in shares if str(name).startswith("discharged.")]]
    np.testing.assert_allclose(discharged.sum(axis=1) + shares["retention"], 1.0, atol=1e-9)
    assert (shares["retention"].diff().dropna() <= 1e-12).all()
