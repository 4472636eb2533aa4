"""The textbook cases simulated: right programs pass, wrong ones are found, and how seldom chance misleads."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim import engines
from sim.errors import SimError
from sim.verify.cases import CASES, Case
from sim.verify.run import FALSE_ALARM, Verification, judged, verify

SHORTER = 8
"""Small sizes: the days of a replication ÷ this."""


def shorter(*names: str) -> dict[str, Case]:
    """These cases, or all, small enough for a quick test; one that says on which day keeps its days."""
    return {
        name: case if name == "ramp" else case._replace(days=case.days // SHORTER)
        for name, case in CASES.items()
        if name in names or not names
    }


def wrong(case: Case, measure: str, factor: float) -> Case:
    """The case with a figure that is said to be so many times what it is."""

    def expected() -> Any:
        return {key: value * factor if key[0] == measure else value for key, value in case.expected().items()}

    return case._replace(expected=expected)


def disagreeing(found: Verification) -> list[tuple[str, str, str]]:
    return [(row.case, row.measure, row.engine) for row in found.rows if not row.agrees]


def test_short_simulations_agree_with_the_textbooks() -> None:
    quickest = list(engines.ENGINES)[-1]
    found = verify(engines=[quickest], replications=10, jobs=1, cases=shorter())
    assert disagreeing(found) == []
    assert found.passed
    assert {row.case for row in found.rows} == set(CASES)
    assert len(found.rows) == sum(len(case.expected()) for case in CASES.values())


def test_all_engines_give_the_same_logs_of_the_textbooks_cases() -> None:
    found = verify(replications=2, jobs=1, cases=shorter())
    assert found.engines == tuple(engines.ENGINES)
    assert (found.compared, found.different) == (2 * len(CASES), ())


def test_a_wrong_answer_is_found_and_only_that() -> None:
    cases = shorter("impatient", "lost-fixed")
    cases["impatient"] = wrong(cases["impatient"], "reneged.share", 1.25)
    found = verify(engines=["reference"], replications=20, jobs=1, cases=cases)
    assert disagreeing(found) == [("impatient", "reneged.share", "reference")]
    assert not found.passed


def test_a_scenario_that_is_not_the_textbooks_is_found() -> None:
    cases = shorter("lost-fixed")
    body = cases["lost-fixed"].body.replace("capacity = 5", "capacity = 4")
    cases["lost-fixed"] = cases["lost-fixed"]._replace(body=body)
    found = verify(engines=["reference"], replications=20, jobs=1, cases=cases)
    assert {measure for _, measure, _ in disagreeing(found)} == {"turned_away.share", "census.mean"}


@pytest.fixture
def another_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """A function that makes `reference` and `other` the only engines, with the same logs or others."""

    def make(same: bool) -> None:
        def other(plan: Any, *there: Any, replication: int) -> Any:
            late = plan if same or replication != 1 else plan._replace(seed=plan.seed + 1)
            return engines.ENGINES["reference"](late, *there, replication=replication)

        table = {"reference": engines.ENGINES["reference"], "other": other}
        monkeypatch.setattr(engines, "ENGINES", table)
        monkeypatch.setattr("sim.verify.run.ENGINES", table)

    return make


def test_every_engine_has_a_row_and_equal_logs_are_counted(another_engine: Any) -> None:
    another_engine(True)
    found = verify(replications=3, jobs=1, cases=shorter("held-place", "lost-fixed"))
    assert found.engines == ("reference", "other")
    assert (found.compared, found.different) == (6, ())
    ours, theirs = found.rows[::2], found.rows[1::2]
    assert {row.engine for row in ours} == {"reference"}
    assert [row._replace(engine="other") for row in ours] == list(theirs)


def test_an_engine_with_another_log_fails_though_its_figures_agree(another_engine: Any) -> None:
    another_engine(False)
    found = verify(replications=3, jobs=1, cases=shorter("lost-fixed", "impatient"))
    assert disagreeing(found) == []
    assert found.different == (("impatient", 1), ("lost-fixed", 1))
    assert not found.passed


def test_the_number_of_processes_changes_nothing_and_the_seed_everything() -> None:
    cases = shorter("lost-fixed")
    one, two = (verify(engines=["reference"], replications=4, jobs=jobs, cases=cases) for jobs in (1, 2))
    assert one == two
    other = verify(engines=["reference"], replications=4, jobs=1, cases=cases, seed=2)
    assert all(a.mean != b.mean for a, b in zip(one.rows, other.rows, strict=True))


def test_progress_counts_the_replications_of_all_cases() -> None:
    told: list[tuple[int, int]] = []
    cases = shorter("lost-fixed", "lost-exponential")
    verify(
        engines=["reference"],
        replications=2,
        jobs=1,
        cases=cases,
        progress=lambda *numbers: told.append(numbers),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def means(values: Any) -> np.ndarray:
    """Plain means: each replication gives a value, and 1 below."""
    return np.column_stack([values, np.ones(len(values))])


def test_a_figure_is_judged_by_students_t() -> None:
    # 1, 2, 3, 4: mean 2.5, standard error √(5/3)/2 = 0.645497. Student's t with 3 degrees of freedom, from
    # the table: 0.975 → 3.182446, 0.99 → 4.540703, 0.9 → 1.637744
    of = ("case", "measure", "level", "engine")
    sample, error = means([1.0, 2.0, 3.0, 4.0]), 0.6454972
    row = judged(sample, 2.0, allowance=0.02, of=of)
    assert row.mean == 2.5
    assert (row.ci_low, row.ci_high) == pytest.approx((2.5 - 3.182446 * error, 2.5 + 3.182446 * error))
    assert row.sees == pytest.approx((4.540703 + 1.637744) * error / 2.0, rel=1e-6)
    border = 2.5 + 4.540703 * error
    assert judged(sample, border - 1e-4, allowance=0.02, of=of).agrees
    assert not judged(sample, border + 1e-4, allowance=0.02, of=of).agrees
    assert not judged(sample, 5.0 - border - 1e-4, allowance=0.02, of=of).agrees


def test_figures_without_any_chance_must_be_right_and_no_data_is_no_agreement() -> None:
    of = ("case", "measure", "level", "engine")
    assert judged(means(np.full(5, 0.5)), 0.5, allowance=0.01, of=of).agrees
    assert not judged(means(np.full(5, 0.5)), 0.5001, allowance=0.01, of=of).agrees
    assert not judged(means([0.5, np.nan, 0.6]), 0.5, allowance=0.01, of=of).agrees
    assert not judged(np.zeros((3, 2)), 0.5, allowance=0.01, of=of).agrees  # nobody was counted


def test_a_share_is_the_total_over_the_total_with_the_error_of_a_ratio() -> None:
    # 1 of 4, 1 of 2, 4 of 6: R = 6/12. x − R y: −1, 0, 1, of standard deviation 1; over the mean 4 and √3
    of = ("case", "measure", "level", "engine")
    row = judged(np.array([[1.0, 4.0], [1.0, 2.0], [4.0, 6.0]]), 0.5, allowance=0.02, of=of)
    assert row.mean == 0.5
    # Student's t with 2 degrees of freedom at 0.975: 4.302653
    assert row.ci_high - row.mean == pytest.approx(4.302653 / 4 / 3**0.5, rel=1e-6)


def test_a_right_program_is_called_wrong_as_seldom_as_is_said() -> None:
    # 4,000 runs of 15 figures on two engines with the same logs: the allowance is split by 30, but only 15
    # can go wrong, so about half of FALSE_ALARM is used: 10 runs expected, and hardly ever none or 25
    chance = np.random.Generator(np.random.Philox(7))
    alarms = 0
    for _ in range(4000):
        samples = chance.normal(3.0, 1.0, size=(15, 20))
        of = ("case", "measure", "level", "engine")
        rows = [judged(means(sample), 3.0, allowance=FALSE_ALARM / 30, of=of) for sample in samples]
        alarms += not all(row.agrees for row in rows)
    assert 1 <= alarms <= 24
    assert FALSE_ALARM < 0.01


def test_a_fault_of_the_size_that_is_seen_is_found_in_nine_of_ten_runs() -> None:
    chance = np.random.Generator(np.random.Philox(8))
    of = ("case", "measure", "level", "engine")
    rows = []
    for _ in range(2000):
        sample = chance.normal(1.0, 0.05, size=100)
        size = judged(means(sample), 1.0, allowance=1e-4, of=of).sees
        rows.append(judged(means(sample + size), 1.0, allowance=1e-4, of=of))
    found = sum(not row.agrees for row in rows) / len(rows)
    assert 0.87 < found < 0.93


@pytest.mark.parametrize(("key", "value"), [("replications", 1), ("jobs", 0), ("engines", ["swift"])])
def test_what_cannot_be_done_is_said(key: str, value: Any) -> None:
    with pytest.raises(SimError, match="want"):
        verify(**{key: value})
