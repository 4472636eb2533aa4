"""What follows a discharge: return to use, return to care, death, by the reason of the discharge."""

from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.choice import DURATION_INPUT, SHARE_INPUT, ByNumber, Choice, by_number, choice
from sim.scenario.faults import Troubles, build, listed, nearest
from sim.scenario.values import Says, Table, Text, entries, key


def _delay(raw: Any, info: ValidationInfo) -> Choice:
    return choice(raw, context.of(info), after=True)


def _clock(raw: Any, info: ValidationInfo) -> Choice:
    return choice(raw, context.of(info), clock=True, after=True)


def _share(raw: Any, info: ValidationInfo) -> float | ByNumber:
    return by_number(raw, context.of(info), after=True)


AfterClock = Annotated[
    Choice, PlainValidator(_clock, json_schema_input_type=DURATION_INPUT), Says("duration or distribution")
]


class Returns(Table):
    """Whether and when a discharged patient asks for care again."""

    share: Annotated[
        float | ByNumber,
        PlainValidator(_share, json_schema_input_type=SHARE_INPUT),
        Says("share, or a table by trait"),
    ] = key(..., "The share that comes back.")
    delay: Annotated[
        Choice,
        PlainValidator(_delay, json_schema_input_type=DURATION_INPUT),
        Says("duration or distribution"),
    ] = key(..., "How long until she asks.", unit="days")
    after_use: bool = key(
        True,
        "Whether the delay runs from the return to use, where that clock is given; else from the discharge.",
    )
    source: Text | None = key(None, "Where the numbers come from.")


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


Afters = Annotated[
    dict[str, After],
    PlainValidator(_after, json_schema_input_type=dict[str, After | str]),
    Says("table by reason"),
]
