"""Random intakes: one to three stages with delays, appointments or a door, losses by trait."""

from durations_at_random import Table
from rules_at_random import WEEKDAYS, Bare, Rules

STAGES = ("contact", "assessment", "verified")


class Intakes(Rules):
    """Draws the intake of a scenario."""

    def intake(self, sources: list[str]) -> Table:
        """An intake for all or some of the sources."""
        made: Table = {"stages": {name: self.stage() for name in self.some(STAGES, 1, 3)}}
        if sources and self.maybe(0.3):
            made["sources"] = self.some(sources, 1, len(sources))
        if self.maybe(0.5):
            made["returns"] = self.maybe(0.7)
        return made

    def stage(self) -> Table:
        """One stage."""
        made: Table = {}
        if self.maybe(0.6):
            made["delay"] = self.duration(0, 4)
        kind = self.pick(["", "appointments", "appointments", "walk_in"])
        if kind == "appointments":
            made[kind] = {day: self.number(0, 3) for day in self.some(WEEKDAYS, 1, 5)}
            made[kind]["wed"] = self.number(1, 2)
            if self.maybe(0.5):
                made["notice"] = self.days(0, 2)
            if self.maybe(0.5):
                made["at_most"] = self.above_0(12)
        if kind == "walk_in":
            made[kind] = self.some(WEEKDAYS, 1, 5)
            made["until"] = self.pick(["16 hours", "23 hours"])
        if kind:
            made["at"] = self.pick(["0 hours", "9 hours", "13.5 hours"])
            if self.maybe(0.3):
                made["closed"] = [Bare("2026-01-07"), Bare("2026-01-14")]
        if self.maybe(0.5):
            made["show_up"] = {"days": [0, 1, 4], "share": [1.0, self.pick([0.4, 0.9]), 0.3]}
        if self.maybe(0.5):
            made["share"] = self.by_trait(lambda: self.pick([0.2, 0.6, 0.9, 1.0]))
        return made

    def new_stage(self, stages: Table) -> Table:
        """What changes at one of the stages: losses, delay, appointments."""
        name = self.pick([*stages])
        new = {key: value for key, value in self.stage().items() if key in ("delay", "share", "show_up")}
        if "appointments" in stages[name]:
            new["appointments"] = {"thu": self.number(0, 4)}
            new["at_most"] = self.above_0(12)
        return {name: new or {"share": 0.5}}
