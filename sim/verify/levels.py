"""Cases of one level: each a scenario without its head, and the figures that the textbook gives for it.

What waits to be read off a log is named as in the results (`sim/measures/README.md`) or as in `readings.py`.
Titles, sources and sizes are left to the table in `cases.py`.
"""

from math import log

from scipy import stats

from sim import theory
from sim.verify.readings import Figures

ONE_PLACE = """
[arrivals.one-place]
per_day = 1
enters = "a"

[levels.a]
capacity = 1
length_of_stay = { dist = "exponential", mean = 0.5 }
"""


def one_place() -> Figures:
    """The line of M/M/1."""
    return of_line(theory.mmc(1, rate=1.0, mean_stay=0.5), rate=1.0, load=0.5)


SEVERAL_PLACES = """
[arrivals.several-places]
per_day = 1
enters = "a"

[levels.a]
capacity = 2
length_of_stay = { dist = "exponential", mean = 1 }
"""


def several_places() -> Figures:
    """The line of M/M/2."""
    return of_line(theory.mmc(2, rate=1.0, mean_stay=1.0), rate=1.0, load=1.0)


def of_line(line: theory.Line, *, rate: float, load: float) -> Figures:
    """What is measured at a level with a line."""
    return {
        ("asked.per_day", "a"): rate,
        ("census.mean", "a"): load,
        ("waiting.mean", "a"): line.mean_waiting,
        ("wait.mean", "a"): line.mean_wait,
        ("wait.share_waiting", "a"): line.chance_to_wait,
        ("wait.waited.mean", "a"): line.mean_wait / line.chance_to_wait,
    }


LOST = """
[arrivals.lost]
per_day = 2
enters = "a"

[levels.a]
capacity = 5
length_of_stay = STAY
waitlist = { limit = 0 }
"""


def lost() -> Figures:
    """Those turned away by Erlang's loss formula: 2 a day × 2 days for 5 places, whatever the shape."""
    share = theory.erlang_b(5, 4.0)
    return {("turned_away.share", "a"): share, ("census.mean", "a"): 4.0 * (1.0 - share)}


IMPATIENT = """
[arrivals.impatient]
per_day = 2
enters = "a"

[levels.a]
capacity = 2
length_of_stay = { dist = "exponential", mean = 1.5 }
waitlist = { patience = { dist = "exponential", mean = 1 } }
"""


def impatient() -> Figures:
    """The line of M/M/2+M, offered half as much again as its places hold."""
    line = theory.erlang_a(2, rate=2.0, mean_stay=1.5, mean_patience=1.0)
    return {
        ("reneged.share", "a"): line.share_reneging,
        ("waiting.mean", "a"): line.mean_waiting,
        ("wait.offered.mean", "a"): line.mean_days_on_line,
        ("census.mean", "a"): line.mean_census,
        ("admissions.per_day", "a"): line.admissions_per_day,
    }


ANY_STAY = """
[arrivals.any-stay]
per_day = 1
enters = "a"

[levels.a]
capacity = 1
length_of_stay = { dist = "gamma", mean = 0.5, sd = 0.25 }
"""


def any_stay() -> Figures:
    """The line of M/G/1."""
    wait = theory.single_place_wait(1.0, mean_stay=0.5, sd_stay=0.25)
    return {
        ("wait.mean", "a"): wait,
        ("waiting.mean", "a"): wait,  # Little: 1 a day
        ("wait.share_waiting", "a"): 0.5,
        ("census.mean", "a"): 0.5,
    }


TWO_CLASSES = """
[traits.urgency]
shares = { urgent = 0.4, routine = 0.6 }

[arrivals.two-classes]
per_day = 1
enters = "a"

[levels.a]
capacity = 1
length_of_stay = { dist = "exponential", mean = 0.5 }
waitlist = { priority = [{ urgency = "urgent" }] }
"""


def two_classes() -> Figures:
    """The waits of two classes of M/M/1."""
    urgent, routine = theory.waits_by_class(1, rates=(0.4, 0.6), mean_stay=0.5)
    return {
        ("wait.urgent.mean", "a"): urgent,
        ("wait.routine.mean", "a"): routine,
        ("waiting.mean", "a"): 0.4 * urgent + 0.6 * routine,
        ("census.mean", "a"): 0.5,
    }


RAMP = """
[arrivals.ramp]
per_day = 20
enters = "a"

[levels.a]
capacity = "unlimited"
length_of_stay = { dist = "gamma", mean = 8, sd = 6 }

[[changes]]
on = 20
arrivals.ramp.per_day = 30
"""
RAMP_DAYS = (10, 20, 25, 40)


def ramp() -> Figures:
    """The census of a level that opens empty on day 0 and is asked for more from day 20 on."""
    shape, scale = (8 / 6) ** 2, 6**2 / 8
    still_there = stats.gamma(shape, scale=scale).sf
    return {
        (f"census.day_{day}", "a"): theory.ramp(
            lambda moment: 20.0 if moment < 20.0 else 30.0, lambda days: float(still_there(days)), day=day
        )
        for day in RAMP_DAYS
    }


CLOCKS = """
[arrivals.clocks]
per_day = 2
enters = "a"

[levels.a]
capacity = "unlimited"
length_of_stay = 30
dropout = { dist = "weibull", shape = 0.8, scale = 40 }
relapse = { dist = "exponential", mean = 60 }
on_relapse = [{ go = "discharge" }]
other_ends = { administrative = { dist = "lognormal", median = 50, mean = 80 } }
"""


def clocks() -> Figures:
    """Which of four clocks ends a stay, and when."""
    sigma = (2.0 * log(80 / 50)) ** 0.5
    laws = {
        "dropout": stats.weibull_min(0.8, scale=40.0),
        "relapse": stats.expon(scale=60.0),
        "administrative": stats.lognorm(sigma, scale=50.0),
    }
    ends = theory.competing_clocks(
        {name: theory.Clock(law.pdf, law.sf) for name, law in laws.items()}, planned_days=30.0
    )
    return {
        ("ended.completed.share", "a"): ends.planned,
        **{(f"ended.{name}.share", "a"): share for name, share in ends.shares.items()},
        ("stay.clinical.mean", "a"): ends.mean_days,
        ("census.mean", "a"): 2.0 * ends.mean_days,
    }
