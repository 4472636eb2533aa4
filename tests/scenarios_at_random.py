"""Small random scenarios over the whole vocabulary, as text, for tests of what must always hold.

Half of them know whole days only, so that much is due at one instant. Stays of no length, levels without
places, shut doors and holds that lock happen often. What must hold is left to the tests that use them.
"""

from typing import Any

from hypothesis import strategies as st

NAMES = ("detox", "php", "iop", "op")
TRAITS = {"housing": ("stable", "unstable"), "need": ("low", "middle", "high")}
ENDS = ("administrative", "incarcerated")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DATES = tuple(f"2026-01-{day:02}" for day in range(5, 32))
"""Days 0 to 26."""

Table = dict[str, Any]


class Bare(str):
    """Text that stands in a file without quotes: a date."""

    __slots__ = ()


def toml(value: Any) -> str:
    """The value as TOML on one line."""
    if isinstance(value, Bare):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {toml(item)}' for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return repr(value)


def text(tables: Table) -> str:
    """The scenario as a file with one line for each level, source and top-level table."""
    lines = []
    for key, value in tables.items():
        if key in ("levels", "arrivals", "after"):
            lines += [f"[{key}]", *(f"{name} = {toml(item)}" for name, item in value.items())]
        elif isinstance(value, dict):
            lines += [f"[{key}]", *(f'"{name}" = {toml(item)}' for name, item in value.items())]
        else:
            lines.insert(0, f"{key} = {toml(value)}")
    return "\n".join(lines) + "\n"


@st.composite
def scenarios(draw: st.DrawFn) -> str:
    """The text of a scenario of 10 to 40 days with one to four levels and some dozens of patients."""
    return text(draw(tables()))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """The scenario as the tables of its file."""
    some = Draws(draw)
    made: Table = {
        "schema": 1,
        "name": "at-random",
        "run": {
            "duration": draw(st.integers(10, 40)),
            "warm_up": draw(st.sampled_from([0, 0, 5])),
            "follow_up": draw(st.sampled_from([0, 0, 5])),
            "seed": draw(st.integers(0, 10**6)),
        },
        "traits": {name: {"shares": some.shares(TRAITS[name])} for name in some.traits},
        "levels": {name: some.level(name) for name in some.levels},
    }
    if some.maybe(0.7):
        made["after"] = some.after()
    if some.maybe(0.4) or not some.sources:
        made["start"] = some.start()
    if some.sources:
        made["arrivals"] = some.sources
    if some.maybe(0.4):
        made["changes"] = [some.change(made) for _ in range(draw(st.integers(1, 3)))]
    if effects := some.effects(made):
        made["effects"] = effects
    return made


class Draws:
    """Draws the parts of one scenario; remembers the names that its parts may use."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.whole = draw(st.booleans())
        self.levels = NAMES[: draw(st.integers(1, 4))]
        self.traits = tuple(TRAITS)[: draw(st.integers(0, 2))]
        self.source_names = ("home", "court")[: draw(st.sampled_from([1, 2, 1, 2, 0]))]
        self.sources = {name: self.source() for name in self.source_names}

    def maybe(self, chance: float) -> bool:
        """True in about such a share; False is the simpler case."""
        return self.draw(st.integers(0, 99)) >= 100 * (1 - chance)

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    # Numbers

    def days(self, low: int = 0, high: int = 9) -> float:
        """A number of days, whole or in quarters."""
        steps = 1 if self.whole else 4
        count = self.draw(st.integers(low * steps, high * steps))
        return count if self.whole else count / steps

    def shares(self, names: Any) -> dict[str, float]:
        """Shares in twentieths that sum to 1."""
        names = list(names)
        cuts = sorted(
            self.draw(st.lists(st.integers(0, 20), min_size=len(names) - 1, max_size=len(names) - 1))
        )
        parts = [high - low for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]
        return {name: part / 20 for name, part in zip(names, parts, strict=True)}

    def chance(self) -> float:
        return self.pick([0.0, 0.1, 0.3, 0.5, 0.9, 1.0])

    def plain(self, low: int, high: int) -> Any:
        """A duration without `by`."""
        kind = self.pick(
            ["bare", "values", "fixed"] if self.whole else ["bare", "values", "law", "law", "law"]
        )
        if kind == "bare":
            return f"{self.days(low, high)} days"
        if kind == "fixed":
            return {"dist": "fixed", "value": self.days(low, high)}
        if kind == "values":
            values = sorted({self.days(low, high) for _ in range(self.draw(st.integers(1, 3)))})
            return {"dist": "empirical", "values": values}
        mean = max(1, high) * self.pick([0.3, 0.7, 1.5])
        law = self.pick(
            [
                {"dist": "exponential", "mean": mean},
                {"dist": "gamma", "mean": mean, "sd": mean / 2},
                {"dist": "lognormal", "median": mean, "mean": 1.3 * mean},
                {"dist": "weibull", "shape": 0.7, "scale": mean},
                {"dist": "loglogistic", "median": mean, "shape": 1.2},
                {"dist": "triangular", "low": 0, "mode": mean, "high": 2 * mean},
                {"dist": "uniform", "low": mean / 2, "high": mean},
                {"dist": "exponential", "share": 0.3, "by_day": mean},
                {"dist": "lognormal", "p25": mean / 2, "p75": 2 * mean},
                {
                    "dist": "mixture",
                    "parts": [
                        {"share": 0.5, "dist": "fixed", "value": mean},
                        {"share": 0.5, "dist": "exponential", "mean": mean},
                    ],
                },
            ]
        )
        if law["dist"] in ("exponential", "gamma", "lognormal", "weibull") and self.maybe(0.3):
            law |= {"max": 3 * mean, "min": mean / 10}
        return law

    def by_trait(self, value: Any) -> Any:
        """What `value()` gives, or a table of it by a trait."""
        if not self.traits or self.maybe(0.7):
            return value()
        trait = self.pick(self.traits)
        return {"by": trait, TRAITS[trait][0]: value(), "default": value()}

    def duration(self, low: int = 0, high: int = 9) -> Any:
        return self.by_trait(lambda: self.plain(low, high))

    def clock(self, low: int = 1, high: int = 15) -> Any:
        """A duration that may never ring."""

        def one() -> Any:
            law = self.plain(low, high)
            return {**law, "ever": 0.5} if isinstance(law, dict) and self.maybe(0.3) else law

        return self.by_trait(one)

    def clock_or_chance(self) -> Any:
        return self.chance() if self.maybe(0.5) else self.clock()

    # Rules

    def condition(self) -> Table:
        """A condition on one or two of all there is to look at."""
        tests: list[Table] = [
            {"from": self.pick([*self.levels, "outside"])},
            {"episode": self.pick([1, ">= 2"])},
            {"relapses": self.pick(["<= 1", ">= 2"])},
            {"relapses_in_stay": self.pick(["<= 1", "2..3"])},
            {"step_ups": self.pick(["< 1", ">= 1"])},
            {"days_in_stay": self.pick([">= 3", "< 5"])},
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
        if self.maybe(0.4):
            return self.pick(names)
        return self.shares(self.draw(st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True)))

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
                made |= {"for": self.duration(1, 4), "then": self.pick(["back", "anew"])}
        return made

    def rules(self, level: str, *, stays: bool = False) -> list[Table]:
        return [self.rule(level, stays=stays) for _ in range(self.draw(st.integers(1, 2)))]

    def hold(self) -> Any:
        some = [0, "unlimited", self.days(1, 4)]
        if self.maybe(0.3):
            return {self.pick(self.levels): self.pick(some), "default": self.pick(some)}
        return self.pick(some)

    # Levels

    def level(self, name: str) -> Table:
        made: Table = {"capacity": self.pick([0, 1, 1, 2, 2, 3, 5, "unlimited"]), **self.door()}
        if self.maybe(0.8):
            made["length_of_stay"] = self.duration(0, 8)
            if self.maybe(0.4):
                made["dropout"] = self.clock_or_chance()
            if self.maybe(0.3):
                made["other_ends"] = {end: self.clock_or_chance() for end in ENDS[: self.pick([1, 2])]}
                if self.maybe(0.5):
                    made["on_other_ends"] = {ENDS[0]: self.rules(name)}
        else:
            ends = self.shares(["completed", "dropout", *ENDS[: self.pick([0, 1])]])
            made["ends"] = {end: {"share": part, "stay": self.duration(0, 8)} for end, part in ends.items()}
        if self.maybe(0.5):
            made["relapse"] = self.clock_or_chance()
        if self.maybe(0.1):
            made["death"] = self.clock(3, 20)
        if self.maybe(0.2):
            made["minimum_stay"] = self.days(0, 5)
        if self.maybe(0.6):
            made["completes_to"] = self.go(name)
        for key, stays in (("on_completion", False), ("on_dropout", False), ("on_relapse", True)):
            if self.maybe(0.4):
                made[key] = self.rules(name, stays=stays)
        if self.maybe(0.7):
            made["hold"] = self.hold()
        if self.maybe(0.2):
            made["show_up"] = {"days": [0, self.days(1, 5) or 1], "share": [self.chance(), self.chance()]}
        if self.maybe(0.3):
            made["review"] = {"every": self.days(1, 4), "extend_by": 2, "go": self.go(name, stays=True)}
            if self.maybe(0.4):
                made["review"]["rules"] = self.rules(name, stays=True)
        others = [level for level in self.levels if level != name]
        if others and self.maybe(0.2):
            made[self.pick(["step_up", "step_down"])] = self.pick(others)
        if self.maybe(0.6):
            made["waitlist"] = self.waitlist(others)
        return made

    def door(self) -> Table:
        """When the level admits; mostly always."""
        made: Table = {}
        kind = self.pick(["open", "open", "open", "weekdays", "cohorts"])
        if kind == "weekdays":
            made["admits"] = self.draw(
                st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=5, unique=True)
            )
        elif kind == "cohorts":
            made["admits_on"] = self.some_dates()
        if self.maybe(0.15):
            made["closed"] = self.some_dates()
        if not self.whole and self.maybe(0.2):
            made["opens_at"] = self.pick([0.25, 0.5])
        return made

    def some_dates(self) -> list[Bare]:
        dates = self.draw(st.lists(st.sampled_from(DATES), min_size=1, max_size=5, unique=True))
        return [Bare(day) for day in sorted(dates)]

    def waitlist(self, others: list[str]) -> Table:
        made: Table = {"transfers": self.pick(["first", "merged", "last"])}
        if self.maybe(0.4):
            made["limit"] = self.draw(st.integers(0, 3))
        if self.maybe(0.5):
            made["patience"] = self.clock(0, 6)
        if self.maybe(0.4):
            made["priority"] = [self.condition() for _ in range(self.pick([1, 2]))]
        if others and self.maybe(0.4):
            divert: Table = {"to": self.pick(others), "over_limit": self.maybe(0.5)}
            if not divert["over_limit"] or self.maybe(0.5):
                divert["after"] = self.days(1, 4)
            made["divert"] = divert
        return made

    # Around the levels

    def source(self) -> Table:
        made: Table = {"enters": self.shares(self.levels)}
        if self.maybe(0.5):
            days = self.draw(st.lists(st.integers(0, 30), min_size=1, max_size=25))
            made["dates"] = [
                {"day": day if self.whole else day / 2, "id": f"r{place}"} for place, day in enumerate(days)
            ]
        else:
            made["per_day"] = self.pick([0.5, 1.0, 2.0])
            if self.maybe(0.3):
                made["by_weekday"] = [2, 1, 1, 1, 1, 0, 0]
            if self.maybe(0.2):
                made["by_hour"] = [0] * 8 + [1] * 8 + [0] * 8
            if self.maybe(0.2):
                made["change_per_year"] = self.pick([-0.5, 2.0])
        if self.maybe(0.3) and self.traits:
            made["placement"] = [
                {"when": {self.traits[0]: TRAITS[self.traits[0]][0]}, "enters": self.pick(self.levels)}
            ]
        return made

    def after(self) -> Table:
        made: Table = {}
        for reason in ("default", "completed", "dropout", "waiting"):
            if not self.maybe(0.5):
                continue
            one: Table = {}
            if self.maybe(0.6):
                one["return_to_use"] = self.clock(0, 8)
            if reason != "waiting" and self.maybe(0.7):
                one["returns_to_care"] = {
                    "share": self.by_trait(lambda: self.pick([0.0, 0.3, 0.7])),
                    "delay": self.duration(0, 6),
                    "after_use": self.maybe(0.5),
                }
            if self.maybe(0.1):
                one["death"] = self.clock(1, 15)
            made[reason] = one
        return made

    def start(self) -> Table:
        made: Table = {}
        if self.maybe(0.5):
            made["census"] = {level: self.draw(st.integers(0, 3)) for level in self.levels}
        else:
            made["census"] = self.present(0, 12)
        if self.maybe(0.5):
            made["waitlist"] = self.present(0, 5)
        if not made["census"]:
            made["census"] = {self.levels[0]: 1}
        return made

    def present(self, low: int, high: int) -> list[Table]:
        count = self.draw(st.integers(0, 4))
        return [{"level": self.pick(self.levels), "days": self.days(low, high)} for _ in range(count)]

    def change(self, made: Table) -> Table:
        """One dated change of a level, of a source or of what follows a discharge."""
        day = self.days(1, 20)
        change: Table = {"on": day}
        if self.maybe(0.4):
            change["until"] = day + self.days(1, 10)
        level = self.pick(self.levels)
        rated = [name for name, source in made.get("arrivals", {}).items() if "per_day" in source]
        if rated and self.maybe(0.2):
            return change | {"arrivals": {self.pick(rated): {"per_day": self.pick([0.0, 3.0])}}}
        options: list[Table] = [
            {"capacity": self.pick([0, 1, 2, 4, "unlimited"])},
            {"hold": self.hold()},
            {"closed": self.some_dates()},
            {"on_relapse": self.rules(level, stays=True)},
            {"on_completion": self.rules(level)},
            {"waitlist": {"limit": self.draw(st.integers(0, 3)), "patience": self.clock(0, 4)}},
        ]
        if "length_of_stay" in made["levels"][level]:
            options += [{"length_of_stay": self.duration(0, 8)}, {"dropout": self.clock_or_chance()}]
        if "admits_on" not in made["levels"][level]:
            options.append({"admits": [self.pick(WEEKDAYS)]})
        return change | {"levels": {level: self.pick(options)}}

    def effects(self, made: Table) -> Table:
        """Effects of the traits and of the days in care, on what every scenario has."""
        found: Table = {}
        for trait in self.traits:
            if self.maybe(0.5):
                acts = [
                    {"length_of_stay": {"time_ratio": 1.5}},
                    {"length_of_stay": {"hazard_ratio": 0.5}},
                    {"dropout": {"hazard_ratio": 2.0}},
                    {"relapse": {"hazard_ratio": 0.5}},
                    {"patience": {"time_ratio": 0.5}},
                    {"show_up": {"odds_ratio": 2.0}},
                    {"return_to_use": {"hazard_ratio": 2.0}},
                    {f"{self.levels[0]}.relapse": {"hazard_ratio": 3.0}},
                    {"enters": {"odds_ratio": 3.0, "option": self.levels[0]}} if "arrivals" in made else {},
                ]
                found[trait] = {TRAITS[trait][0]: self.pick(acts)}
        if self.maybe(0.2):
            found["days_in_care"] = {
                "return_to_use": {"hazard_ratio": 0.8, "per": "5 days", "cap": "15 days"}
            }
        return found
