"""Textbook formulas against the known answers, and against Markov chains solved here by linear algebra."""

import json
from math import exp, inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import expon, lognorm, poisson, weibull_min

from sim import theory

CASES = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parent / "known_answers" / "known_answers.json").read_text(encoding="utf-8")
    )["cases"]
}


def expected(case: str, name: str) -> float:
    """The value that the known answers give for a quantity or measure of a case."""
    found = [row["value"] for row in CASES[case]["expected"] if name in (row["quantity"], row.get("measure"))]
    assert len(found) == 1, (case, name)
    return float(found[0])


def stationary(rates: dict[tuple[Any, Any], float]) -> dict[Any, float]:
    """The long-run chances of a Markov chain given by its rates from state to state."""
    states = sorted({state for pair in rates for state in pair})
    number = {state: index for index, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for (state, to), rate in rates.items():
        generator[number[to], number[state]] += rate
        generator[number[state], number[state]] -= rate
    generator[0] = 1.0
    right = np.zeros(len(states))
    right[0] = 1.0
    return dict(zip(states, np.linalg.solve(generator, right), strict=True))


def test_waits_of_one_place_are_those_of_the_known_answers() -> None:
    line = theory.mmc(1, rate=0.8, mean_stay=1.0)
    assert line.mean_census == pytest.approx(expected("A01", "A.census"), rel=1e-10)
    assert line.mean_waiting == pytest.approx(expected("A01", "A.waiting"), rel=1e-10)
    assert line.mean_wait == pytest.approx(expected("A01", "A.wait_mean"), rel=1e-10)
    assert line.chance_to_wait == pytest.approx(expected("A01", "A.p_wait"), rel=1e-10)
    for days in (5, 10):
        assert line.chance_beyond(days) == pytest.approx(expected("A01", f"A.p_wait_gt_{days}"), rel=1e-10)
    for q in (50, 90, 95):
        assert line.percentile(q / 100) == pytest.approx(expected("A01", f"wait percentile {q}"), rel=1e-10)


def test_waits_of_twelve_beds_are_those_of_the_known_answers() -> None:
    line = theory.mmc(12, rate=2.1, mean_stay=5.0)
    assert line.chance_to_wait == pytest.approx(expected("A02", "A.p_wait"), rel=1e-10)
    assert line.mean_wait == pytest.approx(expected("A02", "A.wait_mean"), rel=1e-10)
    assert line.mean_waiting == pytest.approx(expected("A02", "A.waiting"), rel=1e-10)
    assert line.mean_wait / line.chance_to_wait == pytest.approx(
        expected("A02", "mean wait given wait>0"), rel=1e-10
    )
    for days in (1, 7):
        assert line.chance_beyond(days) == pytest.approx(expected("A02", f"A.p_wait_gt_{days}"), rel=1e-10)
    for q in (90, 95):
        assert line.percentile(q / 100) == pytest.approx(expected("A02", f"wait percentile {q}"), rel=1e-10)
    assert line.percentile(0.4) == 0.0  # 44 % do not wait at all


def test_waits_of_several_places_solve_the_birth_and_death_equations() -> None:
    places, rate, stay = 3, 0.5, 4.0
    ends = {n: min(n, places) / stay for n in range(1, 400)}
    chances = stationary({(n - 1, n): rate for n in ends} | {(n, n - 1): end for n, end in ends.items()})
    line = theory.mmc(places, rate=rate, mean_stay=stay)
    assert line.chance_to_wait == pytest.approx(sum(p for n, p in chances.items() if n >= places), rel=1e-9)
    waiting = sum(p * max(0, n - places) for n, p in chances.items())
    assert line.mean_waiting == pytest.approx(waiting, rel=1e-9)
    assert line.mean_wait == pytest.approx(waiting / rate, rel=1e-9)


def test_a_load_of_all_places_waits_for_ever() -> None:
    assert theory.mmc(4, rate=1.0, mean_stay=4.0).mean_wait == inf
    assert theory.single_place_wait(1.0, mean_stay=1.0, sd_stay=0.0) == inf
    assert theory.waits_by_class(2, rates=[0.5, 2.0], mean_stay=1.0)[1] == inf


@pytest.mark.parametrize(
    ("rate", "stay", "places", "beyond_7_days"),
    [(0.6, 20, 16, 0.05), (0.6, 20, 15, 0.11), (1.0, 20, 24, 0.07)],
)
def test_slots_for_a_wait_below_a_week(rate: float, stay: float, places: int, beyond_7_days: float) -> None:
    # directors' question 3: computed independently, given to whole percents
    beyond = theory.mmc(places, rate=rate, mean_stay=stay).chance_beyond(7)
    assert beyond == pytest.approx(beyond_7_days, abs=0.005)


def test_turned_away_at_ten_beds_is_that_of_the_known_answers() -> None:
    lost = theory.erlang_b(10, 8.0)
    assert lost == pytest.approx(expected("A06a", "A.p_lost"), rel=1e-10)
    assert 8.0 * (1 - lost) == pytest.approx(expected("A06a", "A.census"), rel=1e-10)


@pytest.mark.parametrize(("load", "beds", "occupancy"), [(8, 13, 0.60), (16, 21, 0.73), (32, 38, 0.81)])
def test_beds_for_less_than_five_percent_turned_away(load: float, beds: int, occupancy: float) -> None:
    # directors' question 17: computed independently
    assert theory.erlang_b(beds, load) < 0.05 < theory.erlang_b(beds - 1, load)
    assert load * (1 - theory.erlang_b(beds, load)) / beds == pytest.approx(occupancy, abs=0.005)


def test_impatience_is_that_of_the_known_answers() -> None:
    line = theory.erlang_a(10, rate=10.0, mean_stay=1.0, mean_patience=2.0)
    assert line.share_reneging == pytest.approx(expected("B01a", "A.p_renege"), rel=1e-10)
    assert line.chance_to_wait == pytest.approx(expected("B01a", "P(wait>0)"), rel=1e-10)
    assert line.mean_waiting == pytest.approx(expected("B01a", "A.waiting"), rel=1e-10)
    assert line.mean_days_on_line == pytest.approx(expected("B01a", "A.offered_wait_mean"), rel=1e-10)
    assert line.mean_census == pytest.approx(expected("B01a", "A.census"), rel=1e-10)
    assert line.admissions_per_day == pytest.approx(expected("B01a", "A.admissions"), rel=1e-10)


def test_without_patience_the_line_of_the_impatient_is_that_of_the_patient() -> None:
    patient = theory.mmc(5, rate=0.8, mean_stay=5.0)
    nearly = theory.erlang_a(5, rate=0.8, mean_stay=5.0, mean_patience=1e9)
    assert nearly.mean_waiting == pytest.approx(patient.mean_waiting, rel=1e-5)


def test_the_shape_of_the_stay_acts_through_its_variance() -> None:
    wait = theory.single_place_wait(0.7, mean_stay=1.0, sd_stay=1.5)
    assert wait == pytest.approx(expected("A10a", "A.wait_mean"), rel=1e-10)
    exponential = theory.single_place_wait(0.8, mean_stay=1.0, sd_stay=1.0)
    assert exponential == pytest.approx(expected("A01", "A.wait_mean"), rel=1e-10)


def test_two_phases_of_a_stay_solve_their_markov_chain() -> None:
    # a stay of two exponential phases of 1 day each has mean 2 and sd √2; state: phases of work left
    rate, longest = 0.3, 400
    rates: dict[tuple[int, int], float] = {(n, n + 2): rate for n in range(longest)}
    rates |= {(n, n - 1): 1.0 for n in range(1, longest + 2)}
    work = sum(p * n for n, p in stationary(rates).items())  # mean work left = mean wait of who arrives
    assert theory.single_place_wait(rate, mean_stay=2.0, sd_stay=2.0**0.5) == pytest.approx(work, rel=1e-9)


def test_waits_by_class_are_those_of_the_known_answers() -> None:
    urgent, routine = theory.waits_by_class(1, rates=[0.3, 0.4], mean_stay=1.0)
    assert urgent == pytest.approx(expected("B04", "A.urgent.wait_mean"), rel=1e-10)
    assert routine == pytest.approx(expected("B04", "A.routine.wait_mean"), rel=1e-10)
    assert 0.3 * urgent + 0.4 * routine == pytest.approx(expected("B04", "conservation law"), rel=1e-10)


def test_waits_by_class_solve_their_markov_chain_with_two_places() -> None:
    # state: patients in the places, urgent waiting, routine waiting
    places, rates_in, stay, longest = 2, (0.35, 0.25), 2.0, 24
    rates: dict[tuple[Any, Any], float] = {}

    def add(state: Any, to: Any, rate: float) -> None:
        if max(to[1:]) <= longest:
            rates[state, to] = rate

    for busy in range(places + 1):
        for urgent in range(longest + 1) if busy == places else (0,):
            for routine in range(longest + 1) if busy == places else (0,):
                state = (busy, urgent, routine)
                if busy < places:
                    add(state, (busy + 1, 0, 0), sum(rates_in))
                else:
                    add(state, (busy, urgent + 1, routine), rates_in[0])
                    add(state, (busy, urgent, routine + 1), rates_in[1])
                if busy:
                    follow = (busy, urgent - 1, routine) if urgent else (busy, 0, routine - 1)
                    add(state, follow if urgent or routine else (busy - 1, 0, 0), busy / stay)
    chances = stationary(rates)
    for index, wait in enumerate(theory.waits_by_class(places, rates=rates_in, mean_stay=stay), 1):
        waiting = sum(p * state[index] for state, p in chances.items())
        assert wait == pytest.approx(waiting / rates_in[index - 1], rel=2e-3)  # the chain is cut off at 24


def test_an_unlimited_level_fills_as_the_known_answers_say() -> None:
    variance = np.log(1 + (20 / 28) ** 2)
    stay = lognorm(variance**0.5, scale=28 / (1 + (20 / 28) ** 2) ** 0.5)
    for day in (7, 14, 30, 60, 90, 180):
        census = theory.ramp(lambda _: 2.5, stay.sf, day=day)
        assert census == pytest.approx(expected("D01", f"@{day}"), rel=1e-8)


def test_a_rate_that_swings_over_the_year_solves_its_differential_equation() -> None:
    # exponential stays of mean 10: m' = λ(t) − m/10 with λ = 1 + sin(t/20); by hand
    # m = 10(1 − e) + (sin(t/20)/10 − cos(t/20)/20 + e/20)/(1/100 + 1/400) with e = exp(−t/10)
    t = 33.0
    e = exp(-t / 10)
    by_hand = 10 * (1 - e) + (np.sin(t / 20) / 10 - np.cos(t / 20) / 20 + e / 20) / (1 / 100 + 1 / 400)
    census = theory.ramp(lambda day: 1 + np.sin(day / 20), lambda days: exp(-days / 10), day=t)
    assert census == pytest.approx(by_hand, rel=1e-9)


def test_the_census_of_an_unlimited_level_is_poisson() -> None:
    for q in (5, 50, 90, 95, 99):
        assert theory.census_percentile(42.0, q / 100) == expected("A09", f"census percentile {q}")
    assert poisson.sf(50, 42.0) == pytest.approx(expected("A09", "P(census>50)"), rel=1e-9)


NETWORK = {
    "external": [0.5, 0.3, 0.0],
    "routing": [[0, 0.6, 0.2], [0.15, 0, 0.5], [0.1, 0.2, 0]],
    "places": [5, 14, 20],
    "mean_stays": [6.0, 10.0, 20.0],
}


def test_a_network_with_steps_up_and_down_is_that_of_the_known_answers() -> None:
    stations = theory.jackson(**NETWORK)  # type: ignore[arg-type]  # one dict for three kinds of list
    for name, station in zip(("residential", "intensive_outpatient", "outpatient"), stations, strict=True):
        assert station.admissions_per_day == pytest.approx(expected("C01", f"{name}.admissions"), rel=1e-10)
        assert station.load == pytest.approx(expected("C01", f"{name}.census"), rel=1e-10)
        assert station.line.mean_waiting == pytest.approx(expected("C01", f"{name}.waiting"), rel=1e-10)
        assert station.line.mean_wait == pytest.approx(expected("C01", f"{name}.wait_mean"), rel=1e-9)
        assert station.line.chance_to_wait == pytest.approx(expected("C01", f"{name}.p_wait"), rel=1e-10)
    in_system = sum(station.load + station.line.mean_waiting for station in stations) / 0.8
    assert in_system == pytest.approx(expected("C01", "mean time in system per patient"), rel=1e-10)


def test_a_small_network_with_a_loop_solves_its_markov_chain() -> None:
    # two levels of one place; everyone goes on to the second, a quarter of those come back to the first
    longest = 26
    rates: dict[tuple[Any, Any], float] = {}
    for a in range(longest):
        for b in range(longest):
            moves = [((a + 1, b), 0.3)]
            moves += [((a - 1, b + 1), 1.0)] if a else []
            moves += [((a + 1, b - 1), 0.25 * 1.25), ((a, b - 1), 0.75 * 1.25)] if b else []
            rates |= {((a, b), to): rate for to, rate in moves if max(to) < longest}
    chances = stationary(rates)
    first, second = theory.jackson([0.3, 0.0], [[0, 1], [0.25, 0]], places=[1, 1], mean_stays=[1.0, 0.8])
    assert first.load + first.line.mean_waiting == pytest.approx(
        sum(p * a for (a, _), p in chances.items()), rel=1e-5
    )
    assert second.load + second.line.mean_waiting == pytest.approx(
        sum(p * b for (_, b), p in chances.items()), rel=1e-5
    )


def test_a_loop_without_a_way_out_is_named() -> None:
    with pytest.raises(ValueError, match="for ever"):
        theory.traffic([1.0, 0.0], [[0, 1.0], [1.0, 0]])


def test_stays_before_a_way_out_are_worked_by_hand() -> None:
    # PHP: 3 in 4 step down, the rest drop out. IOP: 1 in 5 steps up, 3 in 5 complete, 1 in 5 drops out.
    # from PHP: n = 1 + 3/4 · 1/5 · n, so n = 1/(1 − 3/20) = 20/17 stays in PHP, 15/17 in IOP, 9/17 complete
    visits, ends = theory.absorption([[0, 0.75], [0.2, 0]], [[0, 0.25], [0.6, 0.2]])
    assert visits[0] == pytest.approx([20 / 17, 15 / 17])
    assert ends[0] == pytest.approx([9 / 17, 8 / 17])


def test_clocks_of_one_shape_share_the_stays_as_their_hazards_do() -> None:
    # two Weibull clocks of shape 0.7 with hazards in the ratio h = (40/60)^0.7; together they are one with
    # H(t) = (t/40)^0.7 (1 + h), so F = (1 − e^−H(T)) / (1 + h) and h times that; T = 30 days
    laws = {"dropout": weibull_min(0.7, scale=40.0), "relapse": weibull_min(0.7, scale=60.0)}
    clocks = {name: theory.Clock(law.pdf, law.sf) for name, law in laws.items()}
    ends = theory.competing_clocks(clocks, planned_days=30.0)
    ratio = (40 / 60) ** 0.7
    left = exp(-((30 / 40) ** 0.7) * (1 + ratio))
    assert ends.planned == pytest.approx(left, rel=1e-12)
    assert ends.shares["dropout"] == pytest.approx((1 - left) / (1 + ratio), rel=1e-9)
    assert ends.shares["relapse"] == pytest.approx((1 - left) * ratio / (1 + ratio), rel=1e-9)


def test_exponential_clocks_end_stays_after_their_common_mean() -> None:
    # rates 1/20 + 1/30 = 1/12: of stays planned for 10 days the mean is 12 (1 − e^(−10/12))
    laws = (expon(scale=20.0), expon(scale=30.0))
    clocks = {name: theory.Clock(law.pdf, law.sf) for name, law in zip("ab", laws, strict=True)}
    ends = theory.competing_clocks(clocks, planned_days=10.0)
    assert ends.mean_days == pytest.approx(12 * (1 - exp(-10 / 12)), rel=1e-9)
    assert ends.shares["a"] == pytest.approx(0.6 * (1 - exp(-10 / 12)), rel=1e-9)


def test_a_held_place_before_a_full_level_is_that_of_the_known_answers() -> None:
    tandem = theory.tandem_with_blocking(0.4, first_stay=1.0, second_stay=1.0)
    assert tandem.waiting == pytest.approx(expected("C07", "A.waiting"), rel=1e-8)
    assert tandem.in_care == pytest.approx(expected("C07", "A.in_care"), rel=1e-8)
    assert tandem.blocked == pytest.approx(expected("C07", "A.blocked"), rel=1e-8)
    assert tandem.in_care + tandem.blocked == pytest.approx(expected("C07", "A.census"), rel=1e-8)
    assert tandem.second_census == pytest.approx(expected("C07", "B.census"), rel=1e-8)
    assert tandem.chance_blocked == pytest.approx(expected("C07", "A.p_blocked"), rel=1e-8)


def test_a_held_place_without_a_line_is_worked_by_hand() -> None:
    # rate 1, both stays 1 day, nobody may wait. States: first place empty or in care (0, 1), second likewise,
    # and blocked (B). Balance, with 00 = 1: 00 ← 01 gives 01 = 1; 10: 00 + 11 = 10; 01 ← 10 and B: 10 + B =
    # 2 · 01; 11 ← 01: 11 = 01 / 2; B ← 11: B = 11. So 10 = 3/2, 11 = B = 1/2, the sum is 9/2.
    tandem = theory.tandem_with_blocking(1.0, first_stay=1.0, second_stay=1.0, longest_line=1)
    assert tandem.in_care == pytest.approx((3 / 2 + 1 / 2) / (9 / 2))
    assert tandem.blocked == pytest.approx((1 / 2) / (9 / 2))
    assert tandem.second_census == pytest.approx((1 + 1 / 2 + 1 / 2) / (9 / 2))
    assert tandem.chance_blocked == pytest.approx((1 / 2) / (3 / 2 + 1 / 2))
    assert tandem.waiting == 0.0
