"""Durations with units: text such as "8 weeks" to days, and days to text.

A month or a year has no fixed length and is refused rather than guessed.
"""

import re

DAYS_IN: dict[str, float] = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0}
"""Unit → its length in days."""

PATTERN = r"^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$"
"""What a duration looks like: a number, then a unit."""


def days(text: str) -> float:
    """The days in a duration written with its unit; raises ValueError with what is wrong.

    >>> days("8 weeks"), days("36 hours"), days("1 day")
    (56.0, 1.5, 1.0)
    """
    match = re.match(PATTERN, text, re.ASCII)
    if not match:
        raise ValueError('a number of days or text with a unit, such as "8 weeks"')
    unit = match[2].lower()
    unit = unit if unit in DAYS_IN else unit.removesuffix("s")
    if unit in ("month", "year"):
        raise ValueError(f'minutes, hours, days or weeks: a {unit} has no fixed length, say "365 days"')
    if unit not in DAYS_IN:
        raise ValueError("one of the units minutes, hours, days, weeks")
    number = float(match[1])
    if unit == "hour":
        return number / 24.0
    return number / 1440.0 if unit == "minute" else number * DAYS_IN[unit]


def in_words(days: float) -> str:
    """The duration in the unit that reads best.

    >>> in_words(56.0), in_words(1.0), in_words(0.375), in_words(10.5)
    ('8 weeks', '1 day', '9 hours', '10.5 days')
    """
    if days == float("inf"):
        return "unlimited"
    number, unit = days, "day"
    if days >= 14 and days % 7 == 0:
        number, unit = days / 7, "week"
    elif 0 < days < 1 and abs(days * 24 - round(days * 24)) < 1e-9:
        number, unit = round(days * 24), "hour"
    return f"{number:.6g} {unit}{'' if number == 1 else 's'}"
