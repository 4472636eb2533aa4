"""One log reduced to its tables: all that is kept of a replication unless the log itself is asked for."""

from typing import NamedTuple

import pandas as pd
from pandas.api.types import union_categoricals

from sim.log import Log
from sim.measures.blocking import blocked_by
from sim.measures.census import daily
from sim.measures.pathways import transitions
from sim.measures.registry import CURVES, FUNCTIONS, measure
from sim.measures.tidy import CURVE_COLUMNS

REDUCED_COLUMNS: tuple[str, ...] = ("measure", "level", "value", "unit", "numerator", "denominator")


class Reduced(NamedTuple):
    """What the measures say of one replication.

    `values`: `REDUCED_COLUMNS`, level "" for the whole continuum, value NaN where there is no data;
    numerator and denominator NaN unless the value is their ratio and both count patients. `daily`,
    `curves`, `transitions`, `blocked_by`: as the functions of these names say. `notes`: sentences about
    what a reader must know of it. Replications of one scenario have the same rows in `values`, `daily` and
    `curves`.
    """

    replication: int
    values: pd.DataFrame
    daily: pd.DataFrame
    curves: pd.DataFrame
    transitions: pd.DataFrame
    blocked_by: pd.DataFrame
    notes: tuple[str, ...]


def reduce(log: Log) -> Reduced:
    """All measures, daily figures and curves of one log."""
    tables = [table for function in FUNCTIONS if len(table := function(log))]
    values = pd.concat(tables, ignore_index=True)
    values.insert(3, "unit", [measure(name).unit for name in values["measure"]])
    return Reduced(
        replication=log.replication,
        values=values,
        daily=daily(log),
        curves=_stacked([function(log) for function in CURVES.values()]),
        transitions=transitions(log),
        blocked_by=blocked_by(log),
        notes=_notes(values),
    )


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables of curves under one another, still with categories, which keep them small."""
    tables = [table for table in tables if len(table)]
    joined: dict[str, object] = {}
    for column in CURVE_COLUMNS:
        parts = [table[column] for table in tables]
        if column in ("curve", "group"):
            joined[column] = union_categoricals(parts)
        else:
            joined[column] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(joined, columns=list(CURVE_COLUMNS))


def _notes(values: pd.DataFrame) -> tuple[str, ...]:
    whole = values[values["level"] == ""].set_index("measure")["value"]
    notes = []
    if not whole["asked.count"]:
        notes.append("nobody asked for care within the window")
    elif not whole["admissions.per_day"]:
        notes.append("nobody was admitted within the window")
    return tuple(notes)
