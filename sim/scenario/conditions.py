"""When a rule applies: tests of a patient's traits, of where she comes from, and of her course so far.

A condition is a table from a field to what it allows: names (`Among`) or numbers (`Range`). All of its tests
must hold. Whether they do is decided in `sim/rules/conditions.py`.
"""

import math
import re
from typing import Annotated, Any, NamedTuple

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.context import Context
from sim.scenario.faults import Troubles, Wrong, nearest, shown, wrong
from sim.scenario.values import Says, days, name_of, number
from sim.words import COVARIATES, OUTSIDE


class Among(NamedTuple):
    """The field is one of these names."""

    values: tuple[str, ...]


class Range(NamedTuple):
    """The number lies between the bounds; an open bound does not belong."""

    low: float
    high: float
    low_open: bool
    high_open: bool


Test = Among | Range
Condition = dict[str, Test]

COMPARISON = re.compile(r"\s*(>=|<=|>|<|==|=)\s*(\S.*?)\s*")
BETWEEN = re.compile(r"\s*(\S.*?)?\s*\.\.\s*(\S.*?)?\s*")
WANTED = 'a number, a comparison such as ">= 2", or a range such as "2..4"'


def condition(raw: Any, known: Context) -> Condition:
    """The condition in a table; an empty one always holds."""
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table of conditions")
    fields = {"from": (*known.levels, OUTSIDE), "source": known.sources, **known.traits}
    troubles = Troubles()
    parsed: Condition = {}
    for name, value in raw.items():
        if name in COVARIATES:
            test: Test | None = troubles.take((name,), span, value, in_days=name.startswith("days"))
        elif name in fields:
            test = troubles.take((name,), among, value, fields[name], name)
        else:
            words = (*fields, *COVARIATES)
            hint = nearest(name, words)
            troubles.add(
                (name,), "is nothing a condition can look at", "" if hint else ", ".join(words), hint
            )
            test = None
        if test is not None:
            parsed[name] = test
    troubles.done()
    return parsed


def among(raw: Any, values: tuple[str, ...], field: str) -> Among:
    """The named values: one, or a list of them."""
    what = {"from": "level", "source": "source"}.get(field, f"value of {field}")
    if not isinstance(raw, list | tuple):
        return Among((name_of(raw, values, what),))
    if not raw:
        raise wrong("is an empty list", f"at least one {what}")
    troubles = Troubles()
    names = [troubles.take((place,), name_of, item, values, what) for place, item in enumerate(raw)]
    troubles.done()
    return Among(tuple(dict.fromkeys(name for name in names if name)))


def span(raw: Any, *, in_days: bool = False) -> Range:
    """The numbers allowed: one number, a comparison or a range with both ends inside.

    >>> span("> 2"), tuple(span("2..4"))
    (Range(low=2.0, high=inf, low_open=True, high_open=False), (2.0, 4.0, False, False))
    """
    if not isinstance(raw, str):
        value = number(raw, wanted=WANTED)
        return Range(value, value, False, False)
    if match := BETWEEN.fullmatch(raw):
        low = -math.inf if match[1] is None else _number(match[1], raw, in_days)
        high = math.inf if match[2] is None else _number(match[2], raw, in_days)
        if low > high or (match[1] is None and match[2] is None):
            raise wrong(f"is {shown(raw)}", "a range from the lower number to the higher")
        return Range(low, high, False, False)
    match = COMPARISON.fullmatch(raw)
    sign, text = (match[1], match[2]) if match else ("=", raw.strip())
    value = _number(text, raw, in_days)
    if sign in (">=", ">"):
        return Range(value, math.inf, sign == ">", False)
    if sign in ("<=", "<"):
        return Range(-math.inf, value, False, sign == "<")
    return Range(value, value, False, False)


def _number(text: str, raw: str, in_days: bool) -> float:
    if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text, re.ASCII):
        return number(float(text), wanted=WANTED)
    if in_days:
        try:
            return days(text)
        except Wrong:
            pass
    raise wrong(f"is {shown(raw)}", WANTED)


def _parse(raw: Any, info: ValidationInfo) -> Condition:
    return condition(raw, context.of(info))


When = Annotated[
    Condition,
    PlainValidator(_parse, json_schema_input_type=dict[str, str | float | list[str]]),
    Says("condition"),
]
