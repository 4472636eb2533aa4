"""Conditions, rules, holds and levels for random scenarios, over the whole vocabulary of a level.

Durations are left to tests/durations_at_random.py, who comes and what changes to
tests/scenarios_at_random.py.
"""

from typing import Any

from durations_at_random import TRAITS, Durations, Table
from hypothesis import strategies as st

NAMES = ("detox", "php", "iop", "op")
TRACKS = ("day", "evening", "dropout")
"""One has the name of a reason, which it may."""

ENDS = ("administrative", "incarcerated")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DATES = tuple(f"2026-01-{day:02}" for day in range(5, 32))
"""Days 0 to 26."""

STAYS = ("stay", "extend", "continue")


class Bare(str):
    """Text that stands in a file without quotes: a date."""

    __slots__ = ()


class Rules(Durations):
    """Draws levels and their rules; remembers the names that they may use."""

    def __init__(self, draw: st.DrawFn) -> None:
        super().__init__(draw)
        self.levels = NAMES[: self.number(1, 4)]
        self.source_names = ("home", "court")[: self.pick([1, 2, 1, 2, 0])]
        self.ends = ENDS[: self.pick([0, 1, 2])]
        """The names of other ends; the first level has them all."""

    # Rules

    def condition(self) -> Table:
        """A condition on one or two of all there is to look at."""
        tests: list[Table] = [
            {"from": self.pick([*self.levels, "outside"])},
            {"from": [self.levels[0], "outside"]},
            {"episode": self.pick([1, ">= 2"])},
            {"relapses": self.pick(["<= 1", ">= 2", "= 1"])},
            {"relapses_in_stay": self.pick(["<= 1", "2..3"])},
            {"step_ups": self.pick(["< 1", ">= 1"])},
            {"days_in_stay": self.pick([">= 3", "< 5", "1 day..4 days"])},
            {"days_in_care": self.pick(["> 6", "<= 10"])},
            *({"source": name} for name in self.source_names),
            *({trait: self.pick(TRAITS[trait])} for trait in self.traits),
            *({trait: [*TRAITS[trait][:2]]} for trait in self.traits),
        ]
        return self.pick(tests) | (self.pick(tests) if self.maybe(0.3) else {})

    def go(self, level: str, *, stays: bool = False) -> Any:
        """Where a rule of this level leads: a name, or shares among names."""
        place = self.levels.index(level)
        names = [*self.levels, "step down", "discharge", "discharge:dropout", "discharge:relapse"]
        names += ["step up"] * (place > 0) + ["stay", "extend"] * stays
        names += [f"discharge:{end}" for end in self.ends]
        if self.maybe(0.4):
            return self.pick([*names, "continue"] if stays else names)
        return self.shares(self.some(names, 2, 3))

    def rule(self, level: str, *, stays: bool = False) -> Table:
        made: Table = {"go": self.go(level, stays=stays)}
        if self.maybe(0.6):
            made["when"] = self.condition()
        if self.maybe(0.2):
            made["hold"] = self.hold()
        if self.maybe(0.2):
            made["delay"] = self.duration(0, 3)
        if stays:
            made["extend_by"] = self.days(1, 4)
            if self.maybe(0.4):
                made |= {"for": self.duration(0, 4), "then": self.pick(["back", "anew"])}
        return made

    def rules(self, level: str, *, stays: bool = False) -> list[Table]:
        return [self.rule(level, stays=stays) for _ in range(self.number(1, 2))]

    def hold(self) -> Any:
        some = [0, "unlimited", self.days(1, 4)]
        if self.maybe(0.3):
            return {self.pick(self.levels): self.pick(some), "default": self.pick(some)}
        return self.pick(some)

    # Levels

    def level(self, name: str) -> Table:
        made: Table = {"capacity": self.pick([0, 1, 1, 2, 2, 3, 5, "unlimited"]), **self.door()}
        made |= self.clocks(name) if name == self.levels[0] or self.maybe(0.8) else self.reasons(name)
        stays = "relapse" not in made.get("ends", {})
        if stays and self.maybe(0.5):
            made["relapse"] = self.clock_or_chance()
        if self.maybe(0.2):
            made["death"] = self.clock(3, 20)
        if self.maybe(0.2):
            made["minimum_stay"] = self.days(0, 5)
        if self.maybe(0.6):
            made["completes_to"] = self.go(name)
        for key, may in (("on_completion", False), ("on_dropout", False), ("on_relapse", stays)):
            if self.maybe(0.4):
                made[key] = self.rules(name, stays=may)
        if self.maybe(0.7):
            made["hold"] = self.hold()
        if self.maybe(0.2):
            days = [0, self.above_0(3), 5]
            made["show_up"] = {"days": days, "share": [self.chance() for _ in days]}
        if self.maybe(0.3):
            made["review"] = self.review(name)
        others = [level for level in self.levels if level != name]
        if others and self.maybe(0.35):
            made[self.pick(["step_up", "step_down"])] = self.pick(others)
        if self.maybe(0.6):
            made["waitlist"] = self.waitlist(others)
        if self.maybe(0.3):
            made["tracks"] = self.tracks()
            if self.maybe(0.3):
                del made["capacity"]
        return made

    def tracks(self) -> Table:
        """One to three tracks; whoever she is, a patient may ask for the first."""
        made: Table = {}
        for place, name in enumerate(TRACKS[: self.pick([1, 2, 2, 3])]):
            track: Table = {"seats": self.pick([0, 1, 1, 2, 3, "unlimited"])}
            if self.maybe(0.5):
                track["share"] = self.pick([0.5, 1, 3] if place == 0 else [0, 0.5, 2])
            if place and self.traits and self.maybe(0.4):
                trait = self.pick(self.traits)
                track["when"] = {trait: self.pick([TRAITS[trait][0], [*TRAITS[trait][:2]]])}
            made[name] = track | (self.door() if self.maybe(0.3) else {})
        return made

    def clocks(self, name: str) -> Table:
        """A planned stay, and what may end it before."""
        made: Table = {"length_of_stay": self.duration(0, 8)}
        if self.maybe(0.4):
            made["dropout"] = self.clock_or_chance()
        if self.ends and (name == self.levels[0] or self.maybe(0.3)):
            made["other_ends"] = {end: self.clock_or_chance() for end in self.ends}
            if self.maybe(0.5):
                made["on_other_ends"] = {self.pick(self.ends): self.rules(name)}
        return made

    def reasons(self, name: str) -> Table:
        """The reasons of the ends, each with its stays."""
        ends = self.shares(["completed", *self.some(["dropout", "relapse", *self.ends], 1, 3)])
        made: Table = {"ends": {}}
        for end, part in ends.items():
            made["ends"][end] = {"share": part, "stay": self.duration(0, 8)}
        own = [end for end in self.ends if end in ends]
        if own and self.maybe(0.5):
            made["on_other_ends"] = {self.pick(own): self.rules(name)}
        return made

    def review(self, name: str) -> Table:
        made: Table = {"every": self.above_0(4), "extend_by": 2, "go": self.go(name, stays=True)}
        if self.maybe(0.4):
            made["rules"] = self.rules(name, stays=True)
        return made

    def door(self) -> Table:
        """When the level admits; mostly always."""
        made: Table = {}
        kind = self.pick(["open", "open", "open", "weekdays", "cohorts"])
        if kind == "weekdays":
            made["admits"] = self.some(WEEKDAYS, 1, 5)
        elif kind == "cohorts":
            made["admits_on"] = self.some_dates()
        if self.maybe(0.2):
            made["closed"] = self.some_dates()
        if self.maybe(0.2):
            made["opens_at"] = self.pick([0.25, "9 hours"])
        return made

    def some_dates(self) -> list[Bare]:
        return [Bare(day) for day in sorted(self.some(DATES, 1, 5))]

    def waitlist(self, others: list[str]) -> Table:
        made: Table = {"transfers": self.pick(["first", "merged", "last"])}
        if self.maybe(0.4):
            made["limit"] = self.number(0, 3)
        if self.maybe(0.5):
            made["patience"] = self.clock(0, 6)
        if self.maybe(0.4):
            made["priority"] = [self.condition() for _ in range(self.pick([1, 2, 3]))]
        if others and self.maybe(0.4):
            divert: Table = {"to": self.pick(others), "over_limit": self.maybe(0.5)}
            if not divert["over_limit"] or self.maybe(0.5):
                divert["after"] = self.above_0(4)
            made["divert"] = divert
        return made
