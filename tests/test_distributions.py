"""Draws, chances and means under cuts, ratios and `ever`: against scipy, and by their definitions."""

from math import expm1, inf, isinf, log, log1p

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy_twins import LOGLOGISTIC, STANDARD, TAIL, UPPER, D, every, near, row

from sim.distributions import (
    chance_by,
    clock_from_probability,
    flatten,
    mean,
    odds,
    quantile,
    quantile_of,
    shape,
    survival,
    value,
    value_beyond,
)


@every
def test_a_hazard_ratio_turns_survival_into_its_power(i, frozen):
    """S(x)^h = 1 − u, so x = isf((1 − u)^(1/h)); near 0 the same through log1p."""
    for h in (0.5, 1.3, 3.0):
        for left in UPPER:
            kept = left ** (1.0 / h)
            if kept > 1e-280:
                assert value(D, i, 1.0 - left, h, 1.0) == near(frozen.isf(kept))
        for u in TAIL:
            gone = -expm1(log1p(-u) / h)
            assert value(D, i, u, h, 1.0) == near(frozen.ppf(gone))
        x = float(frozen.ppf(0.7))
        assert survival(D, i, x, h, 1.0) == near(frozen.sf(x) ** h)


@every
def test_a_time_ratio_stretches_the_draw(i, frozen):
    for u in (0.01, 0.5, 0.99):
        assert value(D, i, u, 1.0, 1.7) == near(1.7 * frozen.ppf(u))
        assert value(D, i, u, 2.0, 1.7) == near(1.7 * frozen.ppf(1.0 - (1.0 - u) ** 0.5))
    x = float(frozen.ppf(0.4))
    assert survival(D, i, 1.7 * x, 1.0, 1.7) == near(0.6)


@every
def test_a_cut_draws_within_its_bounds(i, frozen):
    """Truncation: F(x) = F(min) + u·(F(max) − F(min)), in the tail that has the digits."""
    found = list(STANDARD.values())[i][0]
    for p, q in ((0.1, 0.9), (1e-9, 1e-7), (0.3, 0.35)):
        low, high = float(frozen.ppf(p)), float(frozen.ppf(q))
        d = flatten([found._replace(low=low, high=high)])
        for u in (0.001, 0.25, 0.75, 0.999):
            here = frozen.cdf(low) + u * (frozen.cdf(high) - frozen.cdf(low))
            assert value(d, 0, u, 1.0, 1.0) == near(frozen.ppf(here))
        low, high = float(frozen.isf(q)), float(frozen.isf(p))
        d = flatten([found._replace(low=low, high=high)])
        for u in (0.001, 0.25, 0.75, 0.999):
            left = frozen.sf(high) + (1.0 - u) * (frozen.sf(low) - frozen.sf(high))
            assert value(d, 0, u, 1.0, 1.0) == near(frozen.isf(left))


def test_a_cut_comes_after_the_ratios():
    """An exponential of hazard h/mean, stretched r times, has mean r·mean/h; memoryless, so min shifts it."""
    d = row("exponential", mean=9, min=4)
    for u in (0.1, 0.5, 0.9):
        assert value(d, 0, u, 1.5, 2.0) == near(4.0 - 12.0 * log(1.0 - u), rel=1e-14)


def test_a_lower_cut_is_itself_within_the_cut():
    d = row("empirical", values=[1, 2, 3, 4], min=2, max=3)
    assert [value(d, 0, u, 1.0, 1.0) for u in (0.1, 0.49, 0.51, 0.9)] == [2, 2, 3, 3]


def test_a_stretched_value_on_the_lower_cut_is_within_it():
    d = row("empirical", values=[1, 2, 3, 4], min=4, max=6)
    assert [value(d, 0, u, 1.0, 2.0) for u in (0.1, 0.49, 0.51, 0.9)] == [4, 4, 6, 6]


def test_a_far_upper_cut_keeps_its_digits_under_a_hazard_ratio():
    """Only 4e-11 lies beyond 121 days; to the power of a quarter that is 0.0025 of the survival curve."""
    frozen = STANDARD["gamma"][1]
    d = flatten([STANDARD["gamma"][0]._replace(high=121.0)])
    last = frozen.sf(121.0) ** 0.25
    for u in (0.3, 0.5, 0.7):
        left = (last + (1.0 - u) * (1.0 - last)) ** 4
        assert value(d, 0, u, 0.25, 1.0) == near(frozen.isf(left), rel=1e-12)


def test_a_cut_with_nothing_in_it_gives_the_nearest_bound():
    d = row("fixed", value=5, min=4, max=6)
    assert [value(d, 0, 0.5, 1.0, r) for r in (0.5, 0.8, 1.0, 1.2, 1.5)] == [4, 4, 5, 6, 6]


EVER = {"ever": 0.4}


def test_a_clock_that_need_not_ring_rings_with_the_chance_ever():
    d = row("exponential", mean=9, **EVER)
    for u in (0.01, 0.2, 0.399):
        assert value(d, 0, u, 1.0, 1.0) == near(-9.0 * log(1.0 - u / 0.4), rel=1e-13)
    assert isinf(value(d, 0, 0.4, 1.0, 1.0))
    assert survival(d, 0, 1e9, 1.0, 1.0) == 0.6
    assert isinf(value(row("exponential", mean=9, ever=0), 0, 1e-9, 2.0, 1.0))


def test_a_hazard_ratio_acts_on_those_who_never_ring_too():
    """Survival 0.6 at the end becomes 0.6²; at the median of the rings it is 0.8, and becomes 0.64."""
    d = row("exponential", mean=9, **EVER)
    median = 9.0 * log(2.0)
    assert survival(d, 0, median, 2.0, 1.0) == near(0.64, rel=1e-14)
    assert value(d, 0, 0.36, 2.0, 1.0) == near(median, rel=1e-13)
    assert isinf(value(d, 0, 0.6400001, 2.0, 1.0))
    assert value(d, 0, 0.6399999, 2.0, 1.0) < 200.0


def test_a_hazard_ratio_of_0_silences_a_clock():
    assert isinf(value(row("exponential", mean=9), 0, 1e-12, 0.0, 1.0))
    assert survival(row("exponential", mean=9), 0, 100.0, 0.0, 1.0) == 1.0


def test_a_cut_keeps_the_chance_ever():
    """u/ever of the way from F(min) to F(max), whatever the cut takes away."""
    d = row("uniform", low=0, high=10, min=2, max=6, **EVER)
    assert value(d, 0, 0.1, 1.0, 1.0) == near(3.0, rel=1e-14)
    assert value(d, 0, 0.39999, 1.0, 1.0) == near(6.0, rel=1e-4)
    assert survival(d, 0, 3.0, 1.0, 1.0) == near(0.9, rel=1e-14)
    assert survival(d, 0, 6.0, 1.0, 1.0) == 0.6


SHAPES = st.sampled_from([found for found, _ in STANDARD.values()])
UNIT = st.floats(2.0**-53, 1.0 - 2.0**-53)
RATIO = st.floats(0.2, 5.0)


@st.composite
def cuts(draw):
    """A shape cut between two of its quantiles, perhaps seldom ringing."""
    found = draw(SHAPES)
    p, q = sorted((draw(st.floats(0.0, 0.9)), draw(st.floats(0.1, 1.0))))
    low = quantile_of(found, p) if draw(st.booleans()) else 0.0
    high = quantile_of(found, q) if q - p > 0.01 and draw(st.booleans()) else inf
    return flatten([found._replace(low=low, high=high, ever=draw(st.sampled_from([1.0, 0.999, 0.3])))])


@given(cuts(), UNIT, RATIO, RATIO)
def test_a_draw_is_the_first_day_by_which_the_uniform_has_rung(d, u, h, r):
    """The definition of a quantile, wherever a time ratio does not move all of it out of the cut."""
    x = value(d, 0, u, h, r)
    if d.low[0] < x < d.high[0]:
        assert survival(d, 0, x * (1.0 - 1e-11), h, r) >= (1.0 - u) * (1.0 - 1e-11)
        assert survival(d, 0, x * (1.0 + 1e-11), h, r) <= (1.0 - u) * (1.0 + 1e-11) + 1e-16


@given(cuts(), st.tuples(UNIT, UNIT), RATIO, RATIO, st.floats(0.0, 60.0))
def test_a_draw_rises_with_its_uniform(d, us, h, r, days):
    """Up to the rounding of the last digits."""
    lower, upper = sorted(us)
    assert value(d, 0, lower, h, r) <= value(d, 0, upper, h, r) * (1.0 + 1e-12)
    assert value_beyond(d, 0, lower, h, r, days) <= value_beyond(d, 0, upper, h, r, days) * (1.0 + 1e-12)
    assert d.low[0] <= value(d, 0, lower, h, r)
    assert value(d, 0, lower, h, r) <= d.high[0] or isinf(value(d, 0, lower, h, r))


@given(cuts(), UNIT, RATIO, RATIO, st.floats(0.01, 200.0))
def test_a_draw_given_no_ring_so_far_lies_beyond_and_keeps_the_chances(d, u, h, r, days):
    """P(X > x | X > days) = S(x) ÷ S(days) = 1 − u."""
    left = survival(d, 0, days, h, r)
    x = value_beyond(d, 0, u, h, r, days)
    assert x >= days
    if days < x < d.high[0] and x > d.low[0] and left > 1e-12:
        assert survival(d, 0, x, h, r) == pytest.approx(left * (1.0 - u), rel=1e-9, abs=1e-13 * left)


@every
def test_residual_draws_agree_with_scipy_far_out(i, frozen):
    days = float(frozen.isf(1e-9))
    for u in (0.01, 0.5, 0.99):
        left = frozen.sf(days) * (1.0 - u)
        assert value_beyond(D, i, u, 1.0, 1.0, days) == near(frozen.isf(left))


def test_an_exponential_forgets_the_days_spent():
    d = row("exponential", mean=9)
    assert value_beyond(d, 0, 0.5, 1.0, 1.0, 5e3) == near(5e3 + 9.0 * log(2.0), rel=1e-12)


def test_no_days_spent_change_nothing():
    d = row("gamma", mean=20, sd=8, max=40, ever=0.7)
    assert value_beyond(d, 0, 0.3, 1.2, 1.1, 0.0) == value(d, 0, 0.3, 1.2, 1.1)


def test_a_stay_beyond_its_maximum_ends_now():
    assert value_beyond(row("gamma", mean=20, sd=8, max=40), 0, 0.5, 1.0, 1.0, 41.0) == 41.0
    assert value_beyond(row("fixed", value=5), 0, 0.5, 1.0, 1.0, 7.0) == 7.0
    assert value_beyond(row("fixed", value=5), 0, 0.5, 1.0, 1.0, 3.0) == 5.0


def test_a_silent_clock_stays_silent_after_its_maximum():
    assert isinf(value_beyond(row("uniform", low=0, high=10, ever=0.5), 0, 0.01, 1.0, 1.0, 10.0))


def test_days_without_a_ring_make_silence_likelier():
    """Half ring, evenly over 10 days: by day 5 a quarter has, so a third of the rest still will."""
    d = row("uniform", low=0, high=10, ever=0.5)
    assert value_beyond(d, 0, 1 / 6, 1.0, 1.0, 5.0) == near(7.5, rel=1e-14)
    assert isinf(value_beyond(d, 0, 0.3334, 1.0, 1.0, 5.0))


TWO = (
    {"share": 0.3, "dist": "exponential", "mean": 2},
    {"share": 0.7, "dist": "exponential", "mean": 30},
)


def test_a_whole_mixture_may_be_cut():
    d = row("mixture", parts=TWO, min=5, max=40, ever=0.8)
    plain = row("mixture", parts=TWO)
    low, high = chance_by(plain, 0, 5.0), chance_by(plain, 0, 40.0)
    for w in (0.01, 0.5, 0.99):
        assert value(d, 0, 0.8 * w, 1.0, 1.0) == near(quantile(plain, 0, low + w * (high - low)))


# --- means -----------------------------------------------------------------------------------------------


@every
def test_means_agree_with_scipy(i, frozen):
    found = list(STANDARD.values())[i][0]
    expected = inf if frozen is LOGLOGISTIC else frozen.mean()  # its shape is below 1; scipy says NaN
    assert mean(found) == near(expected)
    assert mean(found, time_ratio=1.3) == near(1.3 * expected)


def test_a_tail_too_heavy_has_no_mean():
    heavy = shape("loglogistic", shape=0.6, median=37)
    assert isinf(mean(heavy))
    assert mean(heavy._replace(high=365.0)) < 365.0
    assert mean(heavy, hazard_ratio=3.0) < inf
    assert isinf(mean(shape("mixture", parts=[(0.5, heavy), (0.5, shape("fixed", value=1))])))


def test_the_mean_of_a_cut_exponential_is_the_textbooks():
    """m − b ÷ (exp(b/m) − 1) up to b; m + a from a on."""
    assert mean(shape("exponential", mean=9, max=20)) == near(9 - 20 / expm1(20 / 9))
    assert mean(shape("exponential", mean=9, min=4)) == near(13)
    assert mean(shape("exponential", mean=9), hazard_ratio=1.5, time_ratio=2.0) == near(12)
    assert mean(shape("exponential", mean=9, min=4), hazard_ratio=1.5, time_ratio=2.0) == near(16)


@every
def test_the_mean_of_a_cut_agrees_with_scipy(i, frozen):
    low, high = float(frozen.ppf(0.2)), float(frozen.ppf(0.8))
    found = list(STANDARD.values())[i][0]._replace(low=low, high=high)
    expected = frozen.expect(lambda x: x, lb=low, ub=high, conditional=True, epsabs=0, epsrel=1e-12)
    assert mean(found) == near(expected, rel=1e-9)


def test_the_mean_of_an_empirical_distribution_weighs_its_values():
    found = shape("empirical", values=[1, 2, 5], weights=[1, 2, 1])
    assert mean(found) == near(2.5, rel=1e-14)
    assert mean(found._replace(low=2.0)) == near(3.0, rel=1e-14)
    # with hazard ratio 2 the chances of more than 0, 1, 2 days are 1, 9/16, 1/16
    assert mean(found, hazard_ratio=2.0) == near(1 + 9 / 16 + 3 / 16, rel=1e-14)


def test_the_mean_of_a_mixture_weighs_its_parts():
    parts = [
        {"share": 0.25, "dist": "fixed", "value": 4},
        {"share": 0.75, "dist": "uniform", "low": 0, "high": 10},
    ]
    found = shape("mixture", parts=parts)
    assert mean(found) == near(4.75, rel=1e-14)
    # within 2–6: the fixed quarter, and 0.3 of uniform on 2–6; both have mean 4
    assert mean(found._replace(low=2.0, high=6.0)) == near(4.0, rel=1e-14)
    # stretched twice, 0–8 is 0–4 before stretching: 0.25 at 4, and 0.3 of the uniform with mean 2
    assert mean(found._replace(high=8.0), time_ratio=2.0) == near(2 * (1.0 + 0.6) / 0.55, rel=1e-14)


def test_the_mean_of_a_mixture_under_a_hazard_ratio_has_three_digits():
    """Exponentials of means 2 and 30: the integral of (0.3·exp(−x/2) + 0.7·exp(−x/30))², term by term."""
    found = shape("mixture", parts=TWO)
    exact = 0.09 * 1.0 + 0.49 * 15.0 + 2 * 0.21 / (1 / 2 + 1 / 30)
    assert mean(found, hazard_ratio=2.0) == near(exact, rel=1e-3)


def test_the_mean_is_of_those_for_whom_it_rings():
    assert mean(shape("exponential", mean=9, ever=0.2)) == 9.0
    assert mean(shape("exponential", mean=9, ever=0.0)) == 9.0


def test_a_quantile_of_a_shape_has_its_cut():
    found = shape("uniform", low=0, high=10, min=2, max=6, ever=0.5)
    assert quantile_of(found, 0.25) == near(3.0, rel=1e-14)
    assert quantile_of(shape("exponential", mean=9), 0.5, hazard_ratio=3.0) == near(3 * log(2), rel=1e-14)


# --- probabilities ---------------------------------------------------------------------------------------


@given(st.floats(1e-9, 1 - 1e-9), RATIO)
def test_a_probability_as_a_clock_rings_before_the_planned_end_with_that_chance(p, h):
    """At u = p the time is the planned end itself; under a hazard ratio at u = 1 − (1 − p)^h."""
    assert clock_from_probability(p, p, 28.0, 1.0, 1.0) == near(28.0, rel=1e-12)
    u = -expm1(h * log1p(-p))
    if u < 1.0 - 1e-6:
        assert clock_from_probability(p, u, 28.0, h, 1.0) == near(28.0, rel=1e-9)
        assert clock_from_probability(p, u, 28.0, h, 2.0) == near(56.0, rel=1e-9)


def test_a_probability_of_0_never_and_of_1_at_once():
    assert isinf(clock_from_probability(0.0, 0.5, 28.0, 1.0, 1.0))
    assert clock_from_probability(1.0, 0.5, 28.0, 1.0, 1.0) == 0.0
    assert isinf(clock_from_probability(0.5, 0.5, 28.0, 0.0, 1.0))


def test_an_odds_ratio_multiplies_the_odds():
    """0.2 is odds of 1 to 4; doubled, 1 to 2, which is a third."""
    assert odds(0.2, 2.0) == near(1 / 3, rel=1e-15)
    assert [odds(p, 7.0) for p in (0.0, 1.0)] == [0.0, 1.0]
    assert odds(0.3, 1.0) == near(0.3, rel=1e-15)
