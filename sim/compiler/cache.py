"""Where the machine code of compiled functions is kept between runs, so that it never goes stale.

The name of the folder holds a digest of every source of this project that the file of the function imports,
directly or not, and of the versions of Python, numba, llvmlite and numpy: a change of any of them starts with
an empty folder. A file holds the code for one layout of the state and one kind of processor, written whole,
with check sums. Nothing here loads numba, or LLVM.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

KERNEL = Path(__file__).resolve().parent.parent / "kernel" / "house.py"
"""The file of the function that Python calls."""

PACKAGE = Path(__file__).resolve().parent.parent
UNUSED_DAYS = 30
"""After so many days without use a folder of another digest is taken away."""

IMPORT = re.compile(r"^ *(?:from|import) (sim[.\w]*)(?: import (?:\(([^)]*)\)|([^\n(]*)))?", re.MULTILINE)


class Code(NamedTuple):
    """Machine code for one kind of processor, as an object file."""

    machine: bytes
    symbol: str  # the name of its function
    calls: Sequence[str]  # what it may call of the C library


def kept(name: str, source: Path = KERNEL) -> Code | None:
    """The code of that name for a function in this file; None where there is none, or it is damaged."""
    for place in _folders(source):
        try:
            content = (place / name).read_bytes() if _is_ours(place.parent) else b""
        except OSError:
            continue
        said, _, whole = content.partition(b"\n")
        if said == _check_sum(whole):
            about, _, machine = whole.partition(b"\n")
            with suppress(OSError):
                os.utime(place)
            return Code(machine, **json.loads(about))
    return None


def keep(name: str, code: Code, source: Path = KERNEL) -> Path | None:
    """Where the code is kept from now on: beside the package, else in the user's own folder.

    Where neither can be written, among the machine's temporary files; None where no place is left.
    """
    about = json.dumps({"symbol": code.symbol, "calls": code.calls}).encode()
    whole = about + b"\n" + code.machine
    for place in _folders(source):
        with suppress(OSError):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_ours(place.parent):
                place.mkdir(exist_ok=True)
                _write(place / name, _check_sum(whole) + b"\n" + whole)
                forget_unused(place)
                return place
    return None


def _check_sum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _write(path: Path, content: bytes) -> None:
    """Writes the file whole: others may read it, or write the same, at this moment."""
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        half.write_bytes(content)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def is_warm(source: Path = KERNEL) -> bool:
    """Whether code of a function in this file is there to be loaded."""
    return any(
        place.is_dir() and _is_ours(place.parent) and any(place.glob("[!.]*")) for place in _folders(source)
    )


def locks(source: Path = KERNEL) -> Iterator[Path]:
    """Files by which processes that make the code of a function in this file may wait for each other."""
    for place in _folders(source):
        with suppress(OSError):
            if not place.parent.exists() or _is_ours(place.parent):
                yield place / ".lock"


def forget_unused(place: Path) -> None:
    """Takes away the folders of other digests beside this one that nobody has used for long."""
    for other in place.parent.glob("kernel-*"):
        if other != place and time.time() - other.stat().st_mtime > UNUSED_DAYS * 86_400:
            shutil.rmtree(other, ignore_errors=True)


def _folders(source: Path) -> Iterator[Path]:
    """The folders where code of a function in this file may be, the first choice first."""
    name = f"kernel-{digest(source)}"
    yield PACKAGE / "__pycache__" / name
    with suppress(RuntimeError):  # nobody's home
        yield users_cache() / "continuum-sim" / name
    with suppress(OSError):  # nothing temporary
        yield Path(tempfile.gettempdir()) / f"continuum-sim-{getattr(os, 'getuid', int)()}" / name


def _is_ours(place: Path) -> bool:
    """Whether nobody else can put code here, in a folder where everybody may write."""
    if not hasattr(os, "getuid") or not place.parent.stat().st_mode & 0o002:
        return True
    found = place.lstat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def users_cache() -> Path:
    """The folder for what programs keep for a user."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local")).expanduser()
    if sys.platform == "darwin":
        return Path("~/Library/Caches").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()


@cache
def digest(source: Path) -> str:
    """A digest of all that the machine code of a function in this file depends on."""
    state = hashlib.sha256(sys.version.encode())
    for package in ("numba", "llvmlite", "numpy"):
        with suppress(PackageNotFoundError):
            state.update(f"{package} {version(package)}".encode())
    for path in sources(source):
        state.update(str(path.relative_to(PACKAGE)).encode())
        state.update(path.read_bytes())
    return state.hexdigest()[:20]


def sources(source: Path) -> list[Path]:
    """This file and every file of the package that it imports, directly or not, in order of their paths."""
    found = {source, *(PACKAGE / "compiler").glob("*.py")}
    left = list(found)
    while left:
        for module, listed, named in IMPORT.findall(left.pop().read_text(encoding="utf-8")):
            names = re.findall(r"\w+", listed + named)  # some of them may be modules
            for wanted in (module, *(f"{module}.{name}" for name in names)):
                path = PACKAGE.joinpath(*wanted.split(".")[1:])
                for file in (path.with_suffix(".py"), path / "__init__.py"):
                    if file.is_file() and file not in found:
                        found.add(file)
                        left.append(file)
    return sorted(found)
