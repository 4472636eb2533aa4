"""The random scenarios reach the whole format: every key of every table, and every word that may stand there.

A key that is added to the format fails here until tests/scenarios_at_random.py draws it.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from scenarios_at_random import scenarios

from sim.errors import SimError
from sim.scenario.after import After, Returns
from sim.scenario.choice import Distribution
from sim.scenario.effects import RATIOS, TARGETS
from sim.scenario.faults import keys_of
from sim.scenario.intake import Intake, Stage
from sim.scenario.level import Divert, End, Level, Review, ShowUp, Waitlist
from sim.scenario.load import loads
from sim.scenario.moves import Rule
from sim.scenario.regimes import LEVEL_KEYS, SOURCE_KEYS
from sim.scenario.roles import Need, Role
from sim.scenario.roster import Roster, Turnover
from sim.scenario.source import Placement, Source, Trait
from sim.scenario.tracks import Track
from sim.scenario.types import Run, Start
from sim.shapes import FAMILIES
from sim.words import COVARIATES, REASONS

MANY = 300
SOME = 100
RUN = 10
"""After the tenth example hypothesis draws neighbours of those it has."""

NOT_DRAWN = {
    "title", "source", "replications", "csv", "column", "services", "around_the_clock",
    "meeting_hours_per_week", "productive_share", "overtime_at_most", "service", "facilitators",
    "per_admission", "per_discharge", "per_patient_week",
}  # fmt: skip
"""Keys that change no log, and files, which hold the same as the lists that are drawn."""

MODELS: dict[str, Any] = {
    "run": Run,
    "trait": Trait,
    "source": Source,
    "placement": Placement,
    "level": Level,
    "waitlist": Waitlist,
    "divert": Divert,
    "show_up": ShowUp,
    "review": Review,
    "rule": Rule,
    "end": End,
    "after": After,
    "returns": Returns,
    "start": Start,
    "track": Track,
    "distribution": Distribution,
    "role": Role,
    "needs": Need,
    "floors": Need,
    "roster": Roster,
    "turnover": Turnover,
    "intake": Intake,
    "stage": Stage,
}


KINDS = {
    "levels": "level",
    "stages": "stage",
    "arrivals": "source",
    "traits": "trait",
    "after": "after",
    "ends": "end",
    "on_other_ends": "rule",
    "tracks": "track",
    "roles": "role",
}
"""Tables by name, and what they hold."""


def drawn(many: int) -> list[str]:
    """So many random scenarios."""
    found: list[str] = []

    def one(text: str) -> None:
        found.append(text)

    still = settings(
        max_examples=RUN, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    for part in range(many // RUN):
        seed(part)(still(given(scenarios())(one)))()
    return found


@cache
def documents() -> list[dict[str, Any]]:
    """The same, as documents."""
    return [tomllib.loads(text) for text in drawn(MANY)]


def inside(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every table, list and plain value, with the keys that lead there; places in lists are left out."""
    yield place, value
    for key, item in value.items() if isinstance(value, dict) else ():
        yield from inside(item, (*place, key))
    for item in value if isinstance(value, list) else ():
        yield from inside(item, place)


def table_of(place: tuple[str, ...], value: dict[str, Any]) -> str:
    """Which table of the format a table of a document is; empty for one without keys of its own."""
    above, last = ("", "", *place)[-2:]
    if "dist" in value:
        return "distribution"
    if above in KINDS:
        return KINDS[above]
    if last.startswith("on_") or last == "rules":
        return "rule"
    return "returns" if last == "returns_to_care" else last


@cache
def keys() -> set[tuple[str, str]]:
    """Every table of the format with every key that some random scenario has in it."""
    found = set()
    for document in documents():
        for place, value in inside(document):
            if isinstance(value, dict):
                found |= {(table_of(place, value), key) for key in value}
    return found


@cache
def words() -> set[tuple[str, Any]]:
    """Every plain value under the last key that leads to it, and every name under the table it stands in."""
    found: set[tuple[str, Any]] = set()
    for document in documents():
        for place, value in inside(document):
            if isinstance(value, dict):
                found |= {(place[-1] if place else "", key) for key in value}
            elif not isinstance(value, list):
                found.add((place[-1], value))
    return found


def missing_keys() -> set[Any]:
    """The keys of the tables of the format."""
    wanted = {(table, key) for table, model in MODELS.items() for key in keys_of(model)}
    return {(table, key) for table, key in wanted if key not in NOT_DRAWN} - keys()


def missing_distributions() -> set[Any]:
    """The distributions, in the ways to give them, and as parts of mixtures."""
    wanted = {("dist", dist) for dist in FAMILIES} | {("part", dist) for dist in FAMILIES} - {
        ("part", "mixture")
    }
    wanted |= {("distribution", key) for key in ("p25", "p50", "p90")} | {("part", "max")}
    found = {*words(), *keys()}
    for document in documents():
        parts = [value for place, value in inside(document) if place[-1:] == ("parts",)]
        for part in parts:
            if isinstance(part, dict):
                found |= {("part", part["dist"]), *(("part", key) for key in part)}
    return wanted - found


def missing_conditions() -> set[Any]:
    """The fields of conditions, in rules and in priorities."""
    fields = ("from", "source", "housing", "need", *COVARIATES)
    return {(key, field) for key in ("when", "priority") for field in fields} - words()


def missing_effects() -> set[Any]:
    """The effects: of what, on what, by which ratio."""
    wanted = {(target, ratio) for target, ratios in TARGETS.items() for ratio in ratios}
    wanted |= {("other_ends", ratio) for ratio in RATIOS} | {("limited to a level", True)}
    wanted |= {("of", of) for of in (*COVARIATES, "housing", "need")}
    wanted |= {("returns_to_care", key) for key in ("per", "cap")} | {("ends", "option")}
    found = set()
    for document in documents():
        for of, table in document.get("effects", {}).items():
            for acts in [table] if of in COVARIATES else table.values():
                for target, ratios in acts.items():
                    level, _, rest = target.partition(".")
                    limited = level in document["levels"]
                    on = (rest if limited else target).partition(".")[0]
                    found |= {("of", of), ("limited to a level", limited), *((on, ratio) for ratio in ratios)}
    return wanted - found


def missing_changes() -> set[Any]:
    """The keys that may change at a date."""
    wanted = {("levels", key) for key in LEVEL_KEYS - NOT_DRAWN} | {("arrivals", key) for key in SOURCE_KEYS}
    found = set()
    for change in (change for document in documents() for change in document.get("changes", [])):
        found |= {("change", key) for key in change}
        for top in ("levels", "arrivals"):
            found |= {(top, key) for table in change.get(top, {}).values() for key in table}
    return (wanted | {("change", "after"), ("change", "until")}) - found


WORDS = {
    "go": {"stay", "continue", "extend", "step up", "step down", "discharge", "discharge:dropout", "detox"},
    "completes_to": {"step up", "step down", "discharge", "discharge:administrative", "op"},
    "after": {*REASONS, "default", "waiting", "administrative"} - {"payer_ended", "died", "review", "start"},
    "ends": {"completed", "dropout", "relapse", "administrative", "incarcerated"},
    "by": {"housing", "need", "cover", "last_level"},
    "transfers": {"first", "merged", "last"},
    "then": {"back", "anew"},
    "over_limit": {True, False},
    "after_use": {True, False},
    "capacity": {0, 1, "unlimited"},
    "limit": {0, 3},
    "hold": {0, "unlimited", "default", "php"},
    "length_of_stay": {"0 days", "3 days", "by"},
    "relapse": {0.0, 1.0, 0.3, "by"},
    "dropout": {0.0, 1.0, "by"},
    "census": {"detox", "level", "days", "track", "housing"},
    "seats": {0, 1, "unlimited"},
    "waitlist": {"detox", "level", "days", "housing"},
    "dates": {"day", "id", "enters", "housing"},
}
"""Words and values under the last key that leads to them."""


def missing_words() -> set[Any]:
    """The words and values that may stand under a key."""
    return {(key, word) for key, some in WORDS.items() for word in some} - words()


def missing_days() -> set[Any]:
    """Referrals on whole days only and on fractions, several at one instant, with and without an id."""
    wanted = {"whole", "in parts", "at one instant", "without id"}
    found = set()
    for source in (source for document in documents() for source in document.get("arrivals", {}).values()):
        days = sorted(row["day"] for row in source.get("dates", []))
        found |= {"whole" if day == int(day) else "in parts" for day in days}
        found |= {"at one instant" for one, other in pairwise(days) if one == other}
        found |= {"without id" for row in source.get("dates", []) if "id" not in row}
    return wanted - found


LOOKS = (
    missing_keys,
    missing_distributions,
    missing_conditions,
    missing_effects,
    missing_changes,
    missing_words,
    missing_days,
)


def test_the_random_scenarios_reach_every_key_and_every_word_of_the_format() -> None:
    assert {look.__doc__: missing for look in LOOKS if (missing := look())} == {}


def test_four_of_five_random_scenarios_are_without_fault() -> None:
    assert sum(is_faultless(text) for text in drawn(SOME)) > 0.8 * SOME


def is_faultless(text: str) -> bool:
    try:
        return bool(loads(text, Path()))
    except SimError:
        return False
