"""One process after the other: the second finds what the first made, instead of making it too.

Compiling the kernel takes a core ten seconds. What is made, and where it is kept, is left to `cache.py`.
"""

import errno
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

PATIENCE_SECONDS = 120.0
"""So long a process is waited for; one that was stopped, or hangs, must not hold up others for ever."""

HELD = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
"""How systems say that another process holds a lock; with any other error nothing can be locked there."""


@contextmanager
def alone(files: Iterable[Path], *, pause: Callable[[float], None] = time.sleep) -> Iterator[bool]:
    """Waits until no other process is in such a block; whether that is sure.

    The lock is on the first of the files that can be written. The system lets go of it when its process ends,
    in whatever way. Where nothing can be locked, or patience ends, both go on: that costs time, nothing else.
    """
    file = _first_open(files)
    if file is None:
        yield False
        return
    with file:
        until = time.monotonic() + PATIENCE_SECONDS
        while (locked := _lock(file.fileno())) is None and time.monotonic() < until:
            pause(0.1)
        yield bool(locked)


def _first_open(files: Iterable[Path]) -> TextIOWrapper | None:
    """The first file that can be opened for writing, made where it is not there; None where none can."""
    for path in files:
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return path.open("a", encoding="utf-8")
    return None


def _lock(file: int) -> bool | None:
    """Whether the lock could be taken; None where another process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 (only there on Windows)

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 (not there on Windows)

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in HELD else False
    return True
