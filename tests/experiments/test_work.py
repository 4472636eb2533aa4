"""Replications carried out: batches hold every replication once, and change nothing in what comes out."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.errors import SimError
from sim.experiments import work as module
from sim.experiments.parts import pack_part
from sim.experiments.work import Done, Work, batch_size, batches, replicate_all, replications_of
from sim.plan import plan
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

SMALL = '[run]\nduration = 60\n[levels.day]\ncapacity = 5\nlength_of_stay = "6 days"\n'


def work_of(scenario: Scenario, name: str = "one", engine: str = "reference") -> Work:
    return Work(name, scenario, plan(scenario), engine)


def packed(done: Done) -> tuple[str, int, bytes]:
    return done.name, done.part.reduced.replication, pack_part(done.part)


@pytest.mark.parametrize(("workers", "here"), [(1, True), (1, False), (2, False), (7, False)])
def test_batches_hold_every_replication_of_every_scenario_once(
    clinic: Clinic, workers: int, here: bool
) -> None:
    one, other = work_of(clinic(SMALL)), work_of(clinic(SMALL), "other")
    made = list(batches([(one, range(30)), (other, [5, 8])], workers=workers, here=here))
    assert [(batch.name, number) for batch in made for number in batch.replications] == [
        *(("one", number) for number in range(30)),
        ("other", 5),
        ("other", 8),
    ]


def test_a_batch_leaves_something_for_every_worker(clinic: Clinic) -> None:
    made = list(batches([(work_of(clinic(SMALL)), range(8))], workers=4, here=False))
    assert [len(batch.replications) for batch in made] == [1] * 8


def test_a_batch_of_another_state_of_the_program_is_refused(clinic: Clinic) -> None:
    batch = next(batches([(work_of(clinic(SMALL)), range(2))], workers=2, here=False))
    assert len(replications_of(batch)) == 1
    with pytest.raises(SimError, match="another state of this program"):
        replications_of(batch._replace(code="another"))


def test_long_replications_come_one_to_a_batch_and_short_ones_in_tens(clinic: Clinic) -> None:
    # 0.3 ms a patient: 60 patients take 18 ms, so 0.2 s hold ten; 100,000 take half a minute.
    assert batch_size(work_of(clinic(SMALL))) == 10
    assert batch_size(work_of(clinic(SMALL, **{"run.duration": 100_000}))) == 1


def test_results_depend_neither_on_workers_nor_on_batches(
    clinic: Clinic, engine: str, monkeypatch: Any
) -> None:
    scenarios = [clinic(SMALL), clinic(SMALL, **{"levels.day.capacity": 3})]
    todo = [
        (work_of(scenario, name, engine), range(12)) for scenario, name in zip(scenarios, "ab", strict=True)
    ]
    alone = sorted(map(packed, replicate_all(todo, workers=1)))
    assert len(alone) == 24
    assert sorted(map(packed, replicate_all(todo, workers=2))) == alone
    monkeypatch.setattr(module, "MOST_IN_BATCH", 1)
    assert sorted(map(packed, replicate_all(todo, workers=2))) == alone


def test_replications_share_one_layout_wherever_they_ran(clinic: Clinic) -> None:
    todo = [(work_of(clinic(SMALL)), range(9))]
    layouts = [done.part.reduced.layout for done in replicate_all(todo, workers=2)]
    assert all(layout is layouts[0] for layout in layouts)
