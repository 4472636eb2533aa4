"""What must hold for every log of every scenario, asked of random scenarios on every engine.

The scenarios are drawn in tests/scenarios_at_random.py; what must hold is in docs/model.md, section 6, and
is looked for by sim/invariants.py.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, reject, settings
from scenarios_at_random import scenarios
from side_by_side import outcome, ready

from sim.engines import ENGINES
from sim.errors import SimError
from sim.invariants import broken
from sim.log import Log
from sim.scenario.load import loads
from sim.scenario.types import Scenario

pytestmark = pytest.mark.usefixtures("coarsely")

at_random = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def loaded(text: str) -> Scenario:
    """The scenario of a text; a random one with a fault is thrown away."""
    note(text)
    try:
        return loads(text, Path())
    except SimError:
        reject()


def run(scenario: Scenario) -> list[Log]:
    """The log of every engine, unless the scenario turns out to go round for ever."""
    _, one = ready(scenario, replications=2)
    found = [outcome(one, engine) for engine in ENGINES]
    if any(isinstance(log, str) and "without end" in log for log in found):
        reject()
    assert all(isinstance(log, Log) for log in found), found
    return [log for log in found if isinstance(log, Log)]


def holds(text: str) -> None:
    """Fails unless all that must hold for every log holds for this one, and for a shorter run of it."""
    scenario = loaded(text)
    logs = run(scenario)
    half = run(scenario.with_("run.duration", scenario.run.duration / 2))
    for log, shorter in zip(logs, half, strict=True):
        assert broken(log) == []
        whole = log.events
        assert shorter.end < log.end
        assert whole[whole["time"] < shorter.end].equals(shorter.events)
        arrived = log.patients[log.patients["arrived"] < shorter.end]
        assert arrived.equals(shorter.patients)


@at_random
@given(text=scenarios())
def test_what_must_hold_for_every_log_holds_for_random_scenarios(text: str) -> None:
    holds(text)


@pytest.mark.deep
@settings(at_random, max_examples=1000)
@given(text=scenarios())
def test_what_must_hold_for_every_log_holds_for_many_more_random_scenarios(text: str) -> None:
    holds(text)
