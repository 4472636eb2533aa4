"""The arithmetic of staff: net hours of an FTE, relief factors of posts, the FTE that so many patients need.

Plain numbers in, plain numbers out (`docs/model.md`, section 9). What a scenario says of its roles is left to
`sim/scenario/roles.py`, what a run needs by week to `sim/measures/staff.py`.
"""

from collections.abc import Sequence
from math import ceil, inf
from typing import NamedTuple

WEEKS_A_YEAR = 52
"""Paid weeks of an FTE."""

DAYS_A_YEAR = 365
ROUNDING = 1e-9
"""So much of a post is none: 21 ÷ 0.7 is 30 posts, whatever the last bit says."""


def net_hours(*, paid_per_week: float, absent_per_year: float) -> float:
    """Hours a year that one FTE is there: 52 weeks of paid hours less the hours absent."""
    return WEEKS_A_YEAR * paid_per_week - absent_per_year


def relief_factor(*, hours_per_day: float, days_per_week: float, net: float) -> float:
    """FTE that keep one post staffed: its hours in a year of 365 days ÷ the net hours of an FTE.

    >>> round(relief_factor(hours_per_day=24, days_per_week=7, net=1850), 2)
    4.74
    """
    return hours_per_day * days_per_week / 7.0 * DAYS_A_YEAR / net


def working_hours(*, paid_per_week: float, absent_per_year: float, meetings_per_week: float) -> float:
    """Hours a week that one FTE has for patients, notes and tasks, the weeks absent averaged in."""
    there = 1.0 - absent_per_year / (WEEKS_A_YEAR * paid_per_week)
    return (paid_per_week - meetings_per_week) * there


class Line(NamedTuple):
    """What one need asks for as patients become more: posts, a ratio, or a caseload."""

    patients: float  # of one member of staff; infinite for posts, which no patient adds to
    least: float  # posts staffed however few patients there are
    relief: float  # FTE of one post; 1 for a caseload
    rounds: bool  # up to whole posts; a caseload is not


def post(*, posts: float, relief: float) -> Line:
    """Posts that are staffed whoever is there."""
    return Line(inf, posts, relief, True)


def ratio(*, patients_per_staff: float, at_least: float, relief: float) -> Line:
    """One on the shift for every so many patients, rounded up."""
    return Line(patients_per_staff, at_least, relief, True)


def caseload(*, patients_per_staff: float) -> Line:
    """An FTE for so many patients, and parts of it for fewer."""
    return Line(patients_per_staff, 0.0, 1.0, False)


def fte(line: Line, patients: float) -> float:
    """The FTE that so many patients need by one line.

    >>> fte(ratio(patients_per_staff=12, at_least=0, relief=1.5), 13)
    3.0
    """
    posts = patients / line.patients
    if line.rounds:
        posts = max(float(ceil(posts - ROUNDING)), line.least)
    return posts * line.relief


Lines = Sequence[Sequence[Sequence[Line]]]
"""Alternatives, of which the greatest holds; each the shifts that add up; each its lines, the greatest of
which holds."""


def fte_of(lines: Lines, patients: float) -> float:
    """The FTE that so many patients of a level need: the greatest alternative; 0 without any.

    >>> fte_of([[[caseload(patients_per_staff=24)]], [[post(posts=1, relief=1.2)]]], 36)
    1.5
    """
    sums = [sum(max(fte(line, patients) for line in shift) for shift in shifts) for shifts in lines]
    return max(sums, default=0.0)
