"""Workers on other machines, by Dask: the same work, done there.

A scheduler hands tasks to its workers, and again where one was killed. Here it is joined, its workers are
asked whether they run this very program, and an executor is made of it, as `sim/experiments/pool.py` wants.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import ExitStack, contextmanager
from typing import Any, TypedDict

from sim.errors import SimError
from sim.experiments.pool import interrupts_ignored
from sim.manifest import code_digest

SECONDS_TO_ANSWER = 20


class Elsewhere(TypedDict):
    """Arguments of `sweep`: who carries out the work, and how many at once."""

    executor: Executor
    jobs: int


@contextmanager
def on_cluster(address: str | None, *, workers: int | None = None) -> Iterator[Elsewhere]:
    """The workers of the scheduler at the address; without one, so many of a scheduler started here.

    Raises `SimError` where Dask is not installed, nobody answers, there is no worker, or one runs another
    state of this program; and, in the block, when the scheduler is lost or a task kills every worker.
    """
    try:
        from distributed import Client, KilledWorker, LocalCluster  # noqa: PLC0415 (optional, a second to load)
    except ImportError:
        raise SimError("Dask is not installed; want it, as in pip install 'continuum-sim[dask]'") from None
    for name in logging.root.manager.loggerDict:  # what matters of all that Dask says is said by us
        if name.split(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    where = address or "the local cluster"
    with ExitStack() as stack:
        try:
            if address is None:
                with interrupts_ignored():
                    cluster = stack.enter_context(
                        LocalCluster(
                            n_workers=workers,
                            threads_per_worker=1,
                            dashboard_address=None,
                            silence_logs=logging.CRITICAL,
                        )
                    )
                client = stack.enter_context(Client(cluster, set_as_default=False))
            else:
                client = stack.enter_context(Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False))
        except (OSError, ValueError, TimeoutError) as error:
            raise SimError(f"{where}: no Dask scheduler answers there ({error})") from error
        check(client.run(code_digest, on_error="return"), where)
        executor = client.get_executor(pure=False)
        try:
            yield {"executor": executor, "jobs": max(1, sum(client.nthreads().values()))}
        except KilledWorker as error:
            raise SimError(
                f"{where}: some work killed each worker that took it, perhaps for want of memory; what was "
                "finished is kept, and the same command carries on"
            ) from error
        except (OSError, RuntimeError, CancelledError) as error:
            if client.status == "running":
                raise
            raise SimError(
                f"{where}: the scheduler is lost; what was finished is kept, and the same command carries on"
            ) from error
        finally:
            executor.shutdown(wait=False)


def check(digests: dict[str, Any], where: str) -> None:
    """Raises `SimError` where there is no worker, or one that does not run this very program."""
    if not digests:
        raise SimError(f"{where}: has no workers; start some, as in `dask worker {where}`")
    others = sorted(worker for worker, digest in digests.items() if digest != code_digest())
    if others:
        raise SimError(
            f"{where}: {len(others)} of {len(digests)} workers ({', '.join(others[:3])}) have another state "
            "of this program, or none; want the same version everywhere"
        )
