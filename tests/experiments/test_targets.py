"""Targets: how they are written, and what replications say of them."""

import numpy as np
import pytest

from sim.errors import SimError
from sim.experiments.targets import Target, beyond, parts_of, target_of, told
from sim.measures.reduce import Layout, Reduced

NAN = float("nan")
KEYS = (("wait.mean", "php"), ("wait.share_within_7_days", "php"))
LAYOUT = Layout(("php",), (), KEYS, (), 0)


def replications(waits: list[float], shares: list[tuple[float, float]] | None = None) -> list[Reduced]:
    """Replications with these mean waits, and these counts over and below of the share."""
    none = np.zeros((0, 0))
    made = []
    for number, wait in enumerate(waits):
        over, under = shares[number] if shares else (1.0, 1.0)
        figures = np.array([(wait, NAN, NAN), (over / under if under else NAN, over, under)])
        rest = (np.zeros((0, 1, 5)), none, none.astype(np.int32), none.astype(int), none, ())
        made.append(Reduced(number, LAYOUT, figures, *rest))
    return made


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("wait.php.share_within_7_days >= 0.9", Target(*KEYS[1], True, 0.9)),
        ("wait.php.share_within_7_days>=90%", Target(*KEYS[1], True, 0.9)),
        (" wait.php.mean  <  3.5 ", Target(*KEYS[0], False, 3.5)),
        ("wait.mean.php ≤ 1e-2", Target(*KEYS[0], False, 0.01)),
    ],
)
def test_a_target_is_a_measure_a_side_and_a_number(text: str, target: Target) -> None:
    assert target_of(text, LAYOUT) == target
    assert target_of(str(target), LAYOUT) == target


@pytest.mark.parametrize("text", ["wait.php.mean", "wait.php.mean = 3", "wait.php.mean >= many", ">= 3", ""])
def test_anything_else_is_told_what_a_target_looks_like(text: str) -> None:
    with pytest.raises(SimError, match=r"want MEASURE\.LEVEL\.STATISTIC >= NUMBER"):
        parts_of(text)


@pytest.mark.parametrize(
    ("number", "at_least", "verdict"),
    [
        (0.6, True, "meets"),  # the bounds are 4 − 3.372 = 0.628 and 7.372
        (0.65, True, "unsure"),
        (7.4, True, "misses"),
        (7.4, False, "meets"),
        (7.3, False, "unsure"),
        (0.6, False, "misses"),
    ],
)
def test_a_target_is_met_where_the_one_sided_bound_lies_beyond_it(
    number: float, at_least: bool, verdict: str
) -> None:
    # 2, 4, 6: mean 4, s = 2, and t(2) at 95 % on one side is 2.920: 2.920 × 2 / √3 = 3.372.
    found = told(replications([2, 4, 6]), Target(*KEYS[0], at_least, number), confidence=0.95)
    assert (found.low, found.high) == pytest.approx((0.628, 7.372), abs=1e-3)
    assert found.verdict == verdict


def test_one_replication_tells_nothing() -> None:
    assert told(replications([3.0]), Target(*KEYS[0], True, 1.0), confidence=0.9).verdict == "unknown"


def test_replications_lie_beyond_a_share_as_their_counts_do() -> None:
    # 8 of 10 and 1 of 2, against 0.75: 8 − 7.5 = 0.5 and 1 − 1.5 = −0.5, over the mean count of 6.
    gaps, scale = beyond(replications([0, 0], [(8, 10), (1, 2)]), Target(*KEYS[1], True, 0.75))
    assert gaps.tolist() == pytest.approx([0.5 / 6, -0.5 / 6])
    assert scale == 6
    gaps, _ = beyond(replications([0], [(8, 10)]), Target(*KEYS[1], False, 0.75), scale=5.0)
    assert gaps.tolist() == pytest.approx([-0.1])


def test_a_replication_without_a_value_lies_nowhere() -> None:
    gaps, _ = beyond(replications([1.0, NAN]), Target(*KEYS[0], True, 0.5))
    assert gaps[0] == 0.5
    assert np.isnan(gaps[1])
