"""Roles, rosters and turnover for random scenarios, whose needs limit admissions more often than not."""

from durations_at_random import Table
from rules_at_random import Bare, Rules

ROLES = ("counsellor", "nurse", "review")
"""The last one is called as a reason of the log is."""

SHIFTS = ("day", "night")


def roles(some: Rules) -> Table:
    """One to three roles, each with a roster, that levels share."""
    return {name: role(some) for name in some.some(ROLES, 1, 3)}


def role(some: Rules) -> Table:
    """A role with its hours, its needs, and who is there."""
    made: Table = {"roster": [positions(some) for _ in range(some.number(1, 3))]}
    if some.maybe(0.7):
        made["turnover"] = turnover(some)
    if some.maybe(0.3):
        made["paid_hours_per_week"] = some.pick([20, 37.5])
    if some.maybe(0.3):
        made["absent_hours_per_year"] = some.pick([0, 230])
    needs = [need(some) for _ in range(some.number(0, 4))]
    if needs:
        made["needs"] = needs
    if some.maybe(0.2):
        made["floors"] = [need(some)]
    return made


def need(some: Rules) -> Table:
    """What a level needs; mostly it limits."""
    made: Table = {"level": some.pick(some.levels), "driver": some.pick(["post", "ratio", "caseload"])}
    if some.maybe(0.8):
        made["limits"] = some.maybe(0.9)
    if made["driver"] == "post":
        made["posts"] = some.pick([0.5, 1])
    else:
        made["patients_per_staff"] = some.pick([1, 2, 3, 0.3, 4])
    if made["driver"] == "ratio" and some.maybe(0.3):
        made["at_least"] = some.pick([1, 1.5])
    if made["driver"] != "caseload":
        if some.maybe(0.8):
            made["hours_per_day"] = some.pick([8, 12, 0.5])
        if some.maybe(0.5):
            made["days_per_week"] = some.pick([1, 5])
        if some.maybe(0.4):
            made["shift"] = some.pick(SHIFTS)
    return made


def positions(some: Rules) -> Table:
    """Some positions, which may come and go."""
    made: Table = {"fte": some.pick([1, 1, 0.5, 0.3, 2])}
    if some.maybe(0.6):
        made["positions"] = some.number(1, 3)
    begins = some.pick([-20, -1, 0, some.above_0(10)]) if some.maybe(0.3) else None
    if begins is not None:
        made["from"] = begins
    if some.maybe(0.3):
        made["until"] = max(begins or 0, 3) + some.number(1, 20)
    elif some.maybe(0.1):
        made["from"] = Bare("2026-01-08")
    return made


def turnover(some: Rules) -> Table:
    """How long who holds a position stays, and how long it is vacant then."""
    made: Table = {"leaves": some.maybe_never(some.plain(2, 20)), "time_to_fill": some.plain(0, 6)}
    if some.maybe(0.6):
        made["ramp"] = some.pick([0, 1, 4, "1 week"])
    if some.maybe(0.5):
        made["ramp_share"] = some.pick([0.0, 0.5, 1.0])
    return made
