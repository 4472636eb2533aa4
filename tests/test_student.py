"""Student's t against printed tables and against scipy."""

import pytest
from scipy.special import stdtrit

from sim.student import MOST, t_point


@pytest.mark.parametrize(
    ("freedom", "point"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (10, 2.228), (29, 2.045), (30, 2.042), (120, 1.980)],
)
def test_points_are_those_of_the_printed_table(freedom: int, point: float) -> None:
    assert t_point(freedom) == pytest.approx(point, abs=5.1e-4)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 19, 99, 100, 500, MOST, MOST + 1, 10**6])
def test_points_are_those_of_scipy(freedom: int) -> None:
    assert t_point(freedom) == pytest.approx(stdtrit(freedom, 0.975), rel=2e-14)


@pytest.mark.parametrize(
    ("freedom", "confidence", "point"), [(2, 0.9, 2.920), (9, 0.9, 1.833), (29, 0.99, 2.756)]
)
def test_points_of_another_confidence_are_those_of_the_printed_table(
    freedom: int, confidence: float, point: float
) -> None:
    assert t_point(freedom, confidence) == pytest.approx(point, abs=5e-4)
