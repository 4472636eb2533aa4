"""Where patients go: shares among levels, holds by destination, and the rules that name them.

A rule's condition and shares are read here; which rule decides and what an option means is left to
`sim/rules/`.
"""

from typing import Annotated, Any, Literal

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.choice import DURATION_INPUT, Choice, choice
from sim.scenario.conditions import When
from sim.scenario.context import Context
from sim.scenario.faults import Troubles, build, listed, nearest, shown, wrong
from sim.scenario.values import (
    DURATION,
    NO_LIMIT,
    SHARE,
    Days,
    Says,
    Table,
    Text,
    entries,
    hold_days,
    items,
    key,
    name_of,
    shares,
)

UP, DOWN = "step up", "step down"
STAY, CONTINUE, EXTEND, DISCHARGE = "stay", "continue", "extend", "discharge"
FREE_REASONS = ("completed", "dropout", "relapse", "payer_ended")
"""Reasons of discharge that a rule may name, beside the scenario's own ends."""

Shares = dict[str, float]
Hold = dict[str, float]
SHARES_INPUT = str | dict[str, SHARE | str]


def go(raw: Any, known: Context, *, stays: bool) -> Shares:
    """Where a rule sends a patient: one name, or shares among names; `stays`: she may also stay where she is.

    Names are levels, "step up", "step down", "discharge", "discharge:REASON", and where she may stay also
    "stay" (or "continue") and "extend".
    """
    if isinstance(raw, str):
        _check_target(raw, known, stays)
        return {STAY if raw == CONTINUE else raw: 1.0}
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "where to go: a name, or a table of shares")
    parsed = shares(raw, lambda name: _check_target(name, known, stays))
    if CONTINUE in parsed and STAY in parsed:
        raise wrong("is the same as stay", "one of them", at=(CONTINUE,))
    return {STAY if name == CONTINUE else name: share for name, share in parsed.items()}


def enters(raw: Any, known: Context) -> Shares:
    """The level, or the shares among levels, that patients enter."""
    if isinstance(raw, str):
        return {name_of(raw, known.levels, "level"): 1.0}
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a level, or a table of shares among levels")
    return shares(raw, lambda name: (name_of(name, known.levels, "level"), None)[1])


def hold(raw: Any, known: Context) -> Hold:
    """Days for which the place is kept, by destination; "default" for those not named."""
    if not isinstance(raw, dict):
        return {"default": hold_days(raw)}
    troubles = Troubles()
    parsed: Hold = {}
    for name, value in entries(raw).items():
        if name != "default":
            troubles.take((name,), name_of, name, known.levels, "level")
        found = troubles.take((name,), hold_days, value)
        parsed[name] = found if found is not None else 0.0
    troubles.done()
    parsed.setdefault("default", 0.0)
    return parsed


def _check_target(name: str, known: Context, stays: bool) -> None:
    """Raises `Wrong` when a rule cannot send a patient there."""
    if name in known.levels or name in (DOWN, DISCHARGE):
        return
    if name == UP:
        if known.level and not known.step_up.get(known.level):
            raise wrong(
                f'"{UP}" leads nowhere: {known.level} is the first level', "a level's name, or `step_up` set"
            )
        return
    if name in (STAY, CONTINUE, EXTEND):
        if not stays:
            raise wrong(f'"{name}" is not possible here: the stay is over', "a level, a step or discharge")
        return
    head, colon, reason = name.partition(":")
    if head == DISCHARGE and colon:
        reasons = (*FREE_REASONS, *known.ends)
        if reason not in reasons:
            hint = nearest(reason, reasons)
            raise wrong(f"{shown(reason)} is no reason of discharge", "" if hint else listed(reasons),
                        f'"discharge:{hint}"' if hint else "")  # fmt: skip
        return
    words = [*known.levels, UP, DOWN, DISCHARGE, *([STAY, EXTEND] if stays else [])]
    hint = nearest(name, [*words, CONTINUE] if stays else words)
    raise wrong(f"{shown(name)} is no level", listed(words), f'"{hint}"' if hint else "")


def _moving(raw: Any, info: ValidationInfo) -> Shares:
    return go(raw, context.of(info), stays=False)


def _staying(raw: Any, info: ValidationInfo) -> Shares:
    return go(raw, context.of(info), stays=True)


def _entering(raw: Any, info: ValidationInfo) -> Shares:
    return enters(raw, context.of(info))


def _holding(raw: Any, info: ValidationInfo) -> Hold:
    return hold(raw, context.of(info))


def _duration(raw: Any, info: ValidationInfo) -> Choice:
    return choice(raw, context.of(info))


Moving = Annotated[
    Shares, PlainValidator(_moving, json_schema_input_type=SHARES_INPUT), Says("name or shares")
]
Staying = Annotated[
    Shares, PlainValidator(_staying, json_schema_input_type=SHARES_INPUT), Says("name or shares")
]
Entering = Annotated[
    Shares, PlainValidator(_entering, json_schema_input_type=SHARES_INPUT), Says("level or shares")
]
Holding = Annotated[
    Hold,
    PlainValidator(_holding, json_schema_input_type=DURATION | NO_LIMIT | dict[str, DURATION | str]),
    Says('duration, "unlimited", or a table by destination'),
]
Duration = Annotated[
    Choice, PlainValidator(_duration, json_schema_input_type=DURATION_INPUT), Says("duration or distribution")
]


class Rule(Table):
    """What happens to patients for whom the condition holds; the first rule that holds decides."""

    when: When = key({}, "Condition; without one the rule always applies.")
    go: Moving = key(..., "Where patients go: a name, or shares among names that sum to 1.")
    hold: Holding | None = key(
        None, "Keeps the place while the next level is full; overrides the level's hold.", unit="days"
    )
    delay: Duration | None = key(
        None, "Ready and still in the place before she asks: placement takes time.", unit="days"
    )
    for_: Duration | None = key(
        None, "A while elsewhere, after which she comes back; without it the move is for good.",
        unit="days", name="for",
    )  # fmt: skip
    then: Literal["back", "anew"] = key(
        "back", 'After `for`: back with the remaining days ("back") or to a new stay ("anew").'
    )
    extend_by: Days = key(0.0, "Days added to the planned stay by stay or extend.", unit="days")
    source: Text | None = key(None, "Where the numbers come from.")


class StayRule(Rule):
    """A rule after which the patient may also stay where she is: relapse and review."""

    go: Staying = key(..., "Where patients go, or stay, or extend: a name, or shares that sum to 1.")


def rules(raw: Any, info: ValidationInfo, model: type[Rule], *, temporary: bool) -> tuple[Rule, ...]:
    """The rules of a list, each checked for keys that do not go together."""
    known = context.of(info)

    def one(item: Any) -> Rule:
        made = build(model, item, known)
        troubles = Troubles()
        if made.for_ is not None and not temporary:
            troubles.add(
                ("for",), "is not possible here: the stay is over", "it in on_relapse or in a review"
            )
        if "then" in item and made.for_ is None:
            troubles.add(("then",), "says what follows `for`, which is not given", "`for` with it")
        if EXTEND in made.go and not made.extend_by > 0:
            troubles.add(("go",), "extends by nothing", "`extend_by` above 0")
        troubles.done()
        return made

    return items(raw, one)


def _end_rules(raw: Any, info: ValidationInfo) -> tuple[Rule, ...]:
    return rules(raw, info, Rule, temporary=False)


def _stay_rules(raw: Any, info: ValidationInfo) -> tuple[Rule, ...]:
    return rules(raw, info, StayRule, temporary=True)


Rules = Annotated[
    tuple[Rule, ...], PlainValidator(_end_rules, json_schema_input_type=list[Rule]), Says("list of rules")
]
StayRules = Annotated[
    tuple[Rule, ...],
    PlainValidator(_stay_rules, json_schema_input_type=list[StayRule]),
    Says("list of rules"),
]
