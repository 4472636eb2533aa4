"""Tasks side by side: all of them are done, lazily, and nothing is left behind however it ends."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.errors import SimError
from sim.experiments import pool
from sim.experiments.pool import AHEAD, side_by_side

LOADED: list[str] = []


def loaded(number: int) -> list[str]:
    return LOADED


def squared(number: int) -> int:
    return number * number


def refused(number: int) -> int:
    raise SimError(f"{number}: is refused")


def killed_at_5(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process(number: int) -> int:
    return os.getpid()


def never_done(number: int) -> int:
    signal.pause()
    return number


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_task_is_done_once(workers: int) -> None:
    found = side_by_side(squared, range(50), workers=workers)
    assert sorted(found) == [number * number for number in range(50)]


def test_one_worker_is_this_process_and_two_are_others() -> None:
    assert set(side_by_side(process, range(5), workers=1)) == {os.getpid()}
    assert os.getpid() not in set(side_by_side(process, range(5), workers=2))


def test_tasks_are_taken_only_when_they_can_be_handed_out() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = side_by_side(squared, tasks(), workers=2)
    next(results)
    assert len(taken) <= 2 * AHEAD
    results.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not pool.FORKS, reason="processes are forked on Linux only")
def test_what_making_the_first_task_loads_is_there_in_every_process() -> None:
    def tasks() -> Iterator[int]:
        LOADED.append("kernel")
        yield from range(20)

    assert list(side_by_side(loaded, tasks(), workers=2)) == [["kernel"]] * 20


def test_an_error_of_a_task_is_raised_here_and_nothing_is_left_running() -> None:
    with pytest.raises(SimError, match="is refused"):
        list(side_by_side(refused, range(9), workers=2))
    assert not multiprocessing.active_children()


def test_whoever_stops_early_leaves_no_process_behind() -> None:
    results = side_by_side(killed_at_5, range(4), workers=2)
    next(results)
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_a_killed_process_is_said_after_all_that_was_finished() -> None:
    seen = []
    with pytest.raises(SimError, match=r"was killed.*--jobs"):
        for number in side_by_side(killed_at_5, range(1000), workers=2):
            seen.append(number)
    assert 5 not in seen
    assert not multiprocessing.active_children()


def test_where_processes_are_not_forked_others_do_the_same(monkeypatch: Any) -> None:
    monkeypatch.setattr(pool, "FORKS", False)
    assert sorted(side_by_side(squared, range(20), workers=2)) == [number * number for number in range(20)]
    with pytest.raises(SimError, match="was killed"):
        list(side_by_side(killed_at_5, range(20), workers=2))
    assert len(list(side_by_side(squared, range(20), workers=2))) == 20  # new processes serve


@pytest.mark.skipif(not pool.FORKS, reason="processes are forked on Linux only")
def test_when_the_coordinator_is_killed_its_processes_end_too() -> None:
    # They hold the other end of the pipe, so its end is read only when the last of them is gone.
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from sim.experiments.pool import side_by_side\n"
        "from test_pool import never_done\n"
        "def tasks():\n"
        "    yield from range(5)\n"
        "    print('under way', flush=True)\n"
        "    yield 5\n"
        "list(side_by_side(never_done, tasks(), workers=2))\n"
    )
    folders = [str(Path(__file__).parent), *sys.path]
    with subprocess.Popen([sys.executable, "-c", code, *folders], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "under way\n"
        run.kill()
        assert run.stdout.read() == ""
