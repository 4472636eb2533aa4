"""A scenario in words: every number it gives, with its source, or "assumed".

For people who check a scenario before they believe its results. Keys that are not listed have their defaults,
which `scenarios/README.md` tells. What follows from the numbers together is left to `sim/theory.py`.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sim.distributions import mean, quantile_of
from sim.scenario.choice import ByNumber, Choice, Distribution
from sim.scenario.conditions import Among, Range
from sim.scenario.effects import Effect
from sim.scenario.people import Present, Referral
from sim.scenario.types import Change, Role, Run, Scenario
from sim.scenario.values import WEEKDAYS, Table
from sim.staffing import WEEKS_A_YEAR, relief_factor

ASSUMED = "assumed"
CHOSEN = "chosen"
"""Instead of "assumed" for what describes the run and not the world."""
TEXTS = frozenset({"schema_", "name", "title", "purpose", "rationale", "source"})
CHANCES = frozenset({"dropout", "relapse", "other_ends"})
"""Keys whose plain number is a probability per stay."""
TASKS = frozenset({"notes", "per_admission", "per_discharge", "per_patient_week"})
"""Durations that are work of staff: told in minutes."""


class Line(NamedTuple):
    """One key that the scenario gives: its table, its name, its value in words, the source of the value."""

    table: str
    key: str
    value: str
    source: str


def description(scenario: Scenario) -> list[Line]:
    """A line for every key that the scenario gives, in the order of the file format."""
    return list(of_table(scenario, "", source=ASSUMED))


def of_table(table: Table, place: str, *, source: str) -> Iterator[Line]:
    """The lines of a table, then of the tables within; its own `source` goes before that of the outer one."""
    source = getattr(table, "source", None) or (CHOSEN if isinstance(table, Run) else source)
    inner = []
    for field, about in type(table).model_fields.items():
        value, name = getattr(table, field), about.alias or field
        if field in TEXTS or field not in table.model_fields_set or value is None:
            continue
        if isinstance(table, Scenario) and name == "effects":
            yield from of_effects(table)
        elif is_inner(value):
            inner.append((f"{place}.{name}" if place else name, value))
        else:
            yield from of_value(value, place, name, source=source)
    if isinstance(table, Role):
        yield Line(place, "one FTE", of_role(table), "computed")
    for inside, value in inner:
        yield from of_inner(value, inside, source=source)


def of_role(role: Role) -> str:
    """What one full-time equivalent of a role comes to, and a post round the clock."""
    post = relief_factor(hours_per_day=24.0, days_per_week=7.0, net=role.net_hours)
    paid = WEEKS_A_YEAR * role.paid_hours_per_week
    return (
        f"there {role.net_hours:,.0f} of {paid:,.0f} paid hours a year; "
        f"{role.working_hours:.1f} hours a week for patients and notes; a 24-hour post takes {post:.2f}"
    )


def is_inner(value: Any) -> bool:
    """Whether the value is a table, or tables by name or in a list, with a heading of its own."""
    if isinstance(value, Mapping):
        return any(
            isinstance(item, (Table, tuple)) and not isinstance(item, (Among, Range))
            for item in value.values()
        )
    if isinstance(value, tuple):
        return any(isinstance(item, Table) for item in value)
    return isinstance(value, Table) and not isinstance(value, (Choice, ByNumber, Distribution))


def of_inner(value: Any, place: str, *, source: str) -> Iterator[Line]:
    """The lines of a table, or of each table of a mapping (by name) or list (by number from 1)."""
    if isinstance(value, Change):
        yield Line(place, "on", f"day {value.on:g}" + until(value), source)
        for name, item in value.keys.items():
            yield Line(place, name, str(item), source)
    elif is_inner(value) and isinstance(value, Table):
        yield from of_table(value, place, source=source)
    elif is_inner(value):
        named = (
            value if isinstance(value, Mapping) else {str(n): item for n, item in enumerate(value, start=1)}
        )
        for name, item in named.items():
            yield from of_inner(item, f"{place}.{name}", source=source)
    else:
        outer, _, name = place.rpartition(".")
        yield from of_value(value, outer, name, source=source)


def until(change: Change) -> str:
    """How long a dated change holds, where not for good."""
    return "" if change.until is None else f" until day {change.until:g}"


def of_value(value: Any, place: str, name: str, *, source: str) -> Iterator[Line]:
    """One line, or one for each value of the trait that a choice goes by."""
    if isinstance(value, (Choice, ByNumber)):
        source = value.source or source
        each = [*value.options.items(), *([("", value.default)] if value.default is not None else [])]
        for option, item in each:
            key = f"{name} ({value.by} {option or 'otherwise'})" if value.by else name
            yield Line(place, key, in_words(item, name), getattr(item, "source", None) or source)
    else:
        yield Line(place, name, in_words(value, name), source)


def of_effects(scenario: Scenario) -> Iterator[Line]:
    """The lines of all effects; their sources stand only in the file."""
    written = tomllib.loads(scenario.to_toml())["effects"]
    for effect in scenario.effects:
        place, table = f"effects.{effect.of}", written[effect.of]
        if effect.value is not None:
            place, table = f"{place}.{effect.value}", table[effect.value]
        key = f"{effect.level}.{effect.target}" if effect.level else effect.target
        yield Line(place, key, effect_in_words(effect), table.get(key, {}).get("source", ASSUMED))


def effect_in_words(effect: Effect) -> str:
    """What an effect multiplies, and by how much."""
    ratios = {"hazard": effect.hazard_ratio, "time": effect.time_ratio, "odds": effect.odds_ratio}
    said = ", ".join(f"{words} × {ratio:g}" for words, ratio in ratios.items() if ratio != 1.0)
    said += f" of {effect.option}" if effect.option else ""
    if effect.value is None:
        said += f" per {effect.per:g}" + ("" if math.isinf(effect.cap) else f", up to {effect.cap:g}")
    return said


def in_words(value: Any, name: str) -> str:
    """A value as a person would say it; durations are days."""
    if isinstance(value, Distribution):
        return distribution_in_words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and name in CHANCES:
        return f"probability {value:g} per stay"
    if isinstance(value, float) and name in TASKS:
        return f"{1440.0 * value:.6g} minutes"
    if isinstance(value, float):
        return "unlimited" if math.isinf(value) else f"{value:.10g}"
    if isinstance(value, Mapping):
        return mapping_in_words(value)
    if isinstance(value, tuple) and name in ("admits", "weekdays"):
        return ", ".join(WEEKDAYS[day] for day in value)
    if isinstance(value, tuple) and value and isinstance(value[0], (Present, Referral)):
        return people_in_words(value)
    if isinstance(value, tuple):
        return ", ".join(in_words(item, "") for item in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def mapping_in_words(value: Mapping[str, Any]) -> str:
    """Shares, holds or conditions in words."""
    if not value:
        return "none"
    if any(isinstance(item, (Among, Range)) for item in value.values()):
        return condition_in_words(value)
    if not all(isinstance(item, float) for item in value.values()):
        return "; ".join(f"{name}: {in_words(item, '')}" for name, item in value.items())
    if math.isclose(math.fsum(value.values()), 1.0):
        parts = [
            name if share == 1.0 else f"{name} {100 * share:.4g} %" for name, share in value.items() if share
        ]
        return ", ".join(parts)
    parts = [f"{in_words(days, '')} for {name}" for name, days in value.items() if name != "default"]
    rest = in_words(value.get("default", 0.0), "")
    return ", ".join([*parts, f"{rest} for the others"]) if parts else rest


def condition_in_words(condition: Mapping[str, Among | Range]) -> str:
    """A condition in words, such as "housing unstable and relapses_in_stay from 2"."""
    return " and ".join(f"{name} {test_in_words(test)}" for name, test in condition.items())


def test_in_words(test: Among | Range) -> str:
    """What a condition asks of one field."""
    if isinstance(test, Among):
        return " or ".join(test.values)
    if test.low == test.high:
        return f"{test.low:g}"
    low = "" if math.isinf(test.low) else f"{'above' if test.low_open else 'from'} {test.low:g}"
    high = "" if math.isinf(test.high) else f"{'below' if test.high_open else 'up to'} {test.high:g}"
    return f"{low} {high}".strip()


def distribution_in_words(of: Distribution) -> str:
    """The distribution as given and, unless fixed, mean and median of what is drawn, cut included."""
    shape = of.shape
    if of.dist == "fixed":
        return f"{of.value:g}" if of.value is not None else "0"
    given = [
        f"{field} {value:g}"
        for field, value in {**of.model_dump(by_alias=True), **(of.__pydantic_extra__ or {})}.items()
        if field in {*of.model_fields_set, *(of.__pydantic_extra__ or {})} | {"shape"}
        and isinstance(value, float)
    ]
    many = f"{len(of.values)} values" if of.values else f"{len(of.parts)} parts" if of.parts else ""
    drawn = f"drawn: mean {mean(shape):.3g}, median {quantile_of(shape, 0.5):.3g}"
    return ", ".join([of.dist, *filter(None, [many]), *given]) + f" ({drawn})"


def people_in_words(people: tuple[Present | Referral, ...]) -> str:
    """How many patients are named one by one, and where or when."""
    if isinstance(people[0], Referral):
        days = [one.day for one in people if isinstance(one, Referral)]
        return f"{len(days)} referrals from day {min(days):g} to day {max(days):g}"
    counts = Counter(one.level for one in people if isinstance(one, Present))
    return ", ".join(f"{count} in {level}" for level, count in counts.items())
