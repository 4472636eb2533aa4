"""The frozen `Scenario`: what a scenario file says, in normal form, its attributes named as its keys.

Durations are days, "unlimited" is infinity, weekdays are 0–6, every duration by chance is a `Choice`. The
types of the parts are in the files beside this one and can all be imported from here. Reading files is left
to `load.py`.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import PlainValidator, PrivateAttr, ValidationInfo

from sim.scenario import context
from sim.scenario.choice import SHARE_INPUT, ByNumber, Choice, Distribution, by_number
from sim.scenario.conditions import Among, Condition, Range, When
from sim.scenario.context import RESERVED, Context
from sim.scenario.effects import Effect, effects
from sim.scenario.faults import Troubles, build, listed, nearest, shown, wrong
from sim.scenario.level import Divert, End, Level, Levels, Review, ShowUp, Waitlist
from sim.scenario.moves import Entering, Hold, Rule, Shares
from sim.scenario.people import Present, Referral, present, referrals
from sim.scenario.values import (
    SHARE,
    Day,
    Days,
    DaysAbove0,
    Says,
    Table,
    Text,
    days,
    entries,
    items,
    key,
    new_name,
    number,
    shares,
    weights,
    whole,
)
from sim.words import COVARIATES

__all__ = [
    "After", "Among", "ByNumber", "Change", "Choice", "Condition", "Distribution", "Divert", "Effect", "End",
    "Hold", "Level", "Placement", "Present", "Range", "Referral", "Returns", "Review", "Rule", "Run",
    "Scenario", "Shares", "ShowUp", "Source", "Start", "Sweep", "Trait", "Waitlist",
]  # fmt: skip

START = date(2026, 1, 5)
TRAITS_RESERVED = frozenset({
    *RESERVED, *COVARIATES, "from", "day", "days", "date", "id", "enters", "level",
    "patient", "key", "arrived", "replication",
})  # fmt: skip


def _whole(low: int, high: int, wanted: str) -> Any:
    return PlainValidator(
        lambda raw: whole(raw, low=low, high=high, wanted=wanted), json_schema_input_type=int
    )


class Run(Table):
    """When a run starts, what of it is measured, and how often it is repeated."""

    start: Day = key(START, "Day 0; its midnight is time 0.")
    warm_up: Days = key(0.0, "Time before the window, not measured.", unit="days")
    duration: DaysAbove0 = key(..., "Length of the window that is measured.", unit="days")
    follow_up: Days = key(
        0.0, "Time after the window during which cohorts are followed; arrivals go on.", unit="days"
    )
    replications: Annotated[
        int, _whole(1, 10**6, "a whole number, 1 or more"), Says("whole number")
    ] = key(30, "Independent runs.")  # fmt: skip
    seed: Annotated[
        int, _whole(0, 2**63 - 1, "a whole number, 0 or more, below 2^63"), Says("whole number")
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


def _trait_shares(raw: Any) -> Shares:
    return shares(raw, _value_name)


def _value_name(name: str) -> None:
    if not name or name != name.strip() or not name.isprintable() or len(name) > 60:
        raise wrong(f"{shown(name)} cannot name a value", "printable text of at most 60 letters")
    if name in ("by", "default"):
        raise wrong(f"{shown(name)} cannot name a value: the word has a meaning of its own", "another name")


class Trait(Table):
    """Something about patients that never changes: its values and how common each is."""

    shares: Annotated[
        Shares,
        PlainValidator(_trait_shares, json_schema_input_type=dict[str, SHARE | str]),
        Says("shares by value"),
    ] = key(..., "Share of each value among all patients; they sum to 1.")
    title: Text | None = key(None, "How figures and tables call the trait.")
    source: Text | None = key(None, "Where the numbers come from.")


def _traits(raw: Any, info: ValidationInfo) -> dict[str, Trait]:
    known = context.of(info)
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table of traits")
    troubles = Troubles()
    parsed: dict[str, Trait] = {}
    for name, value in raw.items():
        troubles.take((name,), new_name, name, TRAITS_RESERVED, "trait")
        if (trait := troubles.take((name,), build, Trait, value, known)) is not None:
            parsed[name] = trait
    troubles.done()
    return parsed


class Placement(Table):
    """Where patients for whom the condition holds enter; the first that holds decides."""

    when: When = key({}, "Condition; without one it always holds.")
    enters: Entering = key(..., "The level they enter, or shares among levels that sum to 1.")
    source: Text | None = key(None, "Where the numbers come from.")


def _own_traits(raw: Any, info: ValidationInfo) -> dict[str, Shares]:
    known = context.of(info)
    troubles = Troubles()
    parsed: dict[str, Shares] = {}
    for name, value in entries(raw, wanted="a table of shares by trait").items():
        if name not in known.traits:
            hint = nearest(name, known.traits)
            wanted = "" if hint else listed(known.traits) or "a trait, but there is none"
            troubles.add((name,), "is no trait", wanted, hint)
        elif (found := troubles.take((name,), shares, value, _known_value(known, name))) is not None:
            parsed[name] = found
    troubles.done()
    return parsed


def _known_value(known: Context, trait: str) -> Any:
    def check(name: str) -> None:
        values = known.traits[trait]
        if name not in values:
            hint = nearest(name, values)
            raise wrong(f"is no value of {trait}", "" if hint else listed(values), hint)

    return check


def _weights(many: int) -> Any:
    return PlainValidator(lambda raw: weights(raw, exactly=many), json_schema_input_type=list[float])


def _growth(raw: Any) -> float:
    return number(raw, low=-1.0, above=True, wanted="a yearly change above −1, such as 0.03 for 3 % more")


def _rate(raw: Any) -> float:
    return number(raw, low=0.0, high=1e6, wanted="patients a day, 0 or more, at most a million")


_NUMBER = {"json_schema_input_type": float}
RATE_KEYS = ("per_day", "by_weekday", "by_month", "by_hour", "change_per_year")


class Source(Table):
    """Where referrals come from, how many and when, and where they enter."""

    title: Text | None = key(None, "How figures and tables call the source.")
    per_day: Annotated[float, PlainValidator(_rate, **_NUMBER), Says("number")] = key(
        0.0, "Mean number of referrals. Required, unless `dates` is given.", unit="patients a day"
    )
    by_weekday: Annotated[tuple[float, ...], _weights(7), Says("list of 7 weights")] | None = key(
        None, "Relative rate by weekday, Monday first; keeps the week's total."
    )
    by_month: Annotated[tuple[float, ...], _weights(12), Says("list of 12 weights")] | None = key(
        None, "Relative rate by month, January first; keeps the year's total."
    )
    by_hour: Annotated[tuple[float, ...], _weights(24), Says("list of 24 weights")] | None = key(
        None, "Relative rate by hour of the day, midnight first; keeps the day's total."
    )
    change_per_year: Annotated[
        float, PlainValidator(_growth, **_NUMBER), Says("number")
    ] = key(0.0, "Growth of the rate: 0.03 is 3 % more after a year.")  # fmt: skip
    enters: Entering | None = key(None, "The level patients enter, or shares among levels that sum to 1.")
    placement: Annotated[
        tuple[Placement, ...],
        PlainValidator(
            lambda raw, info: items(raw, lambda item: build(Placement, item, context.of(info))),
            json_schema_input_type=list[Placement],
        ),
        Says("list of rules"),
    ] = key((), "Rules tried before `enters`; the first whose condition holds decides.")
    traits: Annotated[
        dict[str, Shares],
        PlainValidator(_own_traits, json_schema_input_type=dict[str, dict[str, SHARE | str]]),
        Says("shares by trait"),
    ] = key({}, "Shares of this source's own, instead of the population's.")
    referrals: (
        Annotated[
            tuple[Referral, ...],
            PlainValidator(
                lambda raw, info: referrals(raw, context.of(info)),
                json_schema_input_type=str | list[dict[str, Any]],
            ),
            Says("CSV file or list of tables"),
        ]
        | None
    ) = key(
        None,
        "Past referrals instead of a rate: columns `date` or `day`, optional `id`, `enters` and traits.",
        name="dates",
    )
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a rate that is missing or stands beside dates, and patients who enter nowhere."""
        if "dates" not in raw and "per_day" not in raw:
            troubles.add(("per_day",), "is missing", "patients a day, or `dates`")
        if "dates" in raw:
            for name in RATE_KEYS:
                if name in raw:
                    troubles.add((name,), "stands beside `dates`", "a rate or dates")
        rules = raw.get("placement")
        last = rules[-1] if isinstance(rules, list | tuple) and rules else None
        everybody = isinstance(last, dict) and not last.get("when")
        if "enters" not in raw and not everybody and "dates" not in raw:
            troubles.add(("enters",), "is missing", "a level, or shares among levels")


def _sources(raw: Any, info: ValidationInfo) -> dict[str, Source]:
    known = context.of(info)
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table of sources")
    troubles = Troubles()
    parsed: dict[str, Source] = {}
    for name, value in raw.items():
        troubles.take((name,), new_name, name, RESERVED, "source")
        source = troubles.take((name,), build, Source, value, known)
        if source is not None:
            parsed[name] = source
            everybody = bool(source.placement) and not source.placement[-1].when
            if (
                source.enters is None
                and not everybody
                and any(r.enters is None for r in source.referrals or ())
            ):
                troubles.add((name, "enters"), "is missing", "a level for the referrals that name none")
    troubles.done()
    return parsed


class Returns(Table):
    """Whether and when a discharged patient asks for care again."""

    share: Annotated[
        float | ByNumber,
        PlainValidator(
            lambda raw, info: by_number(raw, context.of(info), after=True), json_schema_input_type=SHARE_INPUT
        ),
        Says("share, or a table by trait"),
    ] = key(..., "The share that comes back.")
    delay: Annotated[
        Choice,
        PlainValidator(lambda raw, info: _after_choice(raw, info, clock=False), json_schema_input_type=Any),
        Says("duration or distribution"),
    ] = key(..., "How long until she asks.", unit="days")
    after_use: bool = key(
        True,
        "Whether the delay runs from the return to use, where that clock is given; else from the discharge.",
    )
    source: Text | None = key(None, "Where the numbers come from.")


def _after_choice(raw: Any, info: ValidationInfo, *, clock: bool) -> Choice:
    from sim.scenario.choice import choice  # noqa: PLC0415

    return choice(raw, context.of(info), clock=clock, after=True)


AfterClock = Annotated[
    Choice,
    PlainValidator(lambda raw, info: _after_choice(raw, info, clock=True), json_schema_input_type=Any),
    Says("duration or distribution"),
]


class After(Table):
    """What follows a discharge for one reason (or the wait at home, under `waiting`)."""

    return_to_use: AfterClock | None = key(
        None, "A clock from the discharge until she uses again.", unit="days"
    )
    returns_to_care: Returns | None = key(None, "Whether and when she asks for care again.")
    death: AfterClock | None = key(
        None, "A clock from the discharge; nobody dies where not given.", unit="days"
    )
    source: Text | None = key(None, "Where the numbers come from.")


def _after(raw: Any, info: ValidationInfo) -> dict[str, After]:
    known = context.of(info)
    words = (*known.reasons, "default", "waiting")
    troubles = Troubles()
    parsed: dict[str, After] = {}
    for name, value in entries(raw, wanted="a table by reason of discharge").items():
        if name not in words or name == "died":
            hint = nearest(name, words)
            troubles.add((name,), "is no reason of discharge", "" if hint else listed(words, most=20), hint)
        if name == "waiting" and isinstance(value, dict) and "returns_to_care" in value:
            troubles.add((name, "returns_to_care"), "is not possible: she is still waiting", "it by a reason")
        if (after := troubles.take((name,), build, After, value, known)) is not None:
            parsed[name] = after
    troubles.done()
    return parsed


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


def moment(raw: Any, known: Context) -> float:
    """Days since the start, from a date or a (fractional) day."""
    wanted = "a date such as 2026-03-01, or a day number"
    if type(raw) is date:
        return float((raw - known.start).days)
    return number(raw, low=-4e6, high=4e6, wanted=wanted)


class Sample(Table):
    """Points spread over ranges."""

    method: Literal["sobol", "latin-hypercube"] = key("sobol", "How the points are spread.")
    points: Annotated[int, _whole(1, 10**6, "a whole number, 1 or more"), Says("whole number")] = key(
        ..., "How many."
    )
    ranges: Annotated[
        dict[str, tuple[float, float]],
        PlainValidator(
            lambda raw: _ranges(raw),  # noqa: PLW0108 (it stands further down)
            json_schema_input_type=dict[str, list[float]],
        ),
        Says("ranges by key"),
    ] = key(..., "Lowest and highest value, by key.")


def _ranges(raw: Any) -> dict[str, tuple[float, float]]:
    troubles = Troubles()
    parsed: dict[str, tuple[float, float]] = {}
    for name, value in entries(raw, wanted="a table of ranges by key").items():
        found = troubles.take((name,), items, value, number, exactly=2)
        if found and len(found) == 2 and found[0] > found[1]:
            troubles.add((name,), "goes down", "the lower number first")
        elif found and len(found) == 2:
            parsed[name] = (found[0], found[1])
    troubles.done()
    return parsed


def _grid(raw: Any) -> dict[str, tuple[Any, ...]]:
    troubles = Troubles()
    parsed: dict[str, tuple[Any, ...]] = {}
    for name, value in entries(raw, wanted="a table of lists by key").items():
        found = troubles.take((name,), items, value, lambda item: item, least=1)
        if found is not None:
            parsed[name] = found
    troubles.done()
    return parsed


class Sweep(Table):
    """Variants for `sim sweep`; a run of the scenario itself does not read it."""

    grid: Annotated[
        dict[str, tuple[Any, ...]], PlainValidator(_grid, json_schema_input_type=dict[str, list[Any]]),
        Says("lists by key"),
    ] = key({}, "Every combination of these values, by key.")  # fmt: skip
    sample: Sample | None = key(None, "Points spread over ranges.")
    points: Annotated[
        tuple[dict[str, Any], ...],
        PlainValidator(lambda raw: items(raw, entries), json_schema_input_type=list[dict[str, Any]]),
        Says("list of tables"),
    ] = key((), "Single points, each a table of keys.")
    report: Annotated[
        tuple[str, ...],
        PlainValidator(lambda raw: items(raw, _text), json_schema_input_type=list[str]),
        Says("list of measures"),
    ] = key((), "Measures that the sweep reports.")  # fmt: skip


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise wrong(f"is {shown(raw)}", "text in quotes")
    return raw


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
        PlainValidator(_name, json_schema_input_type=Annotated[str, Says("name")]),
        Says("text"),
    ] = key(..., "Name of the scenario and of its results folder: small letters, digits and -.")
    title: Text | None = key(None, "One line for figures and reports.")
    purpose: Text | None = key(None, "The question this scenario answers.")
    rationale: Text | None = key(None, "Why these numbers.")
    run: Run = key(..., "When a run starts, how long it is and how often it is repeated.")
    traits: Annotated[
        dict[str, Trait],
        PlainValidator(_traits, json_schema_input_type=dict[str, Trait]),
        Says("table by trait"),
    ] = key({}, "What patients differ in.")
    effects: Annotated[
        tuple[Effect, ...],
        PlainValidator(
            lambda raw, info: effects(raw, context.of(info)), json_schema_input_type=dict[str, dict[str, Any]]
        ),
        Says("table by trait value or covariate"),
    ] = key((), "How traits and the patient's course act on clocks and choices.")
    arrivals: Annotated[
        dict[str, Source],
        PlainValidator(_sources, json_schema_input_type=dict[str, Source]),
        Says("table by source"),
    ] = key({}, "Where patients come from, by source.")
    levels: Levels = key(..., "The levels of care by name, the most intensive first.")
    after: Annotated[
        dict[str, After],
        PlainValidator(_after, json_schema_input_type=dict[str, After]),
        Says("table by reason"),
    ] = key({}, "What follows a discharge, by reason; `default` for the others, `waiting` for those at home.")
    start: Start | None = key(None, "Who is there on day 0.")
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
