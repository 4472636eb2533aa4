"""The filling of the tables: pools of clocks, conditions, rules and effects, and rows per regime and level.

`sim/plan.py` adds one regime after the other and takes the finished tables. The meaning of each table is
said in `sim/tables.py`; all names are resolved here, so that the engines know numbers only.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any

from sim.distributions import Shape, flatten
from sim.draws import subject
from sim.rules.effects import NONE_OPTION
from sim.scenario.types import Among, ByNumber, Choice, Condition, Hold, Level, Rule, Scenario, Source
from sim.tables import (
    BY_LAST_LEVEL,
    BY_NOTHING,
    DISCHARGE,
    DISCHARGE_AS,
    EXTEND,
    FIELD_FROM,
    FIELD_NUMBER,
    FIELD_SOURCE,
    HAZARD,
    NONE,
    ODDS,
    STAY,
    TARGETS,
    TIME,
    TRANSFERS_FIRST,
    TRANSFERS_LAST,
    TRANSFERS_MERGED,
    Tables,
)
from sim.words import COVARIATES, OUTSIDE, Reason

_TRANSFERS = {"first": TRANSFERS_FIRST, "merged": TRANSFERS_MERGED, "last": TRANSFERS_LAST}
_WORDS = {"stay": STAY, "continue": STAY, "extend": EXTEND, "discharge": DISCHARGE}


class Pools:
    """Tables in the making: one list per field of `Tables`."""

    def __init__(self, scenario: Scenario, reasons: Sequence[str]) -> None:
        self.levels = tuple(scenario.levels)
        self.sources = tuple(scenario.arrivals)
        self.reasons = tuple(reasons)
        self.traits = {name: tuple(trait.shares) for name, trait in scenario.traits.items()}
        self.targets = (*TARGETS, *(f"other_ends.{name}" for name in reasons))
        self.shapes: list[Shape] = []
        self.columns: defaultdict[str, list[Any]] = defaultdict(list)
        self._add_traits(scenario)
        self._add_effects(scenario)

    def tables(self) -> Tables:
        """The finished tables."""
        known: dict[str, Any] = {
            "levels": len(self.levels),
            "reasons": len(self.reasons),
            "sources": len(self.sources),
            "level_subject": [subject(name) for name in self.levels],
            "trait_subject": [subject(f"trait.{name}") for name in self.traits],
            "other_subject": [
                subject(f"{level}.other_ends.{reason}") for level in self.levels for reason in self.reasons
            ],
            "distributions": flatten(self.shapes),
        }
        return Tables(**{name: known.get(name, self.columns[name]) for name in Tables._fields})

    def add_regime(self, day: float, scenario: Scenario) -> None:
        """Adds the rows of what is in force from a day on."""
        add = self.columns
        add["regime_from"].append(day)
        for name, level in scenario.levels.items():
            self._add_level(name, level)
        for source in scenario.arrivals.values():
            self._add_placement(source)
        waiting = scenario.after.get("waiting")
        add["waiting_use"].append(self._clock(waiting.return_to_use if waiting else None, "return_to_use"))
        add["waiting_death"].append(self._clock(waiting.death if waiting else None, "death"))
        for reason in self.reasons:
            after = scenario.after.get(reason, scenario.after.get("default"))
            add["use_clock"].append(self._clock(after.return_to_use if after else None, "return_to_use"))
            add["after_death_clock"].append(self._clock(after.death if after else None, "death"))
            returns = after.returns_to_care if after else None
            add["return_share"].append(self._share(returns.share) if returns else NONE)
            add["return_clock"].append(self._clock(returns.delay if returns else None, "returns_to_care"))
            add["return_after_use"].append(int(returns.after_use) if returns else 0)

    # ---- distributions, clocks, conditions

    def _choice(self, choice: Choice) -> int:
        """The row of a distribution that may differ by trait."""
        values = self._values(choice.by)
        options: Sequence[Any]
        options = [choice.options.get(value, choice.default) for value in values] or [choice.default]
        row = len(self.columns["choice_by"])
        self.columns["choice_by"].append(self._by(choice.by))
        self.columns["choice_first"].append(len(self.columns["choice_option"]))
        for option in options:
            self.columns["choice_option"].append(len(self.shapes) if option is not None else NONE)
            if option is not None:
                self.shapes.append(option.shape)
        return row

    def _share(self, share: float | ByNumber) -> int:
        """The row of a probability that may differ by trait."""
        row = len(self.columns["share_by"])
        self.columns["share_first"].append(len(self.columns["share_value"]))
        if isinstance(share, ByNumber):
            self.columns["share_by"].append(self._by(share.by))
            for value in self._values(share.by):
                self.columns["share_value"].append(share.options.get(value, share.default))
        else:
            self.columns["share_by"].append(BY_NOTHING)
            self.columns["share_value"].append(float(share))
        return row

    def _by(self, by: str | None) -> int:
        if by is None:
            return BY_NOTHING
        return BY_LAST_LEVEL if by == "last_level" else list(self.traits).index(by)

    def _values(self, by: str | None) -> Sequence[str]:
        if by is None:
            return ()
        return self.levels if by == "last_level" else self.traits[by]

    def _clock(self, clock: float | ByNumber | Choice | None, target: str) -> int:
        """The row of a clock: a distribution, or a probability before the planned end."""
        if clock is None:
            return NONE
        row = len(self.columns["clock_choice"])
        self.columns["clock_choice"].append(self._choice(clock) if isinstance(clock, Choice) else NONE)
        self.columns["clock_share"].append(NONE if isinstance(clock, Choice) else self._share(clock))
        self.columns["clock_target"].append(self.targets.index(target))
        return row

    def _condition(self, condition: Condition) -> int:
        """The row of a condition; −1 for the empty one."""
        if not condition:
            return NONE
        add = self.columns
        row = len(add["condition_first"])
        add["condition_first"].append(len(add["test_field"]))
        for name, test in condition.items():
            allowed = NONE
            low, high, low_open, high_open = -inf, inf, False, False
            if isinstance(test, Among):
                allowed = len(add["allowed"])
                add["allowed"].extend(int(value in test.values) for value in self._names(name))
            else:
                low, high, low_open, high_open = test.low, test.high, test.low_open, test.high_open
            add["test_field"].append(self._field(name))
            add["test_allowed"].append(allowed)
            add["test_low"].append(low)
            add["test_high"].append(high)
            add["test_low_open"].append(int(low_open))
            add["test_high_open"].append(int(high_open))
        add["condition_last"].append(len(add["test_field"]))
        return row

    def _names(self, field: str) -> Sequence[str]:
        if field == "from":
            return (OUTSIDE, *self.levels)
        return self.sources if field == "source" else self.traits[field]

    def _field(self, name: str) -> int:
        if name == "from":
            return FIELD_FROM
        if name == "source":
            return FIELD_SOURCE
        if name in COVARIATES:
            return FIELD_NUMBER - COVARIATES.index(name)
        return list(self.traits).index(name)

    # ---- rules

    def _target(self, name: str, level: str, scenario_level: Level | None) -> int:
        """The number of where a rule sends: a level, or one of the words."""
        if name in _WORDS:
            return _WORDS[name]
        if name.startswith("discharge:"):
            return DISCHARGE_AS - self.reasons.index(name.partition(":")[2])
        at = self.levels.index(level) if level else 0
        if name == "step up":
            named = scenario_level.step_up if scenario_level else None
            return self.levels.index(named) if named else at - 1
        if name == "step down":
            named = scenario_level.step_down if scenario_level else None
            if named:
                return self.levels.index(named)
            return at + 1 if at + 1 < len(self.levels) else DISCHARGE
        return self.levels.index(name)

    def _rule(
        self,
        go: Mapping[str, float],
        target: str,
        *,
        level: str = "",
        of: Level | None = None,
        rule: Rule | None = None,
        when: Condition | None = None,
        extend_by: float = 0.0,
    ) -> None:
        """Adds a rule with its options."""
        add = self.columns
        add["rule_condition"].append(self._condition((rule.when if rule else when) or {}))
        add["rule_target"].append(self.targets.index(target))
        add["rule_option_first"].append(len(add["option_to"]))
        for name, share in go.items():
            add["option_to"].append(self._target(name, level, of))
            add["option_share"].append(share)
        add["rule_option_last"].append(len(add["option_to"]))
        add["rule_hold"].append(self._hold(rule.hold) if rule and rule.hold is not None else NONE)
        add["rule_delay"].append(self._clock(rule.delay if rule else None, "delay"))
        add["rule_away"].append(self._clock(rule.for_ if rule else None, "for"))
        add["rule_anew"].append(int(bool(rule and rule.then == "anew")))
        add["rule_extend_by"].append(rule.extend_by if rule else extend_by)

    def _hold(self, hold: Hold) -> int:
        """The first of one entry per destination."""
        first = len(self.columns["hold_days"])
        default = hold.get("default", 0.0)
        self.columns["hold_days"].extend(hold.get(name, default) for name in self.levels)
        return first

    @staticmethod
    def goes_of(level: Level) -> Iterator[Mapping[str, float]]:
        """Where each rule of a level may send a patient."""
        rules = [*level.on_completion, *level.on_dropout, *level.on_relapse]
        for others in level.on_other_ends.values():
            rules.extend(others)
        if level.review:
            rules.extend(level.review.rules)
            yield level.review.go or {}
        yield level.completes_to or {}
        yield from (rule.go for rule in rules)

    def _add_rules(self, name: str, level: Level) -> None:
        """The rules of every cause of a level, each list closed by what happens when none holds."""
        for cause in self.reasons:
            self.columns["rules_first"].append(len(self.columns["rule_target"]))
            if cause == Reason.COMPLETED.name.lower():
                for rule in level.on_completion:
                    self._rule(rule.go, "completes_to", level=name, of=level, rule=rule)
                self._rule(level.completes_to or {"step down": 1.0}, "completes_to", level=name, of=level)
            elif cause == Reason.RELAPSE.name.lower():
                for rule in level.on_relapse:
                    self._rule(rule.go, "on_relapse", level=name, of=level, rule=rule)
                by_ends = level.ends is not None and "relapse" in level.ends
                self._rule({"discharge" if by_ends else "stay": 1.0}, "on_relapse")
            elif cause == Reason.REVIEW.name.lower():
                review = level.review
                for rule in review.rules if review else ():
                    self._rule(rule.go, "review", level=name, of=level, rule=rule)
                go = (review.go if review else None) or {"stay": 1.0}
                days = review.extend_by if review else 0.0
                self._rule(go, "review", level=name, of=level, extend_by=days)
            else:
                rules = level.on_dropout if cause == "dropout" else level.on_other_ends.get(cause, ())
                target = "on_dropout" if cause == "dropout" else "on_other_ends"
                for rule in rules:
                    self._rule(rule.go, target, level=name, of=level, rule=rule)
                self._rule({"discharge": 1.0}, target)
            self.columns["rules_last"].append(len(self.columns["rule_target"]))

    def _add_placement(self, source: Source) -> None:
        """The placement rules of a source, then its shares."""
        self.columns["placement_first"].append(len(self.columns["rule_target"]))
        for placement in source.placement:
            self._rule(placement.enters, "enters", when=placement.when)
        if source.enters:
            self._rule(source.enters, "enters")
        self.columns["placement_last"].append(len(self.columns["rule_target"]))

    # ---- levels

    def _add_level(self, name: str, level: Level) -> None:
        """One cell: a level under one regime."""
        add = self.columns
        add["capacity"].append(float(level.capacity))
        add["stay_clock"].append(self._clock(level.length_of_stay, "length_of_stay"))
        add["dropout_clock"].append(self._clock(level.dropout, "dropout"))
        add["relapse_clock"].append(self._clock(level.relapse, "relapse"))
        add["death_clock"].append(self._clock(level.death, "death"))
        add["other_first"].append(len(add["other_clock"]))
        for end, clock in level.other_ends.items():
            add["other_clock"].append(self._clock(clock, f"other_ends.{end}"))
            add["other_reason"].append(self.reasons.index(end))
        add["other_last"].append(len(add["other_clock"]))
        add["end_first"].append(len(add["end_clock"]))
        for reason, row in (level.ends or {}).items():
            add["end_reason"].append(self.reasons.index(reason))
            add["end_share"].append(row.share)
            add["end_clock"].append(self._clock(row.stay, "length_of_stay"))
        add["end_last"].append(len(add["end_clock"]))
        add["minimum_stay"].append(level.minimum_stay)
        add["review_every"].append(level.review.every if level.review else inf)
        at = self.levels.index(name)
        add["step_up"].append(self.levels.index(level.step_up) if level.step_up else at - 1)
        self._add_rules(name, level)
        add["level_hold"].append(self._hold(level.hold))
        add["show_first"].append(len(add["show_days"]))
        if level.show_up:
            add["show_days"].extend(level.show_up.days)
            add["show_share"].extend(level.show_up.share)
        add["show_last"].append(len(add["show_days"]))
        self._add_waitlist(level)

    def _add_waitlist(self, level: Level) -> None:
        add, waitlist = self.columns, level.waitlist
        add["limit"].append(float(waitlist.limit))
        add["transfers"].append(_TRANSFERS[waitlist.transfers])
        add["patience_clock"].append(self._clock(waitlist.patience, "patience"))
        add["priority_first"].append(len(add["priority_condition"]))
        for condition in waitlist.priority:
            add["priority_condition"].append(self._condition(condition))
        add["priority_last"].append(len(add["priority_condition"]))
        divert = waitlist.divert
        add["divert_after"].append(divert.after if divert else inf)
        add["divert_over_limit"].append(int(divert.over_limit) if divert else 0)
        add["divert_to"].append(self.levels.index(divert.to) if divert else NONE)

    # ---- traits and effects

    def _add_traits(self, scenario: Scenario) -> None:
        """Shares of every source, its own or the population's, and of the population last."""
        add = self.columns
        for source in (*scenario.arrivals.values(), None):
            for name, values in self.traits.items():
                own = source.traits.get(name) if source else None
                shares = own if own is not None else scenario.traits[name].shares
                add["trait_first"].append(len(add["trait_share"]))
                add["trait_share"].extend(shares.get(value, 0.0) for value in values)
                add["trait_last"].append(len(add["trait_share"]))

    def _add_effects(self, scenario: Scenario) -> None:
        """The effects on each target at each level."""
        add = self.columns
        for target in self.targets:
            for name, level in scenario.levels.items():
                add["effect_first"].append(len(add["effect_kind"]))
                for effect in scenario.effect_list:
                    if effect.target != target or effect.level not in (None, name):
                        continue
                    option = NONE_OPTION
                    if effect.option is not None and target == "ends":
                        option = self.reasons.index(effect.option)
                    elif effect.option is not None:
                        option = self._target(effect.option, name, level)
                    trait = list(self.traits).index(effect.of) if effect.value is not None else NONE
                    value = (
                        self.traits[effect.of].index(effect.value)
                        if effect.value is not None
                        else COVARIATES.index(effect.of)
                    )
                    kinds = (
                        (HAZARD, effect.hazard_ratio),
                        (TIME, effect.time_ratio),
                        (ODDS, effect.odds_ratio),
                    )
                    for kind, ratio in kinds:
                        if ratio != 1.0:
                            add["effect_kind"].append(kind)
                            add["effect_trait"].append(trait)
                            add["effect_value"].append(value)
                            add["effect_ratio"].append(ratio)
                            add["effect_option"].append(option)
                            add["effect_per"].append(effect.per)
                            add["effect_cap"].append(effect.cap)
                add["effect_last"].append(len(add["effect_kind"]))
