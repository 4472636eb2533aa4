import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import estimates
from sim.errors import SimError
from sim.measures.census import DAILY_MEASURES
from sim.measures.reduce import Layout, Reduced, reduce

sys.path.insert(0, str(Path(__file__).parent / "measures"))
from traces import holding

NAN = np.nan
Figure = tuple[float, float, float]  # value, numerator, denominator


def plain(value: float) -> Figure:
    return value, NAN, NAN


def ratio(over: float, under: float) -> Figure:
    return over / under if under else NAN, over, under


def reduced(
    values: Mapping[tuple[str, str], Figure],
    *,
    replication: int = 0,
    census: Sequence[float] = (),
    curve: Sequence[float] = (),
    at_risk: Sequence[int] = (),
    moves: Sequence[tuple[str, str, int]] = (),
    blocked: float = 0.0,
) -> Reduced:
    """One replication of one level "a" with just these figures; `blocked` by the same level."""
    days = np.zeros((len(census), 1, len(DAILY_MEASURES)))
    days[:, 0, DAILY_MEASURES.index("census")] = census
    days[:, 0, DAILY_MEASURES.index("capacity")] = NAN
    moved = np.zeros((2, 3), dtype=np.int64)
    for start, to, patients in moves:
        moved[("outside", "a").index(start), ("a", "completed", "dropout").index(to)] = patients
    return Reduced(
        replication=replication,
        layout=Layout(
            levels=("a",),
            reasons=("completed", "dropout"),
            measures=tuple(values),
            curves=(("retention", ""),),
            first_day=0,
        ),
        figures=np.array(list(values.values())).reshape(-1, 3),
        days=days,
        shares=np.array([curve], dtype=float),
        at_risk=np.array([at_risk or [0] * len(curve)], dtype=np.int32),
        moved=moved,
        blocked=np.array([[blocked, 0.0]]),
        notes=(),
    )


def many(measure: str, figures: Sequence[Figure], level: str = "a") -> list[Reduced]:
    """Replications with one figure each."""
    return [reduced({(measure, level): figure}, replication=number) for number, figure in enumerate(figures)]


def only_row(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def test_a_mean_has_its_t_interval_and_apart_from_it_the_range_of_replications() -> None:
    # 1 … 5: s = 1.581139, t(4) = 2.776445: half-width 1.963243. Type 7: 1 + 0.05 × 4 = 1.2 and 4.8.
    row = only_row(estimates.summary(many("census.mean", [plain(x) for x in (1, 2, 3, 4, 5)])))
    assert row["mean"] == 3.0
    assert row["ci_low"] == pytest.approx(3 - 1.963243, abs=1e-6)
    assert row["ci_high"] == pytest.approx(3 + 1.963243, abs=1e-6)
    assert (row["p05"], row["p95"]) == (pytest.approx(1.2, abs=1e-9), pytest.approx(4.8, abs=1e-9))
    assert row["replications"] == 5


def test_a_share_of_patients_is_the_ratio_of_the_sums_with_a_jackknife_interval() -> None:
    # 60 of 400 = 0.15. Without each in turn: 50/300, 40/300, 30/200; their mean is 0.15, the sum of squares
    # 2 × (1/60)² = 1/1800, the variance 2/3 of it; t(2) = 4.302653, half-width 0.082805.
    row = only_row(estimates.summary(many("reneged.share", [ratio(10, 100), ratio(20, 100), ratio(30, 200)])))
    assert row["mean"] == pytest.approx(0.15, abs=1e-12)
    assert row["ci_low"] == pytest.approx(0.15 - 0.082805, abs=1e-6)
    assert row["ci_high"] == pytest.approx(0.15 + 0.082805, abs=1e-6)


def test_the_interval_of_a_share_stays_within_0_and_1() -> None:
    row = only_row(estimates.summary(many("reneged.share", [ratio(0, 10), ratio(9, 10)])))
    assert (row["ci_low"], row["ci_high"]) == (0.0, 1.0)


def test_occupancy_may_lie_above_1_after_a_cut_of_capacity() -> None:
    row = only_row(estimates.summary(many("occupancy", [plain(1.2), plain(1.4)])))
    assert row["mean"] == pytest.approx(1.3, abs=1e-12)
    assert row["ci_high"] > 1.3


def test_replications_without_patients_count_neither_as_zero_nor_in_the_number() -> None:
    row = only_row(estimates.summary(many("reneged.share", [ratio(1, 4), ratio(0, 0), ratio(3, 4)])))
    assert row["mean"] == pytest.approx(0.5, abs=1e-12)
    assert row["replications"] == 2
    assert "known in 2 of 3 replications" in row["note"]


def test_no_data_is_an_empty_field_with_no_replications() -> None:
    table = estimates.summary(many("wait.mean", [plain(NAN), plain(NAN)]))
    row = only_row(table)
    assert row["replications"] == 0
    assert row["note"] == "no data"
    assert table.to_csv(index=False).splitlines()[1] == "wait.mean,a,,,,,,0,days,no data"


def test_below_two_replications_there_is_no_interval() -> None:
    row = only_row(estimates.summary(many("census.mean", [plain(4)])))
    assert row["mean"] == 4.0
    assert np.isnan(row["ci_low"])
    assert np.isnan(row["ci_high"])
    assert row["note"] == "no interval below 2 replications"


@pytest.mark.parametrize(("number", "unreliable"), [(2, True), (19, True), (20, False)])
def test_the_interval_of_a_wait_is_unreliable_below_20_replications(number: int, unreliable: bool) -> None:
    row = only_row(estimates.summary(many("wait.mean", [plain(x) for x in range(number)])))
    assert (row["note"] == "interval unreliable below 20 replications") == unreliable
    assert not np.isnan(row["ci_low"])


def test_replications_are_listed_one_by_one() -> None:
    table = estimates.replications(many("census.mean", [plain(1), plain(2)]))
    assert table.to_dict("list") == {
        "replication": [0, 1],
        "measure": ["census.mean"] * 2,
        "level": ["a"] * 2,
        "value": [1.0, 2.0],
    }


def test_daily_bands_are_of_single_replications_and_carry_dates() -> None:
    runs = [reduced({}, replication=n, census=[n, 2 * n]) for n in range(5)]
    table = estimates.daily(runs, date(2026, 2, 27))
    assert list(table.columns) == ["day", "date", "level", "measure", "mean", "p05", "p50", "p95"]
    census = table[table["measure"] == "census"]
    assert census["mean"].tolist() == [2.0, 4.0]
    assert census["p95"].tolist() == [pytest.approx(3.8), pytest.approx(7.6)]
    assert [str(day)[:10] for day in census["date"]] == ["2026-02-27", "2026-02-28"]
    assert table[table["measure"] == "capacity"]["p50"].isna().all()


def test_curves_are_averaged_and_those_at_risk_added_up() -> None:
    # Day 1: 0.8 and 0.6, s = 0.141421, t(1) = 12.7062: the interval reaches beyond 1 and is cut there.
    runs = [
        reduced({}, replication=0, curve=[1.0, 0.8, 0.5], at_risk=[10, 9, 4]),
        reduced({}, replication=1, curve=[1.0, 0.6, 0.5], at_risk=[20, 8, 2]),
    ]
    table = estimates.curves(runs)
    assert list(table.columns) == ["curve", "group", "day", "share", "ci_low", "ci_high", "at_risk"]
    assert table["share"].tolist() == pytest.approx([1.0, 0.7, 0.5])
    assert table["ci_low"].tolist() == pytest.approx([1.0, 0.0, 0.5])
    assert table["at_risk"].tolist() == [30, 17, 6]


def test_a_curve_ends_where_one_replication_cannot_say_more() -> None:
    runs = [
        reduced({}, replication=0, curve=[1.0, 0.8, 0.0]),
        reduced({}, replication=1, curve=[1.0, 0.6, NAN]),
        reduced({}, replication=2, curve=[NAN, NAN, NAN]),  # had nobody to follow
    ]
    table = estimates.curves(runs)
    assert table["day"].tolist() == [0, 1]
    assert table["share"].tolist() == pytest.approx([1.0, 0.7])


def test_transitions_are_per_year_and_shares_of_those_who_leave_there() -> None:
    runs = [
        reduced({}, replication=0, moves=[("outside", "a", 8), ("a", "completed", 6), ("a", "dropout", 2)]),
        reduced({}, replication=1, moves=[("outside", "a", 8), ("a", "completed", 8)]),
    ]
    table = estimates.transitions(runs, 2.0)
    assert [*zip(table["from"], table["to"], strict=True)] == [
        ("outside", "a"),
        ("a", "completed"),
        ("a", "dropout"),
    ]
    assert table["patients_per_year"].tolist() == [4.0, 3.5, 0.5]
    assert table["share"].tolist() == pytest.approx([1.0, 7 / 8, 1 / 8])


def test_days_lost_are_per_year() -> None:
    runs = [reduced({}, replication=n, blocked=3.0 * n) for n in range(2)]
    row = only_row(estimates.blocked_by(runs, 0.5))
    assert (row["level"], row["waiting_for"], row["patient_days_per_year"]) == ("a", "a", 3.0)


def test_more_replications_narrow_the_interval_to_the_precision() -> None:
    # Ten values of mean 10, s = 1.054093. t(19) s / √20 = 0.4933 ≤ 0.5 < 0.5081 = t(18) s / √19: 20 in all.
    runs = many("census.mean", [plain(9), plain(11)] * 5)
    assert estimates.more_replications(runs, "census.mean", "a", 0.05) == 10
    assert estimates.more_replications(runs, "census.mean", "a", 0.5) == 0


def test_more_replications_of_a_share_use_its_jackknife_error() -> None:
    # With equal numbers below, the jackknife error is that of the mean of the shares 0.09 and 0.11.
    runs = many("reneged.share", [ratio(9, 100), ratio(11, 100)] * 5)
    assert estimates.more_replications(runs, "reneged.share", "a", 0.05) == 10


@pytest.mark.parametrize(
    ("runs", "measure"),
    [
        (many("census.mean", [plain(1)]), "census.mean"),
        (many("census.mean", [plain(1), plain(NAN)]), "census.mean"),
        (many("census.mean", [plain(-1), plain(1)]), "census.mean"),
        (many("census.mean", [plain(1), plain(2)]), "census.median"),
    ],
)
def test_where_nothing_can_be_said_about_precision_it_says_so(runs: list[Reduced], measure: str) -> None:
    with pytest.raises(SimError, match=measure):
        estimates.more_replications(runs, measure, "a", 0.1)


def test_paired_differences_are_second_minus_first() -> None:
    # 1, 2, 0: mean 1, s = 1, t(2) / √3 = 2.484138.
    pair = estimates.paired([1.0, 2.0, 3.0, NAN], [2.0, 4.0, 3.0, 9.0])
    assert pair.difference == 1.0
    assert pair.low == pytest.approx(1 - 2.484138, abs=1e-6)
    assert pair.high == pytest.approx(1 + 2.484138, abs=1e-6)
    assert pair.share_second_larger == pytest.approx(2 / 3)
    assert pair.replications == 3


def test_without_a_common_value_there_is_no_difference() -> None:
    pair = estimates.paired([1.0, NAN], [NAN, 1.0])
    assert np.isnan(pair.difference)
    assert pair.replications == 0


def test_scenarios_are_compared_by_replication_and_where_both_have_the_measure() -> None:
    first = [
        reduced({("census.mean", "a"): plain(x), ("wait.mean", "a"): plain(1)}, replication=n)
        for n, x in enumerate((1, 2, 3))
    ]
    second = [
        reduced({("census.mean", "b"): plain(7), ("census.mean", "a"): plain(x)}, replication=n)
        for n, x in reversed([*enumerate((2, 4, 3, 99))])
    ]
    row = only_row(estimates.differences(first, second))
    assert (row["measure"], row["level"]) == ("census.mean", "a")
    assert (row["first"], row["second"], row["difference"]) == (2.0, 3.0, 1.0)
    assert row["ci_high"] == pytest.approx(1 + 2.484138, abs=1e-6)
    assert row["share_second_larger"] == pytest.approx(2 / 3)
    assert row["replications"] == 3


def test_a_replication_that_one_side_knows_nothing_of_is_left_out_of_both() -> None:
    first = many("census.mean", [plain(1), plain(2), plain(50)])
    second = many("census.mean", [plain(2), plain(4), plain(NAN)])
    row = only_row(estimates.differences(first, second))
    assert (row["first"], row["second"], row["difference"]) == (1.5, 3.0, 1.5)
    assert row["replications"] == 2
    assert row["share_second_larger"] == 1.0


def test_shares_are_compared_by_their_ratio_estimates() -> None:
    # 0.15 as above against 0: the interval is that of 0.15 alone.
    first = many("reneged.share", [ratio(0, 50)] * 3)
    second = many("reneged.share", [ratio(10, 100), ratio(20, 100), ratio(30, 200)])
    row = only_row(estimates.differences(first, second))
    assert row["difference"] == pytest.approx(0.15, abs=1e-12)
    assert row["ci_low"] == pytest.approx(0.15 - 0.082805, abs=1e-6)


@pytest.mark.parametrize("kind", ["mean", "share"])
def test_pairing_is_worth_the_variance_apart_over_the_variance_of_the_difference(kind: str) -> None:
    # 1, 2, 3, 4 and 3, 5, 3, 6: variances 5/3 and 9/4; differences 2, 3, 0, 2 with variance 19/12. So
    # (20 + 27) / 19. The jackknife of shares with equal numbers below is that of their mean.
    figures = [
        many("reneged.share", [ratio(x, 10) for x in some])
        if kind == "share"
        else many("census.mean", [plain(x) for x in some])
        for some in ((1, 2, 3, 4), (3, 5, 3, 6))
    ]
    row = only_row(estimates.differences(*figures))
    assert row["variance_reduction"] == pytest.approx(47 / 19, rel=1e-9)
    assert (row["share_second_larger"], row["share_second_smaller"]) == (0.75, 0.0)  # and one is equal


def test_where_nothing_varies_pairing_is_worth_nothing_that_could_be_said() -> None:
    first, second = many("census.mean", [plain(1)] * 3), many("census.mean", [plain(5)] * 3)
    assert np.isnan(only_row(estimates.differences(first, second))["variance_reduction"])
    varying = many("census.mean", [plain(x) for x in (1, 2, 4)])
    assert np.isinf(only_row(estimates.differences(varying, varying))["variance_reduction"])


def test_as_one_of_several_comparisons_an_interval_is_wider() -> None:
    # 1, 2, 0: mean 1, s = 1. As one of five each holds at 99 %: t(2) = 9.925 in the printed table.
    first = many("census.mean", [plain(1), plain(2), plain(3)])
    second = many("census.mean", [plain(2), plain(4), plain(3)])
    row = only_row(estimates.differences(first, second, comparisons=5))
    assert row["difference"] == 1.0
    assert row["ci_high"] - 1.0 == pytest.approx(9.925 / 3**0.5, abs=1e-3)


def test_one_measure_has_an_interval_of_any_confidence() -> None:
    # 2, 4, 6: mean 4, s = 2; t(2) = 2.920 at 90 %. And 0.15 as above.
    found = estimates.estimate(
        many("wait.mean", [plain(2), plain(4), plain(6)]), "wait.mean", "a", confidence=0.9
    )
    assert found.mean == 4.0
    assert 4.0 - found.low == found.high - 4.0 == pytest.approx(2.920 * 2 / 3**0.5, abs=1e-3)
    assert found.replications == 3
    shares = many("reneged.share", [ratio(10, 100), ratio(20, 100), ratio(30, 200)])
    found = estimates.estimate(shares, "reneged.share", "a", confidence=0.9)
    assert found.mean == pytest.approx(0.15, abs=1e-12)
    assert found.high - found.mean == pytest.approx(2.920 / 4.3027 * 0.082805, abs=1e-5)


def test_runs_without_a_common_replication_cannot_be_compared() -> None:
    one, two = reduced({}, replication=1), reduced({}, replication=2)
    with pytest.raises(SimError, match="no replication in common"):
        estimates.differences([one], [two])


def test_replications_of_real_logs_go_through_every_table() -> None:
    runs = [reduce(holding()), reduce(holding())._replace(replication=1)]
    summary = estimates.summary(runs).set_index(["measure", "level"])
    assert summary.loc[("wait.mean", "a"), "mean"] == pytest.approx(2.0)
    assert summary.loc[("stay.place.mean", "a"), "ci_high"] == pytest.approx(4.0)
    assert tuple(summary.reset_index().columns) == estimates.SUMMARY_COLUMNS
    assert len(estimates.daily(runs, date(2026, 1, 5))) == 20 * 2 * 5
    assert estimates.blocked_by(runs, 1.0)["patient_days_per_year"].tolist() == [6.0]
    assert "nan" not in summary.to_csv().lower()
