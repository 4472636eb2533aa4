"""The figures of margins, of a search and of a sensitivity: units, captions, and type within the page."""

from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

import sim
from sim.plots.dots import Dot, dots
from sim.plots.sensitivity import COLOURS, index_dots, tornado
from sim.plots.style import Picture, picture_bytes
from sim.scenario.types import Scenario

FIRST = "clinically-managed-high-intensity"
TEXT = f"""
[run]
duration = 60
replications = 3
[levels.{FIRST}]
capacity = 3
length_of_stay = {{ dist = "exponential", mean = 3 }}
[levels.op]
capacity = 4
length_of_stay = {{ dist = "exponential", mean = 3 }}
"""


@pytest.fixture
def scenario(clinic: Callable[..., Scenario]) -> Scenario:
    return clinic(TEXT)


def texts(figure: Picture) -> Iterator[Text]:
    """Every text of the figure."""
    yield from figure.texts
    for ax in figure.axes:
        yield from (ax.title, ax._left_title, *ax.texts)  # type: ignore[attr-defined]
        yield from (ax.xaxis.label, ax.yaxis.label, *ax.get_yticklabels())


def assert_within_the_page(figure: Picture) -> None:
    width, height = figure.get_size_inches() * figure.dpi
    for text in texts(figure):
        box = text.get_window_extent()
        assert text.get_fontsize() >= 8
        if text.get_text():
            assert box.x0 >= -1 and box.x1 <= width + 1, text
            assert box.y0 >= -1 and box.y1 <= height + 1, text


def test_margins_have_a_panel_for_each_good_with_its_unit(scenario: Scenario) -> None:
    figure = sim.margins(scenario, jobs=1).plot()
    assert_within_the_page(figure)
    labels = [ax.get_xlabel() for ax in figure.axes]
    assert labels[0] == "change (patient-days a year)"
    assert all(label.startswith("change (") for label in labels)
    caption = figure.get_supxlabel().replace("\n", " ")
    assert caption.startswith("Scenario clinic. Means of 3 paired replications.")
    assert "hold for all 2 rows of a panel at once (Bonferroni)" in caption
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert {"".join(row.split()) for row in rows} == {FIRST, "op"}


@pytest.mark.parametrize(
    ("number", "answer"), [(0.2, "the answer is"), (0.999, "no value in range meets it")]
)
def test_a_search_shows_the_target_the_answer_and_the_test(
    scenario: Scenario, number: float, answer: str
) -> None:
    found = sim.seek(
        scenario,
        key=f"levels.{FIRST}.capacity",
        between=(1, 2),
        target=f"wait.{FIRST}.share_within_7_days >= {number}",
    )
    figure = found.plot()
    assert_within_the_page(figure)
    assert answer in figure.get_suptitle().replace("\n", " ")
    ax = figure.axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == (f"levels.{FIRST}.capacity", "mean (share)")
    assert f"target {number:g}" in [text.get_text() for text in ax.texts]
    assert ("Diamond: the test" in figure.get_supxlabel().replace("\n", " ")) == (found.test is not None)


def test_a_sensitivity_has_a_tornado_and_indices_for_each_measure(scenario: Scenario) -> None:
    found = sim.sensitivity(
        scenario,
        {f"levels.{FIRST}.capacity": (2, 4), "levels.op.length_of_stay.mean": (2, 4)},
        measures=[f"wait.{FIRST}.offered.share_within_7_days", "occupancy.op"],
        points=2,
        jobs=1,
    )
    figure = found.plot()
    assert_within_the_page(figure)
    assert len(figure.axes) == 4
    assert figure.axes[2].get_xlabel() == "change (share)"
    assert figure.axes[3].get_xlabel() == "share of the variance"
    assert picture_bytes(figure, kind="svg") == picture_bytes(found.plot(), kind="svg")


def test_the_bars_of_a_tornado_go_from_the_base_to_both_ends_the_widest_on_top(ax: Axes) -> None:
    table = pd.DataFrame(
        [
            (2, "a", "low", 1.0, -1.0),
            (2, "a", "high", 3.0, 1.0),
            (1, "b", "low", 5, 4.0),
            (1, "b", "high", 6, -2.0),
        ],
        columns=["rank", "key", "end", "value", "change"],
    ).assign(unit="days", before=7.0)
    table["ci_low"], table["ci_high"] = table["change"] - 0.5, table["change"] + 0.5
    tornado(table, ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a"]
    bars = [(round(bar.get_y() + bar.get_height() / 2, 2), bar.get_width()) for bar in ax.patches]  # type: ignore[attr-defined]
    assert bars == [(0.83, -1.0), (1.17, 1.0), (-0.17, 4.0), (0.17, -2.0)]
    assert COLOURS["low"] != COLOURS["high"]
    assert [text.get_text() for text in ax.texts] == ["1", "3", "5", "6"]


def test_what_is_not_known_is_said_in_place_of_dots_and_bars(ax: Axes) -> None:
    nan = float("nan")
    dots(ax, [Dot("a", nan, nan, nan)], rows=["a"])
    assert [text.get_text() for text in ax.texts] == ["not known"]


def test_indices_stand_on_the_rows_of_the_tornado_the_total_hollow(ax: Axes) -> None:
    row = {
        "key": "b",
        "first": 0.4,
        "first_low": 0.3,
        "first_high": 0.5,
        "total": 0.6,
        "total_low": 0.5,
        "total_high": 0.8,
    }
    index_dots(pd.DataFrame([row]), ax, keys=["a", "b"])
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert [float(line.get_xdata()[0]) for line in marks] == [0.4, 0.6]  # type: ignore[index]
    assert [round(float(line.get_ydata()[0]), 2) for line in marks] == [0.86, 1.14]  # type: ignore[index]
    assert marks[1].get_markerfacecolor() == "white"
