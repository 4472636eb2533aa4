"""Compiled twins: the same bits as the plain functions, however these call each other.

The arguments are many, drawn from fixed seeds and over the whole range that each function is asked for.
"""

from collections.abc import Callable
from math import inf
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from durations_at_random import CUTS, laws

from sim.compiler.native import high_word
from sim.compiler.structs import Struct
from sim.compiler.twins import called
from sim.distributions import (
    Distributions,
    clock_from_probability,
    flatten,
    odds,
    survival,
    value,
    value_beyond,
)
from sim.engines.packing import table
from sim.shapes import shape
from sim.special import (
    exp_or_inf,
    expm1,
    gamma_chances,
    gamma_quantile,
    log1p,
    log_gamma,
    normal_below,
    normal_quantile,
)

pytestmark = pytest.mark.deep  # they take long; CI runs them

MANY = 600


def same_bits(state: Struct, plain: Any, names: tuple[str, ...]) -> None:
    """Fails unless the arrays of these names hold the same bits as the lists of the plain run."""
    for name in names:
        found, expected = getattr(state, name), np.array(getattr(plain, name))
        differ = np.flatnonzero(found.view(np.uint64) != expected.view(np.uint64))
        assert not len(differ), (
            f"{name}, row {differ[0]}: {found[differ[0]]!r} beside {expected[differ[0]]!r}"
        )


def in_lists(state: Struct) -> SimpleNamespace:
    """The same numbers as plain Python has them."""
    found = {}
    for name in state.struct_type.at:
        value = getattr(state, name)
        found[name] = value.tolist() if isinstance(value, np.ndarray) else value
    return SimpleNamespace(**found)


# ---- special functions

OF_X = ("exp_or_inf", "log1p", "expm1", "normal_below", "log_gamma")
OF_U = ("normal_quantile", "gamma_quantile", "gamma_below", "gamma_above")


def special(s: Any) -> None:
    for row in range(len(s.x)):
        x, u, size = s.x[row], s.u[row], s.shape[row]
        s.exp_or_inf[row] = exp_or_inf(x)
        s.log1p[row] = log1p(u - 0.5)
        s.expm1[row] = expm1(x)
        s.normal_below[row] = normal_below(x)
        s.log_gamma[row] = log_gamma(size)
        s.normal_quantile[row] = normal_quantile(u)
        s.gamma_quantile[row] = gamma_quantile(size, u, 1.0 - u)
        s.gamma_below[row], s.gamma_above[row] = gamma_chances(size, abs(x))


def test_special_functions_have_the_bits_of_plain_python(twin: Callable[..., None]) -> None:
    some = np.random.Generator(np.random.PCG64(1))
    x = some.normal(0.0, 1.0, MANY) * 10.0 ** some.integers(-12, 4, MANY)
    x[:6] = (0.0, -0.0, 1e-320, 709.5, -745.0, 1e308)
    u = np.clip(some.random(MANY) * 10.0 ** -some.integers(0, 17, MANY), 2.0**-54, 1.0 - 2.0**-53)
    size = 10.0 ** some.uniform(-2.0, 4.0, MANY)
    state = Struct(x=x, u=u, shape=size, **{name: np.zeros(MANY) for name in (*OF_X, *OF_U)})
    plain = in_lists(state)
    special(plain)
    twin(special, state, {})
    same_bits(state, plain, (*OF_X, *OF_U))
    assert all(len(set(getattr(plain, name))) > MANY / 4 for name in (*OF_X, *OF_U))


# ---- distributions

DRAWN = ("value", "value_beyond", "survival", "clock", "odds")


def drawing(s: Any) -> None:
    for row in range(len(s.u)):
        u, hazard_ratio, time_ratio = s.u[row], s.hazard_ratio[row], s.time_ratio[row]
        i, days = s.i[row], s.days[row]
        s.value[row] = value(s.d, i, u, hazard_ratio, time_ratio)
        s.value_beyond[row] = value_beyond(s.d, i, u, hazard_ratio, time_ratio, days)
        s.survival[row] = survival(s.d, i, days, hazard_ratio, time_ratio)
        s.clock[row] = clock_from_probability(s.p[row], u, days, hazard_ratio, time_ratio)
        s.odds[row] = odds(s.p[row], hazard_ratio)


def every_shape() -> Distributions:
    """Every distribution in every way to give it, whole, cut, and for some never ringing; and mixtures."""
    shapes = []
    for dist, ways in laws(6.0).items():
        for way in ways:
            shapes += [shape(dist, **way), shape(dist, **way, **CUTS[0](6.0))]
            shapes += [shape(dist, **way, ever=0.7) if "share" not in way else shape(dist, **way, max=40)]
    parts = [{"dist": dist, "share": 0.125, **ways[0]} for dist, ways in laws(6.0).items() if dist != "gamma"]
    shapes += [shape("mixture", parts=parts), shape("mixture", parts=parts, min=2, max=15, ever=0.6)]
    return flatten(shapes)


def test_draws_from_every_distribution_have_the_bits_of_plain_python(twin: Callable[..., None]) -> None:
    some = np.random.Generator(np.random.PCG64(2))
    d = every_shape()
    hints = get_type_hints(Distributions)
    columns = {name: table(getattr(d, name), get_args(hints[name])[0]) for name in Distributions._fields}
    shapes = len(d.kind) - sum(
        last - first for first, last, kind in zip(d.first, d.last, d.kind, strict=True) if kind == 9
    )
    state = Struct(
        d=Struct(**columns),
        u=np.clip(some.random(MANY), 2.0**-54, 1.0 - 2.0**-53),
        i=some.integers(0, shapes, MANY),
        hazard_ratio=some.choice([1.0, 1.0, 0.2, 0.9, 3.0], MANY),
        time_ratio=some.choice([1.0, 1.0, 0.5, 2.5], MANY),
        days=some.choice([0.0, 0.5, 4.0, 6.0, 11.0, 40.0], MANY),
        p=np.clip(some.uniform(-0.1, 1.1, MANY), 0.0, 1.0),
        **{name: np.zeros(MANY) for name in DRAWN},
    )
    plain = in_lists(state)
    plain.d = d
    drawing(plain)
    twin(drawing, state, {Distributions: state.d.struct_type})
    same_bits(state, plain, DRAWN)
    assert all(len(set(getattr(plain, name))) > 20 for name in DRAWN)
    assert inf in plain.value


# ---- functions that call functions


def difference(*, minuend: float, subtrahend: float) -> float:
    return minuend - subtrahend


def scaled(x: float, by: float) -> float:
    return difference(subtrahend=1.0, minuend=x) * by


def calling(s: Any) -> None:
    s.found[0] = scaled(s.found[1], difference(minuend=7.0, subtrahend=s.found[2]))


for function in (difference, scaled):
    function.__module__ = "sim.tests"  # what is of this project is compiled


def test_keywords_are_bound_by_name_through_nested_calls(twin: Callable[..., None]) -> None:
    """(5 − 1) · (7 − 4) = 12."""
    state = Struct(found=np.array([0.0, 5.0, 4.0]))
    twin(calling, state, {})
    assert state.found[0] == 12.0


def test_the_plain_functions_stay_plain_and_go_on_calling_each_other(twin: Callable[..., None]) -> None:
    twin(calling, Struct(found=np.zeros(3)), {})
    assert list(called(calling)) == ["difference", "scaled"]
    assert type(calling.__globals__["scaled"]) is type(scaled.__globals__["difference"]) is type(scaled)
    plain = SimpleNamespace(found=[0.0, 5.0, 4.0])
    calling(plain)
    assert plain.found[0] == 12.0


# ---- twins written by hand


def multiplying(s: Any) -> None:
    for row in range(len(s.a)):
        s.high[row] = high_word(s.a[row], s.b[row])


def test_the_high_word_of_a_product_is_that_of_whole_numbers_without_bounds(
    twin: Callable[..., None],
) -> None:
    some = np.random.Generator(np.random.PCG64(3))
    a, b = some.integers(0, 2**64, (2, MANY), dtype=np.uint64)
    a[:3], b[:3] = (0, 1, 2**64 - 1), (2**64 - 1, 2**64 - 1, 2**64 - 1)
    state = Struct(a=a.copy(), b=b.copy(), high=np.zeros(MANY, np.uint64))
    twin(multiplying, state, {np.uint64: np_uint64()})
    assert state.high.tolist() == [x * y >> 64 for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert [int(high_word(x, y)) for x, y in zip(a[:9], b[:9], strict=True)] == state.high[:9].tolist()


def np_uint64() -> Any:
    from numba.core import types  # noqa: PLC0415 (the plain tests need no numba)

    return types.uint64
