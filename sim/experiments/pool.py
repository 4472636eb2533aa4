"""Tasks done side by side by processes of this machine, their results as they finish.

On Linux the processes are forked: they are there in some hundredths of a second, with the machine code that
this one has loaded. Elsewhere they are started anew, in a second or two. What a task is, and what becomes of
its result, is left to those who call.
"""

import multiprocessing
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from os import _exit
from queue import SimpleQueue
from typing import Any, TypeVar

import joblib
from joblib.externals import loky

from sim.errors import SimError

FORKS = sys.platform == "linux"
"""Whether a process may be forked: macOS has libraries that do not survive it, Windows has no such thing."""

AHEAD = 3
"""Tasks handed out per process, so that none waits for the next while a result is being kept."""

Task = TypeVar("Task")
Found = TypeVar("Found")


def side_by_side(
    do: Callable[[Task], Found], tasks: Iterable[Task], *, workers: int, executor: Executor | None = None
) -> Iterator[Found]:
    """What `do` gives for each task, in the order in which they finish.

    Tasks are taken from the iterable only as they can be handed out, so there may be very many. With one
    worker they are done here, one after the other; with an `executor` of the caller's, there. When the caller
    stops early, or on Ctrl-C, what is under way is given up. Raises `SimError` when a process dies.
    """
    if executor is not None:
        yield from handed_out(do, tasks, executor, ahead=AHEAD * workers)
    elif workers <= 1:
        yield from map(do, tasks)
    else:
        left = iter(tasks)
        first = list(islice(left, 1))  # what making it loads, forked processes need not load again
        with (forked if FORKS else started)(do, workers) as (ask, pool):
            yield from handed_out(ask, chain(first, left), pool, ahead=AHEAD * workers)


def default_workers() -> int:
    """How many processes this machine can run at once: the cores that we may use."""
    return int(joblib.cpu_count())


def handed_out(
    do: Callable[[Task], Found], tasks: Iterable[Task], executor: Executor, *, ahead: int
) -> Iterator[Found]:
    """The results as they finish, at most `ahead` tasks being in the hands of the executor at a time."""
    left = iter(tasks)
    under_way: set[Future[Found]] = set()
    try:
        while True:
            under_way |= {executor.submit(do, task) for task in islice(left, ahead - len(under_way))}
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for one in sorted(done, key=lambda future: future.exception() is not None):  # the good ones first
                yield one.result()
    except BrokenExecutor:
        raise SimError(
            "a process that was simulating was killed, perhaps for want of memory; what was finished is kept "
            "where it was to be kept, and the same command carries on; want fewer at once, with --jobs"
        ) from None
    finally:
        for future in under_way:
            future.cancel()


@contextmanager
def forked(do: Callable[[Task], Found], workers: int) -> Iterator[tuple[Callable[[Task], Found], Executor]]:
    """A function that has `do` done by one of so many forked processes, and an executor to call it by.

    The processes are killed where the block ends before its work does. Each has a pipe of its own: one that
    is killed while it writes takes nobody with it, as it does where all share a queue
    (`concurrent.futures.ProcessPoolExecutor`).
    """
    context = multiprocessing.get_context("fork")
    ours: list[Connection] = []
    idle: SimpleQueue[Connection] = SimpleQueue()
    children = []
    with interrupts_ignored(), warnings.catch_warnings():
        # Python 3.12 warns of any fork beside threads; ours hold no lock that such a process takes
        warnings.simplefilter("ignore", DeprecationWarning)
        for _ in range(workers):
            here, there = context.Pipe()
            ours.append(here)
            children.append(context.Process(target=serve, args=(do, there, ours), daemon=True))
            children[-1].start()
            there.close()
            idle.put(here)

    def ask(task: Task) -> Found:
        connection = idle.get()
        try:
            connection.send_bytes(pickle.dumps(task))
            found, error = pickle.loads(connection.recv_bytes())
        except (EOFError, OSError):
            raise BrokenExecutor from None
        finally:
            idle.put(connection)
        if error is not None:
            raise error
        return found  # type: ignore[no-any-return]

    try:
        with ThreadPoolExecutor(workers) as threads:  # which only wait for answers
            try:
                yield ask, threads
            except BaseException:
                for child in children:
                    child.kill()
                raise
    finally:
        for connection in ours:
            connection.close()
        for child in children:
            child.join()


def serve(do: Callable[[Task], Any], there: Connection, ours: list[Connection]) -> None:
    """Answers tasks with what `do` gives, or with the error that it raised, until the pipe is closed."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    for connection in ours:  # of the process that asks, and open here too since the fork
        connection.close()
    while True:
        try:
            task = there.recv()
        except (EOFError, OSError):
            return
        try:
            found, error = do(task), None
        except Exception as raised:
            found, error = None, raised
        try:
            there.send((found, error))
        except OSError:
            return


def end_with_parent() -> None:
    """Ends this process, in the middle of what it does, when the one that forked it has been killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_any([parent.sentinel])
        _exit(1)


@contextmanager
def started(do: Callable[[Task], Found], workers: int) -> Iterator[tuple[Callable[[Task], Found], Executor]]:
    """The same by processes started anew."""
    pool: Any = loky.ProcessPoolExecutor(workers)
    try:
        with interrupts_ignored():
            pool.submit(int)
        yield do, pool
    except BaseException:
        pool.shutdown(kill_workers=True)
        raise
    pool.shutdown()


@contextmanager
def interrupts_ignored() -> Iterator[None]:
    """Processes started within are deaf to Ctrl-C, which reaches every process of a terminal.

    Only this one shall act on it: it stops the others.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
