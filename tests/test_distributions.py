"""Distributions against scipy to 1e-10 relative, tails included; cuts, ratios and `ever` by definition."""

from math import exp, expm1, inf, isinf, log, log1p, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

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

CLOSE = 1e-10


class Reflected:
    """A scipy distribution whose upper tail is asked for as the lower tail of its mirror image.

    scipy computes the upper tails of the loglogistic and the triangular from 1 − u, which loses digits.
    """

    def __init__(self, frozen, mirror, flip):
        self.frozen, self.mirror, self.flip = frozen, mirror, flip
        self.cdf, self.ppf, self.mean, self.expect = frozen.cdf, frozen.ppf, frozen.mean, frozen.expect

    def sf(self, x):
        return self.mirror.cdf(self.flip(x))

    def isf(self, left):
        return self.flip(self.mirror.ppf(left))


LOGLOGISTIC = Reflected(stats.fisk(0.6, scale=37), stats.fisk(0.6, scale=1 / 37), lambda x: 1 / x)
TRIANGULAR = Reflected(
    stats.triang(0.3, loc=1, scale=10), stats.triang(0.7, loc=1, scale=10), lambda x: 12 - x
)
STANDARD = {
    "exponential": (shape("exponential", mean=9), stats.expon(scale=9)),
    "lognormal": (shape("lognormal", mu=1.5, sigma=0.7), stats.lognorm(0.7, scale=exp(1.5))),
    "gamma": (shape("gamma", shape=6.25, scale=3.2), stats.gamma(6.25, scale=3.2)),
    "early gamma": (shape("gamma", shape=0.3, scale=40), stats.gamma(0.3, scale=40)),
    "narrow gamma": (shape("gamma", shape=2500, scale=0.02), stats.gamma(2500, scale=0.02)),
    "weibull": (shape("weibull", shape=0.6, scale=14.7), stats.weibull_min(0.6, scale=14.7)),
    "late weibull": (shape("weibull", shape=3, scale=20), stats.weibull_min(3, scale=20)),
    "loglogistic": (shape("loglogistic", shape=0.6, scale=37), LOGLOGISTIC),
    "uniform": (shape("uniform", low=2, high=12), stats.uniform(2, 10)),
    "triangular": (shape("triangular", low=1, mode=4, high=11), TRIANGULAR),
}
D = flatten([found for found, _ in STANDARD.values()])
ROWS = [(i, frozen) for i, (_, frozen) in enumerate(STANDARD.values())]
every = pytest.mark.parametrize(("i", "frozen"), ROWS, ids=list(STANDARD))

TAIL = [1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.5]
# multiples of 2^-53, so that 1 − u is exact and scipy's upper tail is asked for the very same number
UPPER = [2.0**-53 * round(2.0**53 * left) for left in TAIL]


def row(dist, /, **parameters):
    """One distribution as row 0."""
    return flatten([shape(dist, **parameters)])


@every
def test_quantiles_agree_with_scipy_in_the_lower_tail(i, frozen):
    for u in TAIL:
        assert quantile(D, i, u) == pytest.approx(frozen.ppf(u), rel=CLOSE)


@every
def test_quantiles_agree_with_scipy_in_the_upper_tail(i, frozen):
    for left in UPPER:
        assert quantile(D, i, 1.0 - left) == pytest.approx(frozen.isf(left), rel=CLOSE)


@pytest.mark.parametrize("u", [1e-300, 1e-100, 1e-30])
def test_the_far_lower_tail_keeps_its_digits(u):
    for name in ("exponential", "lognormal", "gamma", "weibull", "loglogistic"):
        i = list(STANDARD).index(name)
        assert quantile(D, i, u) == pytest.approx(STANDARD[name][1].ppf(u), rel=CLOSE)


@every
def test_chances_agree_with_scipy(i, frozen):
    for u in TAIL:
        low, high = float(frozen.ppf(u)), float(frozen.isf(u))
        assert chance_by(D, i, low) == pytest.approx(frozen.cdf(low), rel=CLOSE)
        assert chance_by(D, i, high) == pytest.approx(frozen.cdf(high), rel=CLOSE)
        assert survival(D, i, high, 1.0, 1.0) == pytest.approx(frozen.sf(high), rel=CLOSE)


@every
def test_a_hazard_ratio_turns_survival_into_its_power(i, frozen):
    """S(x)^h = 1 − u, so x = isf((1 − u)^(1/h)); near 0 the same through log1p."""
    for h in (0.5, 1.3, 3.0):
        for left in UPPER:
            kept = left ** (1.0 / h)
            if kept > 1e-280:
                assert value(D, i, 1.0 - left, h, 1.0) == pytest.approx(frozen.isf(kept), rel=CLOSE)
        for u in TAIL:
            gone = -expm1(log1p(-u) / h)
            assert value(D, i, u, h, 1.0) == pytest.approx(frozen.ppf(gone), rel=CLOSE)
        x = float(frozen.ppf(0.7))
        assert survival(D, i, x, h, 1.0) == pytest.approx(frozen.sf(x) ** h, rel=CLOSE)


@every
def test_a_time_ratio_stretches_the_draw(i, frozen):
    for u in (0.01, 0.5, 0.99):
        assert value(D, i, u, 1.0, 1.7) == pytest.approx(1.7 * frozen.ppf(u), rel=CLOSE)
        assert value(D, i, u, 2.0, 1.7) == pytest.approx(1.7 * frozen.ppf(1.0 - (1.0 - u) ** 0.5), rel=CLOSE)
    x = float(frozen.ppf(0.4))
    assert survival(D, i, 1.7 * x, 1.0, 1.7) == pytest.approx(0.6, rel=CLOSE)


@every
def test_a_cut_draws_within_its_bounds(i, frozen):
    """Truncation: F(x) = F(min) + u·(F(max) − F(min)), in the tail that has the digits."""
    found = list(STANDARD.values())[i][0]
    for p, q in ((0.1, 0.9), (1e-9, 1e-7), (0.3, 0.35)):
        low, high = float(frozen.ppf(p)), float(frozen.ppf(q))
        d = flatten([found._replace(low=low, high=high)])
        for u in (0.001, 0.25, 0.75, 0.999):
            here = frozen.cdf(low) + u * (frozen.cdf(high) - frozen.cdf(low))
            assert value(d, 0, u, 1.0, 1.0) == pytest.approx(frozen.ppf(here), rel=CLOSE)
        low, high = float(frozen.isf(q)), float(frozen.isf(p))
        d = flatten([found._replace(low=low, high=high)])
        for u in (0.001, 0.25, 0.75, 0.999):
            left = frozen.sf(high) + (1.0 - u) * (frozen.sf(low) - frozen.sf(high))
            assert value(d, 0, u, 1.0, 1.0) == pytest.approx(frozen.isf(left), rel=CLOSE)


def test_a_cut_comes_after_the_ratios():
    """An exponential of hazard h/mean, stretched r times, has mean r·mean/h; memoryless, so min shifts it."""
    d = row("exponential", mean=9, min=4)
    for u in (0.1, 0.5, 0.9):
        assert value(d, 0, u, 1.5, 2.0) == pytest.approx(4.0 - 12.0 * log(1.0 - u), rel=1e-14)


def test_a_lower_cut_is_itself_within_the_cut():
    d = row("empirical", values=[1, 2, 3, 4], min=2, max=3)
    assert [value(d, 0, u, 1.0, 1.0) for u in (0.1, 0.49, 0.51, 0.9)] == [2, 2, 3, 3]


def test_a_cut_with_nothing_in_it_gives_the_nearest_bound():
    d = row("fixed", value=5, min=4, max=6)
    assert [value(d, 0, 0.5, 1.0, r) for r in (0.5, 0.8, 1.0, 1.2, 1.5)] == [4, 4, 5, 6, 6]


EVER = {"ever": 0.4}


def test_a_clock_that_need_not_ring_rings_with_the_chance_ever():
    d = row("exponential", mean=9, **EVER)
    for u in (0.01, 0.2, 0.399):
        assert value(d, 0, u, 1.0, 1.0) == pytest.approx(-9.0 * log(1.0 - u / 0.4), rel=1e-13)
    assert isinf(value(d, 0, 0.4, 1.0, 1.0))
    assert survival(d, 0, 1e9, 1.0, 1.0) == 0.6
    assert isinf(value(row("exponential", mean=9, ever=0), 0, 1e-9, 2.0, 1.0))


def test_a_hazard_ratio_acts_on_those_who_never_ring_too():
    """Survival 0.6 at the end becomes 0.6²; at the median of the rings it is 0.8, and becomes 0.64."""
    d = row("exponential", mean=9, **EVER)
    median = 9.0 * log(2.0)
    assert survival(d, 0, median, 2.0, 1.0) == pytest.approx(0.64, rel=1e-14)
    assert value(d, 0, 0.36, 2.0, 1.0) == pytest.approx(median, rel=1e-13)
    assert isinf(value(d, 0, 0.6400001, 2.0, 1.0))
    assert value(d, 0, 0.6399999, 2.0, 1.0) < 200.0


def test_a_hazard_ratio_of_0_silences_a_clock():
    assert isinf(value(row("exponential", mean=9), 0, 1e-12, 0.0, 1.0))
    assert survival(row("exponential", mean=9), 0, 100.0, 0.0, 1.0) == 1.0


def test_a_cut_keeps_the_chance_ever():
    """u/ever of the way from F(min) to F(max), whatever the cut takes away."""
    d = row("uniform", low=0, high=10, min=2, max=6, **EVER)
    assert value(d, 0, 0.1, 1.0, 1.0) == pytest.approx(3.0, rel=1e-14)
    assert value(d, 0, 0.39999, 1.0, 1.0) == pytest.approx(6.0, rel=1e-4)
    assert survival(d, 0, 3.0, 1.0, 1.0) == pytest.approx(0.9, rel=1e-14)
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
        assert value_beyond(D, i, u, 1.0, 1.0, days) == pytest.approx(frozen.isf(left), rel=CLOSE)


def test_an_exponential_forgets_the_days_spent():
    d = row("exponential", mean=9)
    assert value_beyond(d, 0, 0.5, 1.0, 1.0, 5e3) == pytest.approx(5e3 + 9.0 * log(2.0), rel=1e-12)


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
    assert value_beyond(d, 0, 1 / 6, 1.0, 1.0, 5.0) == pytest.approx(7.5, rel=1e-14)
    assert isinf(value_beyond(d, 0, 0.3334, 1.0, 1.0, 5.0))


def test_an_empirical_draw_is_the_first_value_that_reaches_the_uniform():
    d = row("empirical", values=[5, 1, 2, 2], weights=[1, 1, 1, 1])
    assert [quantile(d, 0, u) for u in (0.01, 0.25, 0.26, 0.75, 0.76, 0.99)] == [1, 1, 2, 2, 5, 5]
    assert [chance_by(d, 0, x) for x in (0.9, 1.0, 1.9, 2.0, 4.9, 5.0, 9.0)] == [
        0,
        0.25,
        0.25,
        0.75,
        0.75,
        1,
        1,
    ]
    weighted = row("empirical", values=[3, 10], weights=[0.2, 0.6])
    assert [quantile(weighted, 0, u) for u in (0.24, 0.26)] == [3, 10]


# --- mixtures --------------------------------------------------------------------------------------------

FAST = {"dist": "exponential", "mean": 2}
SLOW = {"dist": "lognormal", "mean": 30, "sd": 15}


def test_a_mixture_of_twins_is_the_twin():
    d = row("mixture", parts=[{"share": 0.3, **FAST}, {"share": 0.7, **FAST}])
    twin = row("exponential", mean=2)
    for u in (*TAIL, *(1.0 - left for left in UPPER)):
        assert quantile(d, 0, u) == pytest.approx(quantile(twin, 0, u), rel=CLOSE)


def test_a_mixture_has_the_quantiles_of_its_distribution_function():
    """The same root by scipy's brentq, of scipy's survival and distribution functions."""
    d = row("mixture", parts=[{"share": 0.3, **FAST}, {"share": 0.7, **SLOW}])
    sigma = sqrt(log(1.25))
    parts = [(0.3, stats.expon(scale=2)), (0.7, stats.lognorm(sigma, scale=30 * exp(-sigma * sigma / 2)))]

    def solve(wanted, tail):
        def f(y):
            return sum(share * getattr(part, tail)(exp(y)) for share, part in parts) / wanted - 1.0

        return exp(optimize.brentq(f, -40, 10, xtol=1e-14, rtol=1e-14))

    for p in TAIL:
        assert quantile(d, 0, p) == pytest.approx(solve(p, "cdf"), rel=CLOSE)
    for left in UPPER:
        assert quantile(d, 0, 1.0 - left) == pytest.approx(solve(left, "sf"), rel=CLOSE)


def test_a_fixed_part_takes_exactly_its_share():
    """Uniform on 0–10 and, with share 0.4, always 5: below 5 stands 0.3, then the jump to 0.7."""
    d = row(
        "mixture",
        parts=[
            {"share": 0.4, "dist": "fixed", "value": 5},
            {"share": 0.6, "dist": "uniform", "low": 0, "high": 10},
        ],
    )
    assert [quantile(d, 0, u) for u in (0.3001, 0.5, 0.6999)] == [5, 5, 5]
    assert quantile(d, 0, 0.15) == pytest.approx(2.5, rel=1e-14)
    assert quantile(d, 0, 0.85) == pytest.approx(7.5, rel=1e-14)


def test_a_mixture_of_values_jumps_from_value_to_value():
    d = row(
        "mixture",
        parts=[
            {"share": 0.5, "dist": "empirical", "values": [1, 3]},
            {"share": 0.5, "dist": "empirical", "values": [2, 3]},
        ],
    )
    assert [quantile(d, 0, u) for u in (0.2, 0.25, 0.3, 0.5, 0.51, 0.99)] == [1, 1, 2, 2, 3, 3]


def test_a_part_may_be_cut_by_itself():
    """Half on 0–1, half on 0–10 cut to 4–6: half by 1, three quarters by 5, nothing in between."""
    d = row(
        "mixture",
        parts=[
            {"share": 0.5, "dist": "uniform", "low": 0, "high": 1},
            {"share": 0.5, "dist": "uniform", "low": 0, "high": 10, "min": 4, "max": 6},
        ],
    )
    assert [quantile(d, 0, u) for u in (0.25, 0.625, 0.75, 0.875)] == pytest.approx(
        [0.5, 4.5, 5.0, 5.5], rel=1e-14
    )
    assert [chance_by(d, 0, x) for x in (0.5, 2.0, 4.0, 5.0, 6.0)] == pytest.approx(
        [0.25, 0.5, 0.5, 0.75, 1.0]
    )


def test_a_whole_mixture_may_be_cut():
    d = row("mixture", parts=[{"share": 0.3, **FAST}, {"share": 0.7, **SLOW}], min=5, max=40, ever=0.8)
    plain = row("mixture", parts=[{"share": 0.3, **FAST}, {"share": 0.7, **SLOW}])
    low, high = chance_by(plain, 0, 5.0), chance_by(plain, 0, 40.0)
    for w in (0.01, 0.5, 0.99):
        assert value(d, 0, 0.8 * w, 1.0, 1.0) == pytest.approx(
            quantile(plain, 0, low + w * (high - low)), rel=CLOSE
        )


@st.composite
def mixtures(draw):
    """Two to four parts of any kind, with jumps."""
    kinds = [
        {"dist": "fixed", "value": 3},
        {"dist": "empirical", "values": [1, 3, 8]},
        {"dist": "uniform", "low": 2, "high": 4, "min": 3},
        *({"dist": "gamma", "mean": m, "sd": m / 3} for m in (2, 20)),
        FAST,
        SLOW,
    ]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=4))
    weights = [draw(st.integers(1, 9)) for _ in chosen]
    return row(
        "mixture",
        parts=[{"share": w / sum(weights), **part} for w, part in zip(weights, chosen, strict=True)],
    )


@given(mixtures(), st.tuples(UNIT, UNIT))
def test_a_mixtures_quantile_is_the_first_day_that_reaches_the_uniform(d, us):
    lower, upper = sorted(us)
    x = quantile(d, 0, upper)
    assert chance_by(d, 0, x * (1.0 + 1e-12)) >= upper * (1.0 - 1e-12)
    assert chance_by(d, 0, x * (1.0 - 1e-12)) <= upper * (1.0 + 1e-12) + 1e-16
    assert quantile(d, 0, lower) <= x * (1.0 + 1e-12)


# --- means -----------------------------------------------------------------------------------------------


@every
def test_means_agree_with_scipy(i, frozen):
    found = list(STANDARD.values())[i][0]
    expected = inf if frozen is LOGLOGISTIC else frozen.mean()  # its shape is below 1; scipy says NaN
    assert mean(found) == pytest.approx(expected, rel=CLOSE)
    assert mean(found, time_ratio=1.3) == pytest.approx(1.3 * expected, rel=CLOSE)


def test_a_tail_too_heavy_has_no_mean():
    heavy = shape("loglogistic", shape=0.6, median=37)
    assert isinf(mean(heavy))
    assert mean(heavy._replace(high=365.0)) < 365.0
    assert mean(heavy, hazard_ratio=3.0) < inf
    assert isinf(mean(shape("mixture", parts=[(0.5, heavy), (0.5, shape("fixed", value=1))])))


def test_the_mean_of_a_cut_exponential_is_the_textbooks():
    """m − b ÷ (exp(b/m) − 1) up to b; m + a from a on."""
    assert mean(shape("exponential", mean=9, max=20)) == pytest.approx(9 - 20 / expm1(20 / 9), rel=CLOSE)
    assert mean(shape("exponential", mean=9, min=4)) == pytest.approx(13, rel=CLOSE)
    assert mean(shape("exponential", mean=9), hazard_ratio=1.5, time_ratio=2.0) == pytest.approx(
        12, rel=CLOSE
    )
    assert mean(shape("exponential", mean=9, min=4), hazard_ratio=1.5, time_ratio=2.0) == pytest.approx(
        16, rel=CLOSE
    )


@every
def test_the_mean_of_a_cut_agrees_with_scipy(i, frozen):
    low, high = float(frozen.ppf(0.2)), float(frozen.ppf(0.8))
    found = list(STANDARD.values())[i][0]._replace(low=low, high=high)
    expected = frozen.expect(lambda x: x, lb=low, ub=high, conditional=True, epsabs=0, epsrel=1e-12)
    assert mean(found) == pytest.approx(expected, rel=1e-9)


def test_the_mean_of_an_empirical_distribution_weighs_its_values():
    found = shape("empirical", values=[1, 2, 5], weights=[1, 2, 1])
    assert mean(found) == pytest.approx(2.5, rel=1e-14)
    assert mean(found._replace(low=2.0)) == pytest.approx(3.0, rel=1e-14)
    # with hazard ratio 2 the chances of more than 0, 1, 2 days are 1, 9/16, 1/16
    assert mean(found, hazard_ratio=2.0) == pytest.approx(1 + 9 / 16 + 3 / 16, rel=1e-14)


def test_the_mean_of_a_mixture_weighs_its_parts():
    parts = [
        {"share": 0.25, "dist": "fixed", "value": 4},
        {"share": 0.75, "dist": "uniform", "low": 0, "high": 10},
    ]
    found = shape("mixture", parts=parts)
    assert mean(found) == pytest.approx(4.75, rel=1e-14)
    # within 2–6: the fixed quarter, and 0.3 of uniform on 2–6; both have mean 4
    assert mean(found._replace(low=2.0, high=6.0)) == pytest.approx(4.0, rel=1e-14)
    # stretched twice, 0–8 is 0–4 before stretching: 0.25 at 4, and 0.3 of the uniform with mean 2
    assert mean(found._replace(high=8.0), time_ratio=2.0) == pytest.approx(2 * (1.0 + 0.6) / 0.55, rel=1e-14)


def test_the_mean_of_a_mixture_under_a_hazard_ratio_has_three_digits():
    """Exponentials of means 2 and 30: the integral of (0.3·exp(−x/2) + 0.7·exp(−x/30))², term by term."""
    found = shape(
        "mixture", parts=[{"share": 0.3, **FAST}, {"share": 0.7, "dist": "exponential", "mean": 30}]
    )
    exact = 0.09 * 1.0 + 0.49 * 15.0 + 2 * 0.21 / (1 / 2 + 1 / 30)
    assert mean(found, hazard_ratio=2.0) == pytest.approx(exact, rel=1e-3)


def test_the_mean_is_of_those_for_whom_it_rings():
    assert mean(shape("exponential", mean=9, ever=0.2)) == 9.0
    assert mean(shape("exponential", mean=9, ever=0.0)) == 9.0


def test_a_quantile_of_a_shape_has_its_cut():
    found = shape("uniform", low=0, high=10, min=2, max=6, ever=0.5)
    assert quantile_of(found, 0.25) == pytest.approx(3.0, rel=1e-14)
    assert quantile_of(shape("exponential", mean=9), 0.5, hazard_ratio=3.0) == pytest.approx(
        3 * log(2), rel=1e-14
    )


# --- probabilities ---------------------------------------------------------------------------------------


@given(st.floats(1e-9, 1 - 1e-9), RATIO)
def test_a_probability_as_a_clock_rings_before_the_planned_end_with_that_chance(p, h):
    """At u = p the time is the planned end itself; under a hazard ratio at u = 1 − (1 − p)^h."""
    assert clock_from_probability(p, p, 28.0, 1.0, 1.0) == pytest.approx(28.0, rel=1e-12)
    u = -expm1(h * log1p(-p))
    if u < 1.0 - 1e-6:
        assert clock_from_probability(p, u, 28.0, h, 1.0) == pytest.approx(28.0, rel=1e-9)
        assert clock_from_probability(p, u, 28.0, h, 2.0) == pytest.approx(56.0, rel=1e-9)


def test_a_probability_of_0_never_and_of_1_at_once():
    assert isinf(clock_from_probability(0.0, 0.5, 28.0, 1.0, 1.0))
    assert clock_from_probability(1.0, 0.5, 28.0, 1.0, 1.0) == 0.0
    assert isinf(clock_from_probability(0.5, 0.5, 28.0, 0.0, 1.0))


def test_an_odds_ratio_multiplies_the_odds():
    """0.2 is odds of 1 to 4; doubled, 1 to 2, which is a third."""
    assert odds(0.2, 2.0) == pytest.approx(1 / 3, rel=1e-15)
    assert [odds(p, 7.0) for p in (0.0, 1.0)] == [0.0, 1.0]
    assert odds(0.3, 1.0) == pytest.approx(0.3, rel=1e-15)
