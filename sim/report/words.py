"""Numbers and differences in words, as a report's sentences have them.

How figures come about is left to `sim/estimates.py`; words for measures that the screen needs too stand in
`sim/sentences.py`.
"""

from collections.abc import Mapping, Sequence
from math import isinf, isnan
from typing import Any

from sim import sentences
from sim.measures.registry import measure
from sim.sentences import AT_LEVELS, OF_ALL, number, shown

DASH = "–"
NARROW = "\N{NO-BREAK SPACE}"
"""Between a number and its sign, so that they stay on one line."""

WHOLE = 1e-9
"""Nearer than this to a whole number, a figure is told as one."""

HEADLINES = {
    **{name: words.replace(" (days)", "") for name, words in AT_LEVELS.items()},
    **OF_ALL,
    "census.mean": "mean census",
    "blocked.mean": "number of patients held up",
    "wait.share_within_7_days": "share admitted in 7 days",
    "turned_away.share": "share turned away",
    "reneged.share": "share that gave up waiting",
    "retention.day_90": "share still in the continuum after 90 days",
    "relapse_free.day_180": "share without any use for 180 days",
    "in_care.day_180": "share without a relapse in care for 180 days",
    "episodes.completed.per_month": "number of completed episodes a month",
    "episodes.completed_relapse_free.per_month": "number of completed episodes a month without a relapse",
}
"""Measures → words for a director."""


def figure(value: float, unit: str, *, signed: bool = False) -> str:
    """The value for a sentence or a cell: shares as percentages, as many digits as say something."""
    if isnan(value) or isinf(value):
        return DASH if isnan(value) else number(value)
    scaled = 100.0 * value if unit == "share" else value
    size = abs(scaled)
    digits = 0 if size >= 100 or (unit == "share" and size >= 10) else 1 if size >= 1 else 2
    if abs(scaled - round(scaled)) < WHOLE:
        digits = 0
    return _told(scaled, digits, signed=signed) + (f"{NARROW}%" if unit == "share" else "")


def span(low: float, high: float, unit: str) -> str:
    """From low to high, with as many digits as tell them apart; a dash where either is not known."""
    if isnan(low) or isnan(high):
        return DASH
    scale, sign = (100.0, f"{NARROW}%") if unit == "share" else (1.0, "")
    digits = _digits(scale * low, scale * high)
    return f"{_told(scale * low, digits)} to {_told(scale * high, digits)}{sign}"


def with_interval(value: float, low: float, high: float, unit: str, *, named: bool = False) -> str:
    """The value and its interval in brackets, with as many digits; without an interval the value."""
    if isnan(low) or isnan(high) or high - low < WHOLE:
        return figure(value, unit)
    scale, sign = (100.0, f"{NARROW}%") if unit == "share" else (1.0, "")
    name = "95 % interval " if named else ""
    return f"{_told(scale * value, _digits(scale * low, scale * high))}{sign} ({name}{span(low, high, unit)})"


def _digits(low: float, high: float) -> int:
    """Digits behind the point with which an interval is told: two of its width say something."""
    width = high - low
    digits = next((at for at, wide in enumerate((5.0, 0.5, 0.02, 0.002)) if width >= wide), 4)
    hidden = any(bound and not round(bound, digits) for bound in (low, high))
    return min(digits + hidden, 4)


def _told(value: float, digits: int, *, signed: bool = False) -> str:
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return (text.removeprefix("-") if not float(text.replace(",", "")) else text).replace("-", "−")


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return sentences.percent(share).replace(" ", NARROW)


def days(value: float) -> str:
    """A number of days."""
    return f"{figure(value, 'days')} days"


def listed(names: Sequence[str]) -> str:
    """The names in a sentence."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))


def headline(name: str) -> str:
    """What a measure is, in words for a director; of those without, what it means."""
    return HEADLINES.get(name) or measure(name).meaning


def of_level(name: str, level: str, titles: Mapping[str, str]) -> str:
    """A measure and its level in words."""
    return f"{headline(name)}, {titles.get(level, level)}" if level else headline(name)


def amount(row: Mapping[Any, Any]) -> str:
    """The size of a difference, without its sign."""
    size = abs(row["difference"])
    return f"{number(100 * size)} percentage points" if row["unit"] == "share" else figure(size, row["unit"])


def signed_span(row: Mapping[Any, Any]) -> str:
    """The interval of a difference; of shares in percentage points."""
    scale = 100.0 if row["unit"] == "share" else 1.0
    return span(scale * row["ci_low"], scale * row["ci_high"], "")


def signed(row: Mapping[Any, Any]) -> str:
    """A difference with its sign, and with as many digits as its interval; of shares in percentage points."""
    scale = 100.0 if row["unit"] == "share" else 1.0
    difference = scale * row["difference"]
    if isnan(row["ci_low"]) or row["ci_low"] == row["ci_high"]:
        return figure(difference, "", signed=True)
    return _told(difference, _digits(scale * row["ci_low"], scale * row["ci_high"]), signed=True)


def size_span(row: Mapping[Any, Any]) -> str:
    """The interval of the size of a difference that is surely above or below 0."""
    scale = 100.0 if row["unit"] == "share" else 1.0
    low, high = sorted((abs(scale * row["ci_low"]), abs(scale * row["ci_high"])))
    return span(low, high, "")


def is_sure(row: Mapping[Any, Any]) -> bool:
    """Whether the interval of a difference leaves out 0."""
    return not isnan(row["ci_low"]) and not row["ci_low"] <= 0.0 <= row["ci_high"]


def difference_sentence(what: str, row: Mapping[Any, Any], *, confidence: float = 0.95, of: str = "") -> str:
    """What a change does to a measure, its interval, and how many replications agree; `of` names the unit."""
    unit, count = row["unit"], int(row["replications"])
    before, after = figure(row["baseline"], unit), figure(row["value"], unit)
    higher, lower = (round(row[name] * count) for name in ("share_larger", "share_smaller"))
    if not higher and not lower:
        return f"{what} is {after}{of} in both, the same in each of {count} replications."
    interval = f"{100 * confidence:.4g} % interval "
    if not is_sure(row):
        told = "" if isnan(row["ci_low"]) else f"{interval}of the difference {signed_span(row)}; "
        return (
            f"{what} is {after}{of}, against {before}: no difference that can be told apart from chance "
            f"({told}higher in {higher} and lower in {lower} of {count} paired replications)."
        )
    verb, way, agreeing = ("rises", "higher", higher) if row["difference"] > 0 else ("falls", "lower", lower)
    ends = f" from {before} to {after}{of}," if before != after else ""
    return (
        f"{what} {verb}{ends} by {amount(row)} ({interval}{size_span(row)}), and is {way} in {agreeing} of "
        f"{count} paired replications."
    )


def value(cell: Any) -> str:
    """The value of a key of a scenario."""
    return f"{cell:g}" if isinstance(cell, float) else shown(cell)
