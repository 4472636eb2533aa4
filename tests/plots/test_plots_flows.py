"""Bars and ribbons keep every patient: heights are patients, ends meet bars, nothing overlaps."""

import itertools
import math

import pandas as pd
import pytest

from sim.plots.flows import LEFT, MIDDLE, NEVER_ADMITTED, RIGHT, Flows, Move, flows, kind, moves

LEVELS = ("detox", "php", "op")
MOVES = [
    Move("outside", "detox", 60),
    Move("outside", "php", 20),
    Move("outside", "reneged", 8),
    Move("outside", "no_show", 2),
    Move("detox", "php", 40),
    Move("detox", "dropout", 20),
    Move("php", "op", 45),
    Move("php", "detox", 5),
    Move("php", "completed", 10),
    Move("op", "op", 3),
    Move("op", "completed", 40),
]


def drawn(height: float = 400.0) -> Flows:
    return flows(MOVES, LEVELS, height=height, lines=lambda column, name: 1)


def patients(column: int) -> dict[str, float]:
    return {bar.name: bar.patients for bar in drawn().bars if bar.column == column}


@pytest.mark.parametrize(
    ("move", "word"),
    [
        (Move("outside", "php", 1), "in"),
        (Move("php", "dropout", 1), "out"),
        (Move("detox", "op", 1), "down"),
        (Move("op", "detox", 1), "up"),
        (Move("op", "op", 1), "same"),
    ],
)
def test_a_move_has_the_direction_of_the_levels(move: Move, word: str) -> None:
    assert kind(move, LEVELS) == word


def test_the_left_column_counts_where_patients_came_from() -> None:
    # detox 40 to php; php 45 down and 5 up; op 3 to itself; outside 60 + 20 + 8 + 2
    assert patients(LEFT) == {"outside": 90, "detox": 40, "php": 50, "op": 3}


def test_a_level_is_as_large_as_what_comes_or_what_goes_whichever_is_more() -> None:
    # detox: in 60 + 5, out 60; php: in 60, out 60; op: in 45 + 3, out 43; never admitted: 8 + 2
    assert patients(MIDDLE) == {"detox": 65, "php": 60, "op": 48, NEVER_ADMITTED: 10}


def test_the_right_column_has_levels_in_order_then_completed_then_the_larger_reasons() -> None:
    expected = {"detox": 5, "php": 40, "op": 48, "completed": 50, "dropout": 20, "reneged": 8, "no_show": 2}
    assert patients(RIGHT) == expected
    assert list(patients(RIGHT)) == list(expected)


@pytest.mark.parametrize("height", [250.0, 400.0, 1000.0])
def test_bars_stay_within_the_height_and_never_overlap(height: float) -> None:
    for column in (LEFT, MIDDLE, RIGHT):
        bars = [bar for bar in drawn(height).bars if bar.column == column]
        assert bars[0].top >= 0
        assert bars[-1].top + bars[-1].height <= height + 1e-6
        assert all(a.top + a.height < b.top for a, b in itertools.pairwise(bars))


def test_every_bar_and_ribbon_has_one_scale() -> None:
    picture = drawn()
    for part in (*picture.bars, *picture.ribbons):
        assert part.height == pytest.approx(part.patients * picture.points_per_patient)


def test_ribbons_fill_the_side_bars_without_gap_or_overlap() -> None:
    picture = drawn()
    for bar in picture.bars:
        if bar.column == MIDDLE:
            continue
        tops = [
            (ribbon.left_top if bar.column == LEFT else ribbon.right_top, ribbon.height)
            for ribbon in picture.ribbons
            if ribbon.column == bar.column
            and bar.name == (ribbon.left if bar.column == LEFT else ribbon.right)
        ]
        ends = [bar.top, *(top + height for top, height in sorted(tops))]
        assert [top for top, _ in sorted(tops)] == pytest.approx(ends[:-1])
        assert ends[-1] == pytest.approx(bar.top + bar.height)


def test_moves_nobody_made_are_left_out() -> None:
    table = pd.DataFrame({"from": ["a", "b"], "to": ["b", "a"], "patients_per_year": [0.0, math.pi]})
    assert moves(table) == [Move("b", "a", math.pi)]


def test_the_labels_of_rare_names_have_a_line_of_their_own() -> None:
    many = [Move("op", f"reason-{number}", 0.01) for number in range(20)] + [Move("outside", "op", 100)]
    bars = [bar for bar in flows(many, LEVELS, height=500, lines=lambda *_: 1).bars if bar.column == RIGHT]
    assert all(b.label - a.label >= 11 for a, b in itertools.pairwise(bars))
