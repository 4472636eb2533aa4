"""The ways through a scenario before any run: who goes from where to where, how often and why.

From the same traffic equations as the offered load (`sim/traffic.py`), and with what that file says is
assumed: nothing is ever full. One table serves the pathway diagram and whoever wants the expected
transitions. How it is drawn is left to `sim/plots/pathway.py`; what happened in a run, to
`sim/measures/pathways.py`.
"""

from collections import defaultdict

import pandas as pd

from sim.flows.fates import BACK
from sim.flows.network import Flows, State
from sim.flows.stays import Way
from sim.scenario.types import Scenario
from sim.tables import DISCHARGE, DISCHARGE_AS, NONE, Plan
from sim.traffic import reckon
from sim.words import Reason

YEAR_DAYS = 365.0

OUTSIDE, DISCHARGED = "outside", "discharged"
"""Where patients come from first, and where they are after an episode."""

FOR_A_WHILE, BACK_AGAIN, RETURN = "for a while", "back", "return to care"
"""Why somebody moves, beside the causes and reasons of the log."""

ROUTE_COLUMNS: tuple[str, ...] = ("from", "to", "why", "share", "per_year")
"""`share`: of all stays of the level they come from, of all arrivals, or of all discharges; `per_year`: how
often anybody goes that way."""

Ways = dict[tuple[str, str, str], float]
"""From, to and why → people a day."""

NO_SHOW = (DISCHARGED, "no_show")
"""Where they are who asked and did not come, and why."""

SELDOM = 1e-9
"""A share below which nobody goes that way."""


def routes(scenario: Scenario, *, day: float = 0.0, found: Flows | None = None) -> pd.DataFrame:
    """Every way that anybody goes under what is in force on a day; columns `ROUTE_COLUMNS`.

    Rows come from outside, then from each level in order, then from those discharged. `why` is the cause of
    the move or the reason of the discharge; a temporary move is "for a while", its end "back". Who asks from
    outside and does not come is discharged as a no-show. `found`: the flows, where they are known already.
    """
    found = found or reckon(scenario, day=day)
    places = (OUTSIDE, *found.plan.level_names, DISCHARGED)
    per_day = _arrivals(found) | _moves(found) | _returns(found)
    leaving: dict[str, float] = defaultdict(float)
    for (origin, _, _), flow in per_day.items():
        leaving[origin] += flow
    leaving[DISCHARGED] = sum(flow for (_, to, _), flow in per_day.items() if to == DISCHARGED)
    rows = [
        (origin, to, why, flow / leaving[origin], flow * YEAR_DAYS)
        for (origin, to, why), flow in per_day.items()
        if flow > SELDOM * leaving[origin]
    ]
    rows.sort(key=lambda row: (places.index(row[0]), places.index(row[1]), -row[3], row[2]))
    return pd.DataFrame(rows, columns=list(ROUTE_COLUMNS))


def _arrivals(found: Flows) -> Ways:
    """Those who come from outside, a day, by level, and those of them who do not show up."""
    per_day: Ways = defaultdict(float)
    for state, flow in zip(found.states, found.from_outside, strict=True):
        comes = (found.plan.level_names[state.level], "") if state.kind != "after" else NO_SHOW
        per_day[OUTSIDE, *comes] += float(flow)
    return per_day


def _moves(found: Flows) -> Ways:
    """Those who leave a stay, a day: for another level, less those who do not show up there, or for good."""
    names = found.plan.level_names
    per_day: Ways = defaultdict(float)
    asked: dict[tuple[str, str], float] = defaultdict(float)
    for state, flow, ways in zip(found.states, found.per_day, found.ways, strict=True):
        for way, (share, _, _) in ways.items():
            to, why = _goes(found.plan, state, way)
            per_day[names[state.level], to, why] += float(flow) * share
            asked[names[state.level], to] += float(flow) * share
    for (origin, to), flow in _no_shows(found).items():
        for key in [key for key in per_day if key[:2] == (origin, to)]:
            per_day[key] *= 1.0 - flow / asked[origin, to]
        per_day[origin, *NO_SHOW] += flow
    return per_day


def _no_shows(found: Flows) -> dict[tuple[str, str], float]:
    """Those who ask for a level from a stay and do not come, a day, by both levels."""
    names, links = found.plan.level_names, found.onward
    per_day: dict[tuple[str, str], float] = defaultdict(float)
    for before, after, share in zip(links.before, links.after, links.share, strict=True):
        origin, goal = found.states[before], found.states[after]
        if origin.kind != "after" and goal.kind == "after" and goal.rule == Reason.NO_SHOW:
            per_day[names[origin.level], names[goal.level]] += float(found.per_day[before] * share)
    return per_day


def _goes(plan: Plan, state: State, way: Way) -> tuple[str, str]:
    """Where a way out of a stay leads, and why."""
    if way.to == BACK:
        return plan.level_names[state.back_to], BACK_AGAIN
    if way.to >= 0:
        is_while = way.rule != NONE and plan.tables.rules[way.rule].away != NONE
        return plan.level_names[way.to], FOR_A_WHILE if is_while else plan.reason_names[way.cause]
    reason = way.cause if way.to == DISCHARGE else DISCHARGE_AS - way.to
    return DISCHARGED, plan.reason_names[reason]


def _returns(found: Flows) -> Ways:
    """Those who come back to care after a discharge, a day, by level."""
    per_day: Ways = defaultdict(float)
    links = found.onward
    for before, after, share in zip(links.before, links.after, links.share, strict=True):
        origin, goal = found.states[before], found.states[after]
        if origin.kind == "after" and goal.kind != "after":
            key = (DISCHARGED, found.plan.level_names[goal.level], RETURN)
            per_day[key] += float(found.per_day[before] * share)
    return per_day
