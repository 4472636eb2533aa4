"""Who of the staff is present when: the roster, with positions that fall vacant and are filled again.

Known before a replication begins, from draws of its own (`docs/model.md`, section 9); both engines are told.
What the staff present can serve is left to `sim/rules/staff.py`.
"""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from sim.distributions import Distributions, flatten, value, value_beyond
from sim.draws import Draws
from sim.errors import SimError
from sim.scenario.types import Role, Roster, Scenario, Turnover
from sim.tables import Plan
from sim.words import Purpose

NOBODY = (0, 0)
"""The key of draws that belong to no patient."""

HOLDERS_AT_MOST = 100_000
"""More holders of one position one after the other are a mistake: nobody stays, and all are replaced."""


class Presence(NamedTuple):
    """From a time on so many FTE of a role are present."""

    time: float
    role: int
    fte: float


class Position(NamedTuple):
    """One position of a roster: its number within the role, and the days from which and until which it is."""

    number: int
    fte: float
    begins: float
    until: float
    is_new: bool  # its first holder begins on that day, and was not there before


def presence(scenario: Scenario, plan: Plan, *, replication: int) -> list[Presence]:
    """FTE present of each role with a roster, at 0 and at each change, in the order of time and role."""
    draws = Draws(plan.seed, replication)
    found: list[Presence] = []
    for index, role in enumerate(scenario.roles.values()):
        if role.roster:
            found += _of_role(index, role, plan, draws)
    return sorted(found, key=lambda one: (one.time, one.role))


def positions(roster: tuple[Roster, ...]) -> Iterator[Position]:
    """The positions of a roster, numbered in the order of the file."""
    number = 0
    for row in roster:
        for _ in range(row.positions):
            begins = 0.0 if row.from_ is None else row.from_
            yield Position(number, row.fte, begins, row.until, row.from_ is not None)
            number += 1


def _of_role(index: int, role: Role, plan: Plan, draws: Draws) -> Iterator[Presence]:
    """How many of a role are present, at 0 and at each change."""
    subject = plan.tables.role_subject[index]
    clocks = _clocks(role.turnover)
    counted = []
    changes: list[tuple[float, int, float]] = []
    for place, position in enumerate(positions(role.roster)):
        counted.append(0.0)
        for time, fte in _held(position, role.turnover, clocks, subject, draws, end=plan.end):
            changes.append((max(0.0, time), place, fte))
    changes.sort(key=lambda change: change[0])
    said = None
    at = 0
    times = sorted({0.0, *(time for time, _, _ in changes)})
    for time in times:
        if time >= plan.end:
            return
        while at < len(changes) and changes[at][0] == time:
            counted[changes[at][1]] = changes[at][2]
            at += 1
        total = 0.0
        for fte in counted:
            total = total + fte
        if total != said:
            yield Presence(time, index, total)
            said = total


def _clocks(turnover: Turnover | None) -> Distributions:
    """The time in post, then the time to fill."""
    if turnover is None:
        return flatten(())
    leaves, fill = turnover.leaves.default, turnover.time_to_fill.default
    assert leaves is not None
    assert fill is not None
    return flatten([leaves.shape, fill.shape])


def _held(
    position: Position,
    turnover: Turnover | None,
    clocks: Distributions,
    subject: int,
    draws: Draws,
    *,
    end: float,
) -> Iterator[tuple[float, float]]:
    """From when on a position counts for so many FTE, in the order of time."""
    until = position.until
    if turnover is None:
        yield position.begins, position.fte
        if until < inf:
            yield until, 0.0
        return
    begins, is_new = position.begins, position.is_new
    for holder in range(HOLDERS_AT_MOST):
        u_post = draws.uniform(*NOBODY, subject, Purpose.TIME_IN_POST, position.number, holder)
        u_fill = draws.uniform(*NOBODY, subject, Purpose.TIME_TO_FILL, position.number, holder)
        if holder == 0 and begins < 0.0:
            leaves = begins + value_beyond(clocks, 0, u_post, 1.0, 1.0, -begins)
        else:
            leaves = begins + value(clocks, 0, u_post, 1.0, 1.0)
        leaves = min(leaves, until)
        ramped = begins + turnover.ramp if is_new else begins
        if begins < ramped:
            yield begins, turnover.ramp_share * position.fte
        if ramped < leaves:
            yield ramped, position.fte
        if leaves == inf:
            return
        yield leaves, 0.0
        begins, is_new = leaves + value(clocks, 1, u_fill, 1.0, 1.0), True
        if begins >= min(until, end):
            return
    raise SimError(
        f"day {begins:g}: a position has had {HOLDERS_AT_MOST:,} holders; want a time in post or a time "
        "to fill that lasts longer"
    )
