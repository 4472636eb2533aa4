"""The clocks of each level: fitted so that, competing, they give the published reasons and lengths of stay.

A published table says of each reason for the end of a stay how often it comes and how long such stays
were. A scenario says it by clocks: a planned stay, dropout, transfer, termination, other ends; the earliest
acts. Given independent clocks there is one set of survival curves that reproduces a table (Tsiatis 1975,
PNAS 72:20), so the clocks here are fitted, not argued. Ten numbers (two for each of five clocks) meet ten:
four free shares, five medians, and one anchor of the spread of the planned stay, named per level.
Relapse rules and reviews are left out of the fit; `tests/test_baseline.py` states what they change.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from course import dropout_ratios
from published import number, share
from scipy import optimize, stats

Floats = npt.NDArray[np.float64]

REASONS = ("completed", "transferred", "dropout", "terminated", "other")
TABLE_WORDS = ("completed", "transferred", "dropped_out", "terminated", "other")


class Target(NamedTuple):
    """What one level should reproduce, and the shape its clocks may take."""

    level: str
    shares: tuple[float, ...]  # by REASONS
    median_days: tuple[float, ...]  # by REASONS; NaN where nothing is published
    family: str  # of the planned stay
    anchor: str  # what fixes its spread: "planned_mean", "planned_sd", "planned_sigma" or "completed_mean"
    anchor_value: float
    longest_days: float
    by_day: float  # the day at which the scenario states the share of each clock


class Outcome(NamedTuple):
    """What competing clocks give: shares, medians and means of stay by reason and over all."""

    shares: Floats
    median_days: Floats
    mean_days: Floats
    overall_median_days: float
    overall_mean_days: float


class Fit(NamedTuple):
    """The clocks of a level: the planned stay's mean and sd, and shape and scale of the Weibull others."""

    target: Target
    planned_mean: float
    planned_sd: float
    shapes: tuple[float, ...]  # transferred, dropout, terminated, other
    scales: tuple[float, ...]


def targets() -> tuple[Target, ...]:
    """What is published for each level, and the assumption where nothing is."""
    iop_shares = shares_of("IOP")
    done = share("COMPLETE_PHP_RCT")
    rest = [(1.0 - done) * part / sum(iop_shares[1:]) for part in iop_shares[1:]]  # assumed: split as in IOP
    unknown = (math.nan,) * 4  # nothing is published: constant hazards
    sample = "LOS23s_DETOX_24H_"
    left = number(f"{sample}dropped_median")  # assumed for terminated and other too, as nothing is published
    detox_medians = (
        number(f"{sample}completed_median"),
        number(f"{sample}transferred_median"),
        left,
        left,
        left,
    )
    spread = 0.78  # the sigma of completed stays in the same sample
    weeks = number("PROVIDER_001_IOP_weeks")
    op_mean = number("LOS04_OP_completed_mean")
    return (
        Target("detox", shares_of("DETOX"), detox_medians, "lognormal", "planned_sigma", spread, 30.0, 3.0),
        Target("php", (done, *rest), (28.0, *unknown), "gamma", "planned_sd", 8.0, 60.0, 14.0),
        Target("iop", iop_shares, medians_of("IOP"), "gamma", "planned_mean", 7.0 * weeks, 365.0, 30.0),
        Target("op", shares_of("OP"), medians_of("OP"), "lognormal", "completed_mean", op_mean, 730.0, 30.0),
    )


def shares_of(service: str) -> tuple[float, ...]:
    """The published shares of the reasons, in the order of `REASONS`, summing to one (TEDS rounds)."""
    found = [share(f"REASON04_{service}_{word}") for word in TABLE_WORDS]
    return tuple(value / sum(found) for value in found)


def medians_of(service: str) -> tuple[float, ...]:
    """The published median stays by reason, in days."""
    return tuple(number(f"LOS04_{service}_{word}_median") for word in TABLE_WORDS)


def planned_hazard(family: str, mean: float, sd: float, longest: float) -> Callable[[Floats], Floats]:
    """The cumulative hazard of the planned stay, cut to [1 day, longest]."""
    if family == "gamma":
        uncut = stats.gamma((mean / sd) ** 2, scale=sd * sd / mean)
    else:
        variance = np.log1p((sd / mean) ** 2)
        uncut = stats.lognorm(np.sqrt(variance), scale=mean * np.exp(-variance / 2.0))
    low, high = uncut.cdf(1.0), uncut.cdf(longest)

    def hazard(days: Floats) -> Floats:
        return -np.log1p(-np.clip((uncut.cdf(days) - low) / (high - low), 0.0, 1.0 - 1e-12))

    return hazard


def compete(fit: Fit) -> Outcome:
    """What the clocks of a level give when they compete, averaged over the dropout ratios of its patients.

    Within each small step the ends are shared among the clocks in proportion to their hazards.
    """
    target = fit.target
    days = np.concatenate([[0.0], np.geomspace(1e-3, target.longest_days, 4000)])
    ratios, weights = dropout_ratios(target.level)
    hazard = planned_hazard(target.family, fit.planned_mean, fit.planned_sd, target.longest_days)
    clocks = [np.outer(np.ones_like(ratios), hazard(days))]
    for index, (shape, scale) in enumerate(zip(fit.shapes, fit.scales, strict=True)):
        acts_on = ratios if REASONS[index + 1] == "dropout" else np.ones_like(ratios)
        clocks.append(np.outer(acts_on, (days / scale) ** shape))
    total = np.sum(clocks, axis=0)
    ended = -np.diff(np.exp(-total), axis=1)
    steps = np.maximum(np.diff(total, axis=1), 1e-300)
    by_reason = [weights @ (ended * np.diff(clock, axis=1) / steps) for clock in clocks]
    middles = (days[1:] + days[:-1]) / 2.0
    overall = np.sum(by_reason, axis=0)
    return Outcome(
        np.array([mass.sum() for mass in by_reason]),
        np.array([median(days, mass) for mass in by_reason]),
        np.array([float(mass @ middles / mass.sum()) for mass in by_reason]),
        median(days, overall),
        float(overall @ middles),
    )


def median(days: Floats, mass: Floats) -> float:
    """The day by which half of the mass has fallen."""
    reached = np.concatenate([[0.0], np.cumsum(mass)])
    return float(np.interp(reached[-1] / 2.0, reached, days))


def fit_level(target: Target) -> Fit:
    """The clocks that reproduce a target: ten equations in ten unknowns, solved by least squares."""
    first = target.median_days[0]
    start = [1.3 * first, 0.6 * first]
    for part, days in zip(target.shares[1:], target.median_days[1:], strict=True):
        start += [0.9, (first / 2.0 if math.isnan(days) else days) / part**1.2]

    def as_fit(unknowns: Floats) -> Fit:
        numbers = [float(value) for value in np.exp(unknowns)]
        return Fit(target, numbers[0], numbers[1], tuple(numbers[2::2]), tuple(numbers[3::2]))

    def misses(unknowns: Floats) -> Floats:
        fit = as_fit(unknowns)
        outcome = compete(fit)
        reached = {
            "planned_mean": fit.planned_mean,
            "planned_sd": fit.planned_sd,
            "planned_sigma": math.sqrt(math.log1p((fit.planned_sd / fit.planned_mean) ** 2)),
            "completed_mean": outcome.mean_days[0],
        }[target.anchor]
        medians = np.log(outcome.median_days / target.median_days)
        constant = np.log([1.0, *fit.shapes])  # a shape of 1 where no median is published
        return np.concatenate(
            [
                10.0 * (outcome.shares - target.shares),
                np.where(np.isnan(medians), constant, medians),
                [np.log(reached / target.anchor_value)],
            ]
        )

    solved = optimize.least_squares(misses, np.log(start), xtol=1e-12, ftol=1e-12, gtol=1e-12)
    return as_fit(solved.x)


def clock_share(shape: float, scale: float, by_day: float) -> float:
    """The share a Weibull clock would have ended by a day, were it alone."""
    return float(-np.expm1(-((by_day / scale) ** shape)))
