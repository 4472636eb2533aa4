"""Small random scenarios over the whole vocabulary, as text, for tests of what must always hold.

Half of them know whole days only, so that much is due at one instant. Stays of no length, levels without
places, shut doors and holds that lock happen often. What must hold is left to the tests that use them;
tests/test_scenarios_at_random.py holds that no key of the format is left out.
"""

from typing import Any

from durations_at_random import TRAITS, Table
from hypothesis import strategies as st
from intake_at_random import Intakes
from rules_at_random import Bare
from staff_at_random import roles

COVARIATES = ("episode", "relapses", "step_ups", "relapses_in_stay", "days_in_stay", "days_in_care")
REASONS = (
    "default",
    "completed",
    "dropout",
    "relapse",
    "reneged",
    "no_show",
    "turned_away",
    "lost",
    "waiting",
)
CHOICES = ("completes_to", "on_dropout", "on_relapse", "on_other_ends", "review", "ends", "enters")
RATIOS = (0.2, 0.5, 0.8, 1.5, 2.0, 4.0)


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
        if key in ("levels", "arrivals", "roles", "after"):
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
            "start": Bare(some.pick(["2026-01-05", "2026-01-05", "2024-02-20", "2025-12-28"])),
            "duration": some.number(10, 40),
            "warm_up": some.pick([0, 0, 5]),
            "follow_up": some.pick([0, 0, 5]),
            "seed": some.number(0, 10**6),
        },
        "traits": {name: {"shares": some.shares(TRAITS[name])} for name in some.traits},
        "levels": {name: some.level(name) for name in some.levels},
    }
    some.tracks_of = {name: [*level.get("tracks", ())] for name, level in made["levels"].items()}
    if some.maybe(0.7):
        made["after"] = some.after()
    if some.maybe(0.4) or not some.source_names:
        made["start"] = some.start()
    if some.source_names:
        made["arrivals"] = {name: some.source() for name in some.source_names}
    if some.source_names and some.maybe(0.25):
        made["intake"] = some.intake([*some.source_names])
    if some.maybe(0.5):
        made["changes"] = [some.change(made) for _ in range(some.number(1, 4))]
    if effects := some.effects(made):
        made["effects"] = effects
    if some.maybe(0.4):
        made["roles"] = roles(some)
    return made


class Draws(Intakes):
    """Draws the parts of one scenario; remembers the names that its parts may use."""

    tracks_of: dict[str, list[str]]

    # Who comes

    def source(self) -> Table:
        """A source with a rate, or with dated referrals."""
        made: Table = {"enters": self.enters()}
        made |= {"dates": self.referrals()} if self.maybe(0.5) else self.rate()
        if self.traits and self.maybe(0.3):
            trait = self.pick(self.traits)
            made["traits"] = {trait: self.shares(TRAITS[trait])}
        if self.maybe(0.3):
            made["placement"] = [self.placement() for _ in range(self.pick([1, 2]))]
        return made

    def enters(self) -> Any:
        return self.pick(self.levels) if self.maybe(0.2) else self.shares(self.levels)

    def placement(self) -> Table:
        made: Table = {"enters": self.enters()}
        return made | ({"when": self.condition()} if self.maybe(0.8) else {})

    def rate(self, patterns: float = 0.2) -> Table:
        """A rate, which may change with the hour, the weekday, the month and the year."""
        made: Table = {"per_day": self.pick([0.5, 1.0, 2.0, 4.0])}
        for key, value in (
            ("by_weekday", [2, 1, 1, 1, 1, 0, 0]),
            ("by_month", [2, 1, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
            ("by_hour", [0] * 8 + [1] * 8 + [0] * 8),
            ("change_per_year", self.pick([-0.5, 2.0])),
        ):
            if self.maybe(patterns):
                made[key] = value
        return made

    def referrals(self) -> list[Table]:
        """Dated referrals, some with an id, a level or a trait of their own."""
        days = [self.number(0, 30) for _ in range(self.number(1, 12))]
        named, own = self.maybe(0.7), self.maybe(0.3)
        found = []
        for place, day in enumerate(days):
            row: Table = {"day": day if self.whole else day / 2}
            if named:
                row["id"] = f"r{place}"
            if own and place % 2:
                row["enters"] = self.levels[place % len(self.levels)]
                row |= {trait: TRAITS[trait][place % len(TRAITS[trait])] for trait in self.traits}
            found.append(row)
        return found

    def start(self) -> Table:
        """Those there on day 0: counts, or rows with days and traits."""
        made: Table = {"census": self.counts() if self.maybe(0.15) else self.present(0, 12)}
        if self.maybe(0.5):
            made["waitlist"] = self.counts() if self.maybe(0.3) else self.present(0, 5)
        if not made["census"]:
            made["census"] = {self.levels[0]: 1}
        return made

    def counts(self) -> Table:
        return {level: self.number(0, 3) for level in self.levels}

    def present(self, low: int, high: int) -> list[Table]:
        found = []
        for place in range(self.number(0, 4)):
            row: Table = {"level": self.pick(self.levels), "id": f"p{place}"}
            if self.maybe(0.95):
                row["days"] = self.days(low, high)
            if (tracks := self.tracks_of.get(row["level"])) and self.maybe(0.5):
                row["track"] = self.pick(tracks)
            if self.traits and self.maybe(0.3):
                row |= {self.traits[0]: self.pick(TRAITS[self.traits[0]])}
            found.append(row)
        return found

    # What follows a discharge

    def after(self) -> Table:
        made: Table = {}
        for reason in (*REASONS, *self.ends):
            if self.maybe(0.5 if reason in ("default", "completed", "dropout", "waiting") else 0.15):
                made[reason] = self.after_one(waiting=reason == "waiting")
        return made

    def after_one(self, *, waiting: bool) -> Table:
        one: Table = {}
        if self.maybe(0.6):
            one["return_to_use"] = self.by_last_level(
                lambda: self.maybe_never(self.plain(0, 8)), lambda: self.clock(0, 8)
            )
        if not waiting and self.maybe(0.7):
            one["returns_to_care"] = {
                "share": self.by_last_level(lambda: self.pick([0.0, 0.3, 0.7, 1.0]), self.share_by_trait),
                "delay": self.by_last_level(lambda: self.plain(0, 6), lambda: self.duration(0, 6)),
                "after_use": self.maybe(0.5),
            }
        if self.maybe(0.1):
            one["death"] = self.clock(1, 15)
        return one

    def share_by_trait(self) -> Any:
        return self.by_trait(lambda: self.pick([0.0, 0.3, 0.7]))

    def by_last_level(self, value: Any, otherwise: Any) -> Any:
        """A table by the level she was in last, or what `otherwise()` gives."""
        if self.maybe(0.85):
            return otherwise()
        return {"by": "last_level", self.pick(self.levels): value(), "default": value()}

    # What changes, and what acts on what

    def change(self, made: Table) -> Table:
        """A dated change of one to three keys of a level, of a source or of what follows a discharge."""
        day = self.above_0(20)
        change: Table = {"on": day}
        if self.maybe(0.4):
            change["until"] = day + self.above_0(10)
        rated = [name for name, source in made.get("arrivals", {}).items() if "per_day" in source]
        if rated and self.maybe(0.25):
            new = self.rate(patterns=0.5) | {"per_day": self.pick([0.0, 3.0]), "enters": self.enters()}
            new["placement"] = [self.placement()]
            name = self.pick(rated)
            return change | {"arrivals": {name: over(made["arrivals"][name], self.part_of(new))}}
        if "intake" in made and self.maybe(0.3):
            return change | {"intake": {"stages": self.new_stage(made["intake"]["stages"])}}
        if self.maybe(0.15):
            return change | {"after": self.after() or {"default": {"death": self.clock(1, 15)}}}
        level = self.pick(self.levels)
        new = self.level(level)
        new.setdefault("capacity", 1)
        kept = {name: track for name, track in new.get("tracks", {}).items() if name in self.tracks_of[level]}
        new.pop("tracks", None)
        if kept:
            new["tracks"] = {name: self.part_of(track) for name, track in kept.items()}
        if "relapse" in made["levels"][level].get("ends", {}) or "relapse" in new.get("ends", {}):
            new = {key: new[key] for key in ("capacity", "hold", "ends") if key in new}
        for key in ("other_ends", "ends"):
            if key in new and "on_other_ends" in new:
                kept = {key: new[key], "on_other_ends": new["on_other_ends"]}
                return change | {"levels": {level: over(made["levels"][level], kept)}}
        new.pop("on_other_ends", None)
        return change | {"levels": {level: over(made["levels"][level], self.part_of(new))}}

    def part_of(self, table: Table) -> Table:
        """One to three keys of a table."""
        return {key: table[key] for key in self.some([*table], 1, min(3, len(table)))}

    def effects(self, made: Table) -> Table:
        """Effects of the traits and of the course so far on what every scenario has."""
        found: Table = {}
        for trait in self.traits:
            if self.maybe(0.5):
                found[trait] = {self.pick(TRAITS[trait]): self.acts(made)}
        for covariate in self.some(COVARIATES, 0, 2) if self.maybe(0.4) else ():
            unit = " days" if covariate.startswith("days") else ""
            limits: Table = {"per": f"5{unit}" if unit else 2} if self.maybe(0.7) else {}
            if self.maybe(0.5):
                limits["cap"] = f"15{unit}" if unit else 3
            found[covariate] = {key: ratios | limits for key, ratios in self.acts(made).items()}
        return found

    def acts(self, made: Table) -> Table:
        """One to three effects: what each acts on, by which ratio."""
        clocks = ["length_of_stay", "dropout", "relapse", "death", "patience", "delay", "for"]
        clocks += ["return_to_use", "returns_to_care", *(f"other_ends.{end}" for end in self.ends)]
        choices = [(key, option) for key in CHOICES for option in sorted(options(made, key))]
        found: Table = {}
        for _ in range(self.pick([1, 2, 3])):
            kind = self.pick(["hazard_ratio", "hazard_ratio", "time_ratio", "odds_ratio", "option", "option"])
            ratio = self.pick(RATIOS)
            if kind == "option" and choices:
                key, option = self.pick(choices)
                found[key] = {"odds_ratio": ratio, "option": option}
            elif kind in ("option", "odds_ratio"):
                found[self.pick(["show_up", "returns_to_care", *probabilities(made)])] = {"odds_ratio": ratio}
            else:
                limit = f"{self.pick(self.levels)}." if self.maybe(0.2) else ""
                found[limit + self.pick(clocks)] = {kind: ratio}
        return found


def over(old: Table, new: Table) -> Table:
    """The new keys of a change; tables merge, so that shares that are gone stand there as 0."""
    for key in ("completes_to", "enters"):
        if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
            new[key] = dict.fromkeys(old[key], 0.0) | new[key]
    if "ends" in old and "ends" in new:
        new["ends"] = {end: {"share": 0.0} for end in old["ends"]} | new["ends"]
    return new


def probabilities(made: Table) -> list[str]:
    """The clocks given by a probability, each at its level."""
    found = []
    for name, level in made["levels"].items():
        clocks = {key: level.get(key) for key in ("dropout", "relapse")}
        clocks |= {f"other_ends.{end}": clock for end, clock in level.get("other_ends", {}).items()}
        for key, clock in clocks.items():
            parts = [part for of, part in clock.items() if of != "by"] if isinstance(clock, dict) else [clock]
            if all(isinstance(part, float) for part in parts):
                found.append(f"{name}.{key}")
    return found


def options(made: Table, key: str) -> set[str]:
    """The options of all choices of this kind in a scenario."""
    found: list[Any] = []
    if key == "enters":
        for source in made.get("arrivals", {}).values():
            found += [source["enters"], *(rule["enters"] for rule in source.get("placement", ()))]
    for level in made["levels"].values():
        if key == "ends":
            found.append(level.get("ends", {}))
        elif key == "review" and key in level:
            found += [level[key]["go"], *(rule["go"] for rule in level[key].get("rules", ()))]
        elif key == "on_other_ends":
            found += [rule["go"] for rules in level.get(key, {}).values() for rule in rules]
        elif key == "completes_to":
            found += [level.get(key, "step down"), *(rule["go"] for rule in level.get("on_completion", ()))]
        elif key != "enters":
            found += [rule["go"] for rule in level.get(key, ())]
    return {name for go in found for name in ([go] if isinstance(go, str) else go)}
