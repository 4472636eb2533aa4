"""Directors' questions that can be answered by hand: textbook and simulation give the same answer.

The numbers are those of queueing theory for exponential stays, or follow from flows as shown beside them.
"""

from collections.abc import Callable
from math import exp

import pytest

from sim.estimates import estimate
from sim.experiments.run import run
from sim.experiments.seek import seek
from sim.scenario.types import Scenario
from sim.theory import erlang_b, mmc

BEDS = [(8.0, 13, 0.60), (16.0, 21, 0.73), (32.0, 38, 0.81)]
"""Beds that would be filled if nobody were turned away, those that turn away fewer than 5 %, their use."""


@pytest.mark.parametrize(("load", "beds", "occupied"), BEDS)
def test_beds_that_turn_away_fewer_than_5_percent_by_erlangs_formula(
    load: float, beds: int, occupied: float
) -> None:
    assert erlang_b(beds, load) < 0.05 <= erlang_b(beds - 1, load)
    assert load * (1.0 - erlang_b(beds, load)) / beds == pytest.approx(occupied, abs=0.005)


NO_WAITING = """
[levels.detox]
length_of_stay = { dist = "gamma", mean = 5, sd = 4 }
waitlist = { limit = 0 }
"""


def unit(clinic: Callable[..., Scenario], load: float) -> Scenario:
    """A unit without a waitlist; the formula holds whatever the shape of the stay."""
    run_for = {"run.warm_up": 60, "run.duration": 2000, "run.replications": 20}
    return clinic(NO_WAITING, **{"arrivals.all.per_day": load / 5.0}, **run_for)


def test_a_unit_of_13_beds_turns_away_as_many_as_the_formula_says(clinic: Callable[..., Scenario]) -> None:
    found = run(unit(clinic, 8.0).with_("levels.detox.capacity", 13), replications=10, jobs=1)
    away = estimate(found.reduced, "turned_away.share", "detox", confidence=0.999)
    assert away.low < erlang_b(13, 8.0) < away.high
    assert away.high - away.low < 0.02
    used = estimate(found.reduced, "occupancy", "detox")
    assert used.mean == pytest.approx(0.60, abs=0.01)


@pytest.mark.deep
@pytest.mark.parametrize(("load", "beds", "occupied"), BEDS)
def test_seek_finds_as_many_beds_as_the_formula(
    clinic: Callable[..., Scenario], load: float, beds: int, occupied: float
) -> None:
    found = seek(
        unit(clinic, load),
        key="levels.detox.capacity",
        between=(beds - 4, beds + 4),
        target="turned_away.detox.share <= 5%",
    )
    assert found.answer == beds


SLOTS = [(0.6, 16, 0.05, 0.75), (0.6, 15, 0.11, 0.80), (1.0, 24, 0.07, 0.83)]
"""Arrivals a day, slots of 20 days, the share waiting longer than a week, and how full they are."""


@pytest.mark.parametrize(("rate", "slots", "late", "occupied"), SLOTS)
def test_slots_for_a_wait_of_a_week_by_the_textbook(
    rate: float, slots: int, late: float, occupied: float
) -> None:
    assert mmc(slots, rate=rate, mean_stay=20.0).chance_beyond(7.0) == pytest.approx(late, abs=0.005)
    assert rate * 20.0 / slots == pytest.approx(occupied, abs=0.005)


@pytest.mark.deep
@pytest.mark.parametrize(("rate", "slots", "late", "occupied"), SLOTS)
def test_simulated_waits_of_a_week_are_those_of_the_textbook(
    clinic: Callable[..., Scenario], rate: float, slots: int, late: float, occupied: float
) -> None:
    scenario = clinic(
        '[levels.iop]\nlength_of_stay = { dist = "exponential", mean = 20 }\n',
        **{"arrivals.all.per_day": rate, "levels.iop.capacity": slots},
        **{"run.warm_up": 1000, "run.duration": 20_000, "run.follow_up": 200},
    )
    found = run(scenario, replications=200)
    soon = estimate(found.reduced, "wait.share_within_7_days", "iop", confidence=0.9995)
    assert soon.low < 1.0 - mmc(slots, rate=rate, mean_stay=20.0).chance_beyond(7.0) < soon.high
    assert soon.high - soon.low < 0.03


# Four PHP slots more, on 100 sites at once so that little is left to chance. PHP is always full, a stay there
# takes 20 days, so each slot sends on 0.05 patients a day: 4 × 0.05 = 0.2. Seven in ten of them go to IOP and
# stay 56 days on average, without limit. In the long run 0.2 × 0.7 × 56 = 7.84 more are in IOP. The first of
# them come after 20 days, so by day 90 it is 7.84 × (1 − exp(−70 ÷ 56)) = 5.59. A slot opens every five days,
# so the flow begins evenly; its mean over the five days before day 90 is that figure exactly.

SITES = 100
FOUR_SLOTS = """
[run]
start = 2026-01-05
duration = "5 days"
[levels.php]
capacity = 1200
length_of_stay = "20 days"
completes_to = { iop = 0.7, discharge = 0.3 }
[levels.iop]
length_of_stay = { dist = "exponential", mean = 56 }
"""
OPENING = "".join(
    f"[[changes]]\non = {200 + 5 * slot}\nlevels.php.capacity = {1200 + SITES * (slot + 1)}\n"
    for slot in range(4)
)


def more_in_iop(
    clinic: Callable[..., Scenario], day: float, *, calls: float, replications: int
) -> tuple[float, float]:
    """How many more are in IOP with the slots, as a mean of the five days from `day` on, and its error."""
    census = []
    for text in (FOUR_SLOTS, FOUR_SLOTS + OPENING):
        scenario = clinic(text, **{"run.warm_up": 200.0 + day, "arrivals.all.per_day": calls})
        found = run(scenario, replications=replications, jobs=1)
        row = found.reduced[0].layout.measures.index(("census.mean", "iop"))
        census.append([one.figures[row, 0] for one in found.reduced])
    gaps = [after - before for before, after in zip(*census, strict=True)]
    mean = sum(gaps) / len(gaps)
    spread = sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)
    return mean / SITES, (spread / len(gaps)) ** 0.5 / SITES


def test_four_slots_give_5_6_more_in_iop_by_day_90(clinic: Callable[..., Scenario]) -> None:
    expected = 0.2 * 0.7 * 56 * (1.0 - exp(-70 / 56))
    assert expected == pytest.approx(5.6, abs=0.01)
    mean, error = more_in_iop(clinic, 85.0, calls=100.0, replications=5)
    assert abs(mean - expected) < 5.0 * error
    assert error < 0.3


@pytest.mark.deep
def test_four_slots_give_7_8_more_in_iop_in_the_long_run(clinic: Callable[..., Scenario]) -> None:
    mean, error = more_in_iop(clinic, 800.0, calls=100.0, replications=40)
    assert abs(mean - 7.84) < 4.0 * error
    assert error < 0.2


def test_slots_that_were_not_wanting_give_nothing(clinic: Callable[..., Scenario]) -> None:
    assert more_in_iop(clinic, 85.0, calls=45.0, replications=3) == (0.0, 0.0)
