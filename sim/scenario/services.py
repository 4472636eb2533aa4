"""The services of a level as a scenario file describes them: sessions, groups, attendance, their taper.

What patients are scheduled for follows from these tables and their courses (`sim/measures/services.py`);
nothing here acts on a course.
"""

from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.context import RESERVED, Context
from sim.scenario.faults import Path, Troubles, build, wrong
from sim.scenario.values import (
    Days,
    DaysAbove0,
    Says,
    Share,
    Table,
    Text,
    Weekdays,
    entries,
    items,
    key,
    new_name,
    number,
    whole_between,
)

MOST_A_WEEK = 70
"""More sessions of one service in a week than this are a mistake: ten a day."""


def _hours(raw: Any) -> float:
    return number(raw, low=0.0, high=24.0, above=True, wanted="hours, above 0 and at most 24")


def _per_week(raw: Any) -> float:
    return number(raw, low=0.0, high=MOST_A_WEEK, wanted=f"sessions a week, from 0 to {MOST_A_WEEK}")


Hours = Annotated[float, PlainValidator(_hours, json_schema_input_type=float), Says("hours above 0")]
PerWeek = Annotated[float, PlainValidator(_per_week, json_schema_input_type=float), Says("number")]


class Frequency(Table):
    """How often a patient has a service: on weekdays that are named, or so many times a week."""

    weekdays: Weekdays | None = key(None, "The weekdays on which every patient has one session.")
    per_week: PerWeek | None = key(
        None, "Sessions a week of each patient, spread evenly over the week.", unit="sessions"
    )
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a frequency that is missing or given twice."""
        if "weekdays" in raw and "per_week" in raw:
            troubles.add(("per_week",), "stands beside `weekdays`", "one of them")
        if "weekdays" not in raw and "per_week" not in raw:
            troubles.add(("weekdays",), "is missing", "the weekdays of a session, or `per_week`")


class Taper(Frequency):
    """How often from some day of the stay on."""

    after: DaysAbove0 = key(..., "Whole days since the day of admission.", unit="days")


class AfterRelapse(Frequency):
    """How often for a while after a relapse in the stay, whatever the taper says."""

    for_: DaysAbove0 = key(..., "For so many days, from the day after the relapse.", unit="days", name="for")


def _taper(raw: Any, info: ValidationInfo) -> tuple[Taper, ...]:
    found = items(raw, lambda item: build(Taper, item, context.of(info)))
    for place in range(1, len(found)):
        if found[place].after <= found[place - 1].after:
            raise wrong(
                f"is {found[place].after:g} days", "more than the entry before it", at=(place, "after")
            )
    return found


def _after_relapse(raw: Any, info: ValidationInfo) -> AfterRelapse:
    return build(AfterRelapse, raw, context.of(info))


class Service(Frequency):
    """One service of a level: a group, individual sessions, family sessions, medication visits, …"""

    hours: Hours = key(..., "Length of one session.", unit="hours")
    group_size: Annotated[int, whole_between(1, 1000), Says("whole number")] | None = key(
        None,
        "Patients in a group at most; without it every patient has sessions of her own.",
        unit="patients",
    )
    attended: Share = key(1.0, "Share of the scheduled sessions that a patient attends.")
    virtual: Share = key(0.0, "Share of the attended sessions that are held by video.")
    notes: Days = key(0.0, 'Staff time for notes on each attendance, such as "6 minutes".', unit="days")
    taper: Annotated[
        tuple[Taper, ...],
        PlainValidator(_taper, json_schema_input_type=list[Taper]),
        Says("list of tables"),
    ] = key((), "Later phases of the stay, each from a day on: `after`, and `weekdays` or `per_week`.")
    after_relapse: (
        Annotated[
            AfterRelapse,
            PlainValidator(_after_relapse, json_schema_input_type=AfterRelapse),
            Says("table"),
        ]
        | None
    ) = key(None, "For a while after a relapse: `for`, and `weekdays` or `per_week`.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a group that meets on no weekday, beside what every frequency notes."""
        super().together(raw, known, troubles)
        if "group_size" not in raw:
            return
        taper = raw.get("taper")
        phases: list[tuple[Path, Any]] = [((), raw), (("after_relapse",), raw.get("after_relapse"))]
        if isinstance(taper, list):
            phases += [(("taper", place), one) for place, one in enumerate(taper)]
        for path, phase in phases:
            if isinstance(phase, dict) and phase.get("per_week", 0) != 0:
                said = "has no weekday on which the group meets"
                troubles.add((*path, "per_week"), said, "`weekdays`, or 0 for no group")


def _services(raw: Any, info: ValidationInfo) -> dict[str, Service]:
    known = context.of(info)
    troubles = Troubles()
    parsed: dict[str, Service] = {}
    for name, value in entries(raw, wanted="a table of services by name").items():
        troubles.take((name,), new_name, name, RESERVED, "a service")
        if (service := troubles.take((name,), build, Service, value, known)) is not None:
            parsed[name] = service
    troubles.done()
    return parsed


Services = Annotated[
    dict[str, Service],
    PlainValidator(_services, json_schema_input_type=dict[str, Service | str]),
    Says("table of services"),
]
