"""The frozen `Scenario`: what a scenario file says, in normal form, its attributes named as its keys.

Durations are days, "unlimited" is infinity, weekdays are 0–6, every duration by chance is a `Choice`. The
types of the parts are in the files beside this one and can all be imported from here. Reading files is left
to `load.py`.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, PrivateAttr

from sim.scenario import context
from sim.scenario.after import After, Afters, Returns
from sim.scenario.choice import ByNumber, Choice, Distribution
from sim.scenario.conditions import Among, Condition, Range
from sim.scenario.context import Context
from sim.scenario.effects import Effect, effects
from sim.scenario.faults import Troubles, shown, wrong
from sim.scenario.intake import Intake, Stage, intake
from sim.scenario.level import Divert, End, Level, Levels, Review, ShowUp, Waitlist
from sim.scenario.moves import Hold, Rule, Shares
from sim.scenario.people import Present, Referral, present
from sim.scenario.priority import Population, Populations
from sim.scenario.roles import Need, Role, Roles
from sim.scenario.roster import Roster, Turnover
from sim.scenario.services import AfterRelapse, Frequency, Service, Taper
from sim.scenario.source import Placement, Source, Sources, Trait, Traits
from sim.scenario.sweep import Sweep
from sim.scenario.tracks import Track
from sim.scenario.values import (
    Day,
    Days,
    DaysAbove0,
    Says,
    Share,
    Table,
    Text,
    days,
    items,
    key,
    moment,
    whole_between,
)

__all__ = [
    "After", "AfterRelapse", "Among", "ByNumber", "Change", "Choice", "Condition", "Distribution",
    "Divert", "Effect", "End", "Frequency", "Hold", "Intake", "Level", "Need", "Placement",
    "Population", "Present", "Range", "Referral", "Returns", "Review", "Role", "Roster", "Rule", "Run",
    "Scenario", "Service", "Shares", "ShowUp", "Source", "Stage", "Start", "Sweep", "Taper", "Track",
    "Trait", "Turnover", "Waitlist",
]  # fmt: skip

START = date(2026, 1, 5)
SEED = "a whole number, 0 or more, below 2^63"


class Run(Table):
    """When a run starts, what of it is measured, and how often it is repeated."""

    start: Day = key(START, "Day 0; its midnight is time 0.")
    warm_up: Days = key(0.0, "Time before the window, not measured.", unit="days")
    duration: DaysAbove0 = key(..., "Length of the window that is measured.", unit="days")
    follow_up: Days = key(
        0.0, "Time after the window during which cohorts are followed; arrivals go on.", unit="days"
    )
    replications: Annotated[
        int, whole_between(1, 10**6), Says("whole number")
    ] = key(30, "Independent runs.")  # fmt: skip
    seed: Annotated[
        int, whole_between(0, 2**63 - 1, wanted=SEED), Says("whole number")
    ] = key(1, "The seed of all randomness.")  # fmt: skip
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a run that would go on after the last year of the calendar."""
        total = 0.0
        for name in ("warm_up", "duration", "follow_up"):
            try:
                total += days(raw.get(name, 0.0))
            except ValueError:
                return
        if total > (date.max - known.start - timedelta(days=366)).days:
            troubles.add(("duration",), "ends after the year 9998", "a shorter run")


_PRESENT = PlainValidator(
    lambda raw, info: present(raw, context.of(info)),
    json_schema_input_type=str | dict[str, Any] | list[dict[str, Any]],
)


class Start(Table):
    """Who is there on day 0: today's census instead of a warm-up."""

    census: Annotated[tuple[Present, ...], _PRESENT, Says("counts, CSV file or list of tables")] = key(
        (),
        "Those in care: counts by level, or rows with level, days since admission, traits.",
        unit="patients",
    )
    waitlist: Annotated[tuple[Present, ...], _PRESENT, Says("counts, CSV file or list of tables")] = key(
        (), "Those waiting: counts by level, or rows with level, days waited, traits.", unit="patients"
    )
    source: Text | None = key(None, "Where the numbers come from.")


class Change(Table):
    """What is different from a day on, until another day or for good."""

    on: float
    until: float | None
    keys: dict[str, Any]


def _change(raw: Any, known: Context) -> Change:
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table")
    troubles = Troubles()
    if "on" not in raw:
        troubles.add(("on",), "is missing", "a date such as 2026-03-01, or a day")
    on = troubles.take(("on",), moment, raw.get("on", 0), known)
    until = troubles.take(("until",), moment, raw["until"], known) if "until" in raw else None
    if on is not None and until is not None and until <= on:
        troubles.add(("until",), f"is {shown(raw['until'])}", "a later day than `on`")
    keys = {name: value for name, value in raw.items() if name not in ("on", "until", "source")}
    if not keys:
        troubles.add((), "changes nothing", "keys of levels, arrivals or after")
    troubles.done()
    return Change.model_construct(on=on or 0.0, until=until, keys=keys)


def _name(raw: Any) -> str:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    if (
        not isinstance(raw, str)
        or not raw
        or not set(raw) <= allowed
        or len(raw) > 80
        or raw.strip("-") == ""
    ):
        raise wrong(f"is {shown(raw)}", "a name of small letters, digits and -, at most 80 of them")
    return raw


def _schema(raw: Any) -> int:
    if isinstance(raw, bool) or raw != 1 or not isinstance(raw, int):
        raise wrong(f"is {shown(raw)}", "1, the version of the format that this program reads")
    return 1


class Scenario(Table):
    """A whole scenario. It never changes; `with_` gives back a new one that differs in one key."""

    schema_: Annotated[int, PlainValidator(_schema, json_schema_input_type=Literal[1]), Says("1")] = key(
        ..., "Version of the format.", name="schema"
    )
    name: Annotated[
        str,
        PlainValidator(_name, json_schema_input_type=Annotated[str, Field(pattern="^[a-z0-9-]{1,80}$")]),
        Says("text"),
    ] = key(..., "Name of the scenario and of its results folder: small letters, digits and -.")
    title: Text | None = key(None, "One line for figures and reports.")
    purpose: Text | None = key(None, "The question this scenario answers.")
    rationale: Text | None = key(None, "Why these numbers.")
    run: Run = key(..., "When a run starts, how long it is and how often it is repeated.")
    traits: Traits = key({}, "What patients differ in.")
    effects: Annotated[
        tuple[Effect, ...],
        PlainValidator(
            lambda raw, info: effects(raw, context.of(info)), json_schema_input_type=dict[str, dict[str, Any]]
        ),
        Says("table by trait value or covariate"),
    ] = key((), "How traits and the patient's course act on clocks and choices.")
    arrivals: Sources = key({}, "Where patients come from, by source.")
    intake: (
        Annotated[
            Intake,
            PlainValidator(lambda raw, info: intake(raw, context.of(info)), json_schema_input_type=Intake),
            Says("table"),
        ]
        | None
    ) = key(None, "What stands between the first contact and the request for a level.")
    levels: Levels = key(..., "The levels of care by name, the most intensive first.")
    roles: Roles = key({}, "Staff by role: the hours of an FTE, and what needs the role.")
    after: Afters = key(
        {}, "What follows a discharge, by reason; `default` for the others, `waiting` for those at home."
    )
    start: Start | None = key(None, "Who is there on day 0.")
    priority_populations: Populations = key({}, "Whom a rule wants admitted soon, by name, and how soon.")
    notice_at: Share | None = key(
        None, "The share of a level's places from which on it must be reported as nearly full."
    )
    changes: Annotated[
        tuple[Change, ...],
        PlainValidator(
            lambda raw, info: items(raw, lambda item: _change(item, context.of(info))),
            json_schema_input_type=list[dict[str, Any]],
        ),
        Says("list of changes"),
    ] = key((), "What differs from a day on, until a day or for good.")
    sweep: Sweep | None = key(None, "Variants, used by `sim sweep` only.")
    source: Text | None = key(None, "Where the numbers come from.")

    _origin: Any = PrivateAttr(None)
    _regimes: Any = PrivateAttr(None)

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a scenario in which nobody ever is."""
        start = raw.get("start")
        somebody = isinstance(start, dict) and any(start.get(name) for name in ("census", "waitlist"))
        if not raw.get("arrivals") and not somebody:
            troubles.add((), "has no patients", "`arrivals`, or a `start` with a census")

    @property
    def effect_list(self) -> tuple[Effect, ...]:
        """Every effect as one row."""
        return self.effects

    @property
    def regimes(self) -> "tuple[tuple[float, Scenario], ...]":
        """The days from which dated changes hold, each with the scenario then in force; day 0 first."""
        return tuple((day, regime or self) for day, regime in self._regimes or ((0.0, None),))

    def with_(self, name: str, value: Any) -> "Scenario":
        """The scenario with one key set, as by `--set`; raises `ScenarioError` if it is then faulty."""
        from sim.scenario import load  # noqa: PLC0415 (the reader builds scenarios, so it stands above)

        return load.changed(self._origin, name, value)

    def to_toml(self) -> str:
        """The resolved scenario as a complete, runnable file: nothing inherited, no file beside it needed."""
        from sim.scenario import write  # noqa: PLC0415 (the same)

        return write.to_toml(self)

    @property
    def digest(self) -> str:
        """The SHA-256 of all that decides what a replication does; equal digests, equal logs."""
        from sim.scenario import write  # noqa: PLC0415 (the same)

        return write.digest(self)
