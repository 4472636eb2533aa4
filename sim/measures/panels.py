"""Tables of a replication beside its measures, for scenarios that have services, roles, an intake or tracks.

A panel has the same rows in every replication, told by keys such as week, level and service, and figures for
each. What a figure means is said by the function that gives the panel; what replications say together is left
to `sim/estimates.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

from sim.log import Floats, Log
from sim.scenario.types import Scenario

Key = str | int


class Panel(NamedTuple):
    """What the figures of a panel are of: the names of its keys, the keys of each row, the names of figures.

    `rows` that begin with a week count it from 0 at the start of the window.
    """

    name: str
    keys: tuple[str, ...]
    rows: tuple[tuple[Key, ...], ...]
    figures: tuple[str, ...]


class Filled(NamedTuple):
    """A panel with the figures of one replication: rows × figures, NaN where there is no data."""

    panel: Panel
    values: Floats


Fill = Callable[[Log, Scenario], Filled | None]
"""Gives a panel; None for a scenario that has nothing to put in it."""
