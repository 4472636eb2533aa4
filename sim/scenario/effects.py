"""How traits and the patient's course act on clocks and choices: ratios, one table per trait value.

`[effects.TRAIT.VALUE]` and `[effects.COVARIATE]` hold one entry per key of a level (or of `after`), at one
level only where the key says `"LEVEL.key"`. What a ratio does to a draw is said in `docs/model.md`, § 3.
"""

import math
from typing import Any, NamedTuple

from sim.scenario.context import Context
from sim.scenario.faults import Troubles, listed, nearest, shown, wrong
from sim.scenario.moves import STAY, Shares
from sim.scenario.values import days, entries, number
from sim.words import COVARIATES

RATIOS: tuple[str, ...] = ("hazard_ratio", "time_ratio", "odds_ratio")
_CLOCK = ("hazard_ratio", "time_ratio")
_CLOCK_OR_SHARE = RATIOS
_CHANCE = ("odds_ratio",)

TARGETS: dict[str, tuple[str, ...]] = {
    "length_of_stay": _CLOCK,
    "dropout": _CLOCK_OR_SHARE,
    "relapse": _CLOCK_OR_SHARE,
    "death": _CLOCK,
    "patience": _CLOCK,
    "delay": _CLOCK,
    "for": _CLOCK,
    "return_to_use": _CLOCK,
    "returns_to_care": _CLOCK_OR_SHARE,
    "show_up": _CHANCE,
    "completes_to": _CHANCE,
    "on_dropout": _CHANCE,
    "on_relapse": _CHANCE,
    "on_other_ends": _CHANCE,
    "review": _CHANCE,
    "ends": _CHANCE,
    "enters": _CHANCE,
}
"""What an effect may act on, and by which ratios; `other_ends.NAME` acts as dropout does."""

CHOICES = frozenset({"completes_to", "on_dropout", "on_relapse", "on_other_ends", "review", "ends", "enters"})
"""Targets of which one named option is meant."""


class Effect(NamedTuple):
    """One ratio: of whom (a trait and its value, or a number of her course), on what, at which level.

    A number of her course acts as ratio ** (min(number, cap) / per). Ratios not given are 1.
    """

    of: str
    value: str | None
    level: str | None
    target: str
    hazard_ratio: float = 1.0
    time_ratio: float = 1.0
    odds_ratio: float = 1.0
    option: str | None = None
    per: float = 1.0
    cap: float = math.inf


def effects(raw: Any, known: Context) -> tuple[Effect, ...]:
    """Every effect of the table `effects`."""
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table by trait or by covariate")
    troubles = Troubles()
    found: list[Effect] = []
    for of, table in raw.items():
        if of in COVARIATES:
            found += troubles.take((of,), _table, table, known, of, None) or ()
        elif of in known.traits:
            found += troubles.take((of,), _by_value, table, known, of) or ()
        else:
            words = (*known.traits, *COVARIATES)
            hint = nearest(of, words)
            troubles.add(
                (of,), "is no trait and no number of a patient's course", "" if hint else listed(words), hint
            )
    troubles.done()
    return tuple(found)


def _by_value(raw: Any, known: Context, of: str) -> list[Effect]:
    values = known.traits[of]
    troubles = Troubles()
    found: list[Effect] = []
    for value, table in entries(raw, wanted=f"a table by value of {of}").items():
        if value not in values:
            hint = nearest(value, values)
            troubles.add((value,), f"is no value of {of}", "" if hint else listed(values), hint)
        else:
            found += troubles.take((value,), _table, table, known, of, value) or ()
    troubles.done()
    return found


def _table(raw: Any, known: Context, of: str, value: str | None) -> list[Effect]:
    """The effects of one trait value or covariate, by what they act on."""
    troubles = Troubles()
    found = []
    for name, ratios in entries(raw, wanted="a table of effects").items():
        place = troubles.take((name,), _target, name, known)
        effect = troubles.take((name,), _effect, ratios, known, of, value, place or ("dropout", None))
        if place and effect:
            found.append(effect)
    troubles.done()
    return found


def _target(name: str, known: Context) -> tuple[str, str | None]:
    """What the key acts on, and the level it is limited to."""
    head, dot, rest = name.partition(".")
    level, target = (head, rest) if dot and head in known.levels else (None, name)
    first, dot, end = target.partition(".")
    if first == "other_ends" and dot:
        if end not in known.ends:
            raise wrong(f"{shown(end)} is no end of a stay", listed(known.ends), nearest(end, known.ends))
        return target, level
    if target in TARGETS:
        if level and target == "enters":
            raise wrong("cannot be limited to a level", "`enters` alone")
        return target, level
    if dot and level is None:
        hint = nearest(head, known.levels)
        raise wrong(
            f"{shown(head)} is no level", "" if hint else listed(known.levels), hint and f'"{hint}.{rest}"'
        )
    hint = nearest(target, (*TARGETS, "other_ends"))
    raise wrong("is nothing an effect can act on", "" if hint else listed(TARGETS, most=30), hint)


def _effect(raw: Any, known: Context, of: str, value: str | None, place: tuple[str, str | None]) -> Effect:
    target, level = place
    allowed = TARGETS.get(target, _CLOCK_OR_SHARE)
    named = entries(raw, wanted="a table with a ratio, such as { hazard_ratio = 1.3 }")
    keys = [*RATIOS, "option", *(() if value is not None else ("per", "cap"))]
    troubles = Troubles()
    given: dict[str, Any] = {}
    for name, item in named.items():
        if name in RATIOS and name not in allowed:
            troubles.add((name,), f"cannot act on {target}", listed(allowed))
        elif name in RATIOS:
            given[name] = troubles.take((name,), number, item, low=0.0, above=True, wanted="a ratio above 0")
        elif name == "option":
            given[name] = troubles.take((name,), _option, item, known, target)
        elif name in ("per", "cap") and value is None:
            parse = days if of.startswith("days") else number
            given[name] = troubles.take((name,), _above, item, parse)
        else:
            hint = nearest(name, keys)
            troubles.add((name,), "is no key of an effect", "" if hint else listed(keys), hint)
    if not any(name in RATIOS for name in named):
        troubles.add((), "has no ratio", listed(allowed))
    if target in CHOICES and "option" not in named:
        troubles.add((), "names no option", "`option`: the choice whose odds change")
    if target not in CHOICES and "option" in named:
        troubles.add(("option",), f"is none of {target}", "no `option`: it is no choice")
    troubles.done()
    return Effect(of, value, level, target, **given)


def _above(raw: Any, parse: Any) -> float:
    value: float = parse(raw)
    if not value > 0:
        raise wrong(f"is {shown(raw)}", "more than 0")
    return value


def _option(raw: Any, known: Context, target: str) -> str:
    """The name of an option; whether any rule has it is checked when the levels are known."""
    if not isinstance(raw, str):
        raise wrong(f"is {shown(raw)}", "text in quotes")
    return STAY if raw == "continue" else raw


def options_of(scenario: Any, effect: Effect) -> set[str]:
    """The options that the choices an effect acts on really have."""
    if effect.target == "enters":
        sources = scenario.arrivals.values()
        tables: list[Shares | None] = [source.enters for source in sources]
        tables += [rule.enters for source in sources for rule in source.placement]
        return {name for table in tables for name in table or ()}
    found: set[str] = set()
    for name, level in scenario.levels.items():
        if effect.level not in (None, name):
            continue
        if effect.target == "ends":
            found |= set(level.ends or ())
            continue
        found |= {option for table in _choices(level, effect.target) for option in table}
    return found


def _choices(level: Any, target: str) -> list[Shares]:
    if target == "completes_to":
        return [*(rule.go for rule in level.on_completion), level.completes_to or {"step down": 1.0}]
    if target == "review":
        review = level.review
        return [*(rule.go for rule in review.rules), review.go or {}] if review else []
    if target == "on_other_ends":
        return [rule.go for found in level.on_other_ends.values() for rule in found]
    return [rule.go for rule in getattr(level, target)]
