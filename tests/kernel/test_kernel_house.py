"""The kernel with the compiler off: plain Python gives the log of the reference engine.

And no index leaves its array, which compiled code would not notice (tests/kernel/uncompiled.py).
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, reject, seed, settings
from scenarios_at_random import scenarios
from side_by_side import difference, outcome, ready
from uncompiled import checked, log_of

from sim.engines import packing, reference
from sim.errors import SimError
from sim.kernel import house
from sim.kernel import state as places
from sim.log import Log
from sim.scenario.load import load, loads
from sim.scenario.types import Scenario

EVERY_KEY = Path(__file__).parents[1] / "every_key" / "full.toml"


@pytest.fixture
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patients who move without end are told soon."""
    monkeypatch.setattr(reference, "ROUNDS_AT_MOST", 100)
    monkeypatch.setattr(house, "ROUNDS_AT_MOST", 100)


def agree(text: str) -> None:
    """Fails unless the kernel and the reference engine agree on a scenario."""
    agree_in(text, lambda there: None)


def agree_in(text: str, room: Callable[[int], packing.Room | None]) -> None:
    """The same, in the room that is given where so many are there on day 0."""
    note(text)
    try:
        (one,) = ready(loads(text, Path()), replications=1)
    except SimError:
        reject()
    found = log_of(one, room(len(one.there)))
    assert not (differs := difference(outcome(one, "reference"), found)), differs


def at_random(name: str, *, many: int, see: Callable[[str], None]) -> None:
    still = settings(max_examples=many, database=None, suppress_health_check=list(HealthCheck))
    seed(name)(still(given(text=scenarios())(see)))()


@pytest.mark.usefixtures("few_rounds")
def test_the_uncompiled_kernel_writes_the_log_of_the_reference_engine() -> None:
    at_random("uncompiled", many=10, see=agree)


@pytest.mark.deep
@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("part", range(20))
def test_the_uncompiled_kernel_writes_many_more_logs_of_the_reference_engine(
    part: int, pytestconfig: pytest.Config
) -> None:
    first = pytestconfig.getoption("seed")

    def see(text: str) -> None:
        note(f"python3 go.py test --deep --seed {first}")
        agree(text)

    at_random(f"{first}/{part}", many=10, see=see)


@pytest.mark.usefixtures("few_rounds")
def test_no_index_leaves_its_array_where_the_room_is_too_small_at_first() -> None:
    def tiny(there: int) -> packing.Room:
        return packing.Room(there + 1, rows=1, line=there + 65)

    at_random("tiny", many=5, see=lambda text: agree_in(text, tiny))


def test_the_uncompiled_kernel_knows_every_key_of_the_format() -> None:
    scenario = load(EVERY_KEY).with_("run.duration", 25).with_("run.warm_up", 0).with_("run.follow_up", 0)
    (one,) = ready(scenario, replications=1)
    found = log_of(one)
    assert isinstance(found, Log)
    assert difference(outcome(one, "reference"), found) == ""
    assert len(found) > 500


MANY_TIMES_AT_ONCE = """
[run]
duration = "3 days"
[arrivals.a]
enters = "a"
dates = [{ day = 1, id = "1" }, { day = 1, id = "2" }, { day = 1, id = "3" }, { day = 1, id = "4" }]
[arrivals.b]
enters = "b"
dates = [{ day = 1, id = "5" }]
[levels.b]
capacity = 1
length_of_stay = "5 days"
relapse = "0 days"
on_relapse = [{ when = { relapses = "<= 250" }, go = "b" }, { go = "a" }]
[levels.a]
capacity = 1
length_of_stay = "5 days"
relapse = { dist = "fixed", value = 0, ever = 0.993 }
on_relapse = [{ go = "a" }]
[levels.a.waitlist]
limit = 3
"""


def test_newcomers_who_ask_for_one_level_many_times_at_one_instant_have_room_when_one_is_refused(
    clinic: Callable[..., Scenario],
) -> None:
    """Four take turns in one place, who relapses least first, until one stays; then a fifth comes."""
    turns = ", ".join(f'{{ relapses = "<= {relapses}" }}' for relapses in range(80))
    (one,) = ready(clinic(f"{MANY_TIMES_AT_ONCE}priority = [{turns}]"), replications=1)
    expected = outcome(one, "reference")
    assert isinstance(expected, Log)
    asked = expected.events.query("event == 'request' and level == 'a'")["patient"]
    waiting = set(asked) - {int(expected.events.query("event == 'admit'")["patient"].iloc[-1])}
    assert asked.isin(waiting).sum() > packing.room_for(one.plan, 0).patients
    assert expected.events["event"].eq("turn_away").sum() == 1
    assert difference(expected, log_of(one)) == ""
    assert difference(expected, outcome(one, "compiled")) == ""


ONE_AFTER_THE_OTHER = """
[run]
duration = "40 days"
[arrivals.list]
enters = "a"
dates = [{ day = 1 }, { day = 1.5 }, { day = 10 }, { day = 20 }, { day = 30 }]
[levels.a]
length_of_stay = "5 days"
"""


def test_who_is_over_leaves_her_row_to_the_next(clinic: Callable[..., Scenario]) -> None:
    """Of five patients two are there at once, and never more: two rows do."""
    (one,) = ready(clinic(ONE_AFTER_THE_OTHER), replications=1)
    state = packing.state(one.plan, [], replication=0, room=packing.room_for(one.plan, 0))
    with np.errstate(over="ignore"):  # the generator's words wrap around
        house.run(checked(state))
    assert (state.count[places.PATIENTS], state.count[places.USED]) == (5, 2)
