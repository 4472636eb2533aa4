"""What a benchmark found: one figure a line, beside its target where it has one.

It says how figures are written, on the screen and as JSON, and whether a target is met. What is measured is
left to the other files of this folder.
"""

from typing import Any, NamedTuple

from rounds import Spread

NOT_YET = "not there yet"
"""The note of a row that needs an engine this version does not have."""


class Target(NamedTuple):
    """What a figure should come to."""

    bound: float
    at_least: bool = False  # else at most

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {short(self.bound)}"


class Figure(NamedTuple):
    """One line of the table. `found` is None where nothing was measured; the note then says why."""

    part: str
    what: str
    unit: str
    found: Spread | None
    target: Target | None = None
    note: str = ""


def missing(part: str, what: str, unit: str, target: Target | None = None, *, why: str = NOT_YET) -> Figure:
    """The figure of something that cannot be measured here, and why."""
    return Figure(part, what, unit, None, target, why)


def once(value: float) -> Spread:
    """The spread of a figure that was taken once."""
    return Spread(value, value, value, 1)


def scaled(found: Spread, factor: float) -> Spread:
    """The spread in another unit."""
    return Spread(found.middle * factor, found.low * factor, found.high * factor, found.number)


def met(figure: Figure) -> bool | None:
    """Whether the median meets the target; None without a target or a figure."""
    if figure.found is None or figure.target is None:
        return None
    bound, at_least = figure.target
    return figure.found.middle >= bound if at_least else figure.found.middle <= bound


def line(figure: Figure) -> str:
    """The figure as one line of the table: part, what, median, smallest to largest, unit, target."""
    middle = "–" if figure.found is None else short(figure.found.middle)
    between = ""
    if figure.found is not None and figure.found.number > 1:
        between = f"{short(figure.found.low)} – {short(figure.found.high)}"
    said = {None: "", True: "met", False: "not met"}[met(figure)]
    target = "" if figure.target is None else str(figure.target)
    cells = f"{figure.part}  {figure.what:<58}{middle:>9}  {between:<17}{figure.unit:<14}{target:<8} "
    return f"{cells}{said} {figure.note}".rstrip()


HEAD = f"   {'':<58}{'median':>9}  {'from – to':<17}{'unit':<14}{'target':<8}"
"""The line above the table."""


def as_json(figure: Figure) -> dict[str, Any]:
    """The figure for other programs, with nothing rounded."""
    values: dict[str, Any] = {"median": None, "low": None, "high": None, "rounds": 0}
    if figure.found is not None:
        values = dict(zip(values, figure.found, strict=True))
    return {
        "part": figure.part,
        "what": figure.what,
        "unit": figure.unit,
        **values,
        "target": None if figure.target is None else str(figure.target),
        "met": met(figure),
        "note": figure.note,
    }


def short(value: float) -> str:
    """Three significant digits, without an exponent."""
    if value == 0.0 or abs(value) >= 100.0:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return text if "e" not in text else f"{value:.6f}"
