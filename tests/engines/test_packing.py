"""The memory of the compiled engine: used again where it can be, and let go of with the log."""

import weakref

from sim.engines import compiled, packing
from sim.plan import plan

ONE_LEVEL = "[levels.day]\nlength_of_stay = 3\n"


def test_a_log_that_is_let_go_of_takes_its_rows_along(clinic):
    made = plan(clinic(ONE_LEVEL))
    log = compiled.simulate(made, [], replication=0)
    rows = weakref.ref(log.columns.time.base)
    assert rows() is not None
    del log
    assert rows() is None


def test_the_next_replication_uses_the_same_memory_and_leaves_the_log_before_alone(clinic):
    made = plan(clinic(ONE_LEVEL))
    first = compiled.simulate(made, [], replication=0)
    before = first.columns.time.copy()
    (kept,) = packing.packed(made).free
    second = compiled.simulate(made, [], replication=1)
    assert packing.packed(made).free == [kept]
    assert len(second) > 0
    assert (first.columns.time == before).all()
