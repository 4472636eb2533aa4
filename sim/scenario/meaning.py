"""What no single key shows: choices that effects cannot act on, loops that take no time, groups not held.

Everything about one table is checked where the table is read; here stands what needs the whole scenario.
"""

from sim.scenario.choice import ByNumber, Choice, Distribution
from sim.scenario.conditions import Among
from sim.scenario.effects import CHOICES, Effect, options_of
from sim.scenario.faults import Trouble, listed, nearest
from sim.scenario.moves import DISCHARGE, DOWN, EXTEND, STAY, UP, Shares
from sim.scenario.types import Level, Scenario


def misfits(scenario: Scenario) -> list[Trouble]:
    """What is wrong with the scenario as a whole."""
    return [
        *_effects(scenario),
        *_relapse_loops(scenario),
        *_level_loops(scenario),
        *_no_groups(scenario),
        *_tracks_of_nobody(scenario),
    ]


def _effects(scenario: Scenario) -> list[Trouble]:
    found: list[Trouble] = []
    for effect in scenario.effects:
        path = effect_path(effect)
        if effect.target in CHOICES:
            options = options_of(scenario, effect)
            if effect.option not in options:
                hint = nearest(effect.option, options)
                hint = hint and f'"{hint}"'
                where = f" at {effect.level}" if effect.level else ""
                wanted = "" if hint else listed(sorted(options)) or "a target that is a choice"
                found.append(
                    Trouble(
                        (*path, "option"), f'no rule{where} has the option "{effect.option}"', wanted, hint
                    )
                )
        elif effect.odds_ratio != 1.0 and effect.target not in ("returns_to_care", "show_up"):
            clocks = _clocks(scenario, effect)
            if any(isinstance(clock, Choice) for clock in clocks):
                what = f"cannot act on {effect.target}, which is a clock"
                found.append(Trouble((*path, "odds_ratio"), what, "hazard_ratio or time_ratio"))
    return found


def _no_groups(scenario: Scenario) -> list[Trouble]:
    """Needs by session of a service that has no groups to be led."""
    return [
        Trouble(
            ("roles", name, key, place, "service"),
            f"{need.service} has no groups: each patient has sessions of her own",
            "a service with a `group_size`, or the driver workload",
        )
        for name, role in scenario.roles.items()
        for key, needs in (("needs", role.needs), ("floors", role.floors))
        for place, need in enumerate(needs)
        if need.service is not None
        and (service := scenario.levels[need.level].services.get(need.service)) is not None
        and service.group_size is None
    ]


def effect_path(effect: Effect) -> tuple[str, ...]:
    """Where an effect stands in the file."""
    key = f"{effect.level}.{effect.target}" if effect.level else effect.target
    return ("effects", effect.of, *([effect.value] if effect.value is not None else []), key)


def _clocks(scenario: Scenario, effect: Effect) -> list[float | ByNumber | Choice | None]:
    levels = [level for name, level in scenario.levels.items() if effect.level in (None, name)]
    head, _, end = effect.target.partition(".")
    if head == "other_ends":
        return [level.other_ends.get(end) for level in levels]
    return [getattr(level, head) for level in levels]


def _relapse_loops(scenario: Scenario) -> list[Trouble]:
    """A relapse that is certain to come at once, again and again, because she always stays."""
    found = []
    for name, level in scenario.levels.items():
        stays = all(set(rule.go) <= {STAY, EXTEND} for rule in level.on_relapse)
        if stays and _at_once(level.relapse):
            what = "comes at once, and again, for ever: every rule says stay"
            found.append(
                Trouble(
                    ("levels", name, "relapse"), what, "less than certainty, or a rule that leads elsewhere"
                )
            )
    return found


def _at_once(clock: float | ByNumber | Choice | None) -> bool:
    if isinstance(clock, Choice):
        return any(_no_time(part) and part.ever == 1.0 for _, part in clock.each())
    if isinstance(clock, ByNumber):
        return 1.0 in (*clock.options.values(), clock.default)
    return clock == 1.0


def _no_time(part: Distribution) -> bool:
    """Whether the distribution is always 0."""
    if part.dist == "mixture":
        return all(_no_time(one) for one in part.parts or ())
    if part.dist == "empirical":
        return not any(part.values or (1.0,))
    return (part.dist == "fixed" and part.value == 0.0) or (part.dist == "uniform" and part.high == 0.0)


def _level_loops(scenario: Scenario) -> list[Trouble]:
    """Levels of no duration whose completed stays lead only to one another."""
    names = list(scenario.levels)
    caught = {name for name, level in scenario.levels.items() if _passes_at_once(level)}
    while True:
        leaving = {name for name in caught if not _targets(scenario, name) <= caught}
        if not leaving:
            break
        caught -= leaving
    what = "takes no time, and completed stays lead only round to it again"
    wanted = "a longer stay at one of " + ", ".join(name for name in names if name in caught)
    return [Trouble(("levels", name, "length_of_stay"), what, wanted) for name in names if name in caught]


def _passes_at_once(level: Level) -> bool:
    stay = level.length_of_stay
    if stay is None or level.minimum_stay > 0 or any(rule.delay for rule in level.on_completion):
        return False
    return all(_no_time(part) for _, part in stay.each())


def _targets(scenario: Scenario, name: str) -> set[str]:
    """Where completed stays of a level may lead, as levels, or "discharge"."""
    level = scenario.levels[name]
    tables = [rule.go for rule in level.on_completion]
    if not any(not rule.when for rule in level.on_completion):
        tables.append(level.completes_to or {DOWN: 1.0})
    return {to for table in tables for to in targets_of(scenario, name, table)}


def targets_of(scenario: Scenario, name: str, go: Shares) -> set[str]:
    """Where shares lead from a level, with steps as the names of levels or "discharge"."""
    names = list(scenario.levels)
    level, place = scenario.levels[name], names.index(name)
    steps = {
        UP: level.step_up or (names[place - 1] if place else DISCHARGE),
        DOWN: level.step_down or (names[place + 1] if place + 1 < len(names) else DISCHARGE),
    }
    return {steps.get(to, to) for to, share in go.items() if share > 0}


def _tracks_of_nobody(scenario: Scenario) -> list[Trouble]:
    """Tracks that look for values of a trait which no patient can have."""
    found = []
    for name, level in scenario.levels.items():
        for track, one in level.tracks.items():
            for trait, test in one.when.items():
                if isinstance(test, Among) and not _values_there(scenario, trait) & set(test.values):
                    what = f"no patient matches: the share of {trait} {listed(test.values)} is 0 everywhere"
                    at = ("levels", name, "tracks", track, "when", trait)
                    found.append(Trouble(at, what, "a value that some patients have"))
    return found


def _values_there(scenario: Scenario, trait: str) -> set[str]:
    """The values of a trait that patients may have."""
    start = scenario.start
    named = [*(start.census if start else ()), *(start.waitlist if start else ())]
    given = [one.traits for one in named]
    tables = [scenario.traits[trait].shares]
    for source in scenario.arrivals.values():
        tables.append(source.traits.get(trait, {}))
        given += [referral.traits for referral in source.referrals or ()]
    drawn = {value for table in tables for value, share in table.items() if share > 0.0}
    return drawn | {traits[trait] for traits in given if trait in traits}
