"""Figures of a comparison: every scenario in every panel, in the level's colour, told apart, on the page."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.plots import colours, comparison, style
from sim.plots.comparison import FIGURES, ComparisonPlots, draw, pen, write_all

sys.path.insert(0, str(Path(__file__).parent))
from test_plots_figures import UNITS, shown

MadeUp = Callable[..., Any]
LONG = ("withdrawal-management-3.7", "clinically-managed-high-intensity", "op")


@pytest.fixture
def compared(made_up: MadeUp) -> Callable[..., Any]:
    """A function from levels to a comparison of so many made-up runs."""

    def build(levels: tuple[str, ...] = ("detox", "op"), *, count: int = 2, **more: Any) -> Any:
        names = ("as-it-is", "four-more-places", "shorter", "both")[:count]
        return SimpleNamespace(names=names, results=[made_up(levels, **more) for _ in names])

    return build


def test_every_figure_is_written_as_svg_and_png_with_the_same_bytes_each_time(
    compared: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "FIGURES", {"waits": FIGURES["waits"]})
    once, again = (write_all(compared(), tmp_path / name) for name in ("one", "two"))
    assert [path.name for path in once] == ["waits.svg", "waits.png"]
    for first, second in zip(once, again, strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("name", FIGURES)
def test_axes_name_units_and_type_is_large_enough_and_within_the_page(
    name: str, count: int, compared: Callable[..., Any]
) -> None:
    figure = draw(name, compared(LONG, count=count, title="A title long enough to need more than one line"))
    labels = [label for ax in figure.axes for label in (ax.get_xlabel(), ax.get_ylabel()) if label]
    assert labels
    assert all(any(unit in label for unit in UNITS) for label in labels), labels
    figure.draw_without_rendering()  # only then a key has its place
    width, height = figure.get_size_inches() * figure.dpi
    texts = [*shown(figure), *(text for key in figure.legends for text in key.get_texts())]
    for text in texts:
        box = text.get_window_extent()
        assert text.get_fontsize() >= 8
        assert box.x0 >= -1 and box.x1 <= width + 1, text
        assert box.y0 >= -1 and box.y1 <= height + 1, text


@pytest.mark.parametrize("name", ["census", "curves"])
def test_the_key_stands_between_title_and_panels_and_names_every_scenario(
    name: str, compared: Callable[..., Any]
) -> None:
    figure = draw(name, compared(count=3))
    figure.draw_without_rendering()
    (key,) = figure.legends
    assert [text.get_text() for text in key.get_texts()] == [
        "as-it-is (baseline)",
        "four-more-places",
        "shorter",
    ]
    title = figure._suptitle.get_window_extent()  # type: ignore[attr-defined]
    line = title.height / 2  # the title has a second, empty line
    names = [text.get_window_extent() for text in key.get_texts()]
    assert all(box.y1 <= title.y1 - line + 2 for box in names)
    highest = max(ax.title.get_window_extent().y1 for ax in figure.axes if ax.get_title(loc="left"))
    assert all(box.y0 >= highest - 2 for box in names)


def test_the_waits_have_a_row_for_each_level_and_scenario(compared: Callable[..., Any]) -> None:
    figure = draw("waits", compared())
    labels = [label.get_text().replace("\n", " ") for label in figure.axes[0].get_yticklabels()]
    assert labels == [
        "detox · as-it-is",
        "detox · four-more-places",
        "op · as-it-is",
        "op · four-more-places",
    ]


def test_a_level_has_its_colour_whichever_scenario_a_row_is_of(compared: Callable[..., Any]) -> None:
    rows = comparison.Rows("x", ("detox · a", "detox · b", "op · a", "op · b"), {}, None, 0, 1, 2)  # type: ignore[arg-type]
    of_levels = colours.level_colours(("detox", "op"))
    assert [rows.colour(row) for row in rows.levels] == [of_levels["detox"]] * 2 + [of_levels["op"]] * 2


def test_scenarios_differ_without_colour_too() -> None:
    pens = [pen(position, 4, "#00345f") for position in range(4)]
    assert pens[0]["linewidth"] > 2 * pens[1]["linewidth"]
    assert len({str(one["linestyle"]) for one in pens[1:]}) == 3


def test_the_caption_says_what_lines_and_grounds_are(compared: Callable[..., Any]) -> None:
    for name in FIGURES:
        figure = draw(name, compared())
        assert figure.get_suptitle().replace("\n", " ").strip().endswith("four-more-places against as-it-is")
        caption = figure.get_supxlabel().replace("\n", " ")
        assert "means of 30 replications of each scenario, with the same luck" in caption.lower()


@pytest.mark.parametrize("name", FIGURES)
def test_runs_in_which_nobody_comes_have_figures_too(name: str, compared: Callable[..., Any]) -> None:
    assert isinstance(draw(name, compared(empty=True)), style.Picture)


def test_the_accessor_has_a_method_for_every_figure(compared: Callable[..., Any]) -> None:
    plots = ComparisonPlots(compared(("detox",)))
    for name in FIGURES:
        assert isinstance(getattr(plots, name)(), style.Picture)
