"""Fits: whatever a family is given by, scipy finds it again in the distribution that comes out."""

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy_twins import near

from sim.distributions import flatten, quantile, shape
from sim.families import TRIANGULAR
from sim.fits import FROM_QUANTILES, WAYS
from sim.shapes import FAMILIES


def scipys(found):
    """The same distribution in scipy, of the families that have a scale."""
    return {
        "exponential": lambda a, b: stats.expon(scale=a),
        "lognormal": lambda a, b: stats.lognorm(b, scale=exp(a)),
        "gamma": lambda a, b: stats.gamma(a, scale=b),
        "weibull": lambda a, b: stats.weibull_min(a, scale=b),
        "loglogistic": lambda a, b: stats.fisk(a, scale=b),
    }[list(KINDS)[found.kind]](found.a, found.b)


KINDS = ("exponential", "lognormal", "gamma", "weibull", "loglogistic")
DAYS = st.floats(0.01, 1000.0)


@given(DAYS, st.floats(0.05, 20.0))
def test_mean_and_sd_are_the_mean_and_sd(mean, ratio):
    for dist in ("lognormal", "gamma"):
        frozen = scipys(shape(dist, mean=mean, sd=ratio * mean))
        assert frozen.mean() == near(mean, rel=1e-8)
        assert frozen.std() == near(ratio * mean, rel=1e-8)


def test_a_gamma_of_mean_20_and_sd_8():
    """Shape (20 ÷ 8)² = 6.25, scale 8² ÷ 20 = 3.2."""
    assert shape("gamma", mean=20, sd=8)[1:3] == near((6.25, 3.2), rel=1e-15)


@given(DAYS, st.floats(1.001, 20.0))
def test_median_and_mean_are_the_median_and_mean(median, ratio):
    frozen = scipys(shape("lognormal", median=median, mean=ratio * median))
    assert frozen.median() == near(median)
    assert frozen.mean() == near(ratio * median, rel=1e-8)


@given(st.floats(0.1, 10.0), DAYS)
def test_the_median_of_a_weibull_or_loglogistic_is_its_median(k, median):
    for dist in ("weibull", "loglogistic"):
        assert scipys(shape(dist, shape=k, median=median)).median() == near(median)


@given(st.floats(0.1, 10.0), st.floats(0.01, 0.99), DAYS)
def test_the_share_has_gone_by_the_day(k, share, by_day):
    for dist, name in (
        ("gamma", "shape"),
        ("weibull", "shape"),
        ("loglogistic", "shape"),
        ("lognormal", "sigma"),
    ):
        frozen = scipys(shape(dist, **{name: k}, share=share, by_day=by_day))
        assert frozen.cdf(by_day) == near(share, rel=1e-9)
    assert scipys(shape("exponential", share=share, by_day=by_day)).cdf(by_day) == near(share)


def test_a_share_counts_those_for_whom_it_never_rings():
    """10 % of all by day 30, when half ever do: 20 % of those, so the mean is −30 ÷ ln 0.8."""
    found = shape("exponential", share=0.10, by_day=30, ever=0.5)
    assert found.a == near(-30 / log(0.8), rel=1e-14)


TWO = st.tuples(st.integers(1, 99), st.integers(1, 99)).filter(lambda pair: pair[0] < pair[1])


@given(TWO, DAYS, st.floats(1.01, 30.0))
def test_two_quantiles_are_the_quantiles(percents, x, ratio):
    p, q = percents
    for dist in ("lognormal", "weibull", "loglogistic"):
        frozen = scipys(shape(dist, **{f"p{p:02d}": x, f"p{q:02d}": ratio * x}))
        assert frozen.ppf(p / 100) == near(x, rel=1e-9)
        assert frozen.ppf(q / 100) == near(ratio * x, rel=1e-9)


@given(TWO, DAYS, st.floats(0.02, 1e4))
def test_a_gamma_is_found_from_two_of_its_quantiles(percents, scale, k):
    p, q = percents
    frozen = stats.gamma(k, scale=scale)
    x, y = (float(frozen.ppf(percent / 100)) for percent in (p, q))
    if x > 1e-200 and y > x * (1 + 1e-6):
        found = shape("gamma", **{f"p{q:02d}": y, f"p{p:02d}": x})
        assert scipys(found).ppf([p / 100, q / 100]) == near([x, y], rel=1e-7)


@given(st.floats(0.1, 100.0), TWO)
def test_an_exponential_takes_two_quantiles_that_agree_or_one(mean, percents):
    values = {f"p{p:02d}": -mean * log(1 - p / 100) for p in percents}
    assert shape("exponential", **values).a == near(mean, rel=1e-12)
    name, value = values.popitem()
    assert shape("exponential", **{name: value}).a == near(mean, rel=1e-12)


def test_an_exponential_refuses_quantiles_that_disagree():
    """p25 = 3 asks for a mean of 3 ÷ ln(4/3) = 10.43, p75 = 9 for 9 ÷ ln 4 = 6.492."""
    with pytest.raises(ValueError, match=r"means of 10\.43 and 6\.492"):
        shape("exponential", p25=3, p75=9)


@pytest.mark.parametrize("corner", ["low", "mode", "high"])
@pytest.mark.parametrize("corners", [(1.0, 4.0, 11.0), (2.0, 2.5, 9.0), (3.0, 8.0, 9.0)])
def test_a_triangular_is_found_from_two_quantiles_and_a_corner(corner, corners):
    low, mode, high = corners
    frozen = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    given_corner = {corner: {"low": low, "mode": mode, "high": high}[corner]}
    found = shape("triangular", p10=float(frozen.ppf(0.1)), p90=float(frozen.ppf(0.9)), **given_corner)
    assert found.kind == TRIANGULAR
    d = flatten([found])
    assert [quantile(d, 0, u) for u in (0.1, 0.9)] == near(frozen.ppf([0.1, 0.9]), rel=1e-9)
    assert found[1:4][("low", "mode", "high").index(corner)] == near(given_corner[corner], rel=1e-9)


def test_a_lognormal_of_median_5_and_mean_6_3():
    """sigma = sqrt(2 ln 1.26) = 0.67987."""
    assert shape("lognormal", median=5, mean=6.3).b == near(sqrt(2 * log(1.26)), rel=1e-14)


def test_the_tables_name_the_same_families():
    assert set(FROM_QUANTILES) <= set(WAYS) <= set(FAMILIES)
    assert set(FAMILIES) - set(WAYS) == {"empirical", "mixture"}
