"""Durations by chance: a distribution, or one for each value of a trait.

A duration key takes a plain duration (then it is fixed), a distribution, or a table `by` a trait. What a
distribution's numbers mean, and whether they fit together, is left to `sim/distributions.py`.
"""

import math
import re
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

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

from sim.distributions import Shape, shape
from sim.scenario import context
from sim.scenario.context import Context
from sim.scenario.faults import Troubles, Wrong, build, from_pydantic, listed, nearest, shown, wrong
from sim.scenario.rows import rows
from sim.scenario.values import (
    DURATION,
    SHARE,
    Days,
    DaysAbove0,
    Number,
    Says,
    Share,
    Table,
    Text,
    days,
    entries,
    items,
    key,
    name_of,
    number,
    share,
    weights,
)

Kind = Literal[
    "fixed", "uniform", "triangular", "exponential", "lognormal",
    "gamma", "weibull", "loglogistic", "empirical", "mixture",
]  # fmt: skip
LAST_LEVEL = "last_level"
PROBABILITY = "a probability from 0 to 1, or a clock: a distribution in days"
QUANTILE = r"^p(0[1-9]|[1-9][0-9])$"

Values = Annotated[
    tuple[float, ...],
    PlainValidator(lambda raw: items(raw, days, least=1), json_schema_input_type=list[DURATION]),
    Says("list of durations"),
]
Weights = Annotated[
    tuple[float, ...],
    PlainValidator(lambda raw: weights(raw, exactly=len(raw) if isinstance(raw, list) else 0),
                   json_schema_input_type=list[float]),
    Says("list of weights"),
]  # fmt: skip


def _parts(raw: Any, info: ValidationInfo) -> "tuple[Part, ...]":
    return items(raw, lambda item: build(Part, item, context.of(info)), least=1)


class Distribution(Table):
    """How long something takes: one of the named distributions, by its parameters or by what is known."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Days]

    dist: Kind = key(..., "Name of the distribution.")
    value: Days | None = key(None, "The one value of `fixed`.", unit="days")
    low: Days | None = key(None, "Lowest value of `uniform` and `triangular`.", unit="days")
    mode: Days | None = key(None, "Most likely value of `triangular`.", unit="days")
    high: Days | None = key(None, "Highest value of `uniform` and `triangular`.", unit="days")
    mean: Days | None = key(None, "Mean of the distribution before it is cut.", unit="days")
    sd: Days | None = key(None, "Standard deviation, beside `mean`.", unit="days")
    median: Days | None = key(None, "Half take less, before the cut.", unit="days")
    mu: Number | None = key(None, "Mean of the logarithm of the days (lognormal).", unit="log days")
    sigma: Number | None = key(None, "Standard deviation of the logarithm (lognormal).")
    shape_: Number | None = key(
        None, "Shape of gamma, weibull and loglogistic: below 1 the rate falls with time.", name="shape"
    )
    scale: Days | None = key(None, "Scale of gamma, weibull and loglogistic.", unit="days")
    share: Share | None = key(None, "The share reached by `by_day`, instead of a scale.")
    by_day: DaysAbove0 | None = key(None, "The day by which `share` is reached.", unit="days")
    values: Values | None = key(None, "Observed values of `empirical`.", unit="days")
    weights: Weights | None = key(None, "Weights of the values; equal where not given.")
    csv: Text | None = key(None, "A CSV file with the values of `empirical`, beside the scenario.")
    column: Text | None = key(None, "The column of the CSV that holds the values.", unit="days")
    parts: (
        Annotated[
            tuple["Part", ...],
            PlainValidator(_parts, json_schema_input_type=list["Part"]),
            Says("list of distributions, each with its share"),
        ]
        | None
    ) = key(None, "Parts of `mixture`: each a share and a distribution.")
    min: Days = key(0.0, "Cut: no value below; drawn within the bounds, never clipped.", unit="days")
    max: DaysAbove0 = key(math.inf, "Cut: no value above; no bound where not given.", unit="days")
    ever: Share = key(1.0, "Clocks only: the chance that it rings at all.")
    source: Text | None = key(None, "Where the numbers come from.")

    not_parameters: ClassVar[frozenset[str]] = frozenset({"dist", "source", "csv", "column", "parts"})

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, raw: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Self:
        """Reads the values of a CSV, checks the names of the keys, then that the parameters fit together."""
        if isinstance(raw, cls):
            return raw
        if not isinstance(raw, dict):
            raise wrong(f"is {shown(raw)}", "a distribution: a table with `dist`")
        troubles = Troubles()
        known = {name: value for name, value in raw.items() if troubles.take((name,), _known_key, name, cls)}
        values = troubles.take((), csv_values, known, context.of(info))
        try:
            made: Self = handler({**known, **(values or {})})
        except ValidationError as error:
            troubles.found += from_pydantic(error, cls)
        troubles.done()
        try:
            assert made.shape
        except ValueError as error:
            raise wrong(str(error)) from None
        except ArithmeticError:
            raise wrong("has numbers too large or too small to compute with", "other parameters") from None
        return made

    @cached_property
    def shape(self) -> Shape:
        """The distribution as the engines read it."""
        given = {
            field.alias or name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if name not in self.not_parameters and name in self.model_fields_set
        }
        given.update(self.__pydantic_extra__ or {})
        if self.parts is not None:
            given["parts"] = tuple((part.share, part.shape) for part in self.parts)
        return shape(self.dist, **given)


class Part(Distribution):
    """One part of a mixture: a distribution with the share of those it describes."""

    share: Share = key(..., "The share of the mixture that this part describes.")

    not_parameters = Distribution.not_parameters | {"share"}


class ByTrait(BaseModel):
    """The table that names a trait and has one entry for each of its values."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Distribution | DURATION]

    by: str = key(..., "The trait (in `after` also `last_level`) by which the entries differ.")
    default: Distribution | DURATION | None = key(None, "For the values not named.")
    source: str | None = key(None, "Where the numbers come from.")


class SharesByTrait(BaseModel):
    """The same with a probability for each value."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, SHARE]

    by: str = key(..., "The trait (in `after` also `last_level`) by which the shares differ.")
    default: SHARE | None = key(None, "For the values not named.")
    source: str | None = key(None, "Where the numbers come from.")


DURATION_INPUT = DURATION | Distribution | ByTrait
CLOCK_INPUT = DURATION | Distribution | ByTrait | SharesByTrait
SHARE_INPUT = SHARE | SharesByTrait


def fixed(value: float) -> Distribution:
    """The distribution of what is always the same."""
    return Distribution.model_validate({"dist": "fixed", "value": value})


class Choice(Table):
    """One distribution for all, or one for each value of a trait (or for each last level)."""

    by: str | None = None
    options: dict[str, Distribution] = Field(default_factory=dict)
    default: Distribution | None = None
    source: str | None = None

    def each(self) -> list[tuple[str, Distribution]]:
        """Every distribution with the value it is for; "" for the one of all the rest."""
        rest = [("", self.default)] if self.default is not None else []
        return [*self.options.items(), *rest]


class ByNumber(Table):
    """A probability that differs by the value of a trait."""

    by: str
    options: dict[str, float] = Field(default_factory=dict)
    default: float | None = None
    source: str | None = None


def choice(raw: Any, known: Context, *, clock: bool = False, after: bool = False) -> Choice:
    """A duration, a distribution or a table `by` a trait, as a Choice; only a clock may never ring."""
    if isinstance(raw, dict) and "by" in raw:
        by, options, default = _by(raw, known, lambda part: _one(part, known, clock=clock), after=after)
        return Choice.model_construct(by=by, options=options, default=default, source=raw.get("source"))
    return Choice.model_construct(by=None, options={}, default=_one(raw, known, clock=clock), source=None)


def by_number(raw: Any, known: Context, *, after: bool = False) -> float | ByNumber:
    """A probability, or a table of probabilities `by` a trait."""
    if not isinstance(raw, dict):
        return share(raw)
    if "by" not in raw:
        raise wrong("has no `by`", "a share from 0 to 1, or a table with `by` and a share per value")
    by, options, default = _by(raw, known, share, after=after)
    return ByNumber.model_construct(by=by, options=options, default=default, source=raw.get("source"))


def clock_or_share(raw: Any, known: Context) -> float | ByNumber | Choice:
    """A probability (a bare number, or a table of them `by` a trait) or a clock (anything else)."""
    if isinstance(raw, dict) and "by" in raw:
        parts = [value for name, value in raw.items() if name not in ("by", "source")]
        if parts and all(isinstance(part, int | float) for part in parts):
            return by_number(raw, known)
    if isinstance(raw, int | float):
        return number(raw, low=0.0, high=1.0, wanted=PROBABILITY)
    return choice(raw, known, clock=True)


def _one(raw: Any, known: Context, *, clock: bool) -> Distribution:
    if not isinstance(raw, dict):
        return fixed(days(raw))
    made = build(Distribution, raw, known)
    if not clock and made.ever != 1.0:
        raise wrong(f"is {made.ever:g}, but this is no clock", "`ever` only where something may never happen",
                    at=("ever",))  # fmt: skip
    return made


def _by(raw: dict[str, Any], known: Context, parse: Any, *, after: bool) -> tuple[str, dict[str, Any], Any]:
    """The trait, the parsed options and the parsed default of a table `by` a trait."""
    troubles = Troubles()
    named = entries(raw)
    words = (*known.traits, *([LAST_LEVEL] if after else []))
    by = troubles.take(("by",), name_of, named.pop("by"), words, "trait")
    values = known.levels if by == LAST_LEVEL else known.traits.get(by or "", ())
    parsed: dict[str, Any] = {}
    for name, part in named.items():
        if by and name != "default" and name not in values:
            troubles.add((name,), f"is no value of {by}", "" if nearest(name, values) else
                         ", ".join(values) + " or default", nearest(name, values))  # fmt: skip
        elif (found := troubles.take((name,), parse, part)) is not None:
            parsed[name] = found
    missing = [value for value in values if value not in named]
    if by and missing and "default" not in named:
        troubles.add((), f"has nothing for {', '.join(missing)}", "a `default`, or an entry for each value")
    troubles.done()
    default = parsed.pop("default", None)
    return by or "", parsed, default


def _known_key(name: str, model: type[Distribution]) -> bool:
    """True; raises `Wrong` for a key that no distribution has."""
    known = [field.alias or key for key, field in model.model_fields.items()]
    if name not in known and not re.fullmatch(QUANTILE, name):
        hint = nearest(name, known)
        wanted = "" if hint else "a parameter of the distribution, or quantiles p01 … p99"
        raise wrong("is no key of a distribution", wanted, hint)
    return True


def csv_values(raw: dict[str, Any], known: Context) -> dict[str, Any]:
    """The values in a column of a CSV, in place of its name; nothing where no CSV is named."""
    name, column = raw.get("csv"), raw.get("column")
    if name is None and column is None:
        return {}
    if not isinstance(name, str) or not isinstance(column, str):
        raise wrong("names a CSV by half", "both `csv` and `column`, each in quotes")
    if "values" in raw:
        raise wrong("has both `values` and a CSV", "one of them")
    table = rows(name, known)
    if column not in table.columns:
        hint = nearest(column, table.columns)
        problem = f"{table.label} has no column {shown(column)}"
        raise wrong(problem, "" if hint else listed(table.columns), hint, at=("column",))
    troubles = []
    found = []
    for row in table.rows:
        try:
            found.append(days(float(row.cells[column])))
        except (ValueError, Wrong):
            what = f"is {shown(row.cells[column])}"
            troubles.append(table.trouble(row.line, column, what, "a number of days, 0 or more"))
    if troubles:
        raise Wrong(*troubles)
    return {"values": found}
