"""Special functions against scipy's, tails included; scipy is asked here and nowhere at run time."""

from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special as scipy_special
from scipy_twins import CLOSE, near

from sim import special

TAILS = [1e-300, 1e-100, 1e-30, *(10.0**-k for k in range(20, 0, -1)), 0.2, 0.3, 0.42, 0.5]
SHAPES = [float(shape) for shape in 10.0 ** np.linspace(-2, 4, 25)]
SMALL_AND_LARGE = [1e-12, 1e-9, 1e-6, 1e-3, 0.01, 0.1, 0.25, 0.4, 0.5]


@pytest.mark.parametrize("u", TAILS)
def test_the_normal_quantile_is_exact_in_either_tail(u):
    assert special.normal_quantile(u) == pytest.approx(scipy_special.ndtri(u), rel=1e-14, abs=1e-16)
    if u > 1e-16:
        assert special.normal_quantile(1.0 - u) == pytest.approx(
            scipy_special.ndtri(1.0 - u), rel=CLOSE, abs=1e-16
        )


def test_the_normal_quantile_ends_at_infinity():
    assert special.normal_quantile(0.0) == -inf
    assert special.normal_quantile(1.0) == inf


@given(st.floats(-37.0, 8.0))
def test_the_normal_chance_is_exact_in_the_lower_tail(z):
    assert special.normal_below(z) == near(scipy_special.ndtr(z), rel=1e-11)


@given(st.floats(-6.0, 26.0))
def test_erfc_agrees_over_all_its_ranges(x):
    assert special.erfc(x) == near(scipy_special.erfc(x), rel=1e-12)


def test_erfc_is_0_where_nothing_is_left():
    assert special.erfc(30.0) == 0.0
    assert special.erfc(-30.0) == 2.0


@given(st.floats(1e-3, 1e6))
def test_log_gamma_agrees(x):
    assert special.log_gamma(x) == pytest.approx(scipy_special.gammaln(x), rel=1e-13, abs=2e-14)


@given(st.floats(-0.999, 1e300))
def test_log1p_agrees(x):
    assert special.log1p(x) == near(np.log1p(x), rel=1e-14)


@given(st.floats(-700.0, 700.0) | st.floats(-1e-3, 1e-3))
def test_expm1_agrees(x):
    assert special.expm1(x) == near(np.expm1(x), rel=1e-14)


def test_nothing_overflows():
    assert special.exp_or_inf(1e6) == inf
    assert special.expm1(1e6) == inf
    assert special.expm1(-1e6) == -1.0
    assert special.log1p(-1.0) == -inf
    assert special.log1p(inf) == inf


@pytest.mark.parametrize("shape", SHAPES)
def test_gamma_chances_agree_in_both_tails(shape):
    for u in SMALL_AND_LARGE:
        for x in (scipy_special.gammaincinv(shape, u), scipy_special.gammainccinv(shape, u)):
            below, above = special.gamma_chances(shape, float(x))
            assert below == pytest.approx(scipy_special.gammainc(shape, x), rel=CLOSE, abs=1e-280)
            assert above == near(scipy_special.gammaincc(shape, x))


@pytest.mark.parametrize("shape", SHAPES)
def test_gamma_quantiles_agree_in_both_tails(shape):
    for u in SMALL_AND_LARGE:
        lower = special.gamma_quantile(shape, u, 1.0 - u)
        upper = special.gamma_quantile(shape, 1.0 - u, u)
        assert lower == pytest.approx(scipy_special.gammaincinv(shape, u), rel=CLOSE, abs=1e-290)
        assert upper == pytest.approx(scipy_special.gammainccinv(shape, u), rel=CLOSE, abs=1e-290)


@given(st.floats(0.01, 1e4), st.floats(1e-250, 0.5), st.booleans())
def test_the_gamma_quantile_leads_back_to_its_chance(shape, u, lower):
    """However far the tail; x is a float, so its own rounding may move the chance by x·f(x) ulps."""
    x = special.gamma_quantile(shape, u, 1.0 - u) if lower else special.gamma_quantile(shape, 1.0 - u, u)
    if x > 1e-290:
        back = scipy_special.gammainc(shape, x) if lower else scipy_special.gammaincc(shape, x)
        assert back == near(u, rel=1e-9)


def test_a_gamma_of_shape_1_is_exponential():
    assert special.gamma_quantile(1.0, 0.3, 0.7) == near(-log(0.7), rel=1e-14)
    assert special.gamma_chances(1.0, 2.0) == near((1.0 - exp(-2.0), exp(-2.0)), rel=1e-14)


def test_the_ends_of_a_gamma_are_0_and_infinity():
    assert special.gamma_quantile(2.0, 0.0, 1.0) == 0.0
    assert special.gamma_quantile(2.0, 1.0, 0.0) == inf
    assert special.gamma_chances(2.0, 0.0) == (0.0, 1.0)
    assert special.gamma_chances(2.0, inf) == (1.0, 0.0)
