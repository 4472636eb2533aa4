"""Whether a run has settled: the cut of MSER-5, and what still climbs."""

import statistics
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import estimates
from sim.measures.reduce import reduce
from sim.settling import mser5, present, settling

sys.path.insert(0, str(Path(__file__).parent / "measures"))
from test_estimates import plain, reduced
from traces import one_place


def test_mser5_leaves_out_what_is_on_its_way() -> None:
    # 30 values far off, then 170 that alternate about 0 with equal batches of 5 in pairs.
    steady = [1.0, -1.0] * 85
    assert mser5([100.0] * 30 + steady) == 30


def test_mser5_leaves_out_nothing_of_a_constant_or_a_short_series() -> None:
    assert mser5([3.0] * 200) == 0
    assert mser5(list(range(49))) == 0


@pytest.mark.parametrize("seed", range(1, 9))
def test_mser5_is_the_smallest_standard_error_over_all_cuts(seed: int) -> None:
    # By the standard library and batch by batch: the variance behind the cut (divided by its length) over the
    # length is the square of the standard error. Values of Park and Miller's generator about a curve.
    values = []
    for day in range(303):
        seed = 16807 * seed % 2147483647
        values.append(20.0 * (1.0 - 0.97**day) + 6.0 * seed / 2147483647)
    batches = [statistics.fmean(values[first : first + 5]) for first in range(0, 300, 5)]
    errors = [statistics.pvariance(batches[cut:]) / (60 - cut) for cut in range(55)]
    assert mser5(values) == 5 * errors.index(min(errors))


def test_those_present_hold_a_place_or_wait_for_one() -> None:
    runs = [reduced({}, replication=n, census=[3, 4 + n]) for n in range(2)]
    assert present(runs).tolist() == [[[3, 3], [4, 4]], [[3, 3], [5, 5]]]


def test_mser5_always_keeps_the_last_five_batches() -> None:
    assert mser5(np.arange(500.0)) <= 500 - 25


def test_a_line_that_grows_has_not_settled_and_its_averages_say_so() -> None:
    chance = np.random.default_rng(1)
    runs = [
        reduced(
            {("census.mean", "a"): plain(1), ("ended.dropout.share", "a"): plain(0.1)},
            replication=n,
            census=np.arange(200.0) + chance.normal(0, 5, 200),
        )
        for n in range(5)
    ]
    settled = settling(runs).set_index("level")
    assert not settled.loc["a", "settled"]
    assert settled.loc["a", "change"] == pytest.approx(100.0, abs=3.0)
    notes = estimates.summary(runs).set_index("measure")["note"]
    assert notes["census.mean"].startswith("not settled: +")
    assert notes["ended.dropout.share"] == ""


def test_a_level_that_only_wavers_has_settled() -> None:
    chance = np.random.default_rng(2)
    runs = [reduced({}, replication=n, census=10 + chance.normal(0, 2, 200)) for n in range(5)]
    assert settling(runs)["settled"].all()


def test_a_cut_of_more_than_half_does_not_count_where_the_change_may_be_chance() -> None:
    # Each run stands still in the last 80 of 200 days, so MSER-5 would cut there; half the runs were higher
    # before and half lower.
    runs = [
        reduced({}, replication=n, census=[10.0 + (n % 2 * 2 - 1) * 4 + n] * 120 + [10.0] * 80)
        for n in range(6)
    ]
    settled = settling(runs).set_index("level").loc["a"]
    assert settled["cut_days"] > 100
    assert settled["settled"]
    assert not settling(runs[:1])["settled"].any()  # one run alone cannot tell chance


def test_a_run_of_less_than_two_days_still_has_its_tables() -> None:
    short = reduce(one_place())
    empty_days = short._replace(days=short.days[:0])
    assert settling([empty_days, empty_days])["settled"].all()
