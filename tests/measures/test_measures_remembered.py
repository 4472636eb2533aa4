import gc
import weakref
from collections.abc import Callable

from logs import log_of

from sim.log import Log
from sim.measures.remembered import for_now, remembered
from sim.scenario.types import Scenario


def test_an_answer_is_derived_once_for_each_log_and_question() -> None:
    asked: list[tuple[Log, int]] = []

    @remembered
    def answer(log: Log, level: int) -> int:
        asked.append((log, level))
        return level + 1

    one, other = log_of(""), log_of("")
    assert [answer(one, 0), answer(one, 0), answer(one, 1), answer(other, 0)] == [1, 1, 2, 1]
    assert asked == [(one, 0), (one, 1), (other, 0)]


def test_a_remembered_answer_does_not_keep_its_log() -> None:
    @remembered
    def patients(log: Log) -> int:
        return len(log.patient_key)

    log = log_of("0 1 request a")
    assert patients(log) == 1
    gone = weakref.ref(log)
    del log
    gc.collect()
    assert gone() is None


def test_a_scenario_that_was_asked_about_lives_as_long_as_the_log(clinic: Callable[..., Scenario]) -> None:
    @remembered
    def days(_: Log, scenario: Scenario) -> float:
        return scenario.run.duration

    log = log_of("")
    scenario = clinic("[levels.op]\nlength_of_stay = 3\n")
    assert days(log, scenario) == 365.0
    # else another scenario may come to lie at its address, and be given its answer
    address = weakref.ref(scenario)
    del scenario
    gc.collect()
    assert address() is not None
    del log
    gc.collect()
    assert address() is None


def test_what_is_derived_for_now_is_forgotten_and_what_was_known_before_is_not() -> None:
    asked: list[int] = []

    @remembered
    def answer(_: Log, level: int) -> int:
        asked.append(level)
        return level

    log = log_of("")
    answer(log, 0)
    with for_now(log):
        answer(log, 0), answer(log, 1), answer(log, 1)
    answer(log, 0), answer(log, 1)
    assert asked == [0, 1, 1]
