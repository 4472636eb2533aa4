"""What staff can serve: the FTE that patients need, whether an admission fits, and the usable capacity.

Needs are computed anew from the whole-number censuses each time, in the order of the scenario, so that every
engine gets the same floats (`docs/model.md`, section 9). Who is present when is left to `sim/staff.py`.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.staffing import fte
from sim.tables import ALONE, NEXT_SHIFT, NONE, Tables

TOLERANCE = 1e-9
"""FTE. Needs that are more than what is present by no more than this are met."""

MOST = 2.0**30
"""Staff who can serve so many patients can serve any number."""


class WithCensus(Protocol):
    """A level, as far as staff are concerned."""

    census: int


Levels = Sequence[WithCensus]

Present = Sequence[float] | npt.NDArray[np.float64]
"""FTE of each role that are present."""


def needed(t: Tables, role: int, level: int, patients: int) -> float:
    """FTE that so many patients of a level need from a role: the greatest of its needs that limit there.

    As `sim.staffing.fte_of`, which is told them one within another.
    """
    span = t.needs_of[role * t.levels + level]
    most = total = shift = 0.0
    for row in range(span.first, span.last):
        here = fte(t.needs[row], patients)
        if t.needs_join[row] == ALONE:
            total, shift = 0.0, here
        elif t.needs_join[row] == NEXT_SHIFT:
            total, shift = total + shift, here
        else:
            shift = max(shift, here)
        most = max(most, total + shift)
    return most


def left_for(t: Tables, levels: Levels, present: Present, role: int, level: int, leaving: int) -> float:
    """FTE of a role that all other levels leave for one, with one patient gone from the level `leaving`."""
    left = present[role]
    for other in range(t.levels):
        if other != level:
            patients = levels[other].census - 1 if other == leaving else levels[other].census
            left = left - needed(t, role, other, patients)
    return left


def fits(t: Tables, levels: Levels, present: Present, level: int, leaving: int) -> bool:
    """Whether those present can serve one more in a level, who gives up her place in `leaving`, if any."""
    patients = levels[level].census if level == leaving else levels[level].census + 1
    for role in range(len(present)):
        if limits(t, role, level):
            left = left_for(t, levels, present, role, level, leaving)
            if needed(t, role, level, patients) > left + TOLERANCE:
                return False
    return True


def usable(t: Tables, levels: Levels, present: Present, level: int, capacity: float) -> tuple[float, int]:
    """The greatest census that staff may serve while all other levels stay as they are, and what binds.

    Never more than the capacity, and none where not even nobody can be served. What binds is `NONE` for the
    places, or the first role that forbids one more.
    """
    most, binds = capacity, NONE
    for role in range(len(present)):
        if limits(t, role, level):
            left = left_for(t, levels, present, role, level, NONE)
            served = served_by(t, role, level, left + TOLERANCE, most)
            if served < most:
                most, binds = served, role
    return most, binds


def limits(t: Tables, role: int, level: int) -> bool:
    """Whether a role has needs in a level that limit."""
    span = t.needs_of[role * t.levels + level]
    return span.first < span.last


def served_by(t: Tables, role: int, level: int, there: float, at_most: float) -> float:
    """The most patients of a level, not above `at_most`, whom so many FTE of a role can serve."""
    fit, too_many = 0, int(min(at_most, MOST))
    if needed(t, role, level, too_many) <= there:
        return at_most
    while too_many - fit > 1:
        middle = (fit + too_many) // 2
        if needed(t, role, level, middle) <= there:
            fit = middle
        else:
            too_many = middle
    return float(fit)
