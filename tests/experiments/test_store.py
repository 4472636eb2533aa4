"""The store of a sweep: what is kept is found again, by its scenario and program alone; faults are told."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.errors import SimError
from sim.experiments import store as module
from sim.experiments.store import Others, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def filled(path: Path) -> None:
    with opened(path) as store:
        store.keep("a", range(10, 20), b"second")
        store.keep("a", range(10), b"first")
        store.keep("b", range(3), b"other")


def test_what_is_kept_is_found_again_in_order_of_replications(path: Path) -> None:
    filled(path)
    with opened(path) as store:
        assert list(store.contents("a")) == [b"first", b"second"]
        assert store.kept("a") == set(range(20))
        assert store.kept("b") == {0, 1, 2}
        assert store.kept("c") == set()


def test_another_program_finds_nothing_and_is_told_what_is_there(path: Path, monkeypatch: Any) -> None:
    filled(path)
    monkeypatch.setattr(module, "code_digest", lambda: "another")
    with opened(path) as store:
        assert store.kept("a") == set()
        assert list(store.contents("a")) == []
        assert store.of_others({"a"}) == Others(of_another_program=23, of_other_scenarios=0)


def test_what_is_of_other_scenarios_is_told(path: Path) -> None:
    filled(path)
    with opened(path) as store:
        assert store.of_others({"a"}) == Others(of_another_program=0, of_other_scenarios=3)


def test_a_second_process_is_refused(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]\n"
        "from sim.errors import SimError\n"
        "from sim.experiments.store import opened\n"
        "try:\n"
        "    with opened(Path(sys.argv[1])): print('opened')\n"
        "except SimError as error: print(error)\n"
    )

    def other() -> str:
        command = [sys.executable, "-c", code, str(path), *sys.path]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with opened(path) as store:
        assert "store.sqlite: is in use by another process" in other()
        store.keep("a", range(1), b"still ours")
    assert other() == "opened\n"


@pytest.mark.parametrize("size", [100, 5000])
def test_a_store_that_was_cut_off_is_told_and_left_as_it_is(path: Path, size: int) -> None:
    with opened(path) as store:
        for first in range(0, 100, 10):
            store.keep("a", range(first, first + 10), os.urandom(2000))
    content = path.read_bytes()[:size]
    path.write_bytes(content)
    with pytest.raises(SimError, match=r"store.sqlite: is damaged, or was cut off"), opened(path):
        pass
    assert path.read_bytes() == content


def test_a_file_that_is_no_store_is_told_and_left_as_it_is(path: Path) -> None:
    path.write_text("point,measure\n" * 1000)
    with pytest.raises(SimError, match="is damaged"), opened(path):
        pass
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (what TEXT)")
    other.close()
    with pytest.raises(SimError, match="is no store of a sweep"), opened(path):
        pass


def test_a_full_disk_is_told_and_what_was_kept_stays(path: Path) -> None:
    filled(path)
    with opened(path) as store:
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(SimError, match=r"the disk is full; what was finished is kept"):
            store.keep("c", range(5), bytes(10**6))
    with opened(path) as store:
        assert list(store.contents("a")) == [b"first", b"second"]
        assert store.kept("c") == set()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(SimError, match=r"cannot be written.*--out"),
        opened(tmp_path / "file" / "store.sqlite"),
    ):
        pass


def test_a_store_that_must_be_there_and_is_not_is_told(path: Path) -> None:
    with pytest.raises(SimError, match="is not there"), opened(path, new=False):
        pass


def test_stores_are_joined_without_what_another_program_made(tmp_path: Path, monkeypatch: Any) -> None:
    filled(tmp_path / "one.sqlite")
    with opened(tmp_path / "two.sqlite") as two:
        two.keep("a", range(20, 30), b"third")
        two.keep("b", range(3), b"other")
        with monkeypatch.context() as patch:
            patch.setattr(module, "code_digest", lambda: "another")
            two.keep("a", range(30, 40), b"not ours")
    with opened(tmp_path / "one.sqlite") as one, opened(tmp_path / "two.sqlite", new=False) as two:
        one.take_from(two)
        assert list(one.contents("a")) == [b"first", b"second", b"third"]
        assert list(one.contents("b")) == [b"other"]
