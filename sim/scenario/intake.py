"""The intake as a scenario file describes it: stages from the first contact to the request for a level."""

from datetime import date
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.choice import DURATION_INPUT, SHARE_INPUT, ByNumber, Choice, by_number, choice
from sim.scenario.context import RESERVED, Context
from sim.scenario.faults import Troubles, build, shown, wrong
from sim.scenario.level import ShowUp
from sim.scenario.values import (
    WEEKDAYS,
    Days,
    Days_,
    DaysAbove0,
    Hour,
    Says,
    Table,
    Text,
    Weekdays,
    entries,
    items,
    key,
    name_of,
    nearest_weekday,
    new_name,
    whole,
)

TAKEN = frozenset({*RESERVED, "inquiry", "request", "admission", "lost", "open"})
"""Words that mean something else in the funnel."""

LONGEST = 3650.0
"""Nobody waits longer than ten years for an appointment."""


def _delay(raw: Any, info: ValidationInfo) -> Choice:
    return choice(raw, context.of(info))


def _share(raw: Any, info: ValidationInfo) -> float | ByNumber:
    return by_number(raw, context.of(info))


def _appointments(raw: Any) -> tuple[int, ...]:
    """So many on each weekday, Monday first."""
    named = entries(raw, wanted="a table of numbers by weekday, such as { mon = 4, thu = 2 }")
    troubles = Troubles()
    found = dict.fromkeys(WEEKDAYS, 0)
    for name, value in named.items():
        if name not in WEEKDAYS:
            troubles.add((name,), "is no weekday", *nearest_weekday(name))
        if (number := troubles.take((name,), whole, value)) is not None and name in found:
            found[name] = number
    if not named:
        troubles.add((), "is an empty table", "numbers by weekday")
    troubles.done()
    return tuple(found.values())


class Stage(Table):
    """One stage of the intake: a delay, perhaps an appointment, and the share that goes on."""

    title: Text | None = key(None, "How figures and tables call the stage.")
    delay: (
        Annotated[
            Choice,
            PlainValidator(_delay, json_schema_input_type=DURATION_INPUT),
            Says("duration or distribution"),
        ]
        | None
    ) = key(None, "How long until she asks for an appointment, or until the stage is over.", unit="days")
    appointments: (
        Annotated[
            tuple[int, ...],
            PlainValidator(_appointments, json_schema_input_type=dict[str, int | str]),
            Says("numbers by weekday"),
        ]
        | None
    ) = key(None, "Appointments on each weekday; patients are given the first free one.")
    walk_in: Weekdays | None = key(None, "Weekdays on which she is seen without an appointment.")
    at: Hour = key(9 / 24, "Time of the day of the appointments, or at which the door opens.", unit="days")
    until: Hour = key(17 / 24, "Time of the day at which the door of a walk-in shuts.", unit="days")
    notice: Days = key(0.0, "The first appointment that may be given is so far ahead.", unit="days")
    at_most: DaysAbove0 = key(365.0, "Who would wait longer for an appointment is lost.", unit="days")
    closed: Days_ = key((), "Dates without appointments, and with the door shut.")
    show_up: ShowUp | None = key(None, "The chance that she comes, by the days since the stage began.")
    share: Annotated[
        float | ByNumber,
        PlainValidator(_share, json_schema_input_type=SHARE_INPUT),
        Says("share, or a table by trait"),
    ] = key(1.0, "The share of those who come that goes on to the next stage; the others are lost.")
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes two ways to be seen, and keys that only one of them has."""
        if "appointments" in raw and "walk_in" in raw:
            troubles.add(("walk_in",), "stands beside `appointments`", "one of them")
        for name, needs in (
            ("notice", ("appointments",)),
            ("at_most", ("appointments",)),
            ("until", ("walk_in",)),
            ("at", ("appointments", "walk_in")),
            ("closed", ("appointments", "walk_in")),
        ):
            if name in raw and not any(other in raw for other in needs):
                troubles.add((name,), "has nothing to act on", " or ".join(f"`{one}`" for one in needs))

    def checked(self, troubles: Troubles, at: tuple[str, ...]) -> None:
        """Notes hours and bounds that do not fit together."""
        if self.walk_in is not None and self.until <= self.at:
            troubles.add((*at, "until"), "is not after the time `at` which the door opens", "a later time")
        if self.at_most > LONGEST:
            troubles.add((*at, "at_most"), f"is {self.at_most:g} days", f"{LONGEST:g} days or less")
        if self.appointments is not None and not any(self.appointments):
            troubles.add((*at, "appointments"), "has none on any weekday", "a number above 0")

    def seen_on(self, day: date) -> int:
        """How many may be seen on a date; −1 where there is no limit."""
        if day in self.closed:
            return 0
        if self.walk_in is not None:
            return -1 if day.weekday() in self.walk_in else 0
        return self.appointments[day.weekday()] if self.appointments is not None else -1


def _stages(raw: Any, info: ValidationInfo) -> dict[str, Stage]:
    known = context.of(info)
    troubles = Troubles()
    parsed: dict[str, Stage] = {}
    named = entries(raw, wanted="a table of stages by name")
    for name, value in named.items():
        troubles.take((name,), new_name, name, TAKEN, "a stage")
        if (stage := troubles.take((name,), build, Stage, value, known)) is not None:
            stage.checked(troubles, (name,))
            parsed[name] = stage
    if not named:
        troubles.add((), "is an empty table", "at least one stage")
    troubles.done()
    return parsed


def _sources(raw: Any, info: ValidationInfo) -> tuple[str, ...]:
    known = context.of(info)
    return items(raw, lambda item: name_of(item, known.sources, "source"), least=1)


class Intake(Table):
    """What stands between the first contact and the request for a level."""

    sources: (
        Annotated[
            tuple[str, ...],
            PlainValidator(_sources, json_schema_input_type=list[str]),
            Says("list of sources"),
        ]
        | None
    ) = key(None, "The sources whose patients pass the intake; default all.")
    returns: bool = key(False, "Whether those who return to care pass it again.")
    stages: Annotated[
        dict[str, Stage],
        PlainValidator(_stages, json_schema_input_type=dict[str, Stage | str]),
        Says("table"),
    ] = key(..., "The stages by name, in order.")
    source: Text | None = key(None, "Where the numbers come from.")


def intake(raw: Any, known: Context) -> Intake:
    """The intake."""
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table with `stages`")
    return build(Intake, raw, known)
