"""Who comes: the traits that patients differ in, and the sources that refer them."""

from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.conditions import When
from sim.scenario.context import RESERVED, Context
from sim.scenario.faults import Troubles, build, listed, nearest, shown, wrong
from sim.scenario.moves import Entering, Shares
from sim.scenario.people import Referral, referrals
from sim.scenario.values import (
    SHARE,
    Says,
    Table,
    Text,
    entries,
    items,
    key,
    new_name,
    number,
    shares,
    weights,
)
from sim.words import COVARIATES

TRAITS_RESERVED = frozenset({
    *RESERVED, *COVARIATES, "from", "day", "days", "date", "id", "enters", "level", "track",
    "patient", "key", "arrived", "replication",
})  # fmt: skip


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
        troubles.take((name,), new_name, name, TRAITS_RESERVED, "a trait")
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
        troubles.take((name,), new_name, name, RESERVED, "a source")
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


Traits = Annotated[
    dict[str, Trait], PlainValidator(_traits, json_schema_input_type=dict[str, Trait]), Says("table by trait")
]
Sources = Annotated[
    dict[str, Source],
    PlainValidator(_sources, json_schema_input_type=dict[str, Source]),
    Says("table by source"),
]
