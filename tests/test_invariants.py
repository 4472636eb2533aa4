"""A log made by hand in which everything holds, and the same log broken in one place at a time."""

from datetime import date
from math import inf, nan

import numpy as np
import pytest

from sim.invariants import (
    CAPACITY,
    DOOR,
    LITTLE,
    NO_FREEZE,
    NO_IDLE_PLACE,
    NOBODY_LOST,
    NOT_OVERTAKEN,
    ORDER,
    ROWS,
    WITHIN,
    Findings,
    broken,
    littles_law_holds,
)
from sim.log import Columns, Log
from sim.spells import LEGAL, ONE_PLACE, Place, spells
from sim.words import EVENTS, LEVEL_EVENTS, REASONS, Event

LEVELS = ("detox", "php", "iop")
SOURCES = ("community", "court")
ALL_REASONS = (*REASONS, "administrative")
PEOPLE = "start start court community community community court community community community"

GOOD = """
-2   1 admit detox start =5
-1   2 request detox start
0    0 capacity detox =1
0    0 capacity php =1
0    0 capacity iop =inf
1    3 request detox
2    3 renege detox
2    3 discharge reneged
3    1 ready detox >php completed
3    1 request php
3    1 leave detox completed
3    1 admit php =10
3    2 admit detox =4
4    4 request detox
5    4 divert detox >iop
5    4 admit iop =20
5.5  5 request detox
5.5  5 turn_away detox
5.5  5 discharge turned_away
6    4 relapse iop
6    4 extend iop =7
7    2 ready detox >php completed
7    2 request php
8    6 request detox
8.5  7 request detox
9    2 go_home detox
9    2 leave detox completed
9    6 no_show detox
9    6 discharge no_show
9    7 admit detox =3
10   2 return_to_use
10   4 review iop
11   1 ready php >detox relapse
11   1 request detox
12   1 leave php relapse
12   1 admit detox =6
12   4 leave iop dropout
12   4 discharge dropout
12   7 ready detox >php completed
12   7 request php
12   7 leave detox completed
12   7 admit php =10
15   4 return_to_use
18   1 leave detox completed
18   1 discharge completed
19   8 request detox
19   8 admit detox =10
20   4 return_to_care
20   4 request iop
20   4 admit iop =20
21   0 close php
22   7 leave php completed
22   7 discharge administrative
23   0 open php
23   2 admit php =10
25   0 capacity detox =0
26   9 request detox
27   10 request detox
29   8 ready detox >iop completed
30   4 death iop
30   4 leave iop died
30   4 discharge died
30   8 request iop
30   8 leave detox completed
30   8 admit iop =5
35   0 capacity detox =1
35   8 leave iop completed
35   8 discharge completed
35   9 admit detox =9
"""
"""Two levels of one place and one without limit: a start, a line, holds, an exchange, a cut, a return."""


def log_of(text: str, *, people: str = PEOPLE, end: float = 40.0) -> Log:
    """The log written in `text`, a row a line: day, patient, event, level, >to_level, reason, =value.

    Episodes and stays are counted here; #e2 or #s3 sets another number.
    """
    rows, episode, stay = [], {}, {}
    for line in text.strip().splitlines():
        day, patient, event, *rest = line.split()
        who, kind = int(patient), EVENTS.index(event)
        level = to_level = reason = -1
        value = nan
        episode[who] = episode.get(who, 1) + (kind == Event.RETURN_TO_CARE)
        stay[who] = stay.get(who, 0) + (kind == Event.ADMIT)
        numbers = [episode[who], stay[who] if kind in OF_A_STAY else 0]
        for word in rest:
            if word.startswith(">"):
                to_level = LEVELS.index(word[1:])
            elif word.startswith("="):
                value = float(word[1:])
            elif word.startswith("#"):
                numbers["es".index(word[1])] = int(word[2:])
            elif word in LEVELS:
                level = LEVELS.index(word)
            else:
                reason = ALL_REASONS.index(word)
        if kind in LEVEL_EVENTS and who == 0:
            numbers = [0, 0]
        rows.append((float(day), who, *numbers, kind, level, to_level, reason, value))
    sources = people.split()
    columns = list(zip(*rows, strict=True))
    arrived = [
        0.0 if source == "start" else next((row[0] for row in rows if row[1] == who), 0.0)
        for who, source in enumerate(sources, 1)
    ]
    return Log(
        replication=0,
        start=date(2026, 1, 5),
        window_start=10.0,
        window_end=30.0,
        end=end,
        levels=LEVELS,
        sources=SOURCES,
        traits=("sex",),
        trait_values=(("woman", "man"),),
        reasons=ALL_REASONS,
        follows_use=True,
        follows_care=True,
        columns=Columns(
            np.array(columns[0]), *(np.array(column) for column in columns[1:8]), np.array(columns[8])
        ),
        patient_key=tuple(f"k{who}" for who in range(1, len(sources) + 1)),
        patient_source=np.array([SOURCES.index(s) if s in SOURCES else -1 for s in sources]),
        patient_arrived=np.array(arrived),
        patient_traits=np.zeros((len(sources), 1), dtype=np.int64),
    )


OF_A_STAY = {
    Event.ADMIT,
    Event.RELAPSE,
    Event.REVIEW,
    Event.EXTEND,
    Event.READY,
    Event.GO_HOME,
    Event.LEAVE,
}


def edited(*changes: tuple[str, str]) -> str:
    """The good log with some of its lines replaced; an empty new text removes the line."""
    text = GOOD
    for old, new in changes:
        lines = text.splitlines()
        at = [number for number, line in enumerate(lines) if " ".join(line.split()) == old]
        assert len(at) == 1, old
        lines[at[0] : at[0] + 1] = [new] if new else []
        text = "\n".join(lines)
    return text


def test_nothing_is_broken_in_a_log_that_keeps_every_rule() -> None:
    assert broken(log_of(GOOD)) == []


def test_nothing_is_broken_in_an_empty_level() -> None:
    assert (
        broken(log_of("0 0 capacity detox =0\n0 0 capacity php =1\n0 0 capacity iop =inf", people="")) == []
    )


# what is changed; the rule it breaks; whom the sentence names; the day it names
CORRUPTIONS: dict[str, tuple[list[tuple[str, str]], str, str, float]] = {
    "two places": (
        [("3 1 leave detox completed", "")],
        ONE_PLACE,
        "patient 1",
        3,
    ),
    "admitted twice": (
        [("5 4 admit iop =20", "5 4 admit iop =20\n5 4 admit php =3")],
        ONE_PLACE,
        "patient 4",
        5,
    ),
    "admitted without asking": ([("19 8 request detox", "")], LEGAL, "patient 8", 19),
    "asks twice": ([("4 4 request detox", "4 4 request detox\n4 4 request php")], LEGAL, "patient 4", 4),
    "reneges from a held place": ([("9 2 go_home detox", "9 2 renege php")], LEGAL, "patient 2", 9),
    "reviewed while waiting": (
        [("26 9 request detox", "26 9 request detox\n26 9 review detox")],
        LEGAL,
        "patient 9",
        26,
    ),
    "relapse after discharge": ([("15 4 return_to_use", "15 4 relapse iop")], LEGAL, "patient 4", 15),
    "something after death": (
        [("30 4 discharge died", "30 4 discharge died\n30 4 return_to_care")],
        LEGAL,
        "patient 4",
        30,
    ),
    "admitted elsewhere than asked": ([("35 9 admit detox =9", "35 9 admit php =9")], LEGAL, "patient 9", 35),
    "leaves another level": (
        [("18 1 leave detox completed", "18 1 leave php completed")],
        LEGAL,
        "patient 1",
        18,
    ),
    "leaves for another cause": (
        [("12 1 leave php relapse", "12 1 leave php completed")],
        LEGAL,
        "patient 1",
        12,
    ),
    "asks for another level than ready for": (
        [("7 2 request php", "7 2 request iop")],
        LEGAL,
        "patient 2",
        7,
    ),
    "discharged under another reason than refused": (
        [("5.5 5 discharge turned_away", "5.5 5 discharge reneged")],
        LEGAL,
        "patient 5",
        5.5,
    ),
    "discharged later than she left": (
        [("12 4 discharge dropout", "13 4 discharge dropout")],
        LEGAL,
        "patient 4",
        13,
    ),
    "leaves a held place for nowhere": (
        [("12 1 admit detox =6", ""), ("18 1 leave detox completed", ""), ("18 1 discharge completed", "")],
        LEGAL,
        "patient 1",
        12,
    ),
    "return without a new episode": ([("20 4 request iop", "20 4 request iop #e1")], LEGAL, "patient 4", 20),
    "stay number skipped": ([("23 2 admit php =10", "23 2 admit php =10 #s3")], LEGAL, "patient 2", 23),
    "diverted after being sent home": (
        [("10 2 return_to_use", "10 2 divert php >iop")],
        LEGAL,
        "patient 2",
        10,
    ),
    "diverted twice": (
        [("5 4 divert detox >iop", "5 4 divert detox >php\n5 4 divert php >iop")],
        LEGAL,
        "patient 4",
        5,
    ),
    "use while waiting for the first level": (
        [("26 9 request detox", "26 9 request detox\n26 9 return_to_use")],
        LEGAL,
        "patient 9",
        26,
    ),
    "death without discharge": ([("30 4 discharge died", "")], LEGAL, "patient 4", 30),
    "start in the middle": ([("19 8 admit detox =10", "19 8 admit detox start =10")], LEGAL, "patient 8", 19),
    "lost between levels": (
        [
            ("30 8 request iop", ""),
            ("30 8 admit iop =5", ""),
            ("35 8 leave iop completed", ""),
            ("35 8 discharge completed", ""),
        ],
        NOBODY_LOST,
        "patient 8",
        30,
    ),
    "discharged twice": (
        [("18 1 discharge completed", "18 1 discharge completed\n18 1 discharge completed")],
        NOBODY_LOST,
        "patient 1",
        18,
    ),
    "discharged from a place": ([("18 1 leave detox completed", "")], NOBODY_LOST, "patient 1", 18),
    "discharged from a line": ([("2 3 renege detox", "")], NOBODY_LOST, "patient 3", 2),
    "never in the log": ([("27 10 request detox", "")], NOBODY_LOST, "patient 10", 0),
    "times go back": ([("6 4 relapse iop", "4 4 relapse iop")], ORDER, "patient 4", 4),
    "patients out of order": (
        [("3 1 admit php =10", ""), ("3 2 admit detox =4", "3 2 admit detox =4\n3 1 admit php =10")],
        ORDER,
        "patient 1",
        3,
    ),
    "after the end": (
        [("35 9 admit detox =9", "35 9 admit detox =9\n40 10 renege detox\n40 10 discharge reneged")],
        WITHIN,
        "patient 10",
        40,
    ),
    "before day 0": ([("-1 2 request detox start", "-1 2 request detox")], WITHIN, "patient 2", -1),
    "more than the capacity": (
        [("5.5 5 turn_away detox", "5.5 5 admit detox =1"), ("5.5 5 discharge turned_away", "")],
        CAPACITY,
        "patient 5",
        5.5,
    ),
    "admitted after a cut": (
        [
            ("26 9 request detox", "26 9 request detox\n26 9 admit detox =9"),
            ("35 9 admit detox =9", "35 10 admit detox =9"),
        ],
        CAPACITY,
        "patient 9",
        26,
    ),
    "admitted through a shut door": (
        [("23 0 open php", ""), ("25 0 capacity detox =0", "24 0 open php\n25 0 capacity detox =0")],
        DOOR,
        "patient 2",
        23,
    ),
    "waits beside a free place": (
        [("3 2 admit detox =4", "3.5 2 admit detox =4")],
        NO_IDLE_PLACE,
        "patient 2",
        3,
    ),
    "blocked beside a free place": (
        [
            ("30 8 leave detox completed", ""),
            ("30 8 admit iop =5", ""),
            ("35 8 leave iop completed", "35 8 leave detox completed\n35 8 admit iop =2"),
            ("35 8 discharge completed", ""),
        ],
        NO_IDLE_PLACE,
        "patient 8",
        30,
    ),
    "waits before an open door": (
        [
            ("21 0 close php", ""),
            ("22 7 discharge administrative", "22 7 discharge administrative\n22.5 0 close php"),
        ],
        NO_IDLE_PLACE,
        "patient 2",
        22,
    ),
    "a ring is left": (
        [
            ("12 1 leave php relapse", ""),
            ("12 1 admit detox =6", ""),
            ("12 7 leave detox completed", ""),
            (
                "12 7 admit php =10",
                "13 1 leave php relapse\n13 1 admit detox =6\n13 7 leave detox completed\n13 7 admit php =10",
            ),
        ],
        NO_FREEZE,
        "patient 1",
        12,
    ),
    "overtaken": ([("35 9 admit detox =9", "35 10 admit detox =9")], NOT_OVERTAKEN, "patient 9", 35),
    "an unknown level": ([("26 9 request detox", "26 9 request")], ROWS, "patient 9", 26),
    "a stay of no planned days": ([("19 8 admit detox =10", "19 8 admit detox")], ROWS, "patient 8", 19),
    "ready for nowhere": (
        [("7 2 ready detox >php completed", "7 2 ready detox completed")],
        ROWS,
        "patient 2",
        7,
    ),
    "leaves for no cause": ([("18 1 leave detox completed", "18 1 leave detox")], ROWS, "patient 1", 18),
    "discharged as a review": (
        [("18 1 discharge completed", "18 1 discharge review")],
        ROWS,
        "patient 1",
        18,
    ),
    "half a place": ([("35 0 capacity detox =1", "35 0 capacity detox =1.5")], ROWS, "patient 0", 35),
    "a door opened twice": ([("23 0 open php", "22.5 0 open php\n23 0 open php")], ROWS, "level php", 23),
    "a level that never says its capacity": ([("0 0 capacity php =1", "")], ROWS, "level php", 0),
    "a patient's row of a level": ([("6 4 extend iop =7", "6 4 capacity iop =7")], ROWS, "patient 4", 6),
    "a patient who is in no table": (
        [("27 10 request detox", "27 11 request detox")],
        ROWS,
        "patient 11",
        27,
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_broken_log_is_caught_with_patient_day_and_rule(name: str) -> None:
    changes, rule, who, day = CORRUPTIONS[name]
    sentences = broken(log_of(edited(*changes)))
    assert any(s.startswith(f"{who}, day {day:g}: ") and s.endswith(rule) for s in sentences), sentences


def test_one_who_was_diverted_at_the_instant_of_an_admission_was_not_overtaken() -> None:
    # 4 is diverted to the line of php at the very instant at which 8, who asked that day, got the place
    text = """
0    0 capacity detox =0
0    0 capacity php =1
0    0 capacity iop =0
4    1 request detox
6    1 divert detox >php
6    2 request php
6    2 admit php =9
"""
    assert broken(log_of(text, people="community community")) == []


def test_those_whom_a_priority_class_may_tell_apart_are_not_compared() -> None:
    text = """
0    0 capacity detox =0
0    0 capacity php =0
0    0 capacity iop =0
4    1 request detox
5    2 request detox
6    0 capacity detox =1
6    2 admit detox =3
"""
    assert broken(log_of(text, people="community court")) == []
    assert len(broken(log_of(text, people="court court"))) == 1


def test_a_place_given_to_one_who_does_not_come_was_given() -> None:
    line = """
0    0 capacity detox =0
0    0 capacity php =0
0    0 capacity iop =0
4    1 request detox
5    2 request detox
6    0 capacity detox =1
"""
    fair = "6    1 no_show detox\n6    1 discharge no_show\n6    2 admit detox =3"
    unfair = "6    2 no_show detox\n6    2 discharge no_show\n7    0 close detox"
    assert broken(log_of(line + fair, people="community community")) == []
    sentences = broken(log_of(line + unfair, people="community community"))
    assert any(s.startswith("patient 1, day 6: ") and s.endswith(NOT_OVERTAKEN) for s in sentences)


REST = """
0    0 capacity detox =1
0    0 capacity php =1
"""
TRACKS = """
-1   1 track iop administrative
-1   1 admit iop start =5
0    0 capacity iop =3
0    0 capacity iop administrative =1
0    0 capacity iop lost =2
1    2 request iop
1    2 track iop lost
1    2 admit iop =9
2    3 request iop
2    3 track iop administrative
4    1 leave iop completed
4    1 discharge completed
4    3 admit iop =9
"""
"""Two tracks, named by two of the reasons."""


def in_order(text: str) -> str:
    """The lines by day, then patient."""
    lines = [line for line in text.splitlines() if line]
    return "\n".join(sorted(lines, key=lambda line: (float(line.split()[0]), int(line.split()[1]))))


def test_a_log_with_tracks_is_read_by_tracks() -> None:
    assert broken(log_of(in_order(REST + TRACKS), people="start community community")) == []


@pytest.mark.parametrize(
    ("old", "new", "subject", "rule"),
    [
        ("1    2 track iop lost\n", "", "patient 2, day 1", LEGAL),
        ("1    2 track iop lost", "1    2 track iop relapse", "patient 2, day 1", LEGAL),
        (
            "1    2 track iop lost\n1    2 admit",
            "1.5    2 track iop lost\n1.5    2 admit",
            "patient 2, day 1.5",
            LEGAL,
        ),
        ("-1   1 track iop administrative\n", "", "patient 1, day -1", LEGAL),
        ("2    3 track iop administrative", "2    3 track iop lost", "patient 3, day 2", NO_IDLE_PLACE),
        ("4    3 admit iop =9\n", "", "patient 3, day 4", NO_IDLE_PLACE),
        ("4    3 admit", "3    3 admit", "patient 3, day 3", CAPACITY),
        ("4    1 leave", "3    0 close iop administrative\n4    1 leave", "patient 3, day 4", DOOR),
        ("4    3 admit iop =9", "4    3 track iop lost\n4    3 admit iop =9", "patient 3, day 4", LEGAL),
    ],
)
def test_what_breaks_the_rules_of_tracks_is_found(old: str, new: str, subject: str, rule: str) -> None:
    text = REST + TRACKS
    assert old in text
    sentences = broken(log_of(in_order(text.replace(old, new)), people="start community community"))
    assert any(one.startswith(subject) and one.endswith(rule) for one in sentences), sentences


def test_littles_law_is_broken_where_levels_and_patients_tell_different_days() -> None:
    log = log_of(GOOD)
    found, _ = spells(log)
    places = [Place(p.patient, p.level, p.start, p.stop - 1 if p.stop < inf else inf) for p in found.places]
    findings = Findings()
    littles_law_holds(log, found._replace(places=places), findings)
    assert all(sentence.endswith(LITTLE) for sentence in findings.all())
    assert {sentence.split(",")[0] for sentence in findings.all()} == {
        "level detox",
        "level php",
        "level iop",
    }


def test_many_findings_of_one_rule_are_counted_and_not_listed() -> None:
    rows = [f"{day} {day} request detox" for day in range(1, 101)]
    text = "\n".join(["0 0 capacity detox =inf", "0 0 capacity php =1", "0 0 capacity iop =1", *rows])
    sentences = broken(log_of(text, people="community " * 100, end=200.0))
    assert sentences[0].startswith("patient 1, day 1: waits for detox")
    lost = [f"{day} {day} renege detox" for day in range(1, 101)]
    both = [line for pair in zip(rows, lost, strict=True) for line in pair]
    text = "\n".join(["0 0 capacity detox =inf", "0 0 capacity php =1", "0 0 capacity iop =1", *both])
    sentences = broken(log_of(text, people="community " * 100, end=200.0))
    assert any(sentence.startswith("… and 50 more times") for sentence in sentences)
