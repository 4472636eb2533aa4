"""The laws that clocks, probabilities and ratios follow, against formulas.

docs/model.md, section 3. Ratios are checked exactly, patient by patient, for the same patient has the same
uniforms with and without them; shares within 4 standard errors; laws by the Kolmogorov distance.
"""

from collections.abc import Callable
from math import log as ln

import numpy as np
import pytest
from scipy import stats

from sim.log import Log

Happened = Callable[..., Log]

RUN = '[run]\nduration = "2000 days"\n'


def people(count: int, level: str = "iop") -> str:
    """Referrals of day 0 into one level."""
    return "day,id,enters\n" + "".join(f"0,p{number},{level}\n" for number in range(count))


def times(log: Log, event: str, **columns: str) -> np.ndarray:
    """The times of the events of one kind, with the given values in further columns, by patient."""
    chosen = log.events["event"] == event
    for column, value in columns.items():
        chosen &= log.events[column] == value
    told = log.events[chosen].sort_values(["patient", "time"])
    return told["time"].to_numpy()


def near(share: float, wanted: float, count: int) -> bool:
    """Whether a share of so many patients is within 4 standard errors of the wanted one."""
    return abs(share - wanted) < 4 * (wanted * (1 - wanted) / count) ** 0.5


def follows(sample: np.ndarray, law: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether the sample could come from a law, given as its distribution function."""
    return bool(stats.kstest(sample, law).pvalue > 0.001)


# A probability instead of a clock


def test_a_relapse_probability_is_the_share_that_relapses_at_constant_hazard(happened: Happened) -> None:
    """P(T ≤ t | T ≤ 30) = (1 − 0.8^(t/30)) / 0.2."""
    log = happened(
        RUN + '[levels.iop]\nlength_of_stay = 30\nrelapse = 0.2\non_relapse = [{ go = "discharge" }]\n',
        people(4000),
    )
    relapsed = times(log, "relapse")
    assert near(len(relapsed) / 4000, 0.2, 4000)
    assert follows(relapsed, lambda t: (1 - 0.8 ** (t / 30)) / 0.2)


def test_a_probability_is_the_same_over_a_longer_stay_and_a_clock_in_days_carries_more(
    happened: Happened,
) -> None:
    def share(days: int, dropout: str) -> float:
        log = happened(f"{RUN}[levels.iop]\nlength_of_stay = {days}\ndropout = {dropout}\n", people(1000))
        return len(times(log, "leave", reason="dropout")) / 1000

    clock = '{ dist = "exponential", mean = 50 }'
    assert share(10, "0.3") == share(60, "0.3")
    assert near(share(10, clock), 1 - np.exp(-10 / 50), 1000)
    assert near(share(60, clock), 1 - np.exp(-60 / 50), 1000)


def test_relapses_survived_in_the_stay_come_at_the_rate_of_the_probability(happened: Happened) -> None:
    """At constant hazard their number in the planned stay is Poisson with mean −ln(1 − p) = ln 2."""
    log = happened(RUN + "[levels.iop]\nlength_of_stay = 30\nrelapse = 0.5\n", people(4000))
    number = log.events[log.events["event"] == "relapse"].groupby("patient").size()
    assert near(len(number) / 4000, 0.5, 4000)
    assert near(sum(number == 1) / 4000, 0.5 * ln(2), 4000)
    assert near(sum(number == 2) / 4000, 0.25 * ln(2) ** 2, 4000)


def test_a_probability_goes_on_at_the_hazard_of_the_first_plan_after_the_way_back(happened: Happened) -> None:
    """As in the test before, the relapses being answered by two days of php and the remaining days of iop."""
    log = happened(
        RUN
        + """
        [levels.php]
        length_of_stay = 5
        [levels.iop]
        length_of_stay = 30
        relapse = 0.5
        on_relapse = [{ go = "step up", for = "2 days", then = "back" }]
        """,
        people(4000),
    )
    number = log.events[log.events["event"] == "relapse"].groupby("patient").size()
    assert near(len(number) / 4000, 0.5, 4000)
    assert near(sum(number == 1) / 4000, 0.5 * ln(2), 4000)
    assert near(sum(number == 2) / 4000, 0.25 * ln(2) ** 2, 4000)


@pytest.mark.parametrize(("probability", "share"), [(0, 0.0), (1, 1.0)])
def test_a_probability_of_0_never_happens_and_one_of_1_always(
    probability: int, share: float, happened: Happened
) -> None:
    log = happened(f"{RUN}[levels.iop]\nlength_of_stay = 30\ndropout = {probability}\n", people(50))
    assert len(times(log, "leave", reason="dropout")) / 50 == share


# Competing clocks


def test_competing_exponential_clocks_win_in_proportion_to_their_rates(happened: Happened) -> None:
    log = happened(
        RUN
        + """
        [levels.iop]
        length_of_stay = { dist = "exponential", mean = 20 }
        dropout = { dist = "exponential", mean = 10 }
        relapse = { dist = "exponential", mean = 40 }
        other_ends = { administrative = { dist = "exponential", mean = 5 } }
        on_relapse = [{ go = "discharge" }]
        """,
        people(4000),
    )
    rates = {"completed": 1 / 20, "dropout": 1 / 10, "relapse": 1 / 40, "administrative": 1 / 5}
    total = sum(rates.values())
    for reason, rate in rates.items():
        left = times(log, "leave", reason=reason)
        assert near(len(left) / 4000, rate / total, 4000)
        assert follows(left, stats.expon(scale=1 / total).cdf)


def test_a_clock_rings_for_the_share_it_ever_rings_for(happened: Happened) -> None:
    log = happened(
        RUN
        + """
        [levels.iop]
        length_of_stay = 1000
        dropout = { dist = "exponential", mean = 10, ever = 0.3 }
        """,
        people(3000),
    )
    left = times(log, "leave", reason="dropout")
    assert near(len(left) / 3000, 0.3, 3000)
    assert follows(left, stats.expon(scale=10).cdf)


# Effects


def with_and_without(happened: Happened, scenario: str, effect: str) -> tuple[Log, Log]:
    """The log of 500 patients without and with an effect of a trait that all have."""
    run = "" if "[run]" in scenario else RUN
    plain = run + scenario + "[traits.group]\nshares = { all = 1.0 }\n"
    return happened(plain, people(500)), happened(f"{plain}[effects.group.all]\n{effect}", people(500))


@pytest.mark.parametrize(
    ("dropout", "factor"),
    [
        ('{ dist = "exponential", mean = 10 }', 1 / 2.5),
        ('{ dist = "weibull", shape = 0.6, scale = 10 }', 2.5 ** (-1 / 0.6)),
    ],
)
def test_a_hazard_ratio_raises_survival_to_its_power(dropout: str, factor: float, happened: Happened) -> None:
    """S(t)^h: an exponential time is divided by h, a Weibull time by h^(1/shape)."""
    level = f"[levels.iop]\nlength_of_stay = 1999\ndropout = {dropout}\n"
    plain, more = with_and_without(happened, level, "dropout = { hazard_ratio = 2.5 }\n")
    before, after = times(plain, "leave", reason="dropout"), times(more, "leave", reason="dropout")
    assert len(before) == 500
    assert after == pytest.approx(before * factor, rel=1e-9)


def test_a_hazard_ratio_acts_on_a_probability_as_on_its_hazard(happened: Happened) -> None:
    """1 − (1 − 0.2)^2 = 0.36; who dropped out at t drops out at t/2."""
    level = "[levels.iop]\nlength_of_stay = 100\ndropout = 0.2\n"
    plain, more = with_and_without(happened, level, "dropout = { hazard_ratio = 2 }\n")
    before, after = times(plain, "leave", reason="dropout"), times(more, "leave", reason="dropout")
    assert near(len(after) / 500, 0.36, 500)
    assert set(np.round(before / 2, 8)) <= set(np.round(after, 8))


def test_a_time_ratio_stretches_a_duration(happened: Happened) -> None:
    level = '[levels.iop]\nlength_of_stay = { dist = "gamma", mean = 20, sd = 8 }\n'
    plain, longer = with_and_without(happened, level, "length_of_stay = { time_ratio = 1.25 }\n")
    assert times(longer, "leave") == pytest.approx(1.25 * times(plain, "leave"), rel=1e-12)


def test_the_cut_comes_after_the_time_ratio(happened: Happened) -> None:
    """A lognormal of median 5 and sigma 1, stretched by 2 and then cut to [4, 20]."""
    level = (
        "[levels.iop]\n"
        'length_of_stay = { dist = "lognormal", mu = 1.6094379124341003, sigma = 1.0, min = 4, max = 20 }\n'
    )
    left = times(with_and_without(happened, level, "length_of_stay = { time_ratio = 2 }\n")[1], "leave")
    stretched = stats.lognorm(1.0, scale=10).cdf
    assert left.min() >= 4
    assert left.max() <= 20
    assert follows(left, lambda x: (stretched(x) - stretched(4)) / (stretched(20) - stretched(4)))


@pytest.mark.parametrize(
    ("level", "effect", "event", "share"),
    [
        (
            "[levels.iop]\nlength_of_stay = 5\ncompletes_to = { op = 0.5, discharge = 0.5 }\n"
            "[levels.op]\nlength_of_stay = 1000\n",
            'completes_to = { odds_ratio = 3, option = "op" }\n',
            "ready",
            0.75,
        ),
        (
            "[levels.iop]\nlength_of_stay = 5\n"
            "[after.completed]\nreturns_to_care = { share = 0.25, delay = 1 }\n",
            "returns_to_care = { odds_ratio = 2 }\n",
            "return_to_care",
            0.4,
        ),
        (
            "[levels.iop]\nlength_of_stay = 5\nshow_up = { days = [0, 1], share = [0.5, 0.5] }\n",
            "show_up = { odds_ratio = 3 }\n",
            "admit",
            0.75,
        ),
    ],
    ids=["completes_to", "returns_to_care", "show_up"],
)
def test_an_odds_ratio_multiplies_the_odds_of_a_choice(
    level: str, effect: str, event: str, share: float, happened: Happened
) -> None:
    """Odds of 1 times 3 are 3:1; odds of 1:3 times 2 are 2:3."""
    plain, more = with_and_without(happened, '[run]\nduration = "11 days"\n' + level, effect)
    before, after = (set(log.events.loc[log.events["event"] == event, "patient"]) for log in (plain, more))
    assert near(len(after) / 500, share, 500)
    assert before < after


def test_effects_multiply(happened: Happened) -> None:
    told = "day,id,enters,x,y\n0,ann,iop,no,no\n0,bob,iop,yes,no\n0,cam,iop,no,yes\n0,dee,iop,yes,yes\n"
    log = happened(
        """
        [traits.x]
        shares = { no = 0.5, yes = 0.5 }
        [traits.y]
        shares = { no = 0.5, yes = 0.5 }
        [effects.x.yes]
        length_of_stay = { time_ratio = 2 }
        [effects.y.yes]
        length_of_stay = { time_ratio = 1.5 }
        [levels.iop]
        length_of_stay = 10
        """,
        told,
    )
    assert list(times(log, "leave")) == [10, 20, 15, 30]


def test_an_effect_may_be_limited_to_a_level(happened: Happened) -> None:
    log = happened(
        """
        [traits.x]
        shares = { all = 1.0 }
        [effects.x.all]
        "iop.length_of_stay" = { time_ratio = 2 }
        [levels.php]
        length_of_stay = 10
        [levels.iop]
        length_of_stay = 10
        """,
        "day,id,enters\n0,ann,php\n",
    )
    assert list(times(log, "leave")) == [10, 30]


@pytest.mark.parametrize(("days", "power"), [(60, 2), (45, 1.5), (300, 6)])
def test_a_covariate_acts_by_its_value_when_the_clock_starts_up_to_its_cap(
    days: int, power: float, happened: Happened
) -> None:
    """A hazard ratio of 0.85 for each 30 days in care, up to 180: an exponential time over 0.85^power."""
    level = f"""
        [levels.iop]
        length_of_stay = {days}
        [after.completed]
        return_to_use = {{ dist = "exponential", mean = 20 }}
        """
    effect = """
        [effects.days_in_care]
        return_to_use = { hazard_ratio = 0.85, per = "30 days", cap = "180 days" }
        """
    plain = times(happened(RUN + level, people(100)), "return_to_use") - days
    later = times(happened(RUN + level + effect, people(100)), "return_to_use") - days
    assert len(plain) == 100
    assert later == pytest.approx(plain / 0.85**power, rel=1e-9)


# Arrivals and census


def test_the_census_of_an_unlimited_level_is_poisson(happened: Happened) -> None:
    """M/G/∞: 4 a day for 10 days on average make 40 on average, with a variance of 40, at any later time."""
    log = happened(
        """
        [run]
        duration = "1100 days"
        [arrivals.all]
        per_day = 4
        enters = "iop"
        [levels.iop]
        length_of_stay = { dist = "gamma", mean = 10, sd = 5 }
        """
    )
    admitted, left = np.sort(times(log, "admit")), np.sort(times(log, "leave"))
    moments = np.arange(100, 1100, 40) + 0.5
    census = np.searchsorted(admitted, moments) - np.searchsorted(left, moments)
    assert abs(census.mean() - 40) < 4 * (40 / len(moments)) ** 0.5
    assert 0.3 < census.var(ddof=1) / 40 < 2.2


def test_arrivals_are_a_poisson_process(happened: Happened) -> None:
    log = happened(RUN + '[arrivals.all]\nper_day = 2\nenters = "iop"\n[levels.iop]\nlength_of_stay = 1\n')
    gaps = np.diff(log.patient_arrived)
    assert follows(gaps, stats.expon(scale=0.5).cdf)
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 4 / len(gaps) ** 0.5


# Decisions


@pytest.mark.parametrize(
    "decided",
    [
        'relapse = "1 day"\non_relapse = [{ go = { stay = 0.5, discharge = 0.5 } }]',
        "review = { every = 1, go = { stay = 0.5, discharge = 0.5 } }",
    ],
    ids=["relapse", "review"],
)
def test_each_relapse_and_each_review_is_decided_by_a_chance_of_its_own(
    decided: str, happened: Happened
) -> None:
    """Half of those still there leave each day: 500, 250 and 125 of 1000."""
    log = happened(f"{RUN}[levels.iop]\nlength_of_stay = 9.5\n{decided}\n", people(1000))
    left = times(log, "leave")
    for day, share in ((1, 0.5), (2, 0.25), (3, 0.125)):
        assert near(sum(left == day) / 1000, share, 1000)
