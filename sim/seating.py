"""Which share of those who ask for a level asks for each of its tracks, and what that comes to in seats.

By the traits of the whole population, one trait independent of the other: sources with traits of their own,
or levels that some traits reach more often, shift it. Waits and lost seats are left to simulation.
"""

from itertools import product
from math import inf, prod
from typing import NamedTuple

import pandas as pd

from sim.scenario.conditions import Among
from sim.scenario.types import Level, Scenario, Track


class Seating(NamedTuple):
    """A track before any run: the share of the level's patients who ask for it, their load, its seats."""

    level: str
    track: str
    share: float
    load: float  # mean patients in seats if nobody ever waited
    seats: float


def seating(scenario: Scenario, loads: pd.DataFrame) -> list[Seating]:
    """Every track of the scenario; `loads` has the load of each level (`sim/traffic.py`)."""
    of_level = dict(zip(loads["level"], loads["load"], strict=True))
    return [
        Seating(name, track, share, share * of_level[name], level.tracks[track].seats)
        for name, level in scenario.levels.items()
        for track, share in shares(scenario, level).items()
    ]


def shares(scenario: Scenario, level: Level) -> dict[str, float]:
    """The share of patients who ask for each track of a level, by the traits that its tracks look at."""
    found = dict.fromkeys(level.tracks, 0.0)
    looked_at = dict.fromkeys(trait for track in level.tracks.values() for trait in track.when)
    traits = [scenario.traits[trait].shares for trait in looked_at]
    for values in product(*traits):
        person = dict(zip(looked_at, values, strict=True))
        common = prod(of[value] for of, value in zip(traits, values, strict=True))
        fit = {name: track.share for name, track in level.tracks.items() if _fits(track, person)}
        for name, share in fit.items():
            found[name] += common * share / sum(fit.values())
    return found


def verdict(one: Seating) -> str:
    """What it means when more ask for a track than it has seats; empty otherwise."""
    return "more ask for this track than it has seats" if one.load > one.seats < inf else ""


def _fits(track: Track, person: dict[str, str]) -> bool:
    return all(isinstance(test, Among) and person[trait] in test.values for trait, test in track.when.items())
