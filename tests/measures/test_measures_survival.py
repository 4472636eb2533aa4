import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from sim.measures.survival import (
    aalen_johansen,
    at_risk_at,
    band,
    complement,
    events_by,
    greenwood,
    incidence_variance,
    kaplan_meier,
    quantile,
    read_off,
    restricted_mean,
    share_at,
)

# Remission in weeks of the 21 patients on 6-MP; 0: still in remission. Freireich et al. 1963.
REMISSION = np.array(
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float
)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)


@pytest.mark.parametrize(
    ("week", "share", "error"),
    [
        (6, 6 / 7, 0.076360),
        (7, 96 / 119, 0.086935),
        (10, 64 / 85, 0.096350),
        (13, 176 / 255, 0.106815),
        (16, 32 / 51, 0.114054),
        (22, 64 / 119, 0.128234),
        (23, 160 / 357, 0.134591),
    ],
)
def test_kaplan_meier_gives_the_published_remission_curve(week: float, share: float, error: float) -> None:
    curve = kaplan_meier(REMISSION, RELAPSED)
    at = np.flatnonzero(curve.time == week)[0]
    assert curve.share[at] == pytest.approx(share, abs=1e-12)
    assert np.sqrt(greenwood(curve)[at]) == pytest.approx(error, abs=5e-7)


def test_median_and_restricted_mean_of_the_published_remission_curve() -> None:
    curve = kaplan_meier(REMISSION, RELAPSED)
    assert quantile(curve, 0.5) == 23.0
    assert restricted_mean(curve, 35.0) == pytest.approx(23.287394958, abs=1e-9)
    assert np.isnan(quantile(curve, 0.75))  # the curve ends at 160/357 = 0.448


def test_the_median_is_reached_where_the_share_is_exactly_one_half() -> None:
    # Six events, none censored: after the third, 3 of 6 remain, though 5/6 × 4/5 × 3/4 is not 0.5 in floats.
    assert quantile(kaplan_meier(np.arange(1.0, 7.0), np.ones(6, dtype=bool)), 0.5) == 3.0


def test_events_come_before_censoring_at_equal_times() -> None:
    # Four at risk on day 2, one event and one censored then: the censored one was at risk, so 3/4, not 2/3.
    curve = kaplan_meier(np.array([2.0, 2.0, 3.0, 3.0]), np.array([True, False, True, True]))
    assert curve.share[0] == 0.75


def test_kaplan_meier_agrees_with_lifelines_on_tied_censored_data() -> None:
    chance = np.random.default_rng(3)
    days = np.ceil(chance.exponential(20.0, 300))
    observed = chance.random(300) < 0.6
    curve = kaplan_meier(days, observed)
    other = KaplanMeierFitter().fit(days, observed)
    shares = other.survival_function_.iloc[1:, 0]
    np.testing.assert_allclose(curve.time, shares.index)
    np.testing.assert_allclose(curve.share, shares, atol=1e-12)
    low, high = band(curve, greenwood(curve))
    inner = ~np.isnan(low)
    limits = other.confidence_interval_.iloc[1:].to_numpy()
    np.testing.assert_allclose(low[inner], limits[inner, 0], atol=1e-9)
    np.testing.assert_allclose(high[inner], limits[inner, 1], atol=1e-9)
    assert restricted_mean(curve, 30.0) == pytest.approx(restricted_mean_survival_time(other, 30.0), abs=1e-9)


def test_aalen_johansen_of_a_small_history_with_ties_between_causes() -> None:
    # Day 1: 5 at risk, one event of each cause: F₁ = F₂ = 1/5, S = 3/5. Day 2: 3 at risk, one event of
    # cause 1, one censored: F₁ = 1/5 + 3/5 · 1/3 = 2/5. Day 3: 1 at risk, cause 2: F₂ = 1/5 + 2/5 = 3/5.
    first, second = aalen_johansen(np.array([1.0, 1, 2, 2, 3]), np.array([1, 2, 1, 0, 2]), 2)
    np.testing.assert_allclose(first.share, [0.2, 0.4, 0.4], atol=1e-12)
    np.testing.assert_allclose(second.share, [0.2, 0.2, 0.6], atol=1e-12)
    np.testing.assert_allclose(complement((first, second)).share, [0.6, 0.4, 0.0], atol=1e-12)


def test_aalen_johansen_agrees_with_lifelines() -> None:
    chance = np.random.default_rng(5)
    # Whole days for cause 1, half days for cause 2: tied within a cause and never between causes, since
    # lifelines shifts those by chance.
    cause = chance.choice([0, 1, 2], size=250, p=[0.3, 0.4, 0.3])
    days = np.ceil(chance.exponential(15.0, 250)) + np.where(cause == 2, 0.5, 0.0)
    curves = aalen_johansen(days, cause, 2)
    for number, curve in enumerate(curves, start=1):
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # no jitter
            other = AalenJohansenFitter().fit(days, cause, event_of_interest=number)
        share = other.cumulative_density_.iloc[1:, 0]
        np.testing.assert_allclose(curve.time, share.index)
        np.testing.assert_allclose(curve.share, share, atol=1e-12)
        variance = other.variance_.iloc[1:]
        known = np.isfinite(variance.to_numpy())
        ours = incidence_variance(curve)
        np.testing.assert_allclose(ours[known], variance[known], atol=1e-12)
        low, high = band(curve, ours)
        inner = known & ~np.isnan(low)
        limits = other.confidence_interval_.iloc[1:]
        limits = np.sort(limits.to_numpy(), axis=1)
        np.testing.assert_allclose(low[inner], limits[inner, 0], atol=1e-9)
        np.testing.assert_allclose(high[inner], limits[inner, 1], atol=1e-9)


whole_days = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 3)), min_size=1, max_size=40)


@given(whole_days)
def test_without_censoring_an_incidence_is_a_proportion_with_binomial_variance(
    people: list[tuple[int, int]],
) -> None:
    days = np.array([day for day, _ in people], dtype=float)
    cause = np.array([number for _, number in people])
    for number, curve in enumerate(aalen_johansen(days, cause, 3), start=1):
        share = np.array([np.mean((days <= day) & (cause == number)) for day in curve.time])
        np.testing.assert_allclose(curve.share, share, atol=1e-12)
        np.testing.assert_allclose(incidence_variance(curve), share * (1 - share) / len(days), atol=1e-12)


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=40))
def test_with_one_cause_the_incidence_and_its_variance_are_those_of_kaplan_meier(
    people: list[tuple[int, bool]],
) -> None:
    days = np.array([day for day, _ in people], dtype=float)
    observed = np.array([seen for _, seen in people])
    survival = kaplan_meier(days, observed)
    (incidence,) = aalen_johansen(days, observed.astype(int), 1)
    np.testing.assert_allclose(incidence.share, 1.0 - survival.share, atol=1e-12)
    still = survival.share > 0
    np.testing.assert_allclose(incidence_variance(incidence)[still], greenwood(survival)[still], atol=1e-12)


def test_a_curve_is_not_known_beyond_the_longest_follow_up() -> None:
    censored_last = kaplan_meier(np.array([2.0, 5.0]), np.array([True, False]))
    shares = share_at(censored_last, np.array([0.0, 1.9, 2.0, 5.0, 5.1]))
    np.testing.assert_array_equal(shares, [1.0, 1.0, 0.5, 0.5, np.nan])


def test_a_curve_is_known_for_ever_once_everybody_has_met_an_event() -> None:
    everybody = kaplan_meier(np.array([2.0, 5.0]), np.array([True, True]))
    np.testing.assert_array_equal(share_at(everybody, np.array([5.0, 900.0])), [0.0, 0.0])
    first, second = aalen_johansen(np.array([2.0, 5.0]), np.array([1, 2]), 2)
    assert share_at(first, np.array([900.0]))[0] == 0.5
    assert share_at(second, np.array([900.0]))[0] == 0.5


def test_those_at_risk_are_counted_just_before_the_day_and_events_up_to_it() -> None:
    curve = kaplan_meier(np.array([2.0, 2.0, 5.0]), np.array([True, False, True]))
    days = np.array([0.0, 2.0, 2.5, 5.0, 6.0])
    np.testing.assert_array_equal(at_risk_at(curve, days), [3, 3, 1, 1, 0])
    np.testing.assert_array_equal(events_by(curve, days), [0, 1, 1, 2, 2])


def test_many_curves_are_read_off_as_each_by_itself() -> None:
    days = np.arange(8.0)
    first, second = aalen_johansen(np.array([1.0, 1, 2, 2, 3]), np.array([1, 2, 1, 0, 2]), 2)
    others = kaplan_meier(np.array([2.0, 5.0]), np.array([True, False]))
    nobody = kaplan_meier(np.empty(0), np.empty(0, dtype=bool))
    curves = (first, second, complement((first, second)), others, nobody)
    shares, at_risk = read_off(curves, days)
    for row, curve in enumerate(curves):
        np.testing.assert_array_equal(shares[row], share_at(curve, days))
        np.testing.assert_array_equal(at_risk[row], at_risk_at(curve, days))
    assert at_risk[:, 2].tolist() == [3, 3, 3, 2, 0]


def test_nobody_followed_gives_no_curve_and_no_figures() -> None:
    nobody = kaplan_meier(np.empty(0), np.empty(0, dtype=bool))
    assert np.isnan(share_at(nobody, np.array([0.0, 30.0]))).all()
    assert np.isnan(quantile(nobody, 0.5))
    assert np.isnan(restricted_mean(nobody))
    assert at_risk_at(nobody, np.array([0.0]))[0] == 0


def test_a_band_is_left_open_where_the_share_is_nothing_or_all() -> None:
    curve = kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([False, True, True]))
    low, high = band(curve, greenwood(curve))
    np.testing.assert_array_equal(np.isnan(low), [True, False, True])
    assert pd.Series(low[1] < curve.share[1]).all()
    assert curve.share[1] < high[1] < 1.0
