"""What is legal but odd about a scenario: the warnings of `sim check`, each with its file and line.

Nothing here stops a run. What a run would show (a level that never settles) is left to `sim/theory.py`.
"""

from collections.abc import Iterator
from math import isinf

from sim.distributions import chance_by, flatten
from sim.errors import Fault
from sim.scenario.choice import Choice, Distribution
from sim.scenario.effects import CHOICES, Effect
from sim.scenario.faults import Path, Trouble
from sim.scenario.level import Level
from sim.scenario.load import fault, in_order
from sim.scenario.meaning import effect_path, targets_of
from sim.scenario.moves import Rule, Shares
from sim.scenario.roles import alternatives
from sim.scenario.tracks import seats_of
from sim.scenario.types import Role, Scenario, Source
from sim.staffing import fte_of

RULES = ("on_completion", "on_dropout", "on_relapse")
FEW = 20
"""Fewer replications give no reliable interval of a wait (`docs/model.md`, section 8)."""


def warnings(scenario: Scenario) -> list[Fault]:
    """What is legal but odd, in the order of the file."""
    found: list[Trouble] = []
    for look in LOOKS:
        found += look(scenario)
    return in_order([fault(scenario._origin, one) for one in found])


def _run(scenario: Scenario) -> Iterator[Trouble]:
    run = scenario.run
    if run.replications < FEW:
        what = f"is {run.replications}: below {FEW} the intervals of waits are unreliable"
        yield Trouble(("run", "replications"), what)
    if scenario.start is not None and scenario.start.census and run.warm_up > 0:
        yield Trouble(("run", "warm_up"), "leaves out the first days after a census that was counted today")
    end = run.warm_up + run.duration + run.follow_up
    for number, change in enumerate(scenario.changes):
        if change.on >= end:
            yield Trouble(("changes", number, "on"), "comes after the end of the run: the change never acts")
        elif change.until is not None and change.until <= 0:
            yield Trouble(("changes", number, "until"), "comes before the start: the change never acts")


def _levels(scenario: Scenario) -> Iterator[Trouble]:
    reached = _reached(scenario)
    for name, level in scenario.levels.items():
        path = ("levels", name)
        if name not in reached:
            yield Trouble(path, "is a level that nobody reaches")
        if level.capacity == 0:
            yield Trouble((*path, "capacity"), "is 0: nobody is ever admitted")
        if level.admits_on is not None:
            days = [(day - scenario.run.start).days for day in level.admits_on]
            run = scenario.run
            if not any(0 <= day < run.warm_up + run.duration + run.follow_up for day in days):
                yield Trouble((*path, "admits_on"), "has no date within the run: nobody is ever admitted")
        yield from _tracks(scenario, name, level)
        divert = level.waitlist.divert
        if divert and divert.over_limit and isinf(level.waitlist.limit):
            yield Trouble(
                (*path, "waitlist", "divert", "over_limit"), "never acts: the waitlist has no limit"
            )


def _reached(scenario: Scenario) -> set[str]:
    """The levels that some patient may come to."""
    reached: set[str] = set()
    for source in scenario.arrivals.values():
        if source.referrals is None and source.per_day == 0:
            continue
        for shares in (source.enters, *(rule.enters for rule in source.placement)):
            reached |= {name for name, share in (shares or {}).items() if share > 0}
        reached |= {one.enters for one in source.referrals or () if one.enters}
    if scenario.start is not None:
        reached |= {one.level for one in (*scenario.start.census, *scenario.start.waitlist)}
    waiting = list(reached)
    while waiting:
        name = waiting.pop()
        level = scenario.levels[name]
        further = {to for shares in _all_moves(level) for to in targets_of(scenario, name, shares)}
        if level.waitlist.divert:
            further.add(level.waitlist.divert.to)
        waiting += [to for to in further if to in scenario.levels and to not in reached]
        reached |= further
    return reached


def _all_moves(level: Level) -> Iterator[Shares]:
    """Every table of shares by which a level may send patients on."""
    for rule in _rules(level):
        yield rule.go
    yield level.completes_to or {"step down": 1.0}
    if level.review and level.review.go:
        yield level.review.go


def _rules(level: Level) -> Iterator[Rule]:
    for key in RULES:
        yield from getattr(level, key)
    for rules in level.on_other_ends.values():
        yield from rules
    if level.review:
        yield from level.review.rules


def _locks(scenario: Scenario) -> Iterator[Trouble]:
    """Levels whose patients may hold places for one another without end."""
    waits_for = {name: set(_held_for(scenario, name)) for name in scenario.levels}
    for name in scenario.levels:
        ring = {to for to in _beyond(waits_for, name) if name in _beyond(waits_for, to)}
        if ring:
            others = " and ".join(to for to in scenario.levels if to in ring and to != name) or "itself"
            what = f"is without limit, as is that of {others}: full levels can lock"
            yield Trouble(("levels", name, "hold"), what)


def _held_for(scenario: Scenario, name: str) -> Iterator[str]:
    """The full levels for which a place in this one may be held without end."""
    if not isinf(scenario.levels[name].capacity):
        for to in _held_without_end(scenario, name):
            if not isinf(scenario.levels[to].capacity):
                yield to


def _held_without_end(scenario: Scenario, name: str) -> Iterator[str]:
    """The levels for which a place in this one may be held without end."""
    level = scenario.levels[name]
    moves = [(rule.go, rule.hold or level.hold) for rule in _rules(level)]
    moves.append((level.completes_to or {"step down": 1.0}, level.hold))
    if level.review and level.review.go:
        moves.append((level.review.go, level.hold))
    for shares, hold in moves:
        for to in targets_of(scenario, name, shares):
            if to in scenario.levels and isinf(hold.get(to, hold["default"])):
                yield to


def _beyond(edges: dict[str, set[str]], name: str) -> set[str]:
    """All that can be reached from a name in one step or more."""
    found: set[str] = set()
    waiting = list(edges[name])
    while waiting:
        to = waiting.pop()
        if to not in found:
            found.add(to)
            waiting += edges[to]
    return found


def _cuts(scenario: Scenario) -> Iterator[Trouble]:
    """Distributions of which the bounds leave less than half."""
    for path, part in _distributions(scenario):
        if part.min <= 0 and isinf(part.max):
            continue
        whole = flatten([part.shape._replace(low=0.0, high=float("inf"), ever=1.0)])
        below = chance_by(whole, 0, part.min) if part.min > 0 else 0.0
        above = 1.0 - chance_by(whole, 0, part.max) if not isinf(part.max) else 0.0
        if below + above > 0.5:
            yield Trouble(path, f"is mostly cut: {100 * (below + above):.0f} % lie outside min and max")


def _distributions(scenario: Scenario) -> Iterator[tuple[Path, Distribution]]:
    """Every distribution of levels and of what follows a discharge, with its path."""
    for name, level in scenario.levels.items():
        clocks: dict[Path, object] = {
            ("length_of_stay",): level.length_of_stay,
            ("dropout",): level.dropout,
            ("relapse",): level.relapse,
            ("death",): level.death,
            ("waitlist", "patience"): level.waitlist.patience,
        }
        clocks |= {("other_ends", end): clock for end, clock in level.other_ends.items()}
        clocks |= {("ends", end, "stay"): row.stay for end, row in (level.ends or {}).items()}
        for path, clock in clocks.items():
            yield from _parts(("levels", name, *path), clock)
    for reason, after in scenario.after.items():
        yield from _parts(("after", reason, "return_to_use"), after.return_to_use)
        yield from _parts(("after", reason, "death"), after.death)
        if after.returns_to_care:
            yield from _parts(("after", reason, "returns_to_care", "delay"), after.returns_to_care.delay)


def _parts(path: Path, clock: object) -> Iterator[tuple[Path, Distribution]]:
    for value, part in clock.each() if isinstance(clock, Choice) else ():
        yield (
            (*path, *([value] if value else ["default"] if isinstance(clock, Choice) and clock.by else [])),
            part,
        )


def _tracks(scenario: Scenario, name: str, level: Level) -> Iterator[Trouble]:
    """Seats and places that do not fit, and tracks that never take anybody in."""
    path: Path = ("levels", name)
    seats = seats_of(level.tracks)
    if level.tracks and level.capacity > seats:
        what = f"is {level.capacity:g}, of which {level.capacity - seats:g} are in no track: never used"
        yield Trouble((*path, "capacity"), what)
    regimes = [regime.levels[name] for _, regime in scenario.regimes]
    for track, one in level.tracks.items():
        at: Path = (*path, "tracks", track)
        if all(regime.tracks[track].share == 0.0 for regime in regimes):
            yield Trouble((*at, "share"), "is 0: nobody asks for the track")
        if one.seats == 0:
            yield Trouble((*at, "seats"), "is 0: nobody is admitted")
        days = [(day - scenario.run.start).days for day in one.admits_on or ()]
        end = scenario.run.warm_up + scenario.run.duration + scenario.run.follow_up
        if one.admits_on is not None and not any(0 <= day < end for day in days):
            yield Trouble((*at, "admits_on"), "has no date within the run: nobody is ever admitted")


def _idle(scenario: Scenario) -> Iterator[Trouble]:
    """Rules and keys that can never act."""
    for name, source in scenario.arrivals.items():
        yield from _idle_placement(name, source)
    for name, level in scenario.levels.items():
        path: Path = ("levels", name)
        lists = {(*path, key): getattr(level, key) for key in RULES}
        lists |= {(*path, "on_other_ends", end): rules for end, rules in level.on_other_ends.items()}
        fallbacks: dict[Path, Path | None] = {
            (*path, "on_completion"): (*path, "completes_to") if level.completes_to else None
        }
        if level.review:
            lists[(*path, "review", "rules")] = level.review.rules
            fallbacks[(*path, "review", "rules")] = (*path, "review", "go") if level.review.go else None
        for place, rules in lists.items():
            yield from _idle_rules(place, rules, fallbacks.get(place))
        ends = level.ends or {}
        for key in ("dropout", "relapse"):
            if getattr(level, f"on_{key}") and getattr(level, key) is None and key not in ends:
                yield Trouble((*path, f"on_{key}"), f"never acts: the level has no `{key}`")


def _idle_placement(name: str, source: Source) -> Iterator[Trouble]:
    path = ("arrivals", name, "placement")
    everybody = [number for number, rule in enumerate(source.placement) if not rule.when]
    for number in range(everybody[0] + 1 if everybody else len(source.placement), len(source.placement)):
        yield Trouble((*path, number), "never acts: the rule before it always applies")
    if everybody and source.enters:
        yield Trouble(("arrivals", name, "enters"), "never acts: the last placement rule always applies")


def _idle_rules(path: Path, rules: tuple[Rule, ...], fallback: Path | None) -> Iterator[Trouble]:
    everybody = [number for number, rule in enumerate(rules) if not rule.when]
    for number in range(everybody[0] + 1 if everybody else len(rules), len(rules)):
        yield Trouble((*path, number), "never acts: a rule before it always applies")
    if everybody and fallback:
        yield Trouble(fallback, "never acts: a rule always applies before it")
    for number, rule in enumerate(rules):
        if rule.extend_by > 0 and not {"stay", "extend"} & set(rule.go):
            yield Trouble((*path, number, "extend_by"), "never acts: nobody stays or extends by this rule")
        moves = [to for to in rule.go if to not in ("stay", "extend") and not to.startswith("discharge")]
        for key, given in (("delay", rule.delay), ("hold", rule.hold), ("for", rule.for_)):
            if given is not None and not moves:
                yield Trouble((*path, number, key), "never acts: the rule leads to no level")


def _effects(scenario: Scenario) -> Iterator[Trouble]:
    """Effects on what the scenario does not have."""
    for effect in scenario.effects:
        if effect.target not in CHOICES and not _has_target(scenario, effect):
            yield Trouble(effect_path(effect), "acts on nothing: no such clock or choice is set")


def _has_target(scenario: Scenario, effect: Effect) -> bool:
    levels = [level for name, level in scenario.levels.items() if effect.level in (None, name)]
    target, _, end = effect.target.partition(".")
    afters = scenario.after.values()
    if target in ("return_to_use", "returns_to_care"):
        return any(getattr(after, target) is not None for after in afters)
    if target == "death":
        return any(level.death for level in levels) or any(after.death for after in afters)
    if target == "patience":
        return any(level.waitlist.patience for level in levels)
    if target == "length_of_stay":
        return True
    if target == "other_ends":
        return any(end in level.other_ends for level in levels)
    if target in ("delay", "for"):
        key = "for_" if target == "for" else target
        return any(getattr(rule, key) is not None for level in levels for rule in _rules(level))
    return any(getattr(level, target) is not None for level in levels)


def _census(scenario: Scenario) -> Iterator[Trouble]:
    for name, level in scenario.levels.items():
        there = sum(one.level == name for one in scenario.start.census) if scenario.start else 0
        if there > level.capacity:
            what = f"has {there} patients in {name}, which has {level.capacity:g} places"
            yield Trouble(("start", "census"), f"{what}: nobody is admitted at first")


def _roles(scenario: Scenario) -> Iterator[Trouble]:
    for name, role in scenario.roles.items():
        if not role.needs and not role.floors:
            yield Trouble(("roles", name), "is a role that no level needs")

        end = scenario.run.warm_up + scenario.run.duration + scenario.run.follow_up
        for place, row in enumerate(role.roster):
            if row.until <= 0.0 or (row.from_ or 0.0) >= end:
                yield Trouble(("roles", name, "roster", place), "is of no day of the run: it never counts")
        yield from _standstill(scenario, name, role)


def _standstill(scenario: Scenario, name: str, role: Role) -> Iterator[Trouble]:
    """Levels whose blocked patients may hold the staff that they themselves, or those ahead, wait for."""
    limited = [level for level in scenario.levels if any(need.limits for need in role.needs_of(level))]
    for one in limited:
        for to in _held_without_end(scenario, one):
            if to not in limited or to == one:
                continue
            if scenario.levels[to].waitlist.transfers != "first":
                what = f"{to}: whoever waits ahead of its blocked patients may wait for the staff they hold"
            elif _fte(role, to) > _fte(role, one):
                what = f"{to}, which takes more of them for each patient"
            else:
                continue
            yield Trouble(
                ("levels", one, "hold"), f"is without limit, and {name} limits both {one} and {what}"
            )


def _fte(role: Role, level: str) -> float:
    """FTE for each of many patients, by the needs that limit."""
    needs = tuple(need for need in role.needs_of(level) if need.limits)
    lines = [
        [[role.line(needs[place]) for place in shift] for shift in shifts] for shifts in alternatives(needs)
    ]
    return fte_of(lines, MANY) / MANY


MANY = 10_000
"""So many patients that posts and rounding no longer count."""


LOOKS = (_run, _levels, _locks, _cuts, _idle, _effects, _census, _roles)
"""What is looked at, one function a subject."""
