"""The tracks of a level as a scenario file describes them: seats within it, each with a line of its own.

Which track a patient asks for is decided in `sim/rules/tracks.py`; the doors of tracks are those of
`sim/doors.py`.
"""

import math
from collections.abc import Iterator
from itertools import product
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.conditions import Among, Condition, among
from sim.scenario.context import RESERVED, Context
from sim.scenario.faults import Troubles, build, listed, nearest, shown, wrong
from sim.scenario.values import (
    Count,
    Days_,
    Hour,
    Says,
    Table,
    Text,
    Weekdays,
    entries,
    key,
    new_name,
    number,
)

NAMED_AT_MOST = 3
"""So many combinations of traits that match no track are named in a message."""


def _when(raw: Any, info: ValidationInfo) -> Condition:
    known = context.of(info)
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table of traits")
    troubles = Troubles()
    parsed: Condition = {}
    for name, value in raw.items():
        if name not in known.traits:
            hint = nearest(name, known.traits)
            wanted = "" if hint else listed(known.traits) or "a trait, but there is none"
            troubles.add((name,), "is no trait, and a track looks at nothing else", wanted, hint)
        elif (test := troubles.take((name,), among, value, known.traits[name], name)) is not None:
            parsed[name] = test
    troubles.done()
    return parsed


def _share(raw: Any) -> float:
    return number(raw, low=0.0, high=1e6, wanted="a share, 0 or more")


class Track(Table):
    """Some of a level's seats, with their own line: a time of day, video, an age, a second diagnosis."""

    title: Text | None = key(None, "How figures and tables call the track.")
    seats: Count = key(..., 'Seats: a whole number, or "unlimited".', unit="patients")
    share: Annotated[float, PlainValidator(_share, json_schema_input_type=float), Says("number")] = key(
        1.0, "How many ask for it, relative to the other tracks that a patient may ask for."
    )
    when: Annotated[
        Condition,
        PlainValidator(_when, json_schema_input_type=dict[str, str | list[str]]),
        Says("condition on traits"),
    ] = key({}, "Who may ask for it; without it everybody.")
    admits: Weekdays = key(
        (0, 1, 2, 3, 4, 5, 6), "Weekdays on which patients are admitted; default every day of the level."
    )
    admits_on: Days_ | None = key(None, "The only dates on which patients are admitted: cohorts.")
    opens_at: Hour = key(0.0, "Time of an admitting day from which patients are admitted.", unit="days")
    closed: Days_ = key((), "Dates on which nobody is admitted.")
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes a door that is given twice."""
        if "admits" in raw and "admits_on" in raw:
            troubles.add(("admits_on",), "stands beside `admits`", "weekdays or dates")


def _tracks(raw: Any, info: ValidationInfo) -> dict[str, Track]:
    known = context.of(info)
    named = entries(raw, wanted="a table of tracks by name")
    troubles = Troubles()
    parsed: dict[str, Track] = {}
    for name, value in named.items():
        troubles.take((name,), new_name, name, RESERVED, "a track")
        if (track := troubles.take((name,), build, Track, value, known)) is not None:
            parsed[name] = track
    if parsed and len(parsed) == len(named):
        _find_a_track_for_everybody(parsed, known, troubles)
    troubles.done()
    return parsed


def _find_a_track_for_everybody(tracks: dict[str, Track], known: Context, troubles: Troubles) -> None:
    """Notes combinations of traits for which no track has a share."""
    left = list(unmatched(tracks, known.traits))
    if not left:
        return
    if () in left:
        troubles.add((), "have no share among them", "one track at least with a `share` above 0")
        return
    said = ["with " + " and ".join(f"{trait} {value}" for trait, value in one) for one in left]
    more = f", and {len(said) - NAMED_AT_MOST} more" if len(said) > NAMED_AT_MOST else ""
    troubles.add(
        (),
        f"have none for patients {', or '.join(said[:NAMED_AT_MOST])}{more}",
        "for every patient one track at least whose `when` holds, with a `share` above 0",
    )


def unmatched(
    tracks: dict[str, Track], traits: dict[str, tuple[str, ...]]
) -> Iterator[tuple[tuple[str, str], ...]]:
    """The combinations of values, of the traits that tracks look at, for which no track can be drawn.

    Values that no track tells apart stand together, as "adolescent or child".
    """
    looked_at = [name for name in traits if any(name in track.when for track in tracks.values())]
    alike = [_alike(tracks, name, traits[name]) for name in looked_at]
    for groups in product(*alike):
        person = {name: group[0] for name, group in zip(looked_at, groups, strict=True)}
        if not any(track.share > 0.0 and _holds(track.when, person) for track in tracks.values()):
            yield tuple((name, listed(group)) for name, group in zip(looked_at, groups, strict=True))


def _alike(tracks: dict[str, Track], trait: str, values: tuple[str, ...]) -> list[list[str]]:
    """The values of a trait, those together that fit the same tracks."""
    groups: dict[tuple[bool, ...], list[str]] = {}
    for value in values:
        fits = tuple(
            _holds({trait: track.when[trait]}, {trait: value})
            for track in tracks.values()
            if trait in track.when
        )
        groups.setdefault(fits, []).append(value)
    return list(groups.values())


def _holds(when: Condition, person: dict[str, str]) -> bool:
    return all(isinstance(test, Among) and person[name] in test.values for name, test in when.items())


def seats_of(tracks: dict[str, Track]) -> float:
    """The seats of all tracks together; infinite where one is unlimited."""
    return math.fsum(track.seats for track in tracks.values())


Tracks = Annotated[
    dict[str, Track],
    PlainValidator(_tracks, json_schema_input_type=dict[str, Track | str]),
    Says("table of tracks"),
]
