"""How every figure looks and how it is saved: type, rules, captions, dates, and files of equal bytes.

A figure drawn here owes nothing to the reader's own settings: `drawing()` puts Matplotlib's defaults and ours
in force for a while and restores what was there. Figures are plain `Figure` objects; `pyplot` is never used.
What is drawn is left to the other files of this folder.
"""

import io
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, PercentFormatter

from sim.plots.colours import INK, MUTED, RULE, SHADE

TEXT_POINTS = 9.0
SMALL_POINTS = 8.0
"""The smallest type anywhere."""
DOTS_PER_INCH = 150

_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with Matplotlib, so it is the same everywhere
    "font.size": TEXT_POINTS,
    "axes.titlesize": TEXT_POINTS,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # where it would be put anyway, found without measuring what stands above the axes
    "axes.labelsize": SMALL_POINTS,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": SMALL_POINTS,
    "ytick.labelsize": SMALL_POINTS,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "text.color": INK,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "butt",
    "hatch.linewidth": 0.9,
    "figure.dpi": DOTS_PER_INCH,  # as in the PNG, so that widths of type are measured once for both
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "continuum",  # names inside the file come from its content, not from chance
    "path.simplify": True,
}
_HOW: dict[str, dict[str, Any]] = {"png": {"pil_kwargs": {"compress_level": 3}}}
"""How a file is written, by its kind. A PNG: half the time of the usual level, for a tenth more bytes."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Picture(Figure):
    """A Matplotlib figure that a notebook shows when a cell returns it, without `pyplot`."""

    def _repr_png_(self) -> bytes:
        return picture_bytes(self, kind="png")


@contextmanager
def drawing() -> Iterator[None]:
    """Our settings while the block runs; the caller's own afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(cast(Any, _STYLE))
        yield


def picture(width: float, height: float, *, title: str, caption: str) -> Picture:
    """An empty figure, inches wide and high, with its title above and its caption beneath."""
    figure = Picture(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(w_pad=0.08, h_pad=0.08, wspace=0.04, hspace=0.02)  # type: ignore[call-arg]
    edge = 0.08 / width
    figure.suptitle(
        wrapped(title, width - 0.4, points=12, bold=True), x=edge, ha="left", fontsize=12, fontweight="bold"
    )
    figure.supxlabel(
        wrapped(caption, width - 0.4, points=SMALL_POINTS),
        x=edge,
        ha="left",
        fontsize=SMALL_POINTS,
        color=MUTED,
        linespacing=1.35,
    )
    return figure


def wrapped(text: str, inches: float, *, points: float, bold: bool = False) -> str:
    """The text in lines that fit the width at that type size; a word that is longer alone stands as it is."""
    lines: list[str] = []
    words = text.split()
    while words:
        count = _fitting(words, inches * 72, points=points, bold=bold)
        lines.append(" ".join(words[:count]))
        words = words[count:]
    return "\n".join(lines)


def _fitting(words: Sequence[str], room: float, *, points: float, bold: bool) -> int:
    """How many of the words fit a line, at least one; the next guess is made from the last width measured."""
    fits, too_many, guess = 1, len(words) + 1, len(words)
    while too_many - fits > 1:
        guess = min(max(guess, fits + 1), too_many - 1)
        line = " ".join(words[:guess])
        width = _text_width(line, points, bold)
        if width <= room:
            fits = guess
        else:
            too_many = guess
        letters = list(accumulate(len(word) + 1 for word in words))
        guess = bisect_right(letters, len(line) * room / max(width, 1.0))
    return fits


def picture_bytes(figure: Figure, *, kind: str) -> bytes:
    """The file of the figure ("svg" or "png"); the same figure gives the same bytes, whenever it is saved."""
    metadata: dict[str, Any] = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    buffer = io.BytesIO()
    with drawing():
        figure.savefig(buffer, format=kind, dpi=DOTS_PER_INCH, metadata=metadata, **_HOW.get(kind, {}))
    return _short_numbers(buffer.getvalue()) if kind == "svg" else buffer.getvalue()


def lay_out(figure: Picture) -> None:
    """Give the axes the room that what stands in and around them needs, as far as it is drawn."""
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)


def settled(figure: Picture) -> Picture:
    """The figure with its layout computed once and kept, so that every file of it has the same geometry."""
    lay_out(figure)
    figure.set_layout_engine(None)
    for ax in figure.axes:  # else every drawing measures the ticks again to find the places of these labels
        for axis in (ax.xaxis, ax.yaxis):
            place = axis.label.get_transform().transform(axis.label.get_position())
            axis.set_label_coords(*ax.transAxes.inverted().transform(place))
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write the figure to the path, its kind taken from the suffix; a file is whole or not there."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(picture_bytes(figure, kind=path.suffix[1:]))
    part.replace(path)
    return path


def save_all(
    names: Iterable[str], compose: Callable[[str], Figure], folder: Path, *, kinds: Sequence[str]
) -> list[Path]:
    """The paths of the figures of these names, each composed and written to the folder in every kind."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name in names:
        figure = compose(name)
        paths.extend(save(figure, folder / f"{name}.{kind}") for kind in kinds)
    return paths


def heading(ax: Axes, name: str, detail: str = "", *, colour: str | None = None, inches: float = 4.0) -> None:
    """Name a panel above its left edge, with a detail in small type and a rule in the level's colour."""
    text = wrapped(detail, inches, points=SMALL_POINTS) if detail and detail != name else ""
    lines = text.count("\n") + 1 if text else 0
    if text:
        ax.annotate(
            text,
            (0, 1),
            xytext=(0, 6),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=SMALL_POINTS,
            color=MUTED,
            va="bottom",
        )
    bold = wrapped(name, inches, points=TEXT_POINTS, bold=True)
    ax.set_title(bold, fontweight="bold", pad=6 + 11.5 * lines)
    if colour is not None:
        ax.plot([0, 1], [1, 1], transform=ax.transAxes, color=colour, linewidth=2.5, clip_on=False, zorder=5)


def points(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes as they are now, in points."""
    return ax.bbox.width / ax.figure.dpi * 72, ax.bbox.height / ax.figure.dpi * 72


def nothing(ax: Axes, sentence: str) -> Axes:
    """The axes with a sentence in place of data."""
    ax.text(0.5, 0.5, sentence, transform=ax.transAxes, ha="center", va="center", color=MUTED, style="italic")
    return ax


def blank(ax: Axes) -> Axes:
    """The axes without frame, ticks and grid."""
    ax.set_axis_off()
    return ax


def rules(ax: Axes) -> None:
    """Faint horizontal rules behind the data."""
    ax.grid(visible=True, axis="y")


def percent_axis(ax: Axes, label: str) -> None:
    """A vertical axis of shares, shown from 0 to 100 %."""
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    ax.set_ylabel(label)
    rules(ax)


def patients_axis(ax: Axes, label: str, *, highest: float, ticks: int = 4) -> None:
    """A vertical axis of patients from 0 to a little over the highest, in whole numbers."""
    ax.set_ylim(0, max(1.0, highest) * 1.12)
    ax.yaxis.set_major_locator(MaxNLocator(ticks, integer=True, min_n_ticks=2))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    ax.set_ylabel(label)
    rules(ax)


def date_axis(ax: Axes, start: date, *, first: float, last: float, ticks: int = 6) -> None:
    """A horizontal axis of days since the start, labelled with dates; the year stands where it begins."""
    marks = _date_marks(start, first=first, last=last, ticks=ticks)
    ax.set_xlim(first, max(last, first + 1))
    labels = [
        _date_label(day, marks[position - 1] if position else None) for position, day in enumerate(marks)
    ]
    ax.set_xticks([float((day - start).days) for day in marks], labels)


def ground(ax: Axes, first: float, last: float) -> None:
    """Grey ground behind days that do not count, such as the warm-up."""
    if last > first:
        ax.axvspan(first, last, color=SHADE, linewidth=0, zorder=0)


def number(value: float) -> str:
    """A count for people: thousands apart, a decimal only below ten and where it says something."""
    if abs(value) < 10 and not math.isclose(value, round(value), abs_tol=0.05):
        return f"{value:.1f}"
    return f"{value:,.0f}".replace(",", "\u202f")


def percent(share: float) -> str:
    """A share of 0–1 as a whole percentage."""
    return f"{100 * share:.0f} %"


def spread(places: Sequence[float], *, apart: float, low: float, high: float) -> list[float]:
    """The places moved as little as it takes to stand `apart`, in the same order, within low and high.

    Where they cannot all fit, they stand evenly between the two.
    """
    count = len(places)
    if count and apart * (count - 1) > high - low:
        apart = (high - low) / max(1, count - 1)
    order = sorted(range(count), key=lambda position: (places[position], position))
    groups: list[list[float]] = []  # [sum of wanted first places, members]
    for rank, position in enumerate(order):
        groups.append([places[position] - rank * apart, 1.0])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, members = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += members
    moved = [total / members for total, members in groups for _ in range(int(members))]
    highest = high - apart * (count - 1)
    result = [0.0] * count
    for rank, position in enumerate(order):
        result[position] = min(max(moved[rank], low), highest) + rank * apart
    return result


@lru_cache(maxsize=4096)
def _text_width(text: str, points: float, bold: bool) -> float:
    """How many points wide the text is in one line."""
    font = FontProperties(family=_STYLE["font.family"], size=points, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])


def _short_numbers(svg: bytes) -> bytes:
    """The SVG with its paths to a hundredth of a point; a third of the bytes would be further digits."""
    paths = re.compile(rb' d="[^"]*"')
    further = re.compile(rb"(?<=\.\d\d)\d+")
    return paths.sub(lambda path: further.sub(b"", path.group()), svg)


def _date_marks(start: date, *, first: float, last: float, ticks: int) -> list[date]:
    """Dates at a round step (days, weeks, months, years), about as many as asked, within the axis."""
    begin = start + timedelta(days=math.ceil(first))
    end = start + timedelta(days=math.floor(last))
    days = max(1, (end - begin).days)
    for step in (1, 2, 7, 14):
        if days / step <= ticks:
            return [begin + timedelta(days=k * step) for k in range(days // step + 1)]
    for months in (1, 2, 3, 6, 12, 24, 60, 120, 240, 480):
        if days / (months * 30.44) <= ticks:
            return _months_between(begin, end, step=months)
    return [begin, end]


def _months_between(begin: date, end: date, *, step: int) -> list[date]:
    counts = range(begin.year * 12, end.year * 12 + 12, step)
    firsts = (date(count // 12, count % 12 + 1, 1) for count in counts)
    return [day for day in firsts if begin <= day <= end]


def _date_label(day: date, before: date | None) -> str:
    text = _MONTHS[day.month - 1] if day.day == 1 else f"{day.day} {_MONTHS[day.month - 1]}"
    year = " " if before is not None and before.year == day.year else str(day.year)
    return f"{text}\n{year}"  # two lines everywhere, so that all stand on one line of type
