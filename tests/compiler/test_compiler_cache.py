"""Machine code on disk: found where it can be kept, never stale, never in the way.

Every test works on a copy of the package whose kernel is one line long, in processes of their own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sim.compiler import cache

SIM = Path(__file__).parents[2] / "sim"

KERNEL = """
from sim.rules.tiny import (
    scaled,
)
from sim.special import normal_below


def run(s):
    s.found[0] = scaled(normal_below(s.found[1]))
"""

RULE = """
FACTOR = 2.0


def scaled(x: float) -> float:
    return FACTOR * x
"""

PROGRAM = """
import json
import sys
import numpy as np
from sim.compiler import cache
from sim.compiler.structs import Struct
from sim.engines import compiled

compiled.packing.kinds = lambda state: {}
state = Struct(found=np.array([0.0, 1.0]))
cold = not cache.is_warm()
compiled.kernel(state)(state)
place = next((path.parent for path in cache.locks() if any(path.parent.glob("[!.]*"))), None)
told = {"answer": state.found[0], "loaded": "numba" not in sys.modules, "cold": cold, "place": str(place)}
print(json.dumps(told))
"""

TWICE_NORMAL = 1.682689492137086
"""2 · Φ(1); Φ(1) = 0.841344746068543 (Abramowitz and Stegun, table 26.1)."""


CODE = cache.Code(b"code\n\x00\xff", "run", ["exp", "log"])


class Copy:
    """A copy of the package, and the folders in which it may keep code."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own = folder / "sim" / "__pycache__"
        self.users = folder / "home" / "continuum-sim"
        self.temporary = folder / "tmp" / f"continuum-sim-{os.getuid() if hasattr(os, 'getuid') else 0}"
        (folder / "tmp").mkdir()
        shutil.copytree(SIM, folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
        self.write("kernel/house.py", KERNEL)
        self.write("rules/tiny.py", RULE)

    def write(self, file: str, text: str) -> None:
        (self.folder / "sim" / file).write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / "sim" / file).read_text(encoding="utf-8")
        assert old in text
        self.write(file, text.replace(old, new))

    def start(self) -> "subprocess.Popen[str]":
        """A process that runs the kernel."""
        settings = {
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(self.folder / "home"),
            "LOCALAPPDATA": str(self.folder / "home"),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
        }
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=self.folder,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self) -> dict[str, Any]:
        """What the process tells."""
        return told(self.start())

    def files(self) -> list[Path]:
        """The files of code, wherever."""
        return sorted(path for path in self.folder.rglob("kernel-*/[!.]*"))


def told(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def close(place: Path) -> None:
    """Nothing can be written there, whoever asks: a file stands in the place of the folder."""
    place.parent.mkdir(exist_ok=True)
    place.write_text("", encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def digest() -> str:
    """The digest as another process would make it."""
    return cache.digest.__wrapped__(cache.KERNEL)


needs_own_cache_folder = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the user's cache folder cannot be set there"
)


# ---- never stale


def test_code_is_loaded_when_nothing_changed_and_made_anew_when_anything_did(copy: Copy) -> None:
    first = copy.run()
    assert first["answer"] == pytest.approx(TWICE_NORMAL, rel=1e-14)
    assert (first["cold"], first["loaded"]) == (True, False)
    assert Path(first["place"]).parent == copy.own
    assert copy.run() == first | {"cold": False, "loaded": True}
    copy.change("special.py", "SQRT_HALF = 0.7071067811865476", "SQRT_HALF = 0.0")
    second = copy.run()
    assert (second["answer"], second["cold"], second["loaded"]) == (1.0, True, False)  # 2 · Φ(0)
    copy.change("rules/tiny.py", "FACTOR = 2.0", "FACTOR = 3.0")
    third = copy.run()
    assert (third["answer"], third["cold"], third["loaded"]) == (1.5, True, False)
    assert len({run["place"] for run in (first, second, third)}) == 3


def test_every_source_that_the_kernel_uses_counts_and_no_other() -> None:
    used = {path.relative_to(SIM).as_posix() for path in cache.sources(cache.KERNEL)}
    wanted = {
        "special.py",
        "families.py",
        "uncut.py",
        "distributions.py",
        "words.py",
        "tables.py",
        "draws.py",
    }
    for folder in ("kernel", "rules", "compiler"):
        wanted |= {f"{folder}/{path.name}" for path in (SIM / folder).glob("[!_]*.py")}
    assert wanted <= used
    assert not {file for file in used if file.startswith(("measures", "plots", "cli", "engines"))}


@pytest.mark.parametrize("package", ["numba", "llvmlite", "numpy"])
def test_another_version_of_a_package_means_another_folder(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest()
    real = cache.version
    monkeypatch.setattr(cache, "version", lambda name: "0.0" if name == package else real(name))
    assert digest() != before


def test_another_python_means_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest()
    monkeypatch.setattr(sys, "version", "3.11.0 (another build)")
    assert digest() != before


@pytest.mark.parametrize("line", ["import sim.other", "from sim import other", "from sim.other import thing"])
@pytest.mark.parametrize("indent", ["", "    "])
def test_a_source_is_found_however_it_is_imported(
    line: str, indent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "PACKAGE", tmp_path)
    (tmp_path / "kernel.py").write_text(f"def run():\n    pass\n\n{indent}{line}\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("from sim.area import (\n    thing,\n    deep,\n)\n", encoding="utf-8")
    (tmp_path / "area").mkdir()
    for name in ("__init__", "deep", "unused"):
        (tmp_path / "area" / f"{name}.py").write_text("", encoding="utf-8")
    found = {path.relative_to(tmp_path).as_posix() for path in cache.sources(tmp_path / "kernel.py")}
    assert found == {"kernel.py", "other.py", "area/__init__.py", "area/deep.py"}


# ---- where it is kept


class Places(NamedTuple):
    """The folders in which code may be kept, the first choice first."""

    own: Path
    users: Path
    temporary: Path


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setattr(cache, "PACKAGE", tmp_path / "sim")
    monkeypatch.setattr(cache, "digest", lambda _: "x")
    monkeypatch.setattr(cache, "users_cache", lambda: tmp_path / "home")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    for folder in ("sim", "tmp"):
        (tmp_path / folder).mkdir()
    user = os.getuid() if hasattr(os, "getuid") else 0
    return Places(
        tmp_path / "sim" / "__pycache__",
        tmp_path / "home" / "continuum-sim",
        tmp_path / "tmp" / f"continuum-sim-{user}",
    )


def test_code_is_kept_for_the_user_where_the_package_cannot_be_written(places: Places) -> None:
    assert cache.keep("one", CODE) == places.own / "kernel-x"
    shutil.rmtree(places.own)
    close(places.own)
    assert not cache.is_warm()
    assert cache.keep("one", CODE) == places.users / "kernel-x"
    assert cache.is_warm()
    assert cache.kept("one") == CODE


def test_code_is_kept_among_temporary_files_where_the_user_has_no_folder_either(places: Places) -> None:
    close(places.own)
    close(places.users.parent)
    assert cache.keep("one", CODE) == places.temporary / "kernel-x"
    assert cache.is_warm()
    assert cache.kept("one") == CODE


@needs_own_cache_folder
def test_code_is_made_and_not_kept_where_nothing_can_be_written(copy: Copy) -> None:
    for place in (copy.own, copy.folder / "home", copy.temporary):
        close(place)
    found = copy.run()
    assert found["answer"] == pytest.approx(TWICE_NORMAL, rel=1e-14)
    assert (found["place"], found["cold"], found["loaded"]) == ("None", True, False)
    assert copy.files() == []


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes there")
def test_no_code_is_taken_from_where_others_may_put_it(places: Places) -> None:
    close(places.own)
    close(places.users.parent)
    places.temporary.parent.chmod(0o1777)
    assert cache.keep("one", CODE) == places.temporary / "kernel-x"
    places.temporary.chmod(0o777)
    assert cache.kept("one") is None
    assert not cache.is_warm()
    assert list(cache.locks()) == [places.own / "kernel-x" / ".lock", places.users / "kernel-x" / ".lock"]
    assert cache.keep("two", CODE) is None
    assert [path.name for path in (places.temporary / "kernel-x").iterdir()] == ["one"]
    places.temporary.chmod(0o700)
    assert cache.kept("one") == CODE


def test_code_beside_a_package_that_can_only_be_read_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "PACKAGE", tmp_path / "sim")
    monkeypatch.setattr(cache, "digest", lambda _: "x")
    monkeypatch.setattr(cache, "users_cache", lambda: tmp_path / "home")
    here = tmp_path / "sim" / "__pycache__" / "kernel-x"
    here.parent.mkdir(parents=True)
    assert cache.keep("one", CODE) == here

    def refused(path: Path, content: bytes) -> None:
        if here in path.parents:
            raise PermissionError(str(path))
        path.write_bytes(content)

    monkeypatch.setattr(cache, "_write", refused)
    assert cache.keep("two", CODE) == tmp_path / "home" / "continuum-sim" / "kernel-x"
    (here / "one").touch(0o400)
    assert cache.kept("one") == CODE


def test_nobodys_home_and_nothing_temporary_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    def nothing() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    close(tmp_path / "sim" / "__pycache__")
    monkeypatch.setattr(cache, "PACKAGE", tmp_path / "sim")
    monkeypatch.setattr(cache, "digest", lambda _: "x")
    monkeypatch.setattr(cache, "users_cache", homeless)
    monkeypatch.setattr(tempfile, "gettempdir", nothing)
    assert cache.keep("one", CODE) is None
    assert cache.kept("one") is None
    assert not cache.is_warm()


def test_folders_that_nobody_used_for_long_are_taken_away(tmp_path: Path) -> None:
    now = time.time()
    for name, days in (("kernel-mine", 400), ("kernel-old", 31), ("kernel-new", 29), ("other", 400)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (now - days * 86_400, now - days * 86_400))
    cache.forget_unused(tmp_path / "kernel-mine")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kernel-mine", "kernel-new", "other"]


# ---- what is damaged, and what happens at once


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code is kept in a folder of the test."""
    monkeypatch.setattr(cache, "PACKAGE", tmp_path)
    monkeypatch.setattr(cache, "digest", lambda _: "x")


@pytest.mark.usefixtures("at_home")
def test_what_was_kept_comes_back() -> None:
    assert cache.kept("one") is None
    cache.keep("one", CODE)
    assert cache.kept("one") == CODE
    assert cache.kept("two") is None


@pytest.mark.parametrize("damage", ["empty", "short", "other symbol", "other code", "nothing but text"])
@pytest.mark.usefixtures("at_home")
def test_damaged_code_is_none(damage: str) -> None:
    place = cache.keep("one", CODE)
    assert place is not None
    whole = (place / "one").read_bytes()
    damaged = {
        "empty": b"",
        "short": whole[:-1],
        "other symbol": whole.replace(b"run", b"ran"),
        "other code": whole.replace(b"\xff", b"\xfe"),
        "nothing but text": b"hello",
    }
    assert damaged[damage] != whole
    (place / "one").write_bytes(damaged[damage])
    assert cache.kept("one") is None


@pytest.mark.deep
def test_code_that_is_cut_short_is_made_anew(copy: Copy) -> None:
    first = copy.run()
    (file,) = copy.files()
    file.write_bytes(file.read_bytes()[:1000])
    assert copy.run() == first | {"cold": False}
    assert copy.run() == first | {"cold": False, "loaded": True}


def test_of_two_processes_one_makes_the_code_and_the_other_loads_it(copy: Copy) -> None:
    processes = [copy.start() for _ in range(2)]
    first, second = (told(process) for process in processes)
    assert first["answer"] == second["answer"] == pytest.approx(TWICE_NORMAL, rel=1e-14)
    assert sorted([first["loaded"], second["loaded"]]) == [False, True]
    assert copy.run() == first | {"cold": False, "loaded": True}
