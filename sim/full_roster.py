"""What the full roster can serve, before any run: usable capacity beside the offered load of each level.

Every position that is there on day 0 is taken to be filled, every other level to hold its offered load,
rounded, or its places where these are fewer. What turnover makes of it is left to simulation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from sim.plan import plan
from sim.rules.staff import usable
from sim.scenario.types import Role, Scenario
from sim.staff import positions
from sim.tables import NONE


class Served(NamedTuple):
    """A level of which the full roster serves fewer than its places."""

    level: str
    usable: float
    capacity: float
    role: str
    load: float


@dataclass
class _Held:
    census: int


def served(scenario: Scenario, loads: pd.DataFrame) -> Iterator[Served]:
    """The levels that the full roster limits; `loads` as `sim.traffic.offered_load` gives them for day 0."""
    t = plan(scenario).tables
    if not t.needs:
        return
    rows = loads.to_dict("records")
    held = [_Held(round(min(row["load"], row["capacity"], 1e6))) for row in rows]
    present = [full(role) for role in scenario.roles.values()]
    for index, row in enumerate(rows):
        if t.limited[index]:
            most, role = usable(t, held, present, index, row["capacity"])
            if role != NONE:
                yield Served(row["level"], most, row["capacity"], [*scenario.roles][role], row["load"])


def full(role: Role) -> float:
    """FTE of all positions that are there on day 0."""
    total = 0.0
    for position in positions(role.roster):
        if position.begins <= 0.0 < position.until:
            total = total + position.fte
    return total
