"""The textbook cases: a table of small scenarios, with where their answers are written and how long they run.

The scenarios and the known figures themselves are in `levels.py` and `networks.py`. What all cases share: a
replication starts empty. The warm-up is so long that what is left of that start is far below chance; the
follow-up so long that who asked within the window is answered before the log ends. `tests/verify/` reckons
both. Simulating and judging is left to `run.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

from sim.verify import levels, networks
from sim.verify.readings import Figures

REPLICATIONS = 100
"""Of each case, unless asked otherwise: about a minute of the reference engine on two cores."""


class Case(NamedTuple):
    """One textbook answer; `warm_up`, `days` (measured) and `follow_up` are those of one replication."""

    title: str
    source: str  # where the answer is written
    expected: Callable[[], Figures]
    body: str  # the scenario without its head
    warm_up: int
    days: int
    follow_up: int


CASES: dict[str, Case] = {
    "one-place": Case(
        "One place, exponential stays (M/M/1)",
        "Gross, Shortle, Thompson and Harris 2008, section 2.2",
        levels.one_place,
        levels.ONE_PLACE,
        warm_up=60,
        days=1900,
        follow_up=30,
    ),
    "several-places": Case(
        "Two places, exponential stays (M/M/c)",
        "Erlang 1917, the delay formula; Gross, Shortle, Thompson and Harris 2008, section 2.3",
        levels.several_places,
        levels.SEVERAL_PLACES,
        warm_up=60,
        days=2500,
        follow_up=30,
    ),
    "lost-exponential": Case(
        "No waitlist, exponential stays (Erlang B)",
        "Erlang 1917, the loss formula",
        levels.lost,
        levels.LOST.replace("STAY", '{ dist = "exponential", mean = 2 }'),
        warm_up=40,
        days=400,
        follow_up=1,
    ),
    "lost-fixed": Case(
        "No waitlist, stays all alike (Erlang B)",
        "Sevastyanov 1957: the loss formula holds for any stay of the same mean",
        levels.lost,
        levels.LOST.replace("STAY", "2"),
        warm_up=40,
        days=300,
        follow_up=1,
    ),
    "lost-lognormal": Case(
        "No waitlist, lognormal stays (Erlang B)",
        "Sevastyanov 1957: the loss formula holds for any stay of the same mean",
        levels.lost,
        levels.LOST.replace("STAY", '{ dist = "lognormal", mean = 2, sd = 2.5 }'),
        warm_up=60,
        days=400,
        follow_up=1,
    ),
    "impatient": Case(
        "A line that people leave, exponential patience (Erlang A)",
        "Palm 1957; Garnett, Mandelbaum and Reiman 2002, section 2",
        levels.impatient,
        levels.IMPATIENT,
        warm_up=40,
        days=400,
        follow_up=20,
    ),
    "any-stay": Case(
        "One place, gamma stays (M/G/1)",
        "Pollaczek 1930; Khinchine 1932",
        levels.any_stay,
        levels.ANY_STAY,
        warm_up=60,
        days=1700,
        follow_up=30,
    ),
    "two-classes": Case(
        "One place, urgent patients first, nobody moved out for them (M/M/1 with priorities)",
        "Cobham 1954",
        levels.two_classes,
        levels.TWO_CLASSES,
        warm_up=60,
        days=2200,
        follow_up=60,
    ),
    "ramp": Case(
        "An unlimited level opens empty; from day 20 on more arrive (M(t)/G/∞)",
        "Eick, Massey and Whitt 1993, theorem 1",
        levels.ramp,
        levels.RAMP,
        warm_up=0,
        days=41,
        follow_up=0,
    ),
    "clocks": Case(
        "Four clocks compete for the end of a stay",
        "Kalbfleisch and Prentice 2002, section 8.2",
        levels.clocks,
        levels.CLOCKS,
        warm_up=31,
        days=300,
        follow_up=31,
    ),
    "network": Case(
        "Two levels that send patients to each other, no place held (Jackson network with feedback)",
        "Jackson 1957",
        networks.network,
        networks.NETWORK,
        warm_up=80,
        days=1500,
        follow_up=40,
    ),
    "held-place": Case(
        "Two levels of one place, the first held while the second is full (tandem with blocking)",
        "Avi-Itzhak and Yadin 1965; the Markov chain solved exactly",
        networks.held_place,
        networks.HELD_PLACE,
        warm_up=60,
        days=1000,
        follow_up=20,
    ),
    "steps": Case(
        "Steps down and up among three unlimited levels (absorbing Markov chain)",
        "Kemeny and Snell 1960, chapter III",
        networks.steps,
        networks.STEPS,
        warm_up=100,
        days=260,
        follow_up=0,
    ),
}
"""Name → case. A new case is a scenario, a function with its figures, and an entry here."""


def scenario_text(name: str, case: Case) -> str:
    """The scenario of a case as a file that runs by itself."""
    return f"""schema = 1
name = "textbook-{name}"
title = "{case.title}"
source = "{case.source}"

[run]
warm_up = {case.warm_up}
duration = {case.days}
follow_up = {case.follow_up}
replications = {REPLICATIONS}
{case.body}"""
