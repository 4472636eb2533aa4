"""What must hold for every log of every scenario, asked of random scenarios.

The scenarios are drawn in tests/scenarios_at_random.py; what must hold is in docs/model.md, section 6, and
is looked for by sim/invariants.py.
"""

from pathlib import Path

import pytest
from hypothesis import given, note, reject, settings
from scenarios_at_random import scenarios

from sim.engines import simulate
from sim.errors import SimError
from sim.invariants import broken
from sim.log import Log
from sim.scenario.load import loads
from sim.scenario.types import Scenario


def loaded(text: str) -> Scenario:
    """The scenario of a text; a random one with a fault is thrown away."""
    note(text)
    try:
        return loads(text, Path())
    except SimError:
        reject()


def run(scenario: Scenario, engine: str) -> Log:
    """The log of a scenario, unless it turns out to go round for ever."""
    try:
        return simulate(scenario, replication=1, engine=engine)
    except SimError as error:
        if "without end" in str(error):
            reject()
        raise


def holds(text: str, engine: str) -> None:
    """Fails unless all that must hold for every log holds for this one, and for a shorter run of it."""
    scenario = loaded(text)
    log = run(scenario, engine)
    assert broken(log) == []
    half = scenario.run.duration / 2
    shorter = run(scenario.with_("run.duration", half), engine)
    whole = log.events
    assert shorter.end < log.end
    assert whole[whole["time"] < shorter.end].equals(shorter.events)
    arrived = log.patients[log.patients["arrived"] < shorter.end]
    assert arrived.equals(shorter.patients)


@settings(max_examples=60)
@given(text=scenarios())
def test_what_must_hold_for_every_log_holds_for_random_scenarios(text: str, engine: str) -> None:
    holds(text, engine)


@pytest.mark.deep
@settings(max_examples=1000)
@given(text=scenarios())
def test_what_must_hold_for_every_log_holds_for_many_more_random_scenarios(text: str, engine: str) -> None:
    holds(text, engine)
