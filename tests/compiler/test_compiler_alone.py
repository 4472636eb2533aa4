"""Processes that make the same thing do so one after the other, and nobody waits for one that is gone."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from sim.compiler import alone

HOLDER = """
import sys
from pathlib import Path
from sim.compiler.alone import alone

with alone([Path(sys.argv[1])]) as sure:
    print(sure, flush=True)
    sys.stdin.readline()
"""


class Holder:
    """Another process that holds the lock until it is told to end, or killed."""

    def __init__(self, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(file)], stdin=-1, stdout=-1, stderr=-1, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "True\n", self.process.communicate()

    def end(self) -> None:
        self.process.communicate("\n", timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.mark.parametrize("how", ["end", "kill"])
def test_the_second_process_waits_until_the_first_has_ended_or_was_killed(how: str, tmp_path: Path) -> None:
    holder = Holder(tmp_path / "lock")
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        getattr(holder, how)()

    with alone.alone([tmp_path / "lock"], pause=pause) as sure:
        assert sure
    assert len(pauses) == 1


def test_a_process_that_hangs_is_waited_for_no_longer_than_patience_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "PATIENCE_SECONDS", 0.0)
    holder = Holder(tmp_path / "lock")
    try:
        with alone.alone([tmp_path / "lock"]) as sure:
            assert not sure
    finally:
        holder.kill()


def test_the_lock_is_let_go_of_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone.alone([tmp_path / "lock"]):
        raise ZeroDivisionError
    Holder(tmp_path / "lock").end()


def test_the_first_file_that_can_be_written_is_locked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with alone.alone([tmp_path / "file" / "lock", tmp_path / "new" / "lock"]) as sure:
        assert sure
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["file", "new", "lock"]


def test_where_nothing_can_be_written_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with alone.alone([tmp_path / "file" / "lock"]) as sure:
        assert not sure


@pytest.mark.skipif(sys.platform == "win32", reason="files are locked in another way there")
def test_where_nothing_can_be_locked_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on some network drives."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with alone.alone([tmp_path / "lock"]) as sure:
        assert not sure
