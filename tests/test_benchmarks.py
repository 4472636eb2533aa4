"""The benchmarks compare like with like, and reckon rightly. How fast anything is, no test asks."""

import json
from collections.abc import Callable
from importlib import import_module
from itertools import accumulate
from math import exp, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.deep  # they take long; CI runs them

ROOT = Path(__file__).parents[1]
DAYS = 200.0


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function from the name of a file of the benchmarks to the module."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return import_module


# ---- the yardsticks


def test_the_engine_and_both_yardsticks_say_the_same_of_the_plain_network(bench: Any, tmp_path: Path) -> None:
    contenders = bench("contenders")
    running = {
        "engine": (contenders.engine_logged("compiled", DAYS), 100),
        "simpy": (contenders.lean_logged(DAYS), 16),
    }
    program = contenders.built(tmp_path)
    if program is not None:  # else there is no C++ compiler here
        running["native"] = (in_order(contenders.native_logged(program, DAYS)), 60)
    agreement = bench("agreement")
    found = {
        name: [agreement.statistics(run(replication), DAYS) for replication in range(replications)]
        for name, (run, replications) in running.items()
    }
    assert not [difference for difference in agreement.compare(found) if difference.errors > 4.0]


def in_order(run: Callable[[int], Any]) -> Callable[[int], Any]:
    """The same logs, once they are found to be in order of time and to have every patient."""

    def checked(replication: int) -> Any:
        rows = run(replication)
        assert (np.diff(rows.time) >= 0.0).all()
        assert rows.time[-1] < DAYS
        assert set(rows.patient.tolist()) == set(range(1, rows.patients + 1))
        return rows

    return checked


def test_the_simpy_yardstick_has_the_numbers_of_the_scenario(bench: Any) -> None:
    lean_simpy, scenario = bench("yardsticks.lean_simpy"), bench("contenders").plain(DAYS)
    source, levels = scenario.arrivals["all"], tuple(scenario.levels.values())
    assert source.per_day == lean_simpy.PER_DAY
    assert tuple(accumulate(source.enters.values()))[:3] == pytest.approx(lean_simpy.ENTERS)
    assert tuple(level.capacity for level in levels) == lean_simpy.CAPACITY
    detox, php, iop, op = (level.length_of_stay.default for level in levels)
    assert (exp(lean_simpy.DETOX_MU), detox.median) == pytest.approx((4.5, 4.5))
    mean = exp(lean_simpy.DETOX_MU + lean_simpy.DETOX_SIGMA**2 / 2.0)  # of a lognormal
    assert (mean, detox.mean) == pytest.approx((5.5, 5.5))
    assert (php.shape_, php.scale) == (lean_simpy.PHP_SHAPE, lean_simpy.PHP_SCALE)
    assert (iop.shape_, iop.scale) == (lean_simpy.IOP_SHAPE, lean_simpy.IOP_SCALE)
    assert op.mean == lean_simpy.OP_MEAN
    rates = (0.0 if level.relapse is None else 1.0 / level.relapse.default.mean for level in levels)
    assert tuple(rates) == pytest.approx(lean_simpy.RELAPSES)
    for level in levels:
        patience = level.waitlist.patience.default
        assert (patience.shape_, patience.scale) == (lean_simpy.PATIENCE_SHAPE, lean_simpy.PATIENCE_SCALE)
        if level.relapse is not None:
            assert level.on_relapse[0].go["step up"] == lean_simpy.STEP_UP
    assert [level.completes_to["step down"] for level in levels[:3]] == [lean_simpy.STEP_DOWN] * 3
    returns = scenario.after["default"].returns_to_care
    assert (returns.share, returns.delay.default.mean) == (lean_simpy.RETURNS, lean_simpy.RETURN_MEAN)


# ---- statistics


def test_statistics_of_a_log_of_two_patients_are_those_counted_by_hand(bench: Any) -> None:
    # patient 1 asks for detox (level 0) on day 1, is admitted at once, leaves on day 6, comes back on day 8,
    # asks for php (level 1), is admitted on day 9 and stays; patient 2 asks for detox on day 2, comes in on 6
    rows = [
        (1.0, 1, "REQUEST", 0),
        (1.0, 1, "ADMIT", 0),
        (2.0, 2, "REQUEST", 0),
        (6.0, 1, "LEAVE", 0),
        (6.0, 1, "DISCHARGE", 0),
        (6.0, 2, "ADMIT", 0),
        (8.0, 1, "RETURN_TO_CARE", -1),
        (8.0, 1, "REQUEST", 1),
        (9.0, 1, "ADMIT", 1),
    ]
    event = bench("sim.words").Event
    time, patient, words, level = zip(*rows, strict=True)
    codes = np.array([event[word] for word in words])
    log = bench("contenders").Rows(np.array(time), np.array(patient), codes, np.array(level), 2)
    found = bench("agreement").statistics(log, 10.0)
    assert found["patients"] == 2
    assert found["rows"] == 9
    assert found["return_to_care"] == 1
    assert found["detox.request"] == found["detox.admit"] == 2
    assert found["detox.leave"] == 1
    assert found["detox.census"] == pytest.approx(0.9)  # days 1 to 6 and 6 to 10, of 10
    assert found["detox.waits"] == pytest.approx(2.0)  # 0 and 4 days
    assert found["detox.waited"] == pytest.approx(0.5)
    assert found["php.census"] == pytest.approx(0.1)
    assert found["php.waits"] == pytest.approx(1.0)
    assert found["op.waits"] == 0.0


def test_a_difference_is_counted_in_standard_errors(bench: Any) -> None:
    errors = bench("agreement").errors
    assert errors([1.0, 3.0], [6.0, 8.0]) == pytest.approx(5.0 / sqrt(2.0))  # each mean: ±1
    assert errors([2.0, 2.0], [2.0, 2.0]) == 0.0
    assert errors([2.0, 2.0], [3.0, 3.0]) == float("inf")


# ---- rounds


def test_rounds_run_all_contenders_forwards_and_backwards_in_turn(bench: Any, monkeypatch: Any) -> None:
    rounds = bench("rounds")
    monkeypatch.setattr(rounds.gc, "collect", lambda: 0)  # of all that the other tests left
    ran = []

    def contender(name: str) -> Any:
        def run(replication: int) -> Any:
            ran.append(f"{name}{replication}")
            return rounds.Sample(1.0, 1, 1)

        return run

    samples = rounds.paired({name: contender(name) for name in "abc"}, 3)
    assert ran == ["a0", "b0", "c0", "c1", "b1", "a1", "a2", "b2", "c2"]
    assert {name: len(of_one) for name, of_one in samples.items()} == {"a": 3, "b": 3, "c": 3}


def test_a_ratio_is_the_median_of_the_ratios_within_the_rounds(bench: Any) -> None:
    rounds = bench("rounds")
    over = [rounds.Sample(seconds, 1, 1) for seconds in (10.0, 2.0, 9.0)]
    under = [rounds.Sample(seconds, 1, 1) for seconds in (1.0, 1.0, 3.0)]
    assert rounds.ratio(over, under) == (3.0, 2.0, 10.0, 3)  # of 10, 2, 3; the medians alone would say 9


def test_times_are_counted_by_row_and_by_patient(bench: Any) -> None:
    rounds = bench("rounds")
    twice_the_rows = [rounds.Sample(2.0, 100, 40)]
    assert rounds.ratio(twice_the_rows, [rounds.Sample(1.0, 50, 10)]).middle == 1.0
    assert rounds.seconds_per_row(twice_the_rows).middle == 0.02
    assert rounds.seconds_per_patient(twice_the_rows).middle == 0.05


def test_of_short_runs_the_one_in_the_middle_is_taken(bench: Any) -> None:
    rounds = bench("rounds")
    samples = [rounds.Sample(seconds, rows, 1) for seconds, rows in ((9.0, 1), (2.0, 1), (6.0, 2))]
    assert rounds.steady(samples) == (6.0, 2, 1)  # 3 a row, between 2 and 9


# ---- stages


def test_a_stage_is_charged_for_what_it_does_itself(bench: Any) -> None:
    ticks = iter([0.0, 3.0, 7.0, 10.0])
    clock = bench("stages").Clock(lambda: next(ticks))
    inner = clock.around("inner", lambda: "found")  # from 3 to 7
    outer = clock.around("outer", inner)  # from 0 to 10
    assert outer() == "found"
    assert clock.seconds == {"outer": 6.0, "inner": 4.0}


def test_watched_functions_are_put_back_and_missing_ones_left_out(bench: Any) -> None:
    stages = bench("stages")
    here = bench("sim.arrivals")
    before = here.arrivals
    named = (
        stages.Stage("arrivals", "sim.arrivals", "arrivals"),
        stages.Stage("gone", "sim.arrivals", "no_such_function"),
        stages.Stage("gone", "sim.no_such_module", "arrivals"),
    )
    with stages.watched(named) as clock:
        assert here.arrivals is not before
    assert here.arrivals is before
    assert clock.seconds == {"arrivals": 0.0}


# ---- figures


@pytest.mark.parametrize(
    ("found", "bound", "at_least", "expected"),
    [
        (2.0, 2.0, False, True),
        (2.1, 2.0, False, False),
        (60.0, 60.0, True, True),
        (59.0, 60.0, True, False),
        (None, 60.0, True, None),
    ],
)
def test_a_target_is_met_up_to_its_bound(
    bench: Any, found: float | None, bound: float, at_least: bool, expected: bool | None
) -> None:
    figures = bench("figures")
    spread = None if found is None else figures.once(found)
    figure = figures.Figure("a", "what", "times", spread, figures.Target(bound, at_least))
    assert figures.met(figure) is expected


def test_a_line_says_median_range_target_and_whether_it_is_met(bench: Any) -> None:
    figures, spread = bench("figures"), bench("rounds").Spread
    figure = figures.Figure("a", "over ÷ under", "times", spread(1.934, 1.8, 2.25, 9), figures.Target(2.0))
    assert words(figures.line(figure)) == "a over ÷ under 1.93 1.8 – 2.25 times ≤ 2 met"
    absent = figures.missing("a", "over ÷ under", "times", figures.Target(60, at_least=True))
    assert words(figures.line(absent)) == "a over ÷ under – times ≥ 60 not there yet"
    assert figures.as_json(absent)["met"] is None
    assert json.loads(json.dumps(figures.as_json(figure)))["low"] == 1.8


def words(line: str) -> str:
    return " ".join(line.split())


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.004541, "0.00454"), (1.25, "1.25"), (99.96, "100"), (1304037.0, "1,304,037")],
)
def test_numbers_are_written_with_three_digits_and_no_exponent(bench: Any, value: float, text: str) -> None:
    assert bench("figures").short(value) == text


def test_a_part_that_does_not_exist_is_refused(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        bench("run").main(["--only", "az"])
    assert stop.value.code == 2
    assert "want some of the letters abcdefg" in capsys.readouterr().err
