"""The filling of the tables: pools of clocks, conditions, rules and effects, and rows per regime and level.

`sim/plan.py` adds one regime after the other and takes the finished tables. The meaning of each table is
said in `sim/tables.py`; all names are resolved here, so that the engines know numbers only.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from sim.distributions import Shape, flatten
from sim.draws import subject
from sim.scenario import effects as scenario_effects
from sim.scenario.roles import alternatives
from sim.scenario.types import (
    Among,
    ByNumber,
    Choice,
    Condition,
    Hold,
    Intake,
    Level,
    Scenario,
    Source,
    Stage,
)
from sim.scenario.types import Rule as ScenarioRule
from sim.scenario.types import ShowUp as ScenarioShowUp
from sim.tables import (
    ALONE,
    BY_LAST_LEVEL,
    BY_NOTHING,
    DISCHARGE,
    DISCHARGE_AS,
    EXTEND,
    FIELD_FROM,
    FIELD_NUMBER,
    FIELD_SOURCE,
    HAZARD,
    NEXT_SHIFT,
    NO_OPTION,
    NONE,
    ODDS,
    SAME_SHIFT,
    STAY,
    TARGETS,
    TIME,
    TRANSFERS_FIRST,
    TRANSFERS_LAST,
    TRANSFERS_MERGED,
    After,
    ByTrait,
    Cell,
    Clock,
    Effect,
    End,
    Option,
    OtherEnd,
    Regime,
    Rule,
    ShowUp,
    Span,
    Tables,
    Test,
    Track,
)
from sim.tables import Stage as TableStage
from sim.words import COVARIATES, OUTSIDE, Reason

_TRANSFERS = {"first": TRANSFERS_FIRST, "merged": TRANSFERS_MERGED, "last": TRANSFERS_LAST}
_WORDS = {"stay": STAY, "continue": STAY, "extend": EXTEND, "discharge": DISCHARGE}


class Pools:
    """Tables in the making."""

    def __init__(self, scenario: Scenario, reasons: Sequence[str], labels: Sequence[str] = ()) -> None:
        self.levels = tuple(scenario.levels)
        self.sources = tuple(scenario.arrivals)
        self.reasons = tuple(reasons)
        self.labels = (*reasons, *labels)
        self.traits = {name: tuple(trait.shares) for name, trait in scenario.traits.items()}
        self.targets = (*TARGETS, *(f"other_ends.{name}" for name in reasons))
        self.shapes: list[Shape] = []
        self.made = Tables(
            len(self.levels),
            len(self.reasons),
            len(self.sources),
            [subject(name) for name in self.levels],
            [subject(f"trait.{name}") for name in self.traits],
            [subject(f"{level}.other_ends.{reason}") for level in self.levels for reason in self.reasons],
            flatten(()),
            *([] for _ in range(len(Tables._fields) - 7)),
        )
        self._add_traits(scenario)
        self._add_effects(scenario)
        first = 0
        for level in scenario.levels.values():
            self.made.tracks_of.append(Span(first, first + len(level.tracks)))
            first += len(level.tracks)
        self._add_staff(scenario)
        if scenario.intake is not None:
            self._add_intake(scenario, scenario.intake)

    def tables(self) -> Tables:
        """The finished tables."""
        return self.made._replace(distributions=flatten(self.shapes))

    def add_regime(self, day: float, scenario: Scenario) -> None:
        """Adds the rows of what is in force from a day on."""
        for name, level in scenario.levels.items():
            self._add_level(name, level)
        for index, level in enumerate(scenario.levels.values()):
            for name, track in level.tracks.items():
                condition = self._condition(track.when)
                label = self.labels.index(name)
                self.made.tracks.append(Track(index, label, condition, track.share, float(track.seats)))
        for source in scenario.arrivals.values():
            self._add_placement(source)
        for stage in scenario.intake.stages.values() if scenario.intake else ():
            self._add_stage(stage)
        use, death = "return_to_use", "death"
        waiting = scenario.after.get("waiting")
        self.made.regimes.append(
            Regime(
                day,
                self._clock(waiting.return_to_use if waiting else None, use),
                self._clock(waiting.death if waiting else None, death),
            )
        )
        for reason in self.reasons:
            after = scenario.after.get(reason, scenario.after.get("default"))
            returns = after.returns_to_care if after else None
            self.made.afters.append(
                After(
                    use=self._clock(after.return_to_use if after else None, use),
                    returns=self._chance(returns.share) if returns else NONE,
                    delay=self._clock(returns.delay if returns else None, "returns_to_care"),
                    after_use=bool(returns and returns.after_use),
                    death=self._clock(after.death if after else None, death),
                )
            )

    # ---- the intake

    def _add_intake(self, scenario: Scenario, intake: Intake) -> None:
        """The stages' names, and who passes them."""
        made = self.made
        made.stage_subject.extend(subject(f"stage.{name}") for name in intake.stages)
        made.stage_label.extend(self.labels.index(name) for name in intake.stages)
        made.passes.extend((False, intake.returns))
        for name in scenario.arrivals:
            has_intake = intake.sources is None or name in intake.sources
            made.passes.extend((has_intake, has_intake and intake.returns))

    def _add_stage(self, stage: Stage) -> None:
        """One stage under one regime."""
        show_first = len(self.made.show_up)
        self._add_show_up(stage.show_up)
        self.made.stages.append(
            TableStage(
                delay=self._clock(stage.delay, "intake"),
                goes_on=self._chance(stage.share),
                show_first=show_first,
                show_last=len(self.made.show_up),
                sees=stage.appointments is not None or stage.walk_in is not None,
                walk_in=stage.walk_in is not None,
                at=stage.at,
                until=stage.until,
                notice=stage.notice,
                at_most=stage.at_most,
            )
        )

    def _add_show_up(self, show_up: ScenarioShowUp | None) -> None:
        """The rows of a table of who shows up."""
        if show_up:
            pairs = zip(show_up.days, show_up.share, strict=True)
            self.made.show_up.extend(ShowUp(days, share) for days, share in pairs)

    # ---- distributions, clocks, conditions

    def _choice(self, choice: Choice) -> int:
        """The row of a distribution that may differ by trait."""
        values = self._values(choice.by)
        row = len(self.made.choices)
        self.made.choices.append(ByTrait(self._by(choice.by), len(self.made.option_of)))
        for option in [choice.options.get(value, choice.default) for value in values] or [choice.default]:
            self.made.option_of.append(len(self.shapes) if option is not None else NONE)
            if option is not None:
                self.shapes.append(option.shape)
        return row

    def _chance(self, chance: float | ByNumber) -> int:
        """The row of a probability that may differ by trait."""
        row = len(self.made.chances)
        first = len(self.made.chance_of)
        if isinstance(chance, ByNumber):
            self.made.chances.append(ByTrait(self._by(chance.by), first))
            for value in self._values(chance.by):
                option = chance.options.get(value, chance.default)
                self.made.chance_of.append(0.0 if option is None else float(option))
        else:
            self.made.chances.append(ByTrait(BY_NOTHING, first))
            self.made.chance_of.append(float(chance))
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
        choice = self._choice(clock) if isinstance(clock, Choice) else NONE
        chance = NONE if isinstance(clock, Choice) else self._chance(clock)
        self.made.clocks.append(Clock(choice, chance, self.targets.index(target)))
        return len(self.made.clocks) - 1

    def _condition(self, condition: Condition) -> int:
        """The row of a condition; −1 for the empty one."""
        if not condition:
            return NONE
        first = len(self.made.tests)
        for name, test in condition.items():
            if isinstance(test, Among):
                allowed = len(self.made.allowed)
                self.made.allowed.extend(value in test.values for value in self._names(name))
                bounds = (-inf, inf, False, False)
            else:
                allowed = NONE
                bounds = (test.low, test.high, test.low_open, test.high_open)
            self.made.tests.append(Test(self._field(name), allowed, *bounds))
        self.made.conditions.append(Span(first, len(self.made.tests)))
        return len(self.made.conditions) - 1

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
        rule: ScenarioRule | None = None,
        when: Condition | None = None,
        extend_by: float = 0.0,
    ) -> None:
        """Adds a rule with its options."""
        condition = self._condition((rule.when if rule else when) or {})
        first = len(self.made.options)
        self.made.options.extend(Option(self._target(name, level, of), share) for name, share in go.items())
        self.made.rules.append(
            Rule(
                condition=condition,
                target=self.targets.index(target),
                first=first,
                last=len(self.made.options),
                hold=self._hold(rule.hold) if rule and rule.hold is not None else NONE,
                delay=self._clock(rule.delay if rule else None, "delay"),
                away=self._clock(rule.for_ if rule else None, "for"),
                anew=bool(rule and rule.then == "anew"),
                extend_by=rule.extend_by if rule else extend_by,
            )
        )

    def _hold(self, hold: Hold) -> int:
        """The first of one entry per destination."""
        first = len(self.made.hold_days)
        default = hold.get("default", 0.0)
        self.made.hold_days.extend(hold.get(name, default) for name in self.levels)
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
            first = len(self.made.rules)
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
            self.made.rules_for.append(Span(first, len(self.made.rules)))

    def _add_placement(self, source: Source) -> None:
        """The placement rules of a source, then its shares."""
        first = len(self.made.rules)
        for placement in source.placement:
            self._rule(placement.enters, "enters", when=placement.when)
        if source.enters:
            self._rule(source.enters, "enters")
        self.made.placements.append(Span(first, len(self.made.rules)))

    # ---- levels

    def _add_level(self, name: str, level: Level) -> None:
        """One cell: a level under one regime."""
        made, waitlist, divert = self.made, level.waitlist, level.waitlist.divert
        other_first, end_first, show_first = len(made.other_ends), len(made.ends), len(made.show_up)
        priority_first = len(made.priority)
        for end, clock in level.other_ends.items():
            made.other_ends.append(OtherEnd(self.reasons.index(end), self._clock(clock, f"other_ends.{end}")))
        for reason, row in (level.ends or {}).items():
            clock_of_end = self._clock(row.stay, "length_of_stay")
            made.ends.append(End(self.reasons.index(reason), row.share, clock_of_end))
        self._add_show_up(level.show_up)
        made.priority.extend(self._condition(condition) for condition in waitlist.priority)
        at = self.levels.index(name)
        cell = Cell(
            capacity=float(level.capacity),
            stay=self._clock(level.length_of_stay, "length_of_stay"),
            dropout=self._clock(level.dropout, "dropout"),
            relapse=self._clock(level.relapse, "relapse"),
            death=self._clock(level.death, "death"),
            patience=self._clock(waitlist.patience, "patience"),
            other_first=other_first,
            other_last=len(made.other_ends),
            end_first=end_first,
            end_last=len(made.ends),
            minimum_stay=level.minimum_stay,
            review_every=level.review.every if level.review else inf,
            step_up=self.levels.index(level.step_up) if level.step_up else at - 1,
            hold=self._hold(level.hold),
            show_first=show_first,
            show_last=len(made.show_up),
            limit=float(waitlist.limit),
            transfers=_TRANSFERS[waitlist.transfers],
            priority_first=priority_first,
            priority_last=len(made.priority),
            divert_after=divert.after if divert else inf,
            divert_over_limit=bool(divert and divert.over_limit),
            divert_to=self.levels.index(divert.to) if divert else NONE,
        )
        made.cells.append(cell)
        self._add_rules(name, level)

    # ---- traits and effects

    def _add_traits(self, scenario: Scenario) -> None:
        """Shares of every source, its own or the population's, and of the population last."""
        made = self.made
        for source in (*scenario.arrivals.values(), None):
            for name, values in self.traits.items():
                own = source.traits.get(name) if source else None
                shares = own if own is not None else scenario.traits[name].shares
                first = len(made.trait_share)
                made.trait_share.extend(shares.get(value, 0.0) for value in values)
                made.traits_of.append(Span(first, len(made.trait_share)))

    def _add_staff(self, scenario: Scenario) -> None:
        """Every role, and its needs that limit, level by level."""
        made = self.made
        for name, role in scenario.roles.items():
            made.role_subject.append(subject(f"role.{name}"))
            made.role_label.append(self.labels.index(name) if role.roster else NONE)
            for level in self.levels:
                needs = tuple(need for need in role.needs_of(level) if need.limits)
                first = len(made.needs)
                for shifts in alternatives(needs):
                    joins = ALONE
                    for shift in shifts:
                        for place in shift:
                            made.needs.append(role.line(needs[place]))
                            made.needs_join.append(joins)
                            joins = SAME_SHIFT
                        joins = NEXT_SHIFT
                made.needs_of.append(Span(first, len(made.needs)))
        for index in range(len(self.levels)):
            spans = made.needs_of[index :: len(self.levels)]
            made.limited.append(any(span.first < span.last for span in spans))

    def _add_effects(self, scenario: Scenario) -> None:
        """The effects on each target at each level."""
        made = self.made
        for target in self.targets:
            for name, level in scenario.levels.items():
                first = len(made.effects)
                for effect in scenario.effect_list:
                    if effect.target == target and effect.level in (None, name):
                        made.effects.extend(self._effect(effect, name, level))
                made.effects_on.append(Span(first, len(made.effects)))

    def _effect(self, given: scenario_effects.Effect, name: str, level: Level) -> Iterator[Effect]:
        """One row for each ratio of an effect that is not 1."""
        option = NO_OPTION
        if given.option is not None:
            at_ends = given.target == "ends"
            option = self.reasons.index(given.option) if at_ends else self._target(given.option, name, level)
        if given.value is None:
            trait, value = NONE, COVARIATES.index(given.of)
        else:
            trait, value = list(self.traits).index(given.of), self.traits[given.of].index(given.value)
        kinds = ((HAZARD, given.hazard_ratio), (TIME, given.time_ratio), (ODDS, given.odds_ratio))
        for kind, ratio in kinds:
            if ratio != 1.0:
                yield Effect(kind, trait, value, option, ratio, given.per, given.cap)
