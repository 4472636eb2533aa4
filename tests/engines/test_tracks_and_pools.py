"""Two half-full tracks are not one pool: waits of M/M/8 twice against M/M/16, by the formula of Erlang.

Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory, section 2.3: with c servers and an
offered load of a = λS the chance of having to wait is C = F ÷ (Σ_{k<c} a^k/k! + F), where
F = (a^c/c!) c/(c − a), and the mean wait is CS/(c − a).
"""

from collections.abc import Callable
from math import factorial
from typing import TYPE_CHECKING

import pytest

from sim.engines import simulate
from sim.measures.tracks import FIGURES, tracks

if TYPE_CHECKING:
    from sim.scenario.types import Scenario

STAY, LOAD, SEATS = 10.0, 6.4, 8

SCENARIO = """
[run]
warm_up = "300 days"
duration = "{days} days"
[traits.asks]
shares = {{ day = 0.5, evening = 0.5 }}
[arrivals.all]
per_day = 1.28
enters = "iop"
[levels.iop]
length_of_stay = {{ dist = "exponential", mean = "10 days" }}
{tracks}
"""
TWO = """
[levels.iop.tracks.day]
seats = 8
when = { asks = "day" }
[levels.iop.tracks.evening]
seats = 8
when = { asks = "evening" }
"""
ONE = "tracks = { all = { seats = 16 } }"


def erlang(servers: int, load: float) -> tuple[float, float]:
    """The chance of having to wait, and the mean wait in days."""
    full = load**servers / factorial(servers) * servers / (servers - load)
    chance = full / (sum(load**k / factorial(k) for k in range(servers)) + full)
    return chance, chance * STAY / (servers - load)


APART, TOGETHER = erlang(SEATS, LOAD)[1], erlang(2 * SEATS, 2 * LOAD)[1]
"""2.86 and 0.95 days."""


def wait_days(scenario: "Scenario", engine: str) -> dict[str, float]:
    """The mean wait of each track."""
    filled = tracks(simulate(scenario, engine=engine), scenario)
    assert filled is not None
    means = filled.values[:, FIGURES.index("wait_mean")].tolist()
    return dict(zip((track for _, track in filled.panel.rows), means, strict=True))


def test_the_formula_for_two_servers_is_the_one_worked_by_hand() -> None:
    """C = 2ρ² ÷ (1 + ρ): at ρ = 3/4 it is 9/14, and the mean wait 9/14 × 10 ÷ (2 − 1.5) days."""
    assert erlang(2, 1.5) == pytest.approx((9 / 14, 90 / 7))


def test_two_tracks_wait_longer_than_one_pool_and_about_as_the_formula_says(
    clinic: "Callable[..., Scenario]", engine: str
) -> None:
    """About 1600 patients of a track in 2500 days: their mean wait is known to a third or so."""
    two = wait_days(clinic(SCENARIO.format(days=2500, tracks=TWO)), engine)
    one = wait_days(clinic(SCENARIO.format(days=2500, tracks=ONE)), engine)
    assert two == pytest.approx(dict.fromkeys(["day", "evening"], APART), rel=0.5)
    assert one == pytest.approx({"all": TOGETHER}, rel=0.5)
    assert min(two.values()) > one["all"]


def test_in_four_centuries_the_waits_are_those_of_the_formula(clinic: "Callable[..., Scenario]") -> None:
    two = wait_days(clinic(SCENARIO.format(days=150_000, tracks=TWO)), "compiled")
    one = wait_days(clinic(SCENARIO.format(days=150_000, tracks=ONE)), "compiled")
    assert two == pytest.approx(dict.fromkeys(["day", "evening"], APART), rel=0.12)
    assert one == pytest.approx({"all": TOGETHER}, rel=0.12)


@pytest.mark.deep
def test_in_a_thousand_years_they_are_so_within_one_in_twenty_five(
    clinic: "Callable[..., Scenario]",
) -> None:
    two = wait_days(clinic(SCENARIO.format(days=400_000, tracks=TWO)), "compiled")
    one = wait_days(clinic(SCENARIO.format(days=400_000, tracks=ONE)), "compiled")
    assert two == pytest.approx(dict.fromkeys(["day", "evening"], APART), rel=0.04)
    assert one == pytest.approx({"all": TOGETHER}, rel=0.04)
