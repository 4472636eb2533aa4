"""Standard distributions in our words and in scipy's, for the tests that compare the two."""

from math import exp

import pytest
from scipy import stats

from sim.distributions import flatten, shape

CLOSE = 1e-10


def near(expected, rel=CLOSE):
    """Within this share of the expected, however small; `approx` alone also allows 1e-12 as such."""
    return pytest.approx(expected, rel=rel, abs=0.0)


class Reflected:
    """A scipy distribution whose upper tail is asked for as the lower tail of its mirror image.

    scipy takes these upper tails from 1 − u, which loses digits.
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
UNIFORM = Reflected(stats.uniform(2, 10), stats.uniform(2, 10), lambda x: 14 - x)
STANDARD = {
    "exponential": (shape("exponential", mean=9), stats.expon(scale=9)),
    "lognormal": (shape("lognormal", mu=1.5, sigma=0.7), stats.lognorm(0.7, scale=exp(1.5))),
    "gamma": (shape("gamma", shape=6.25, scale=3.2), stats.gamma(6.25, scale=3.2)),
    "early gamma": (shape("gamma", shape=0.3, scale=40), stats.gamma(0.3, scale=40)),
    "narrow gamma": (shape("gamma", shape=2500, scale=0.02), stats.gamma(2500, scale=0.02)),
    "weibull": (shape("weibull", shape=0.6, scale=14.7), stats.weibull_min(0.6, scale=14.7)),
    "late weibull": (shape("weibull", shape=3, scale=20), stats.weibull_min(3, scale=20)),
    "loglogistic": (shape("loglogistic", shape=0.6, scale=37), LOGLOGISTIC),
    "uniform": (shape("uniform", low=2, high=12), UNIFORM),
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
