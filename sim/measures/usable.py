"""How much of a level's capacity could be used, and what bound it: places, seats, or a role of the staff.

Read off the log's rows `usable`, which only levels have that staff limit or that have tracks
(`docs/model.md`, section 9). What staff are needed is left to staff.py, census and capacity to census.py.
"""

from collections.abc import Iterator

import numpy as np

from sim.log import Log
from sim.measures import steps
from sim.measures.census import counts, usable_rows
from sim.measures.census import usable as usable_places
from sim.measures.panels import Filled, Panel
from sim.measures.steps import Steps
from sim.measures.tidy import Value
from sim.scenario.types import Scenario
from sim.words import BINDS, PLACE, SEAT

FIGURES: tuple[str, ...] = ("days", "share", "usable", "capacity")


def usable(log: Log, scenario: Scenario) -> Iterator[Value]:
    """The usable capacity of each level that has one, and its occupancy.

    usable.mean: time-weighted mean of the usable capacity over the window. usable.occupancy: days of stays ÷
    days of usable places; above 1 where patients stayed whom the staff could not have taken in anew. Both
    NaN where it is unlimited at any time, the second also where there was none.
    """
    for number, name in enumerate(log.levels):
        if binding_of(scenario, name):
            window = (log.window_start, log.window_end)
            mean = steps.mean(*steps.clipped(usable_places(log, number), *window))
            full = steps.mean(*steps.clipped(counts(log, number).census, *window))
            limited = not np.isinf(mean)
            yield Value("usable.mean", name, mean if limited else np.nan)
            yield Value("usable.occupancy", name, full / mean if limited and mean else np.nan)


def binding(log: Log, scenario: Scenario) -> Filled | None:
    """The panel `binding`: of each level with a usable capacity, each thing that may bind it.

    days: of the window, on which it did; share: of the window. usable, capacity: means over these days, NaN
    where there were none or they are unlimited. None where no level has a usable capacity.
    """
    keys = [(level, one) for level in log.levels for one in binding_of(scenario, level)]
    if not keys:
        return None
    names = (*log.reasons, *log.labels)
    values = [_bound(log, log.levels.index(level), names.index(one)) for level, one in keys]
    return Filled(Panel("binding", ("level", "binds"), tuple(keys), FIGURES), np.array(values))


def binding_of(scenario: Scenario, level: str) -> tuple[str, ...]:
    """What may bind the capacity of a level: places, seats, roles; empty where it is always usable."""
    roles = [name for name, role in scenario.roles.items() if any(n.limits for n in role.needs_of(level))]
    seats = [BINDS[SEAT]] if scenario.levels[level].tracks else []
    return (BINDS[PLACE], *seats, *roles) if roles or seats else ()


def _bound(log: Log, level: int, what: int) -> tuple[float, float, float, float]:
    """The figures of one thing that may bind a level."""
    rows = usable_rows(log)
    own = rows.levels == level
    times, binds = rows.times[own], rows.binds[own]
    window = (log.window_start, log.window_end)
    edges = np.unique(np.concatenate([times, counts(log, level).capacity.times]))
    both = Steps(edges, np.arange(len(edges), dtype=np.float64))
    held, days = steps.clipped(both, *window)
    at = edges[held.astype(np.int64)]
    is_bound = steps.value_at(steps.given(times, (binds == what).astype(np.float64)), at) > 0.0
    total = float(days[is_bound].sum())
    if not total:
        return 0.0, 0.0, np.nan, np.nan
    means = [
        float((steps.value_at(one, at)[is_bound] * days[is_bound]).sum()) / total
        for one in (usable_places(log, level), counts(log, level).capacity)
    ]
    most, places = (mean if np.isfinite(mean) else np.nan for mean in means)
    return total, total / (window[1] - window[0]), most, places
