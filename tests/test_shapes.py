"""Shapes: names, cuts, lists and mixtures; and what cannot be is said in a sentence."""

from math import inf

import pytest

from sim.distributions import chance_by, flatten
from sim.families import MIXTURE
from sim.shapes import Shape, shape


def test_natural_parameters_are_kept():
    assert shape("fixed", value=5) == Shape(kind=7, a=5.0)
    assert shape("uniform", low=1, high=3)[1:3] == (1.0, 3.0)
    assert shape("triangular", low=1, mode=2, high=6)[1:4] == (1.0, 2.0, 6.0)
    assert shape("exponential", mean=9).a == 9.0
    assert shape("lognormal", mu=-0.5, sigma=0.7)[1:3] == (-0.5, 0.7)
    assert shape("gamma", shape=2, scale=3)[1:3] == (2.0, 3.0)
    assert shape("weibull", shape=0.57, scale=14.7)[1:3] == (0.57, 14.7)
    assert shape("loglogistic", shape=0.6, scale=37)[1:3] == (0.6, 37.0)


def test_everybody_may_be_cut_and_a_clock_may_never_ring():
    found = shape("gamma", mean=20, sd=8, min=1, max=60, ever=0.5, source="a table")
    assert (found.low, found.high, found.ever) == (1.0, 60.0, 0.5)
    assert shape("exponential", mean=9, max=inf).high == inf


def test_an_empirical_list_is_sorted_joined_and_weighed():
    found = shape("empirical", values=[5, 1, 2, 2], weights=[1, 2, 3, 2])
    assert found.values == (1.0, 2.0, 5.0)
    assert found.weights == (2 / 8, 7 / 8, 1.0)
    assert shape("empirical", values=[3, 4, 9], weights=[1, 0, 1]).values == (3.0, 9.0)
    assert shape("empirical", values=[0.1] * 10 + [0.2] * 20).weights[-1] == 1.0


def test_a_mixture_takes_tables_or_shapes():
    parts = [
        {"share": 0.25, "dist": "fixed", "value": 4, "source": "x"},
        (0.75, shape("exponential", mean=2)),
    ]
    found = shape("mixture", parts=parts)
    assert found.kind == MIXTURE
    assert found.parts == ((0.25, shape("fixed", value=4)), (0.75, shape("exponential", mean=2)))


def test_a_mixture_within_a_mixture_is_dissolved():
    inner = {"dist": "mixture", "parts": [{"share": 0.5, "dist": "fixed", "value": v} for v in (1, 2)]}
    found = shape("mixture", parts=[{"share": 0.4, **inner}, {"share": 0.6, "dist": "fixed", "value": 3}])
    assert [(share, part.a) for share, part in found.parts] == [(0.2, 1.0), (0.2, 2.0), (0.6, 3.0)]
    assert chance_by(flatten([found]), 0, 2.0) == pytest.approx(0.4, rel=1e-15)


REFUSED = [
    ("normal", {"mean": 3}, '"normal" is no distribution; want one of fixed, uniform'),
    (
        "gamma",
        {"mean": 20},
        "gamma is given mean; want mean and sd, or shape and scale, or shape, share and by_day, or two",
    ),
    ("gamma", {"mean": 20, "sd": 8, "shape": 2}, "gamma is given mean, sd and shape"),
    ("exponential", {}, "exponential is given nothing; want mean, or share and by_day, or one quantile"),
    ("exponential", {"mena": 3}, "exponential is given mena"),
    ("exponential", {"mean": 0}, "mean = 0; want more than 0"),
    ("exponential", {"mean": -3}, "mean = -3; want 0 or more"),
    ("exponential", {"mean": "9"}, "mean = '9'; want a number"),
    ("exponential", {"mean": True}, "mean = True; want a number"),
    ("exponential", {"mean": inf}, "mean = inf; want a number"),
    ("exponential", {"mean": float("nan")}, "mean = nan; want a number"),
    ("exponential", {"mean": 9, "min": 5, "max": 4}, "min = 5 lies above max = 4"),
    ("exponential", {"mean": 9, "min": 5, "max": 5}, "no part of this exponential distribution lies between"),
    ("exponential", {"mean": 9, "ever": 1.5}, "ever = 1.5, but a chance lies between 0 and 1"),
    (
        "exponential",
        {"share": 0.6, "by_day": 3, "ever": 0.5},
        "share = 0.6 by by_day; want more than 0 and less than ever = 0.5",
    ),
    ("exponential", {"share": 1, "by_day": 3}, "less than 1"),
    ("exponential", {"share": 0.5, "by_day": 0}, "by_day = 0; want more than 0"),
    ("fixed", {"value": 5, "max": 4}, "no part of this fixed distribution lies between min = 0 and max = 4"),
    ("fixed", {"p25": 3, "p75": 9}, "fixed cannot be given by quantiles; want value"),
    ("uniform", {"p25": 3, "p75": 9}, "uniform cannot be given by quantiles; want low and high"),
    ("uniform", {"low": 3, "high": 3}, "low = 3 must lie below high = 3"),
    ("uniform", {"low": 3, "high": 5, "min": 6}, "no part of this uniform"),
    ("triangular", {"low": 3, "mode": 2, "high": 5}, "want low ≤ mode ≤ high"),
    ("triangular", {"p25": 3, "p75": 9}, "a triangular has three numbers"),
    ("triangular", {"p25": 3, "p75": 9, "low": 3.5}, "no triangular without negative days"),
    ("lognormal", {"median": 6, "mean": 5}, "a lognormal's mean lies above its median; have 5 and 6"),
    ("lognormal", {"mean": 5, "sd": 0}, "sd = 0; want more than 0"),
    ("lognormal", {"p75": 3, "p25": 9}, "p25 = 9 must lie below p75 = 3"),
    ("lognormal", {"p25": 0, "p75": 9}, "p25 = 0; want more than 0"),
    ("lognormal", {"p25": 3}, "lognormal is given p25; want mean and sd"),
    ("lognormal", {"p25": 3, "p50": 4, "p75": 9}, "lognormal is given p25, p50 and p75"),
    ("lognormal", {"p25": 3, "p75": 9, "mean": 5}, "lognormal is given p25, p75 and mean"),
    ("lognormal", {"p00": 3, "p75": 9}, "p00 is no quantile of use"),
    ("gamma", {"mean": 20, "sd": 0.001}, "a gamma of shape"),
    ("gamma", {"p49": 3, "p51": 3.0000001}, "no gamma is as narrow as p49 = 3 and p51 = 3"),
    ("weibull", {"shape": 0, "scale": 2}, "shape = 0; want more than 0"),
    ("empirical", {}, "empirical is given nothing; want values"),
    ("empirical", {"values": []}, "values is empty"),
    ("empirical", {"values": [1, 2], "weights": [1]}, "1 weights for 2 values"),
    ("empirical", {"values": [1, 2], "weights": [0, 0]}, "all weights are 0"),
    ("empirical", {"values": [1, -2]}, "values = -2; want 0 or more"),
    ("empirical", {"values": [1, 9], "min": 2, "max": 8}, "no part of this empirical"),
    ("empirical", {"p25": 3, "p75": 9}, "empirical is given p25 and p75"),
    ("mixture", {}, "mixture is given nothing"),
    ("mixture", {"parts": [{"share": 0.9, "dist": "fixed", "value": 1}]}, "add up to 0.9; want 1"),
    (
        "mixture",
        {"parts": [{"dist": "fixed", "value": 1}]},
        "a part is given dist and value; want share and dist",
    ),
    ("mixture", {"parts": [{"share": 1, "dist": "exponential", "by_day": 1}]}, "by_day cannot be used there"),
    (
        "mixture",
        {"parts": [{"share": 1, "dist": "exponential", "mean": 1, "ever": 0.5}]},
        "ever belongs to the whole",
    ),
    (
        "mixture",
        {
            "parts": [
                {
                    "share": 1,
                    "dist": "mixture",
                    "max": 2,
                    "parts": [{"share": 1, "dist": "fixed", "value": 1}],
                }
            ]
        },
        "a mixture within a mixture cannot be cut",
    ),
]


@pytest.mark.parametrize(("dist", "parameters", "sentence"), REFUSED)
def test_what_cannot_be_is_said_in_a_sentence(dist, parameters, sentence):
    with pytest.raises(ValueError) as error:
        shape(dist, **parameters)
    assert sentence in str(error.value)
