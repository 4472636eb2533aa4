"""A run whose log would grow without end is told so, by both engines in the same words."""

from collections.abc import Callable

import pytest
from side_by_side import outcome, ready

from sim.engines import growth, memory, simulate
from sim.errors import SimError
from sim.scenario.types import Scenario

CHAIN = """
[run]
duration = "10 days"
[arrivals.list]
dates = [{ day = 1, id = "x" }]
enters = "a"
[levels.a]
length_of_stay = "STAY"
completes_to = "b"
[levels.b]
length_of_stay = "2 hours"
completes_to = "a"
"""
"""Four rows come first: the capacity of each level, she asks, she is admitted. A stay ends with four more:
she is ready, asks, leaves, is admitted."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks after 100, 200, 400, … rows; 150 events are one too many."""
    monkeypatch.setattr(growth, "FIRST_LOOK", 100)
    monkeypatch.setattr(growth, "EVENTS_AT_MOST", 149)


def chain(clinic: "Callable[..., Scenario]", stay: str) -> Scenario:
    return clinic(CHAIN.replace("STAY", stay))


def test_a_patient_with_too_many_events_is_told_with_the_day_and_where_most_were(
    clinic: "Callable[..., Scenario]", engine: str
) -> None:
    """Row 200 = 4 + 4 · 49 is at the end of her 49th stay: 24 pairs of 14 hours and one of 12 after day 1."""
    with pytest.raises(SimError) as said:
        simulate(chain(clinic, "0.5 days").with_("run.duration", 30), engine=engine)
    assert str(said.value) == (
        "day 15.5: one patient has had more than 149 events, most of them in a; want stays, delays or waits "
        "that last longer, or rules that come to an end"
    )


@pytest.mark.parametrize("stay", ["0.0000000001 days", "1 hour", "0 days"])
def test_both_engines_stop_at_the_same_row(stay: str, clinic: "Callable[..., Scenario]") -> None:
    """Also where the compiled engine has room for all rows from the start."""
    (one,) = ready(chain(clinic, stay), replications=1)
    told = outcome(one, "reference")
    assert isinstance(told, str)
    assert "more than 149 events" in told
    assert outcome(one, "compiled") == told


def test_a_long_log_of_many_patients_is_left_alone(
    clinic: "Callable[..., Scenario]", engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = clinic('[levels.a]\nlength_of_stay = "2 days"\n')
    log = simulate(many, engine=engine)
    assert len(log) > 10 * growth.FIRST_LOOK
    monkeypatch.undo()
    assert simulate(many, engine=engine).digest == log.digest


def test_a_log_for_which_memory_will_not_do_is_told_before_memory_ends(
    clinic: "Callable[..., Scenario]", engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "FIRST_LOOK", 1000)
    monkeypatch.setattr(growth, "EVENTS_AT_MOST", 10**9)
    long = chain(clinic, "2 hours").with_("run.duration", 300)
    monkeypatch.setattr(memory, "bytes_free", lambda: 75_000.0 - 1.0)
    with pytest.raises(SimError) as said:
        simulate(long, engine=engine)
    # row 1000 = 4 + 4 · 249 is at the end of her 249th stay of 2 hours: day 1 + 20.75
    assert str(said.value) == (
        "day 21.75: 1,000 events so far, most of them in a, and no memory for as many again "
        "(0.0 GiB are free); want a shorter run, fewer patients, stays that last longer, or fewer --jobs"
    )
