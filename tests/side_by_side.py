"""Two logs, or two engines, laid side by side: where they first differ, in words."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import staff, start
from sim.engines import ENGINES
from sim.errors import SimError
from sim.log import Log
from sim.plan import plan as make_plan
from sim.scenario.types import Scenario
from sim.tables import Plan


class Ready(NamedTuple):
    """One replication of a scenario, ready for any engine."""

    plan: Plan
    there: list[start.Beginner]
    staff: list[staff.Presence]
    replication: int


def ready(scenario: Scenario, *, replications: int) -> list[Ready]:
    """The first replications of a scenario: what all engines share is made once."""
    plan = make_plan(scenario)
    return [
        Ready(
            plan,
            start.beginners(scenario, plan, replication=number),
            staff.presence(scenario, plan, replication=number),
            number,
        )
        for number in range(replications)
    ]


def outcome(one: Ready, engine: str) -> Log | str:
    """The log of an engine, or the text of its error where it refuses."""
    try:
        return ENGINES[engine](one.plan, one.there, one.staff, replication=one.replication)
    except SimError as error:
        return str(error)


def difference(one: Log | str, other: Log | str) -> str:
    """What first differs between two outcomes, to the last bit; empty where nothing does."""
    if isinstance(one, str) or isinstance(other, str):
        return "" if one == other else f"{said(one)} beside {said(other)}"
    if one.digest == other.digest:
        return ""
    for row in range(min(len(one), len(other))):
        if any(bits(a[row]) != bits(b[row]) for a, b in zip(one.columns, other.columns, strict=True)):
            return f"row {row}: {in_words(one, row)} beside {in_words(other, row)}"
    if len(one) != len(other):
        longer = max(one, other, key=len)
        row = min(len(one), len(other))
        return f"{len(one)} rows beside {len(other)}; the first one more: {in_words(longer, row)}"
    if not one.patients.equals(other.patients):
        return f"the patients differ:\n{one.patients.compare(other.patients, result_names=('one', 'other'))}"
    return "the names in the logs, or bits of the patients, differ"


def said(found: Log | str) -> str:
    return found if isinstance(found, str) else f"a log of {len(found)} rows"


def bits(value: np.generic) -> bytes:
    return value.tobytes()


def in_words(log: Log, row: int) -> str:
    """A row with its names and all digits of its numbers."""
    words = log.events.iloc[row].to_dict()
    return ", ".join(f"{name} {value!r}" for name, value in words.items() if pd.notna(value))
