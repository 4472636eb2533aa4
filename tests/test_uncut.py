"""Uncut distributions against scipy to 1e-10 relative, tails included; lists and mixtures by definition."""

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy_twins import STANDARD, TAIL, UPPER, D, every, near, row

from sim.distributions import chance_by, quantile, survival

UNIT = st.floats(2.0**-53, 1.0 - 2.0**-53)


@every
def test_quantiles_agree_with_scipy_in_the_lower_tail(i, frozen):
    for u in TAIL:
        assert quantile(D, i, u) == near(frozen.ppf(u))


@every
def test_quantiles_agree_with_scipy_in_the_upper_tail(i, frozen):
    for left in UPPER:
        assert quantile(D, i, 1.0 - left) == near(frozen.isf(left))


@pytest.mark.parametrize("u", [1e-300, 1e-100, 1e-30])
def test_the_far_lower_tail_keeps_its_digits(u):
    for name in ("exponential", "lognormal", "gamma", "weibull", "loglogistic"):
        i = list(STANDARD).index(name)
        assert quantile(D, i, u) == near(STANDARD[name][1].ppf(u))


@every
def test_chances_agree_with_scipy(i, frozen):
    for u in TAIL:
        low, high = float(frozen.ppf(u)), float(frozen.isf(u))
        assert chance_by(D, i, low) == near(frozen.cdf(low))
        assert chance_by(D, i, high) == near(frozen.cdf(high))
        assert survival(D, i, high, 1.0, 1.0) == near(frozen.sf(high))


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
        assert quantile(d, 0, u) == near(quantile(twin, 0, u))


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
        assert quantile(d, 0, p) == near(solve(p, "cdf"))
    for left in UPPER:
        assert quantile(d, 0, 1.0 - left) == near(solve(left, "sf"))


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
    assert quantile(d, 0, 0.15) == near(2.5, rel=1e-14)
    assert quantile(d, 0, 0.85) == near(7.5, rel=1e-14)


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
    assert [quantile(d, 0, u) for u in (0.25, 0.625, 0.75, 0.875)] == near([0.5, 4.5, 5.0, 5.5], rel=1e-14)
    assert [chance_by(d, 0, x) for x in (0.5, 2.0, 4.0, 5.0, 6.0, 7.0)] == pytest.approx(
        [0.25, 0.5, 0.5, 0.75, 1.0, 1.0]
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
