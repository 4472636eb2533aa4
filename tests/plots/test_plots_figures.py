"""Whole figures: the same bytes every time, units on every axis, readable type, nothing beyond the page."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from matplotlib.text import Text

from sim.plots import figures, style
from sim.plots.figures import FIGURES, OF_PANELS, Plots, draw, write_all

MadeUp = Callable[..., Any]
UNITS = ("(patients)", "(% of patients)", "(% of discharged)", "(% of all who asked)", "(days)", "days since")
UNITS += ("(hours a week)", "(a week)", "(% of seats)")


def shown(figure: style.Picture) -> Iterator[Text]:
    """Every text of the figure that is drawn: ticks outside the limits of their axis are not."""
    yield from figure.texts
    for ax in figure.axes:
        yield from (ax.title, ax._left_title, *ax.texts)  # type: ignore[attr-defined]
        if not ax.axison:
            continue
        for axis in (ax.xaxis, ax.yaxis):
            yield axis.label
            low, high = sorted(axis.get_view_interval())
            for tick, place in zip(axis.get_major_ticks(), axis.get_majorticklocs(), strict=False):
                if low <= place <= high:
                    yield from (label for label in (tick.label1, tick.label2) if label.get_visible())


def test_every_figure_is_written_twice_with_the_same_bytes_whatever_the_readers_settings(
    made_up: MadeUp, tmp_path: Path
) -> None:
    once = write_all(made_up(("detox", "op")), tmp_path / "one")
    others = {"font.size": 20, "svg.hashsalt": "other", "lines.linewidth": 5, "axes.grid": True}
    with matplotlib.rc_context(others):
        again = write_all(made_up(("detox", "op")), tmp_path / "two")
    expected = {f"{name}.{kind}" for name in (*FIGURES, "services") for kind in ("svg", "png")}
    assert {path.name for path in once} == {path.name for path in (tmp_path / "one").iterdir()} == expected
    for first, second in zip(once, again, strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name


@pytest.mark.parametrize("name", [*FIGURES, "services"])
def test_axes_name_units_and_type_is_large_enough_and_within_the_page(name: str, made_up: MadeUp) -> None:
    levels = ("withdrawal-management-3.7", "clinically-managed-high-intensity", "op")
    figure = draw(name, made_up(levels, title="A title long enough to need more than a single line of type"))
    labels = [label for ax in figure.axes for label in (ax.get_xlabel(), ax.get_ylabel()) if label]
    if name in ("transitions", "blocked-by"):
        assert "a year" in figure.get_suptitle()
    else:
        assert labels
        assert all(any(unit in label for unit in UNITS) for label in labels), labels
    width, height = figure.get_size_inches() * figure.dpi
    for text in shown(figure):
        box = text.get_window_extent()
        assert text.get_fontsize() >= 8
        assert box.x0 >= -1 and box.x1 <= width + 1, text
        assert box.y0 >= -1 and box.y1 <= height + 1, text


@pytest.mark.parametrize("name", ["census", "curves", "waits", "services"])
def test_the_caption_says_what_a_band_is(name: str, made_up: MadeUp) -> None:
    caption = (FIGURES | OF_PANELS)[name](made_up(("detox",))).get_supxlabel().replace("\n", " ")
    assert caption.startswith("Scenario made-up.")
    assert "5–95 % of 30 replications" in caption or "95 % interval of the mean of 30 replications" in caption


@pytest.mark.parametrize("count", [1, 5, 12])
def test_the_census_has_two_panels_a_level_and_a_page_of_sensible_size(count: int, made_up: MadeUp) -> None:
    figure = FIGURES["census"](made_up(tuple(f"level-{number}" for number in range(count)), empty=True))
    assert len(figure.axes) == 2 * count
    width, height = figure.get_size_inches()
    assert 7 <= width <= 12
    assert height <= 14


def test_a_result_without_a_panel_has_no_figure_of_it(
    made_up: MadeUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "FIGURES", {"waits": FIGURES["waits"]})
    run = made_up(("detox",))
    monkeypatch.setattr(type(run), "panels", ())
    assert {path.stem for path in write_all(run, tmp_path)} == {"waits"}


def test_services_without_groups_have_one_column_of_panels(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made_up(("detox", "op"))
    panel = run.panel("services")
    assert len(OF_PANELS["services"](run).axes) == 6
    single = panel[(panel["service"] == "single") & (panel["level"] == "op")]
    monkeypatch.setattr(type(run), "panel", lambda *_: single)
    assert [ax.get_ylabel() for ax in OF_PANELS["services"](run).axes] == ["attended (hours a week)"]


def test_the_accessor_has_a_method_for_every_figure(made_up: MadeUp) -> None:
    plots = Plots(made_up(("detox",), empty=True))
    for name in (*FIGURES, "services"):
        assert isinstance(getattr(plots, name.replace("-", "_"))(), style.Picture)


def test_drawing_never_loads_pyplot() -> None:
    code = "import sim.plots.figures, sys; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
