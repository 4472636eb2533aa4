"""Who is on the staff of a role as a scenario file describes it: positions, their dates, and turnover.

Who is present when follows from it and from draws (`sim/staff.py`).
"""

from math import inf
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.choice import Choice, Distribution, choice
from sim.scenario.context import Context
from sim.scenario.faults import Troubles, Wrong, build, wrong
from sim.scenario.values import (
    DATE,
    DURATION,
    Days,
    Says,
    Share,
    Table,
    Text,
    items,
    key,
    moment,
    number,
    whole_between,
)

MOST = 1000
"""More positions of one kind, or FTE of one position, are a mistake."""


def _fte(raw: Any) -> float:
    return number(raw, low=0.0, high=MOST, above=True, wanted=f"FTE, above 0 and at most {MOST}")


def _moment(raw: Any, info: ValidationInfo) -> float:
    return moment(raw, context.of(info))


Moment = Annotated[
    float, PlainValidator(_moment, json_schema_input_type=DATE | float), Says("date or day number")
]


class Roster(Table):
    """Positions of one kind: how many, how much of an FTE each, and from when to when."""

    fte: Annotated[float, PlainValidator(_fte, json_schema_input_type=float), Says("number above 0")] = key(
        1.0, "Of each position.", unit="FTE"
    )
    positions: Annotated[
        int,
        whole_between(1, MOST, wanted=f"a whole number from 1 to {MOST}"),
        Says("whole number"),
    ] = key(1, "How many positions.")
    from_: Moment | None = key(
        None,
        "A date or a day: somebody is hired then. Without it the positions are held on day 0 by people "
        "who know their work.",
        name="from",
    )
    until: Moment = key(inf, "A date or a day from which the positions are no more.")
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes positions that end before they begin."""
        try:
            begins = moment(raw.get("from", 0), known)
            until = moment(raw["until"], known) if "until" in raw else inf
        except Wrong:
            return
        if until <= begins:
            what = "is not after `from`" if "from" in raw else "is not after the start"
            troubles.add(("until",), what, "a later day")


def _duration(raw: Any, info: ValidationInfo) -> Choice:
    if isinstance(raw, dict) and "by" in raw:
        raise wrong("differs by trait, but staff have none", "one duration or distribution", at=("by",))
    return choice(raw, context.of(info), clock=True)


Chance = Annotated[
    Choice,
    PlainValidator(_duration, json_schema_input_type=DURATION | Distribution),
    Says("duration or distribution"),
]


class Turnover(Table):
    """How staff of a role come and go: each position falls vacant, and is filled again after a while."""

    leaves: Chance = key(..., "Time in post of one holder of a position.", unit="days")
    time_to_fill: Chance = key(..., "Time from one holder's leave to the next one's first day.", unit="days")
    ramp: Days = key(0.0, "For so long a newcomer counts only in part.", unit="days")
    ramp_share: Share = key(0.5, "The part of the FTE that counts during the ramp.")
    source: Text | None = key(None, "Where the numbers come from.")


def _roster(raw: Any, info: ValidationInfo) -> tuple[Roster, ...]:
    return items(raw, lambda item: build(Roster, item, context.of(info)), least=1)


def _turnover(raw: Any, info: ValidationInfo) -> Turnover:
    return build(Turnover, raw, context.of(info))


Rosters = Annotated[
    tuple[Roster, ...], PlainValidator(_roster, json_schema_input_type=list[Roster]), Says("list of tables")
]

TurnoverTable = Annotated[Turnover, PlainValidator(_turnover, json_schema_input_type=Turnover), Says("table")]
