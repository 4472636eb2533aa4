"""Who is there on day 0: those in care and those waiting, with their traits and the days they have spent.

From a file every patient brings her days; from counts alone the days in care are drawn with density
proportional to the chance of still being there (`docs/model.md`, section 7). How each clock goes on from
there is left to the engine.
"""

import math
from functools import lru_cache
from math import inf
from typing import NamedTuple

from sim.draws import Draws, referral_key
from sim.plan import plan as make_plan
from sim.rules.clocks import chance_of_silence, days_until
from sim.rules.conditions import Person
from sim.rules.placement import trait_value
from sim.rules.tracks import track_of
from sim.scenario.types import Present, Scenario
from sim.tables import EXTEND, NONE, STAY, Plan, Tables
from sim.words import Purpose, Reason

STEPS = 400
"""Steps of the numerical integral over the days spent."""

NEW = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""What is counted of a course, of one who is in her first episode and stay."""

PLANS = 64
"""Planned stays, at equal steps of probability, over which a probability before the end is averaged."""


class Beginner(NamedTuple):
    """One patient there on day 0. `days` in care or waiting so far."""

    key: tuple[int, int]
    label: str
    level: int
    days: float
    traits: tuple[int, ...]
    waits: bool
    track: int = NONE  # of the level, numbered over all levels


def beginners(scenario: Scenario, plan: Plan, *, replication: int) -> list[Beginner]:
    """Those in care, then those waiting, each in the order of the file or of the counts."""
    if scenario.start is None:
        return []
    draws = Draws(plan.seed, replication)
    in_care = [_beginner(plan, draws, present, waits=False) for present in scenario.start.census]
    return in_care + [_beginner(plan, draws, present, waits=True) for present in scenario.start.waitlist]


def _beginner(plan: Plan, draws: Draws, present: Present, *, waits: bool) -> Beginner:
    """One row of the census or of a waitlist, with what it leaves open drawn."""
    t = plan.tables
    identity = f"waitlist:{present.identity}" if waits else present.identity
    key = referral_key("start", identity)
    level = plan.level_names.index(present.level)
    traits = []
    for trait, name in enumerate(plan.trait_names):
        if name in present.traits:
            traits.append(plan.trait_values[trait].index(present.traits[name]))
        else:
            u = draws.uniform(*key, t.trait_subject[trait], Purpose.TRAIT, 0, 0)
            traits.append(trait_value(t, NONE, trait, u=u))
    days = present.days
    if days is None:
        days = 0.0
        if not waits:
            u = draws.uniform(*key, t.level_subject[level], Purpose.START_DAYS, 0, 0)
            days = days_spent(t, level, tuple(traits), u=u)
    track = NONE
    if present.track is not None:
        tracks = (row.label for row in t.tracks[t.tracks_of[level].first : t.tracks_of[level].last])
        labels = (*plan.reason_names, *plan.labels)
        track = t.tracks_of[level].first + [labels[label] for label in tracks].index(present.track)
    elif t.tracks_of[level].first < t.tracks_of[level].last:
        u = draws.uniform(*key, t.level_subject[level], Purpose.TRACK, int(waits), 0)
        track = track_of(t, 0, level, Person(tuple(traits), NONE, NONE, level, NEW), u=u)
    return Beginner(key, f"start:{identity}", level, days, tuple(traits), waits, track)


def days_spent(t: Tables, level: int, traits: tuple[int, ...], *, u: float) -> float:
    """Days in care so far of one found in a level: u of the area under the chance of still being there.

    A trapezoid over `STEPS` steps, up to the day by which 99.9 % have left.
    """
    days, area = _area(_Level(t, level), traits)
    wanted = u * area[-1]
    for step in range(1, len(area)):
        if area[step] >= wanted and area[step] > area[step - 1]:
            part = (wanted - area[step - 1]) / (area[step] - area[step - 1])
            return days[step - 1] + part * (days[step] - days[step - 1])
    return 0.0  # stays of no length: nobody is found in one


class _Level(NamedTuple):
    """A level of some tables, compared by identity so that its integral is kept."""

    tables: Tables
    level: int

    def __hash__(self) -> int:
        return hash((id(self.tables), self.level))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Level) and other.tables is self.tables and other.level == self.level


@lru_cache(maxsize=4096)
def _area(at: _Level, traits: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """Days, and the area under the chance of still being there up to each."""
    t, level = at
    person = Person(traits, NONE, NONE, level, NEW)
    plans = _plans(t, level, person)
    last = 1.0
    while _still_there(t, level, person, plans, days=last) > 1e-3 and last < 1e5:
        last = last * 2.0
    days = [last * step / STEPS for step in range(STEPS + 1)]
    there = [_still_there(t, level, person, plans, days=day) for day in days]
    area = [0.0]
    for step in range(1, STEPS + 1):
        area.append(area[-1] + (there[step - 1] + there[step]) / 2.0 * (days[step] - days[step - 1]))
    return days, area


def _plans(t: Tables, level: int, person: Person) -> list[float]:
    """Planned stays at equal steps of probability, for clocks given by a probability."""

    clock = t.cells[level].stay
    if clock == NONE:
        return []
    steps = [(step + 0.5) / PLANS for step in range(PLANS)]
    planned = [days_until(t, clock, level, person, u=u, planned=0.0) for u in steps]
    return [max(days, t.cells[level].minimum_stay) for days in planned]


def _still_there(t: Tables, level: int, person: Person, plans: list[float], *, days: float) -> float:
    """The chance that a stay lasts longer than so many days, all clocks competing.

    A relapse counts as an end with the share of its last rule that does not stay; conditions are not read.
    """
    if t.cells[level].stay == NONE:
        chance = 0.0
        for row in range(t.cells[level].end_first, t.cells[level].end_last):
            left = chance_of_silence(t, t.ends[row].clock, level, person, days=days, planned=0.0)
            chance = chance + t.ends[row].share * left
        return chance * _others(t, level, person, days=days, planned=inf)
    total = 0.0
    for planned in plans:
        if planned > days:
            total = total + _others(t, level, person, days=days, planned=planned)
    return total / len(plans)


def _others(t: Tables, level: int, person: Person, *, days: float, planned: float) -> float:
    """The chance that no clock but the planned end has ended the stay."""
    cell = t.cells[level]
    clocks = [cell.dropout, cell.death]
    clocks += [other.clock for other in t.other_ends[cell.other_first : cell.other_last]]
    chance = 1.0
    for clock in clocks:
        if clock != NONE:
            chance = chance * chance_of_silence(t, clock, level, person, days=days, planned=planned)
    clock = cell.relapse
    if clock != NONE:
        silent = chance_of_silence(t, clock, level, person, days=days, planned=planned)
        leaving = _share_leaving(t, level)
        chance = chance * float(silent**leaving) if leaving < 1.0 else chance * silent
    return chance


def _share_leaving(t: Tables, level: int) -> float:
    """The share of relapses after which the stay is over, by the first rule without a condition."""
    span = t.rules_for[level * t.reasons + Reason.RELAPSE]
    for rule in t.rules[span.first : span.last]:
        if rule.condition == NONE:
            options = t.options[rule.first : rule.last]
            return math.fsum(option.share for option in options if option.to not in (STAY, EXTEND))
    return 0.0


def overdue(scenario: Scenario) -> list[str]:
    """A sentence for each level where some have stayed longer than any stay lasts: they end on day 0.

    Judged by the first replication, where the census leaves traits open.
    """
    if scenario.start is None:
        return []
    made = make_plan(scenario)
    t = made.tables
    late = [0] * t.levels
    for person in beginners(scenario, made, replication=0):
        cell = t.cells[person.level]
        clocks = (
            [cell.stay]
            if cell.stay != NONE
            else [end.clock for end in t.ends[cell.end_first : cell.end_last]]
        )
        seen = Person(person.traits, NONE, NONE, person.level, NEW)
        past = [
            chance_of_silence(t, clock, person.level, seen, days=person.days, planned=0.0) <= 0.0
            for clock in clocks
        ]
        late[person.level] += not person.waits and person.days > 0.0 and all(past)
    return [
        f"{name}: {count} in the census {'has' if count == 1 else 'have'} stayed longer than any stay lasts "
        "there, and will leave on day 0"
        for name, count in zip(made.level_names, late, strict=True)
        if count
    ]
