"""Offered load before any run: what each level would carry if nothing were ever full, and what never settles.

From the traffic equations (`sim/flows/`), with step-ups, step-downs, relapses, temporary stays and returns
to care. Assumed throughout: the rates of `per_day` (no season, no trend), nobody waits, so nobody reneges, is
turned away or diverted, show-up is that of a patient who did not wait, and those there on day 0 have left.
Returns to care count in the long run unless `within` says otherwise. Waits are left to `sim/theory.py` where
a formula exists, else to simulation.
"""

from math import inf

import numpy as np
import pandas as pd

from sim.flows.lengths import Floats
from sim.flows.network import Flows, flows
from sim.plan import plan
from sim.scenario.types import Scenario
from sim.tables import NONE, Cell

MONTH_DAYS = 365.0 / 12.0

NOT_STATIONARY = 0.95
"""From this part of capacity on, a line without limit or patience is marked not stationary (model, §8)."""

ROUND_AND_ROUND = 1e6
"""Admissions for each arrival from which on patients are taken never to leave."""

LOAD_COLUMNS: tuple[str, ...] = (
    "level",
    "admissions_per_day",
    "mean_stay_days",
    "load",
    "capacity",
    "load_ratio",
    "growth_per_month",
    "verdict",
    "approximate",
)
"""`load`: mean patients in places without limits, days of delay before a move included, blocked days not.
`load_ratio`: of capacity; `growth_per_month`: patients by which a line without end grows in a month."""

SHARE_COLUMNS: tuple[str, ...] = ("level", "cause", "share", "mean_days")
"""`share` of the stays of a level that end by the cause, `mean_days` from admission to that end."""


def reckon(scenario: Scenario, *, day: float = 0.0, within: float = inf) -> Flows:
    """The flows of which both tables below are made, to share them: many traits take seconds."""
    return flows(scenario, plan(scenario), day=day, within=within)


def offered_load(
    scenario: Scenario, *, day: float = 0.0, within: float = inf, found: Flows | None = None
) -> pd.DataFrame:
    """The load of every level under what is in force on a day; columns `LOAD_COLUMNS`.

    `within`: only returns to care that come within so many days of the discharge count. `found`: the flows,
    where they are known already. `approximate` says that something was taken at its mean
    (`sim/flows/stays.py`).
    """
    found = found or reckon(scenario, day=day, within=within)
    made = found.plan
    regime = max((i for i, row in enumerate(made.tables.regimes) if row.day <= day), default=0)
    first = regime * made.tables.levels
    cells = made.tables.cells[first : first + made.tables.levels]
    begun, stayed = _by_level(found, made.tables.levels)
    growing = _growth(found, cells)
    round_and_round = begun > ROUND_AND_ROUND * max(float(found.from_outside.sum()), 1e-300)
    rows = []
    for index, (name, cell) in enumerate(zip(made.level_names, cells, strict=True)):
        load = inf if round_and_round[index] else float(stayed[index])
        ratio = 0.0 if cell.capacity == inf or load == 0.0 else load / cell.capacity if cell.capacity else inf
        growth = float(growing[index]) * MONTH_DAYS if endless(cell) else 0.0
        rows.append(
            (
                name,
                inf if round_and_round[index] else float(begun[index]),
                float(stayed[index] / begun[index]) if begun[index] > 0.0 else np.nan,
                load,
                cell.capacity,
                ratio,
                growth,
                verdict(name, cell, load=load, growth=growth) if begun[index] else f"nobody reaches {name}",
                found.approximate,
            )
        )
    return pd.DataFrame(rows, columns=list(LOAD_COLUMNS))


def ending_shares(scenario: Scenario, *, day: float = 0.0, found: Flows | None = None) -> pd.DataFrame:
    """How stays end with all clocks of a level competing and nothing ever full; columns `SHARE_COLUMNS`.

    Over all stays of the long run, temporary ones and those that go on after one included. The end of a
    temporary stay counts as completed.
    """
    found = found or reckon(scenario, day=day)
    made = found.plan
    begun, _ = _by_level(found, made.tables.levels)
    shares: dict[tuple[int, int], list[float]] = {}
    for state, per_day, ways in zip(found.states, found.per_day, found.ways, strict=True):
        for way, (share, days, _) in ways.items():
            sums = shares.setdefault((state.level, way.cause), [0.0, 0.0])
            sums[0] += per_day * share
            sums[1] += per_day * days
    rows = [
        (
            made.level_names[level],
            made.reason_names[cause],
            ended / begun[level],
            days / ended,
        )
        for (level, cause), (ended, days) in sorted(shares.items())
        if ended > 1e-9 * begun[level]
    ]
    return pd.DataFrame(rows, columns=list(SHARE_COLUMNS))


def endless(cell: Cell) -> bool:
    """Whether a line at the level can grow without end: no limit and nobody's patience."""
    return cell.limit == inf and cell.patience == NONE and cell.divert_after == inf


def verdict(name: str, cell: Cell, *, load: float, growth: float) -> str:
    """What the load means for the level, in a sentence for a person."""
    if load == inf:
        return f"this never settles: patients go round through {name} and never leave"
    if cell.capacity == inf:
        return "unlimited: nobody waits for a place"
    if cell.capacity == 0.0:
        return f"{name} has no places: nobody is ever admitted"
    ratio = load / cell.capacity
    if ratio < NOT_STATIONARY:
        return "settles"
    if not endless(cell):
        if ratio < 1.0:
            return "settles, at the edge of capacity"
        return f"more ask than there are places: about {1.0 - 1.0 / ratio:.0%} give up or are turned away"
    if growth > 0.0:
        amount = f"{growth:.0f}" if growth >= 10.0 else f"{growth:.1g}" if growth < 1.0 else f"{growth:.1f}"
        return f"this never settles: the line of {name} grows by {amount} patients a month"
    if ratio >= 1.0:
        return f"never settles once the levels before {name} let their patients through"
    return f"not stationary: {ratio:.0%} of capacity and a line without limit or patience"


def _by_level(found: Flows, levels: int) -> tuple[Floats, Floats]:
    """Stays begun a day and patients in places, by level."""
    is_stay = np.array([state.kind != "after" for state in found.states], dtype=bool)
    at = np.array([state.level for state in found.states], dtype=np.int64)[is_stay]
    begun = np.bincount(at, found.per_day[is_stay], minlength=levels)
    stayed = np.bincount(at, (found.per_day * found.days)[is_stay], minlength=levels)
    return begun.astype(np.float64), stayed.astype(np.float64)


def _growth(found: Flows, cells: list[Cell]) -> Floats:
    """Patients a day by which each line grows, when full levels let through only what they can.

    Goodman and Massey (1984): the traffic equations with the flow through each level cut to what its places
    allow, solved by repetition.
    """
    levels = len(cells)
    at = np.array([state.level for state in found.states], dtype=np.int64)
    is_stay = np.array([state.kind != "after" for state in found.states], dtype=bool)
    places = np.array([cell.capacity for cell in cells])
    through = np.ones(levels)
    asking = found.per_day
    for _ in range(5000):
        admitted = np.where(is_stay, asking * through[at], asking)
        following = found.from_outside + found.onward.passed_on(admitted)
        load = np.bincount(at[is_stay], (following * found.days)[is_stay], minlength=levels)
        allowed = np.minimum(1.0, places / np.maximum(load, 1e-300))
        settled = np.max(np.abs(following - asking), initial=0.0) < 1e-12 and np.allclose(
            allowed, through, rtol=1e-12
        )
        asking, through = following, allowed
        if settled:
            break
    begun = np.bincount(at[is_stay], asking[is_stay], minlength=levels)
    growth: Floats = begun * (1.0 - through)
    return growth
