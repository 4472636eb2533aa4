"""Cases of several levels: each a scenario without its head, and the figures that the textbook gives for it.

Titles, sources and sizes are left to the table in `cases.py`.
"""

from sim import theory
from sim.verify.readings import Figures

NETWORK = """
[arrivals.network]
per_day = 1
enters = { intensive = 0.6, routine = 0.4 }

[levels.intensive]
capacity = 1
length_of_stay = { dist = "exponential", mean = 0.6 }
completes_to = { routine = 0.7, discharge = 0.3 }

[levels.routine]
capacity = 2
length_of_stay = { dist = "exponential", mean = 1 }
completes_to = { intensive = 0.2, discharge = 0.8 }
waitlist = { transfers = "merged" }
"""


def network() -> Figures:
    """Two levels that send patients to each other, none of whom holds a place meanwhile."""
    stations = theory.jackson((0.6, 0.4), ((0.0, 0.7), (0.2, 0.0)), places=(1, 2), mean_stays=(0.6, 1.0))
    return {
        key: value
        for level, station in zip(("intensive", "routine"), stations, strict=True)
        for key, value in (
            (("admissions.per_day", level), station.admissions_per_day),
            (("census.mean", level), station.load),
            (("wait.share_waiting", level), station.line.chance_to_wait),
            (("wait.mean", level), station.line.mean_wait),
        )
    }


HELD_PLACE = """
[arrivals.held-place]
per_day = 1
enters = "first"

[levels.first]
capacity = 1
length_of_stay = { dist = "exponential", mean = 0.6 }
completes_to = "second"
hold = "unlimited"
waitlist = { limit = 3 }

[levels.second]
capacity = 1
length_of_stay = { dist = "exponential", mean = 0.6 }
"""


def held_place() -> Figures:
    """Two levels of one place, the first kept while the second is full; at most three wait for the first."""
    tandem = theory.tandem_with_blocking(1.0, first_stay=0.6, second_stay=0.6, longest_line=1 + 3)
    return {
        ("turned_away.share", "first"): 1.0 - tandem.in_care / 0.6,
        ("waiting.mean", "first"): tandem.waiting,
        ("in_care.mean", "first"): tandem.in_care,
        ("blocked.mean", "first"): tandem.blocked,
        ("stay.blocked.share", "first"): tandem.chance_blocked,
        ("census.mean", "second"): tandem.second_census,
    }


STEPS = """
[arrivals.steps]
per_day = 2
enters = { php = 0.5, iop = 0.5 }

[levels.php]
length_of_stay = 4
completes_to = { iop = 0.75, discharge = 0.25 }

[levels.iop]
length_of_stay = { dist = "gamma", mean = 6, sd = 2 }
completes_to = { op = 0.6, discharge = 0.4 }
relapse = 0.3
on_relapse = [{ go = { "step up" = 0.8, discharge = 0.2 } }]

[levels.op]
length_of_stay = { dist = "gamma", mean = 8, sd = 3 }
relapse = 0.2
on_relapse = [{ go = { "step up" = 0.5, php = 0.25, discharge = 0.25 } }]
"""


def steps() -> Figures:
    """Three unlimited levels: stays in each and ways out, by the fundamental matrix."""
    routing = ((0.0, 0.75, 0.0), (0.3 * 0.8, 0.0, 0.7 * 0.6), (0.2 * 0.25, 0.2 * 0.5, 0.0))
    exits = ((0.25, 0.0), (0.7 * 0.4, 0.3 * 0.2), (0.8, 0.2 * 0.25))  # completed, relapse
    chain = theory.absorption(routing, exits)
    visits, ends = (0.5 * matrix[0] + 0.5 * matrix[1] for matrix in chain)
    up = visits[1] * 0.3 * 0.8 + visits[2] * 0.2 * 0.75
    return {
        **{
            ("admissions.per_day", level): 2.0 * float(number)
            for level, number in zip(("php", "iop", "op"), visits, strict=True)
        },
        ("step_ups.per_100_stays", ""): float(100.0 * up / sum(visits)),
        ("episodes.completed.share", ""): float(ends[0]),
        ("episodes.relapse.share", ""): float(ends[1]),
    }
