"""What all figures share: settings that come and go, numbers, dates, labels that keep apart, equal bytes."""

import itertools
from datetime import date
from pathlib import Path

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from sim.plots import style

places = st.lists(st.floats(0, 100), min_size=1, max_size=12)


@given(places)
def test_spread_labels_stand_apart_in_order_and_within_bounds(wanted: list[float]) -> None:
    moved = style.spread(wanted, apart=5, low=0, high=100)
    order = sorted(range(len(wanted)), key=lambda position: (wanted[position], position))
    stand = [moved[position] for position in order]
    assert all(b - a >= 5 - 1e-9 for a, b in itertools.pairwise(stand))
    assert stand[0] >= -1e-9 and stand[-1] <= 100 + 1e-9


def test_labels_that_stand_apart_already_stay_where_they_are() -> None:
    assert style.spread([70, 10, 40], apart=5, low=0, high=100) == [70, 10, 40]


def test_two_labels_in_one_place_move_equally_far() -> None:
    assert style.spread([50, 50], apart=10, low=0, high=100) == [45, 55]


def test_more_labels_than_fit_share_the_room() -> None:
    assert style.spread([1, 2, 3], apart=80, low=0, high=100) == [0, 50, 100]


@given(st.lists(st.text("ilmW", min_size=1, max_size=9), min_size=1, max_size=25), st.floats(0.3, 4.0))
def test_every_line_holds_as_many_words_as_fit(words: list[str], inches: float) -> None:
    def fits(line: str) -> bool:
        font = FontProperties(family="DejaVu Sans", size=8.0)
        return float(text_to_path.get_text_width_height_descent(line, font, False)[0]) <= inches * 72

    lines = style.wrapped(" ".join(words), inches, points=8.0).split("\n")
    assert " ".join(lines).split() == words
    assert all(fits(line) or " " not in line for line in lines)
    assert not any(fits(f"{line} {after.split()[0]}") for line, after in itertools.pairwise(lines))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.3, "0.3"), (3, "3"), (2.98, "3"), (9.4, "9.4"), (12.6, "13"), (12345.0, "12\u202f345")],
)
def test_numbers_are_as_long_as_they_are_worth(value: float, text: str) -> None:
    assert style.number(value) == text


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (6, ["5 Jan\n2026", "6 Jan\n ", "7 Jan\n ", "8 Jan\n ", "9 Jan\n ", "10 Jan\n ", "11 Jan\n "]),
        (90, ["Feb\n2026", "Mar\n ", "Apr\n "]),
        (730, ["Jul\n2026", "Jan\n2027", "Jul\n ", "Jan\n2028"]),
    ],
)
def test_dates_stand_at_round_steps_and_the_year_where_it_begins(
    ax: Axes, days: int, labels: list[str]
) -> None:
    style.date_axis(ax, date(2026, 1, 5), first=0, last=days)
    assert [label.get_text() for label in ax.get_xticklabels()] == labels


def test_a_tick_stands_on_its_date(ax: Axes) -> None:
    style.date_axis(ax, date(2026, 1, 5), first=0, last=90)
    assert ax.get_xticks()[0] == 27  # 5 January + 27 days = 1 February


def test_the_readers_settings_are_back_after_drawing() -> None:
    with matplotlib.rc_context({"font.size": 31.0, "axes.spines.top": True}):
        with style.drawing():
            assert matplotlib.rcParams["font.size"] == style.TEXT_POINTS
        assert matplotlib.rcParams["font.size"] == 31.0


def test_a_file_holds_no_date_and_no_version(ax: Axes) -> None:
    for kind in ("svg", "png"):
        content = style.picture_bytes(ax.figure.figure, kind=kind)
        for trace in (b"dc:date", b"Creation Time", matplotlib.__version__.encode()):
            assert trace not in content


def test_saving_leaves_nothing_but_the_file(ax: Axes, tmp_path: Path) -> None:
    path = style.save(ax.figure.figure, tmp_path / "one.svg")
    assert [entry.name for entry in tmp_path.iterdir()] == ["one.svg"]
    assert path.read_bytes().startswith(b"<?xml")


def test_the_words_beside_the_axes_keep_their_place_in_every_file(ax: Axes) -> None:
    def place() -> tuple[float, float]:
        label = ax.yaxis.label
        return tuple(ax.transAxes.inverted().transform(label.get_transform().transform(label.get_position())))

    ax.set_yticks([0, 1], ["0", "a million"])
    figure = ax.figure.figure
    assert isinstance(figure, style.Picture)
    settled = style.settled(figure)
    before = place()
    ax.set_yticks([0, 1], ["0", "1"])  # would else draw the label nearer
    for kind in ("svg", "png"):
        style.picture_bytes(settled, kind=kind)
        assert place() == pytest.approx(before, abs=1e-9)


def test_a_notebook_is_given_a_png(ax: Axes) -> None:
    figure = ax.figure.figure
    assert isinstance(figure, style.Picture)
    assert figure._repr_png_().startswith(b"\x89PNG")
