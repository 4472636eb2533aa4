"""The traffic equations, against networks worked by hand."""

import numpy as np
import pytest

from sim.flows.links import Links, in_the_long_run


def links(*rows: tuple[int, int, float]) -> Links:
    before, after, share = zip(*rows, strict=True)
    return Links(np.array(before), np.array(after), np.array(share))


def test_who_comes_back_comes_again_and_again() -> None:
    # of 3 a day two in three come back: 3 / (1 − 2/3)
    assert in_the_long_run(links((0, 0, 2 / 3)), np.array([3.0])) == pytest.approx([9.0], rel=1e-10)


def test_entries_of_one_pair_add_up() -> None:
    found = in_the_long_run(links((0, 1, 0.25), (0, 1, 0.25), (1, 0, 0.5)), np.array([1.5, 0.0]))
    assert found == pytest.approx([2.0, 1.0], rel=1e-10)  # 1.5 + 0.5 · 1 and 0.5 · 2


@pytest.mark.parametrize("share", [0.9, 0.9999])
def test_a_long_way_round_is_reckoned_to_its_end(share: float) -> None:
    # repetition alone would take a hundred thousand rounds for the second
    ring = links((0, 1, 1.0), (1, 2, 1.0), (2, 0, share))
    assert in_the_long_run(ring, np.array([1.0, 0.0, 0.0])) == pytest.approx([1 / (1 - share)] * 3, rel=1e-6)


def test_where_nobody_ever_leaves_flows_come_out_huge() -> None:
    assert in_the_long_run(links((0, 0, 1.0)), np.array([1.0]))[0] > 1e11


def test_nobody_at_all_flows_nowhere() -> None:
    nothing = np.zeros(0)
    assert in_the_long_run(Links(nothing.astype(int), nothing.astype(int), nothing), nothing).tolist() == []
