"""Ranking and selection on systems whose means are known."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from sim.experiments.selection import best, meets, slope

Floats = npt.NDArray[np.float64]


def draws(seed: int, means: list[float], *, shared: float = 0.0, most: int = 3000) -> Floats:
    """Normal observations of these systems with variance 1, a part of it shared by all."""
    chance = np.random.default_rng(seed)
    common = chance.normal(0.0, 1.0, most) * shared**0.5
    own = chance.normal(0.0, 1.0, (len(means), most)) * (1.0 - shared) ** 0.5
    return np.asarray(means)[:, None] + own + common


def of(seen: Floats) -> Callable[[int, int], Floats]:
    return lambda system, number: seen[system, :number]


def test_the_constant_is_that_of_the_paper() -> None:
    # KN, ten systems, n0 = 10: β = 0.05/9, (0.1/9)^(−2/9) = exp(4.4998 × 2/9) = 2.7182, η = 0.8591.
    assert slope(10, 0.05 / 9) == pytest.approx(0.8591, abs=1e-4)
    assert 0.5 * (1 + 2 * slope(10, 0.05 / 9)) ** (-9 / 2) == pytest.approx(0.05 / 9, rel=1e-12)


def test_kn_finds_the_best_of_ten_as_often_as_it_promises() -> None:
    # The slippage configuration of Kim and Nelson: the best is δ = 1/√10 above nine equal ones. 1 − α = 0.95:
    # of 200 at most 20 wrong, which a procedure with exactly 5 % exceeds once in 2000.
    means = [0.0] * 9 + [10**-0.5]
    found = [
        best(of(draws(seed, means)), 10, indifference=10**-0.5, wrong=0.05, first=10, most=3000)
        for seed in range(200)
    ]
    assert sum(one.best != 9 for one in found) <= 20
    assert all(one.decided for one in found)


def test_kn_needs_fewer_observations_where_systems_share_their_luck() -> None:
    def needed(shared: float) -> int:
        runs = [draws(seed, [0.0, 0.0, 0.5], shared=shared) for seed in range(20)]
        return sum(
            sum(best(of(seen), 3, indifference=0.5, wrong=0.05, first=10, most=3000).replications)
            for seen in runs
        )

    assert needed(0.8) < 0.5 * needed(0.0)


def test_kn_decides_at_once_what_does_not_vary_and_one_system_without_looking() -> None:
    seen = np.array([[1.0] * 5, [3.0] * 5, [2.0] * 5])
    assert best(of(seen), 3, indifference=0.1, wrong=0.05, first=5, most=5)[:2] == (1, True)
    assert best(of(seen), 1, indifference=0.1, wrong=0.05, first=5, most=5) == (0, True, (0,))


def test_kn_says_where_the_observations_did_not_suffice() -> None:
    found = best(of(draws(1, [0.0, 0.01])), 2, indifference=0.01, wrong=0.05, first=10, most=40)
    assert not found.decided
    assert found.replications == (40, 40)


@pytest.mark.parametrize("mean", [-0.25, 0.25])
def test_a_standard_is_met_or_missed_as_often_as_promised(mean: float) -> None:
    # Mean at the edge of the tolerance: of 300 at most 29 wrong, which 5 % exceeds less than once in 1000.
    found = [
        meets(lambda n, s=seed: draws(s, [mean])[0, :n], tolerance=0.25, wrong=0.05, first=10, most=3000)
        for seed in range(300)
    ]
    assert sum(one.above is not (mean > 0) for one in found) <= 29
    assert all(one.above is not None for one in found)


def test_what_is_far_from_the_standard_is_decided_by_the_first_observations() -> None:
    found = meets(lambda n: draws(3, [9.0])[0, :n], tolerance=0.25, wrong=0.05, first=10, most=3000)
    assert found == (True, 10)


def test_where_the_observations_did_not_suffice_nothing_is_decided() -> None:
    found = meets(lambda n: draws(4, [0.0])[0, :n], tolerance=0.01, wrong=0.05, first=10, most=50)
    assert found == (None, 50)
