"""Workers elsewhere: the same files as here, even when one is killed; nobody else's program is used."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim import sweeps
from sim.errors import SimError
from sim.experiments import cluster
from sim.experiments.cluster import check, on_cluster
from sim.experiments.sweep import sweep
from sim.manifest import code_digest
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

SMALL = """
[run]
duration = 60
replications = 40
[levels.day]
capacity = 5
length_of_stay = { dist = "exponential", mean = 6 }
[sweep]
grid = { "levels.day.capacity" = [3, 4, 6, 7] }
"""
FILES = ("summary.csv", "replications.csv", "daily.npz", "report.csv")


def swept(scenario: Scenario, folder: Path, **how: Any) -> dict[str, bytes]:
    with sweeps.claimed(folder, scenario) as store:
        sweeps.write(sweep(scenario, store, **how), folder)
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture
def scheduler() -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """The address of a scheduler on this machine with two workers, and their processes."""
    pytest.importorskip("distributed")
    parts = [Path(__file__).parents[2], *sys.path]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, parts))}

    def started(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
        return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)

    def said(process: subprocess.Popen[str], word: str) -> str:
        assert process.stderr is not None
        return next(line for line in process.stderr if word in line)

    quiet = ("--no-dashboard",)
    one = started("scheduler", "--host", "127.0.0.1", "--port", "0", *quiet)
    address = said(one, "Scheduler at:").split("Scheduler at:")[1].strip()
    workers = [started("worker", address, "--no-nanny", "--nthreads", "1", *quiet) for _ in range(2)]
    for worker in workers:
        said(worker, "Registered to:")
    yield address, workers
    for process in (*workers, one):
        process.kill()
        process.communicate()


@pytest.mark.deep
def test_a_worker_killed_in_mid_sweep_changes_nothing(
    clinic: Clinic, tmp_path: Path, scheduler: tuple[str, list[subprocess.Popen[str]]]
) -> None:
    scenario = clinic(SMALL)
    address, workers = scheduler

    def kill_one(done: int, total: int) -> None:
        if done < total / 2:
            os.kill(workers[0].pid, signal.SIGKILL)

    with on_cluster(address) as elsewhere:
        assert elsewhere["jobs"] == 2
        there = swept(scenario, tmp_path / "there", progress=kill_one, **elsewhere)
    assert workers[0].wait() == -signal.SIGKILL
    assert workers[1].poll() is None
    assert there == swept(scenario, tmp_path / "here", jobs=1)


@pytest.mark.deep
def test_a_cluster_started_here_gives_the_same_files(clinic: Clinic, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with on_cluster(None, workers=2) as elsewhere:
        there = swept(clinic(SMALL), tmp_path / "there", **elsewhere)
    assert there == swept(clinic(SMALL), tmp_path / "here", jobs=1)


def test_workers_of_another_program_and_none_at_all_are_refused() -> None:
    check({"tcp://a": code_digest()}, "tcp://s")
    with pytest.raises(SimError, match=r"tcp://s: 2 of 3 workers \(tcp://b, tcp://c\) have another state"):
        check({"tcp://a": code_digest(), "tcp://b": "other", "tcp://c": ImportError("sim")}, "tcp://s")
    with pytest.raises(SimError, match="has no workers"):
        check({}, "tcp://s")


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: Any) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 0.2)
    told = pytest.raises(SimError, match=r"tcp://127.0.0.1:9: no Dask scheduler answers")
    with told, on_cluster("tcp://127.0.0.1:9"):
        pass


def test_without_dask_it_is_said_how_to_get_it(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = pytest.raises(SimError, match=r"Dask is not installed.*\[dask\]")
    with told, on_cluster("tcp://127.0.0.1:9"):
        pass
