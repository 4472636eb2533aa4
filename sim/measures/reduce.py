"""One log reduced to its figures: all that is kept of a replication unless the log itself is asked for.

Figures are arrays; what they are of is a `Layout`, the same for every replication of a scenario. The tables
are made from both when somebody asks for them.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.log import Floats, Integers, Log
from sim.measures.blocking import blocked_by_table, blocked_days
from sim.measures.census import daily_figures, daily_table, first_day
from sim.measures.histories import histories
from sim.measures.panels import Panel
from sim.measures.pathways import transition_counts, transitions_table
from sim.measures.registry import CURVES, FUNCTIONS, FUNCTIONS_OF_SCENARIOS, PANELS, measure
from sim.measures.remembered import for_now
from sim.measures.survival import read_off
from sim.measures.tidy import WHOLE, NamedCurve, Table, Value, curve_days, curve_keys, rows_of
from sim.scenario.types import Scenario

REDUCED_COLUMNS: tuple[str, ...] = ("measure", "level", "value", "unit", "numerator", "denominator")


class Layout(NamedTuple):
    """What the figures of a reduced log are of."""

    levels: tuple[str, ...]
    reasons: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]  # measure and level; level "" for the whole continuum
    curves: tuple[tuple[str, str], ...]  # curve and group
    first_day: int  # of the daily figures
    panels: tuple[Panel, ...] = ()


class Reduced(NamedTuple):
    """What the measures say of one replication; each array has one axis for each thing it is told by.

    `figures`: measures × (value, numerator, denominator), NaN as in `sim.measures.tidy.Value`. `days`: days ×
    levels × `sim.measures.census.DAILY_MEASURES` (and `USABLE`). `shares`, `at_risk`: curves × whole days.
    `moved`: patients, as `transition_counts` gives them. `blocked`: patient-days, as `blocked_days` gives
    them. `notes`: sentences about what a reader must know of it. `panels`: the figures of each of the
    layout's panels, rows × figures.
    """

    replication: int
    layout: Layout
    figures: Floats
    days: Floats
    shares: Floats
    at_risk: npt.NDArray[np.int32]
    moved: Integers
    blocked: Floats
    notes: tuple[str, ...]
    panels: tuple[Floats, ...] = ()

    @property
    def values(self) -> pd.DataFrame:
        """Every measure by level, its unit, and what it is the ratio of; columns `REDUCED_COLUMNS`."""
        value, numerator, denominator = self.figures.T
        columns = measure_keys(self.layout) | {
            "value": value,
            "unit": units(self.layout),
            "numerator": numerator,
            "denominator": denominator,
        }
        return pd.DataFrame(columns, columns=list(REDUCED_COLUMNS))

    @property
    def daily(self) -> pd.DataFrame:
        """The state of each level on each day, as `sim.measures.census.daily`."""
        return daily_table(self.days, self.layout.first_day, self.layout.levels)

    @property
    def curves(self) -> pd.DataFrame:
        """All curves by day, as the functions of `registry.CURVES` give them, but for the events."""
        figures = {"share": self.shares.reshape(-1), "at_risk": self.at_risk.reshape(-1)}
        return pd.DataFrame(curve_keys(self.layout.curves, self.shares.shape[1]) | figures)

    @property
    def transitions(self) -> pd.DataFrame:
        """Who went from where to where, as `sim.measures.pathways.transitions`."""
        return transitions_table(self.moved, self.layout.levels, self.layout.reasons)

    @property
    def blocked_by(self) -> pd.DataFrame:
        """Patient-days lost to patients who are ready, as `sim.measures.blocking.blocked_by`."""
        return blocked_by_table(self.blocked, self.layout.levels)


def reduce(log: Log, scenario: Scenario | None = None) -> Reduced:
    """All measures, daily figures and curves of one log; with its scenario also those of what that has."""
    histories(log)  # every measure reads them
    values: dict[Table, list[Value]] = {}
    curves: dict[Table, _Curves] = {}
    for subject in dict.fromkeys(function.__module__ for function in (*FUNCTIONS, *CURVES.values())):
        with for_now(log):  # what one subject derives, no other needs
            values |= {one: rows_of(one, log) for one in FUNCTIONS if one.__module__ == subject}
            curves |= {one: _curves(one, log) for one in CURVES.values() if one.__module__ == subject}
            if subject == daily_figures.__module__:
                days = daily_figures(log)
    told = [row for function in FUNCTIONS for row in values[function]]
    filled = []
    if scenario is not None:
        told += [row for function in FUNCTIONS_OF_SCENARIOS for row in function(log, scenario)]
        filled = [panel for fill in PANELS if (panel := fill(log, scenario)) is not None]
    drawn = [curves[function] for function in CURVES.values()]
    return Reduced(
        replication=log.replication,
        layout=shared(
            Layout(
                levels=log.levels,
                reasons=log.reasons,
                measures=tuple((row.measure, row.level) for row in told),
                curves=tuple(name for one in drawn for name in one.names),
                first_day=first_day(log),
                panels=tuple(one.panel for one in filled),
            )
        ),
        figures=np.array([(row.value, row.numerator, row.denominator) for row in told]),
        days=days,
        shares=np.concatenate([one.shares for one in drawn]),
        at_risk=np.concatenate([one.at_risk for one in drawn]).astype(np.int32),
        moved=transition_counts(log),
        blocked=blocked_days(log),
        notes=_notes(told),
        panels=tuple(one.values for one in filled),
    )


class _Curves(NamedTuple):
    """Some curves, read off at whole days: a row for each."""

    names: list[tuple[str, str]]
    shares: Floats
    at_risk: Integers


def _curves(function: Table, log: Log) -> _Curves:
    found: list[NamedCurve] = rows_of(function, log)
    names = [(one.curve, one.group) for one in found]
    return _Curves(names, *read_off([one.steps for one in found], curve_days(log)))


@lru_cache(maxsize=64)
def shared(layout: Layout) -> Layout:
    """The first of all equal layouts, so that a thousand replications need not keep a thousand."""
    return layout


def measure_keys(layout: Layout) -> dict[str, list[str]]:
    """The columns measure and level."""
    return {
        "measure": [name for name, _ in layout.measures],
        "level": [level for _, level in layout.measures],
    }


def units(layout: Layout) -> list[str]:
    """The unit of each measure."""
    return [measure(name).unit for name, _ in layout.measures]


def _notes(values: list[Value]) -> tuple[str, ...]:
    whole = {row.measure: row.value for row in values if row.level == WHOLE}
    if not whole["asked.count"]:
        return ("nobody asked for care within the window",)
    if not whole["admissions.per_day"]:
        return ("nobody was admitted within the window",)
    return ()
