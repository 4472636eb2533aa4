"""Finished batches of replications in one SQLite file, so that nothing is computed twice and little is lost.

A batch is a row, written whole or not at all; its key is the digest of its scenario, its first replication
and the digest of the program that made it, so that a changed scenario or program finds nothing of another.
One process at a time has the file. What is in a batch is left to `sim/experiments/work.py`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sim.errors import SimError
from sim.manifest import code_digest

FORMAT = 1
"""The number of this layout of the file."""

TABLES = """
CREATE TABLE batches (
    scenario TEXT NOT NULL, code TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    content BLOB NOT NULL, PRIMARY KEY (scenario, code, first)
) WITHOUT ROWID;
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Batches:
    """An open store of batches. Get one by `opened`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def keep(self, scenario: str, replications: range, content: bytes) -> None:
        """Keep a batch of the scenario of this digest, on disk when this returns."""
        row = (scenario, code_digest(), replications[0], replications[-1], content)
        with told(self.path), self._connection as change:
            change.execute("INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?)", row)

    def kept(self, scenario: str) -> set[int]:
        """Which replications of the scenario of this digest are here, made by this program."""
        with told(self.path):
            rows = self._connection.execute(
                "SELECT first, last FROM batches WHERE scenario = ? AND code = ?", (scenario, code_digest())
            )
            return {number for first, last in rows for number in range(first, last + 1)}

    def contents(self, scenario: str) -> Iterator[bytes]:
        """The batches of the scenario of this digest, in order of their replications."""
        with told(self.path):
            yield from (
                content
                for (content,) in self._connection.execute(
                    "SELECT content FROM batches WHERE scenario = ? AND code = ? ORDER BY first",
                    (scenario, code_digest()),
                )
            )

    def of_others(self, scenarios: set[str]) -> "Others":
        """What is here that is of no use to these scenarios, in replications."""
        with told(self.path):
            rows = self._connection.execute("SELECT scenario, code, last - first + 1 FROM batches").fetchall()
        program = sum(count for _, code, count in rows if code != code_digest())
        changed = sum(count for name, code, count in rows if code == code_digest() and name not in scenarios)
        return Others(program, changed)

    def note(self, name: str, value: str) -> None:
        """Keep a word about the store itself."""
        with told(self.path), self._connection as change:
            change.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def noted(self, name: str) -> str | None:
        """What was noted under the name."""
        with told(self.path):
            row = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def take_from(self, other: "Batches") -> None:
        """Keep what another store has of this program's batches."""
        with told(self.path), told(other.path), self._connection as change:
            change.executemany(
                "INSERT OR IGNORE INTO batches VALUES (?, ?, ?, ?, ?)",
                other._connection.execute("SELECT * FROM batches WHERE code = ?", (code_digest(),)),
            )


class Others(NamedTuple):
    """Replications in a store that cannot be used."""

    of_another_program: int
    of_other_scenarios: int


@contextmanager
def opened(path: Path, *, new: bool = True) -> Iterator[Batches]:
    """The store in the file, for this process alone; made if it is not there, unless it must be.

    Raises `SimError` when another process has it, when it is damaged or no store, and when it cannot be
    written.
    """
    if not (new or path.exists()):
        raise SimError(f"{path}: is not there; want the store of a sweep")
    with told(path):
        if new:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=0.0)
    try:
        with told(path):
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")  # held until the connection is closed
            connection.execute("COMMIT")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not tables and not version:
                connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT")
            elif version != FORMAT:
                raise SimError(
                    f"{path}: is no store of a sweep, or one of another version of this program; "
                    "want another folder, with --out"
                )
            elif connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError
        yield Batches(path, connection)
    finally:
        connection.close()


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Errors of the block in words for people."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF  # the rest is detail
        said = TROUBLES.get(code, f"cannot be used ({error}); {ELSEWHERE}")
        raise SimError(f"{path}: {said}") from error
    except OSError as error:
        raise SimError(f"{path}: cannot be written: {error.strerror or error}; {ELSEWHERE}") from error


ELSEWHERE = "name another folder with --out"
DAMAGED = (
    "is damaged, or was cut off; it is left as it is. Put a whole copy there, or remove it to begin anew"
)
TROUBLES = {
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_BUSY: "is in use by another process; want that to end first, or " + ELSEWHERE,
    sqlite3.SQLITE_LOCKED: "is in use by another process; want that to end first, or " + ELSEWHERE,
    sqlite3.SQLITE_FULL: "the disk is full; what was finished is kept, and the same command carries on when "
    "there is room",
    sqlite3.SQLITE_READONLY: "cannot be written; " + ELSEWHERE,
    sqlite3.SQLITE_CANTOPEN: "cannot be opened or written; " + ELSEWHERE,
    sqlite3.SQLITE_IOERR: "cannot be read or written; " + ELSEWHERE,
}
