"""Arrivals: a higher rate adds patients and moves none; rates keep their totals; counts are Poisson.

Chance is fixed by the seed, so a test that passes once passes always. Bounds on counts are five standard
errors, and tests of fit reject at one in a million.
"""

from datetime import date
from math import log1p

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.arrivals import Labels, arrivals, coming, month_factors, rate, scaled
from sim.draws import patient_key, referral_key, subject
from sim.words import Purpose

LEVELS = "\n[levels.php]\nlength_of_stay = 20\n[levels.iop]\nlength_of_stay = 50\n"
CONSTANT = "[arrivals.community]\nper_day = 2.4\nenters = 'php'\n" + LEVELS
FIVE_ERRORS = 5.0
ONE_IN_A_MILLION = 1e-6

UNEVEN = """
[arrivals.community]
per_day = 2.4
by_weekday = [2, 1, 1, 1, 1, 1, 0]
by_hour = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]
enters = 'php'
"""


def found(scenario, *, replication=0, end=365.0):
    return list(arrivals(coming(scenario, end=end), seed=scenario.run.seed, replication=replication, end=end))


def times(scenario, **where):
    patients = found(scenario, **where)
    return dict(zip(labels(scenario, patients), (arrival.time for arrival in patients), strict=True))


def labels(scenario, patients):
    sources, keys = [arrival.source for arrival in patients], [arrival.key[1] for arrival in patients]
    return Labels(coming(scenario, end=365.0), [], sources, keys)


# --- who comes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1.1, 1.0001, 3.7])
def test_a_higher_rate_adds_patients_and_moves_none(clinic, factor):
    few = times(clinic(UNEVEN + LEVELS))
    many = times(clinic(UNEVEN + LEVELS, **{"arrivals.community.per_day": 2.4 * factor}))
    assert few.items() <= many.items()
    assert len(many) > len(few) * (1 + (factor - 1) / 2) or factor < 1.01


def test_an_uneven_rate_takes_its_patients_from_those_of_its_highest_rate(clinic):
    """Monday by day has 2.4 × 2 × 2 = 9.6 patients a day, the most of the week."""
    even = times(clinic(CONSTANT, **{"arrivals.community.per_day": 9.6}))
    assert times(clinic(UNEVEN + LEVELS)).items() <= even.items()


def test_another_source_moves_nobody(clinic):
    alone = times(clinic(CONSTANT))
    other = "[arrivals.a-court]\nper_day = 1.5\nenters = 'iop'\n"
    both = times(clinic(other + CONSTANT))
    assert alone.items() < both.items()
    assert all(label.startswith("a-court:") for label in both.keys() - alone.keys())


def test_a_later_end_adds_only_later_patients(clinic):
    short, long = times(clinic(CONSTANT), end=100.0), times(clinic(CONSTANT), end=130.0)
    assert short.items() <= long.items()
    assert min(long[label] for label in long.keys() - short.keys()) >= 100.0


def test_patients_come_in_order_of_time_within_the_run(clinic):
    come = found(clinic(UNEVEN + LEVELS))
    moments = [arrival.time for arrival in come]
    assert moments == sorted(moments)
    assert 0.0 <= moments[0] < moments[-1] < 365.0


def test_every_patient_has_a_key_of_her_own_and_the_label_tells_it(clinic):
    scenario = clinic(CONSTANT)
    come = found(scenario)
    assert len({arrival.key for arrival in come}) == len(come)
    for arrival, label in zip(come, labels(scenario, come), strict=True):
        source, strip, point = label.split(":")
        assert arrival.key == patient_key(source, int(strip), int(point))
        assert (arrival.source, arrival.traits, arrival.enters) == (0, (), -1)


def test_the_first_gap_of_a_strip_is_the_unit_exponential_of_numpys_number(clinic):
    """The strip's first point: −ln(1 − u), u from the address of its gap, asked of numpy's Philox."""
    before = [subject("community") - 1, 0, 0, int(Purpose.ARRIVAL_GAP) >> 2 << 48]  # numpy counts up first
    seed, counter = np.array([7, 3], dtype=np.uint64), np.array(before, dtype=np.uint64)
    gap, _height = np.random.Generator(np.random.Philox(key=seed, counter=counter)).random(2)
    come = times(clinic(CONSTANT, **{"run.seed": 7}), replication=3)
    assert come["community:0:0"] == pytest.approx(-log1p(-gap), rel=1e-14)


def test_replications_and_seeds_differ_and_repeat(clinic):
    scenario = clinic(CONSTANT)
    assert times(scenario, replication=1) == times(scenario, replication=1)
    assert not times(scenario, replication=1).items() & times(scenario, replication=0).items()
    assert not times(clinic(CONSTANT, **{"run.seed": 2})).items() & times(scenario).items()


def test_no_rate_no_patients(clinic):
    assert found(clinic(CONSTANT, **{"arrivals.community.per_day": 0.0})) == []


# --- dated referrals -------------------------------------------------------------------------------------

DATED = """
[traits.housing]
shares = { stable = 0.8, unstable = 0.2 }
[traits.pregnant]
shares = { no = 0.9, yes = 0.1 }
[arrivals.community]
per_day = 0.5
enters = "php"
[arrivals.court]
enters = "php"
dates = [
    { day = 3.5, id = "r-104", housing = "unstable" },
    { day = 3.5, id = "r-099", enters = "iop" },
    { day = 1 },
    { date = 2026-01-06, pregnant = "yes" },
    { day = 400 },
]
"""


def test_a_dated_referral_comes_on_its_day_with_what_the_file_says(clinic):
    scenario = clinic(DATED + LEVELS)
    court = [arrival for arrival in found(scenario) if arrival.source == 1]
    assert list(zip((arrival.time for arrival in court), labels(scenario, court), strict=True)) == [
        (1.0, "court:2026-01-06#1"),
        (1.0, "court:2026-01-06#2"),
        (3.5, "court:r-104"),
        (3.5, "court:r-099"),
    ]
    assert [arrival.traits for arrival in court] == [(-1, -1), (-1, 1), (1, -1), (-1, -1)]
    assert [arrival.enters for arrival in court] == [-1, -1, -1, 1]
    assert court[2].key == referral_key("court", "r-104")


def test_dated_referrals_are_the_same_in_every_replication(clinic):
    scenario = clinic(DATED + LEVELS)
    one, other = ([a for a in found(scenario, replication=r) if a.source == 1] for r in (0, 5))
    assert one == other


# --- rates -----------------------------------------------------------------------------------------------


def hourly(scenario, days):
    """The rate in the middle of every hour."""
    return [rate(scenario, "community", hour / 24 + 1 / 48) for hour in range(24 * days)]


def test_weekdays_and_hours_share_out_the_rate(clinic):
    """Weights of mean 1 over the week; 12 of 24 hours, so twice the rate in those. The start is a Monday."""
    scenario = clinic(UNEVEN + LEVELS)
    assert rate(scenario, "community", 0.5) == pytest.approx(2.4 * 2 * 2, rel=1e-14)
    assert rate(scenario, "community", 1.5) == pytest.approx(2.4 * 1 * 2, rel=1e-14)
    assert rate(scenario, "community", 1.1) == 0.0
    assert rate(scenario, "community", 6.5) == 0.0
    assert sum(hourly(scenario, 7)) / 168 == pytest.approx(2.4, rel=1e-13)


def test_an_hour_begins_on_the_hour(clinic):
    scenario = clinic(UNEVEN + LEVELS)
    assert rate(scenario, "community", 8 / 24) > 0.0
    assert rate(scenario, "community", np.nextafter(8 / 24, 0)) == 0.0


def test_months_keep_the_years_total(clinic):
    """January double: 2 × 31 + 334 = 396 weighted days, so 2 × 365/396 of the mean in January."""
    by_month = f"by_month = {[2] + [1] * 11}\nenters"
    scenario = clinic(CONSTANT.replace("enters", by_month), **{"run.start": date(2026, 1, 1)})
    assert rate(scenario, "community", 0.0) == pytest.approx(2.4 * 730 / 396, rel=1e-14)
    assert rate(scenario, "community", 31.0) == pytest.approx(2.4 * 365 / 396, rel=1e-14)
    assert sum(hourly(scenario, 365)) / (24 * 365) == pytest.approx(2.4, rel=1e-12)


def test_a_leap_year_keeps_its_own_total():
    """February double: 2 × 28 + 337 = 393 weighted days in 2026, 2 × 29 + 337 = 395 in 2028."""
    weights = (1.0, 2.0, *(1.0,) * 10)
    assert month_factors(weights, 2026)[0] == pytest.approx(365 / 393, rel=1e-15)
    assert month_factors(weights, 2028)[0] == pytest.approx(366 / 395, rel=1e-15)
    assert month_factors(weights, 2028)[1] == pytest.approx(2 * 366 / 395, rel=1e-15)


@given(st.lists(st.floats(0, 1e6), min_size=7, max_size=7).filter(lambda weights: sum(weights) > 1e-3))
def test_scaled_weights_have_mean_1(weights):
    assert sum(scaled(tuple(weights))) == pytest.approx(7.0, rel=1e-12)


def test_a_trend_grows_by_the_year(clinic):
    scenario = clinic(CONSTANT.replace("enters", "change_per_year = 0.03\nenters"))
    assert rate(scenario, "community", 365.0) == pytest.approx(2.4 * 1.03, rel=1e-14)
    assert rate(scenario, "community", 730.0) == pytest.approx(2.4 * 1.03**2, rel=1e-14)
    assert len(found(scenario, end=3650.0)) == pytest.approx(
        2.4 * 365 * (1.03**10 - 1) / np.log(1.03), abs=5 * 101
    )


def test_a_dated_change_acts_from_its_moment_and_only_then(clinic):
    changes = "[[changes]]\non = 100.25\nuntil = 200\narrivals.community.per_day = 4.8\n"
    plain, changed = clinic(CONSTANT), clinic(CONSTANT + changes)
    at = [rate(changed, "community", time) for time in (0, 100, 100.2499, 100.25, 150, 199.99, 200, 300)]
    assert at == pytest.approx([2.4, 2.4, 2.4, 4.8, 4.8, 4.8, 2.4, 2.4], rel=1e-14)
    before, after = times(plain), times(changed)
    assert before.items() < after.items()
    added = [after[label] for label in after.keys() - before.keys()]
    assert 100.25 <= min(added) < max(added) < 200.0
    assert len(added) == pytest.approx(2.4 * 99.75, abs=FIVE_ERRORS * (2.4 * 99.75) ** 0.5)


def test_a_source_may_run_dry_and_open_again(clinic):
    changes = "[[changes]]\non = 50\nuntil = 60\narrivals.community.per_day = 0\n"
    come = times(clinic(CONSTANT + changes)).values()
    assert not [time for time in come if 50 <= time < 60]
    assert max(come) > 300.0


# --- counts ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def counts_by_week():
    """Patients of each of 52 weeks in 40 replications, at 2.4 a day."""
    from sim.scenario.load import loads  # noqa: PLC0415 (other files of this folder need no scenario)

    head = 'schema = 1\nname = "counts"\n[run]\nduration = "364 days"\n'
    scenario = loads(head + UNEVEN + LEVELS)
    come = [[a.time for a in found(scenario, replication=r, end=364.0)] for r in range(40)]
    return [np.histogram(run, bins=np.arange(0, 365, 7))[0] for run in come], np.concatenate(come)


def test_the_count_of_patients_is_poisson(counts_by_week):
    """Weeks of mean 16.8: their mean, and their variance over their mean (chi-square)."""
    weeks = np.concatenate(counts_by_week[0])
    assert abs(weeks.mean() - 16.8) < FIVE_ERRORS * (16.8 / len(weeks)) ** 0.5
    dispersion = ((weeks - 16.8) ** 2).sum() / 16.8
    chance = stats.chi2(len(weeks)).cdf(dispersion)
    assert ONE_IN_A_MILLION < chance < 1 - ONE_IN_A_MILLION


def test_neighbouring_weeks_do_not_know_each_other(counts_by_week):
    one = np.concatenate([run[:-1] for run in counts_by_week[0]])
    other = np.concatenate([run[1:] for run in counts_by_week[0]])
    assert abs(np.corrcoef(one, other)[0, 1]) < FIVE_ERRORS / len(one) ** 0.5


def test_patients_spread_over_weekdays_and_hours_as_the_rate_says(counts_by_week):
    """2 : 1 : 1 : 1 : 1 : 1 : 0 over the week, and evenly over the 12 open hours."""
    moments = counts_by_week[1]
    by_weekday = np.bincount((moments % 7).astype(int), minlength=7)
    assert by_weekday[6] == 0
    assert stats.chisquare(by_weekday[:6], by_weekday.sum() * np.array([2, 1, 1, 1, 1, 1]) / 7).pvalue > 1e-6
    by_hour = np.bincount((moments % 1 * 24).astype(int), minlength=24)
    assert by_hour[:8].sum() == by_hour[20:].sum() == 0
    assert stats.chisquare(by_hour[8:20]).pvalue > ONE_IN_A_MILLION


def test_gaps_between_patients_are_exponential(clinic):
    moments = np.array([arrival.time for arrival in found(clinic(CONSTANT), end=3000.0)])
    assert stats.kstest(np.diff(moments), stats.expon(scale=1 / 2.4).cdf).pvalue > ONE_IN_A_MILLION
