"""The plain values of a scenario file: numbers, durations, probabilities, dates, names, lists of them.

Each parser gives back the normal form (durations in days, "unlimited" as infinity, weekdays as 0–6) or
raises `Wrong`; each type says the same to pydantic and to the JSON Schema. A bool is never a number, and no
number is infinite or NaN.
"""

import math
import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    model_validator,
)
from pydantic.config import JsonDict

from sim.scenario import context, units
from sim.scenario.context import Context
from sim.scenario.faults import Troubles, Wrong, from_pydantic, listed, nearest, shown, wrong

T = TypeVar("T")
WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNLIMITED = "unlimited"
MOST = 10**9
"""No count in a scenario is larger: beyond it, "unlimited" is meant."""


class Table(BaseModel):
    """A table of a scenario file: frozen, strict, and without keys of its own invention."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True, protected_namespaces=()
    )

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes which keys of the raw table are missing or do not go together."""

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, raw: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Self:
        """Looks at the table as a whole and at each key, and reports both at once."""
        if not isinstance(raw, dict):
            made: Self = handler(raw)
            return made
        troubles = Troubles()
        cls.together(raw, context.of(info), troubles)
        try:
            made = handler(raw)
        except ValidationError as error:
            troubles.found += from_pydantic(error, cls)
        troubles.done()
        return made


def key(default: Any, meaning: str, *, unit: str = "", name: str | None = None, **more: Any) -> Any:
    """A field of a table: its default (`...` for none), what it means, and the unit of its numbers."""
    extra: JsonDict | None = {"unit": unit} if unit else None
    if name:
        more["alias"] = name
    return Field(default, description=meaning, json_schema_extra=extra, **more)


class Says(NamedTuple):
    """How the reference names a type of value."""

    words: str


# --- parsers --------------------------------------------------------------------------------------------


def number(
    raw: Any, *, low: float = -math.inf, high: float = math.inf, above: bool = False, wanted: str = "a number"
) -> float:
    """A finite number between the bounds (`above`: above the lower one)."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise wrong(f"is {shown(raw)}", wanted)
    if isinstance(raw, int) and abs(raw) > 10**300:
        raise wrong(f"is {shown(raw)}", wanted)
    value = float(raw)
    if not math.isfinite(value) or value < low or value > high or (above and value == low):
        raise wrong(f"is {shown(raw)}", wanted)
    return value


def days(raw: Any, *, above: bool = False) -> float:
    """A duration in days, from a number or from text with a unit."""
    wanted = 'a duration: days as a number, {} 0, or text with a unit such as "8 weeks"'
    wanted = wanted.format("above" if above else "not below")
    if isinstance(raw, str):
        try:
            value = units.days(raw)
        except ValueError as error:
            hint = UNLIMITED if nearest(raw, [UNLIMITED]) else ""
            raise wrong(f"is {shown(raw)}", str(error), hint) from None
        return number(value, low=0.0, above=above, wanted=wanted)
    return number(raw, low=0.0, above=above, wanted=wanted)


def share(raw: Any) -> float:
    """A probability or a share, from 0 to 1."""
    return number(raw, low=0.0, high=1.0, wanted="a share from 0 to 1")


def whole(raw: Any, *, low: int = 0, high: int = MOST, wanted: str = "a whole number, 0 or more") -> int:
    """A whole number between the bounds."""
    value = number(raw, low=low, high=high, wanted=wanted)
    if value != int(value):
        raise wrong(f"is {shown(raw)}", wanted)
    return int(raw)


def unlimited_or(parse: Callable[[Any], float], raw: Any, *, wanted: str) -> float:
    """Infinity for "unlimited", else what `parse` makes of it."""
    if raw == UNLIMITED:
        return math.inf
    if isinstance(raw, str) and nearest(raw, [UNLIMITED]):
        raise wrong(f"is {shown(raw)}", wanted, f'"{UNLIMITED}"')
    try:
        return parse(raw)
    except Wrong as error:
        raise Wrong(*(one._replace(wanted=wanted) for one in error.troubles)) from None


def count(raw: Any) -> float:
    """A number of places or of patients; infinity for "unlimited"."""
    return unlimited_or(whole, raw, wanted='a whole number, 0 or more, or "unlimited"')


def hour(raw: Any) -> float:
    """A time of day, in days from midnight."""
    value = days(raw)
    if value >= 1.0:
        raise wrong(f"is {shown(raw)}", 'less than a day, such as "9 hours"')
    return value


def hold_days(raw: Any) -> float:
    """How long a place may be kept; infinity for "unlimited"."""
    return unlimited_or(days, raw, wanted='a duration, 0 or more, or "unlimited"')


def text(raw: Any) -> str:
    """Text without control characters."""
    if not isinstance(raw, str):
        raise wrong(f"is {shown(raw)}", "text in quotes")
    return raw


def day(raw: Any) -> date:
    """A date without a time."""
    if isinstance(raw, datetime) or not isinstance(raw, date):
        raise wrong(f"is {shown(raw)}", "a date without quotes, such as 2026-03-01")
    return raw


def moment(raw: Any, known: Context) -> float:
    """Days since the start, from a date or a (fractional) day."""
    wanted = "a date such as 2026-03-01, or a day number"
    if type(raw) is date:
        return float((raw - known.start).days)
    return number(raw, low=-4e6, high=4e6, wanted=wanted)


def weekday(raw: Any) -> int:
    """The number of a weekday, Monday 0."""
    if not isinstance(raw, str) or raw not in WEEKDAYS:
        wanted = "mon, tue, wed, thu, fri, sat or sun"
        raise wrong(f"is {shown(raw)}", wanted, _quoted(nearest(raw, WEEKDAYS)))
    return WEEKDAYS.index(raw)


def nearest_weekday(word: str) -> tuple[str, str]:
    """What is wanted instead of a word that is no weekday, and the nearest one."""
    return "mon, tue, wed, thu, fri, sat or sun", _quoted(nearest(word, WEEKDAYS))


def items(
    raw: Any, parse: Callable[[Any], T], *, least: int = 0, exactly: int | None = None
) -> tuple[T, ...]:
    """Every item of a list, parsed."""
    if not isinstance(raw, list | tuple):
        raise wrong(f"is {shown(raw)}", "a list")
    if exactly is not None and len(raw) != exactly:
        raise wrong(f"has {len(raw)} entries", f"{exactly}")
    if len(raw) < least:
        raise wrong("is an empty list", "at least one entry" if least == 1 else f"at least {least} entries")
    troubles = Troubles()
    parsed = [troubles.take((place,), parse, item) for place, item in enumerate(raw)]
    troubles.done()
    return tuple(item for item in parsed if item is not None)


def different(raw: Any, parse: Callable[[Any], T]) -> tuple[T, ...]:
    """The sorted items of a list in which none stands twice."""
    parsed = items(raw, parse, least=1)
    for place, item in enumerate(parsed):
        if item in parsed[:place]:
            raise wrong(f"{shown(raw[place])} stands twice", "each once", at=(place,))
    return tuple(sorted(parsed))  # type: ignore[type-var]


def weights(raw: Any, *, exactly: int) -> tuple[float, ...]:
    """Relative weights, none negative and not all zero."""
    parsed = items(raw, lambda item: number(item, low=0.0, wanted="a weight, 0 or more"), exactly=exactly)
    if not any(parsed):
        raise wrong("is zero throughout", "at least one weight above 0")
    return parsed


def entries(raw: Any, *, wanted: str = "a table") -> dict[str, Any]:
    """The entries of a table of numbers, without its `source`."""
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", wanted)
    if "source" in raw and not isinstance(raw["source"], str):
        raise wrong(f"is {shown(raw['source'])}", "text in quotes", at=("source",))
    return {name: value for name, value in raw.items() if name != "source"}


def shares(raw: Any, check: Callable[[str], None]) -> dict[str, float]:
    """Shares by name that sum to 1 within 1e-9; `check` raises `Wrong` at a name that cannot stand here."""
    named = entries(raw, wanted="a table of shares")
    if not named:
        raise wrong("is an empty table", "shares that sum to 1")
    troubles = Troubles()
    parsed: dict[str, float] = {}
    for name, value in named.items():
        troubles.take((name,), check, name)
        found = troubles.take((name,), share, value)
        parsed[name] = found if found is not None else math.nan
    total = math.fsum(parsed.values())
    if not math.isnan(total) and abs(total - 1.0) > 1e-9:
        troubles.add((), f"shares sum to {total:.10g}", "a sum of 1")
    troubles.done()
    return parsed


def name_of(raw: Any, known: Collection[str], what: str) -> str:
    """One of the known names."""
    if isinstance(raw, str) and raw in known:
        return raw
    shown_names = listed(known) if known else f"a {what}, but there is none"
    raise wrong(f"{shown(raw)} is no {what}", shown_names, _quoted(nearest(raw, known)))


def new_name(raw: str, reserved: Collection[str], what: str) -> None:
    """Nothing; raises `Wrong` when a thing of the scenario's own cannot have this name."""
    if not re.fullmatch(r"[\w-]{1,60}", raw):
        raise wrong(f"{shown(raw)} cannot name {what}", "letters, digits, _ and -, at most 60 of them")
    if raw in reserved:
        raise wrong(f"{shown(raw)} cannot name {what}: the word has a meaning of its own", "another name")


def _quoted(word: str) -> str:
    return f'"{word}"' if word else ""


# --- types ----------------------------------------------------------------------------------------------

DURATION_TEXT = Annotated[str, Field(pattern=r"^\s*\d+(\.\d+)?\s*[A-Za-z]+\s*$")]
DURATION = Annotated[float, Field(ge=0)] | DURATION_TEXT
NOT_NEGATIVE = Annotated[float, Field(ge=0)]
SHARE = Annotated[float, Field(ge=0, le=1)]
NO_LIMIT = Annotated[str, Field(pattern=f"^{UNLIMITED}$")]
COUNT = Annotated[int, Field(ge=0)] | NO_LIMIT
DATE = Annotated[str, Field(json_schema_extra={"format": "date"})]

Days = Annotated[float, PlainValidator(days, json_schema_input_type=DURATION), Says("duration")]
DaysAbove0 = Annotated[
    float,
    PlainValidator(lambda raw: days(raw, above=True), json_schema_input_type=DURATION),
    Says("duration above 0"),
]
Hour = Annotated[float, PlainValidator(hour, json_schema_input_type=DURATION), Says("duration")]
HoldDays = Annotated[
    float,
    PlainValidator(hold_days, json_schema_input_type=DURATION | NO_LIMIT),
    Says('duration or "unlimited"'),
]
Number = Annotated[float, PlainValidator(number, json_schema_input_type=float), Says("number")]
Share = Annotated[float, PlainValidator(share, json_schema_input_type=SHARE), Says("share")]
Count = Annotated[
    float, PlainValidator(count, json_schema_input_type=COUNT), Says('whole number or "unlimited"')
]
Day = Annotated[date, PlainValidator(day, json_schema_input_type=DATE), Says("date")]
Days_ = Annotated[
    tuple[date, ...],
    PlainValidator(lambda raw: different(raw, day), json_schema_input_type=list[DATE]),
    Says("list of dates"),
]
Weekdays = Annotated[
    tuple[int, ...],
    PlainValidator(
        lambda raw: different(raw, weekday),
        json_schema_input_type=list[Annotated[str, Field(pattern="^(" + "|".join(WEEKDAYS) + ")$")]],
    ),
    Says("list of weekdays"),
]
Text = Annotated[str, PlainValidator(text, json_schema_input_type=str), Says("text")]


def whole_between(low: int, high: int, *, wanted: str = "a whole number, 1 or more") -> PlainValidator:
    """What makes pydantic take whole numbers between the bounds."""
    return PlainValidator(
        lambda raw: whole(raw, low=low, high=high, wanted=wanted), json_schema_input_type=int
    )
