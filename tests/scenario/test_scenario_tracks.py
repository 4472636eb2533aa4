"""Tracks in scenario files: what is read, and what is refused with which words."""

from math import inf

import pytest

from sim.errors import ScenarioError
from sim.scenario.checks import warnings
from sim.scenario.load import loads

HEAD = """
schema = 1
name = "tracks"
[run]
duration = "28 days"
[traits.works]
shares = { yes = 0.5, no = 0.5 }
[traits.age]
shares = { adult = 0.9, adolescent = 0.1, child = 0.0 }
[arrivals.all]
per_day = 1.0
enters = "iop"
[levels.iop]
length_of_stay = "14 days"
"""
BOTH = """
[levels.iop.tracks.day]
seats = 8
[levels.iop.tracks.evening]
seats = 6
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text)
    place = "levels.iop.tracks"
    return [str(fault).partition(": ")[2].removeprefix(place).lstrip(".") for fault in caught.value.faults]


def warned(text: str) -> list[str]:
    place = "levels.iop."
    return [
        str(fault).partition(": ")[2].removeprefix(place)
        for fault in warnings(loads(HEAD + text))
        if place in str(fault)
    ]


def test_a_level_without_a_capacity_has_the_seats_of_its_tracks() -> None:
    scenario = loads(HEAD + BOTH + '[[changes]]\non = 7\nlevels.iop.tracks.day.seats = "unlimited"\n')
    assert scenario.levels["iop"].capacity == 14
    assert [regime.levels["iop"].capacity for _, regime in scenario.regimes] == [14, inf]
    assert loads(scenario.to_toml()).digest == scenario.digest


def test_a_capacity_of_its_own_is_kept() -> None:
    assert loads(HEAD + "capacity = 10" + BOTH).levels["iop"].capacity == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[levels.iop.tracks.day]",
            ['day.seats: is missing; want seats: a whole number, or "unlimited"'],
        ),
        (
            "[levels.iop.tracks.day]\nseats = -1",
            ['day.seats: is -1; want a whole number, 0 or more, or "unlimited"'],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nshare = -0.5",
            ["day.share: is -0.5; want a share, 0 or more"],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nshare = 0",
            [": have no share among them; want one track at least with a `share` above 0"],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nwhen = { wrks = 'yes' }",
            ["day.when.wrks: is no trait, and a track looks at nothing else; did you mean works?"],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nwhen = { episode = 1 }",
            ["day.when.episode: is no trait, and a track looks at nothing else; want works or age"],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nwhen = { works = 'maybe' }",
            ['day.when.works: "maybe" is no value of works; want yes or no'],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nwhen = { works = [] }",
            ["day.when.works: is an empty list; want at least one value of works"],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nwhen = { works = 'yes', age = ['adult', 'child'] }\n"
            "[levels.iop.tracks.teen]\nseats = 1\nwhen = { age = 'adolescent' }",
            [
                ": have none for patients with works no and age adult or child; want for every patient one "
                "track at least whose `when` holds, with a `share` above 0"
            ],
        ),
        (
            BOTH + "[levels.iop.tracks.kids]\nseats = 1\nwhen = { age = 'child' }",
            [
                "kids.when.age: no patient matches: the share of age child is 0 everywhere; want a value "
                "that some patients have"
            ],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nadmits = ['mon']\nadmits_on = [2026-02-01]",
            ["day.admits_on: stands beside `admits`; want weekdays or dates"],
        ),
        (
            "[levels.iop.tracks.day]\nseats = 1\nopens_at = 1",
            ['day.opens_at: is 1; want less than a day, such as "9 hours"'],
        ),
        (
            "[levels.iop.tracks.stay]\nseats = 1",
            ['stay: "stay" cannot name a track: the word has a meaning of its own; want another name'],
        ),
    ],
)
def test_faults_are_named(text: str, said: list[str]) -> None:
    assert faults(text) == said


def test_at_most_three_combinations_without_a_track_are_named() -> None:
    text = "\n".join(
        f"[levels.iop.tracks.{age}]\nseats = 1\nwhen = {{ works = 'yes', age = '{age}' }}\nshare = {share}"
        for age, share in (("adult", 1), ("adolescent", 0), ("child", 0))
    )
    said = faults(text)[0]
    assert said.startswith(
        ": have none for patients with works yes and age adolescent, or with works yes and age child, or "
        "with works no and age adult, and 2 more; want"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "levels.iop.tracks.night.seats = 3",
            "changes.0.levels.iop.tracks.night: is no track: a change makes none; want day or evening",
        ),
        (
            "levels.iop.tracks.evening.when = { works = 'yes' }\nlevels.iop.tracks.day.share = 0",
            "changes.0.levels.iop.tracks: have none for patients with works no; want for every patient one "
            "track at least whose `when` holds, with a `share` above 0",
        ),
    ],
)
def test_a_change_keeps_the_tracks_and_one_for_everybody(change: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + BOTH + f"[[changes]]\non = 7\n{change}\n")
    assert [str(fault).partition(": ")[2] for fault in caught.value.faults] == [said]


def test_a_census_names_tracks_of_its_level_only() -> None:
    start = "[start]\ncensus = [{ level = 'iop', track = 'evenin' }]\n"
    with pytest.raises(
        ScenarioError, match=r'"evenin" is no track of iop; want day or evening; did you mean'
    ):
        loads(HEAD + BOTH + start)
    with pytest.raises(ScenarioError, match="a track of iop, but there is none"):
        loads(HEAD + start)


def test_what_is_odd_about_tracks_is_warned_of() -> None:
    text = (
        "capacity = 16\n"
        + BOTH
        + "[levels.iop.tracks.late]\nseats = 0\nshare = 0\nadmits_on = [2027-01-04]\n"
    )
    assert warned(text) == [
        "capacity: is 16, of which 2 are in no track: never used",
        "tracks.late.seats: is 0: nobody is admitted",
        "tracks.late.share: is 0: nobody asks for the track",
        "tracks.late.admits_on: has no date within the run: nobody is ever admitted",
    ]
