"""The figures of a sweep: which points make a map, where values stand, and what is drawn."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from sim.plots import style
from sim.plots.sweep import heat_map, lines, pair_of, positions, rank, shown


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of point, capacity, stay, mean; the interval is ± 1."""
    table = pd.DataFrame(rows, columns=["point", "capacity", "stay", "mean"])
    return table.assign(ci_low=table["mean"] - 1, ci_high=table["mean"] + 1)


GRID = frame([(0, 5, 28, 9.0), (1, 4, 28, 8.0), (2, 4, 42, 4.0), (3, 6, 28, 6.0), (4, 6, 42, 2.0)])


def test_two_keys_whose_values_all_meet_make_a_map() -> None:
    assert pair_of(GRID, ["capacity", "stay"]) == ("capacity", "stay")
    assert pair_of(GRID[GRID["point"] < 4], ["capacity", "stay"]) is None
    assert pair_of(GRID, ["capacity"]) is None


def test_a_map_has_the_mean_of_every_pair_where_it_belongs() -> None:
    figure = style.picture(4, 3, title="t", caption="c")
    ax = heat_map(GRID[GRID["point"] > 0], figure.subplots(), pair=("capacity", "stay"), colour="#000000")
    image = ax.images[0]
    np.testing.assert_array_equal(image.get_array(), [[8, 6], [4, 2]])  # upwards 28, 42; across 4, 6
    assert [text.get_text() for text in ax.texts] == ["8", "6", "4", "2"]
    assert to_hex(image.cmap(image.norm(8.0))) == "#000000"
    assert image.norm(2.0) == 0.0


def test_small_differences_are_pale() -> None:
    figure = style.picture(4, 3, title="t", caption="c")
    close = GRID[GRID["point"] > 0].assign(mean=[54.6, 54.6, 54.6, 54.5])
    ax = heat_map(close, figure.subplots(), pair=("capacity", "stay"), colour="#000000")
    assert ax.images[0].norm(54.6) < 0.05


def test_lines_join_the_values_of_one_key_for_each_of_the_other_and_ring_the_scenario() -> None:
    figure = style.picture(4, 3, title="t", caption="c")
    ax = lines(GRID, figure.subplots(), key="capacity", other="stay", colour="#000000")
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn["stay = 28"] == [[4, 8], [6, 6]]
    assert drawn["stay = 42"] == [[4, 4], [6, 2]]
    assert [[5, 9]] in drawn.values()


def test_points_between_which_other_keys_differ_are_not_joined() -> None:
    figure = style.picture(4, 3, title="t", caption="c")
    some = GRID[GRID["point"].isin([1, 4])]
    for alone, joined in ((False, "None"), (True, "-")):
        ax = lines(some, figure.add_subplot(), key="capacity", other=None, colour="#000000", alone=alone)
        assert ax.lines[0].get_linestyle() == joined


def test_points_that_leave_a_key_at_its_default_have_no_place_among_its_values() -> None:
    figure = style.picture(4, 3, title="t", caption="c")
    some = frame([(0, 5, np.nan, 9.0), (1, 4, np.nan, 8.0), (2, 4, 42.0, 4.0)])
    ax = lines(some, figure.subplots(), key="stay", other=None, colour="#000000")
    assert ax.get_lines()[0].get_xdata().tolist() == [42.0]


def test_numbers_stand_where_they_are_and_texts_one_after_the_other() -> None:
    assert positions(pd.Series([12, 4.5])) == {4.5: 4.5, 12: 12.0}
    assert positions(pd.Series(["unlimited", 12], dtype=object)) == {12: 0.0, "unlimited": 1.0}
    assert sorted(["b", 3, 2.5, "a"], key=rank) == [2.5, 3, "a", "b"]
    assert [shown(value) for value in (0.125, 12, "x")] == ["0.125", "12", "x"]
