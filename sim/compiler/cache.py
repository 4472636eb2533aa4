"""Where the machine code of compiled functions is kept between runs, so that it never goes stale.

numba looks at the processor, and at the file of the function that Python calls, but at no other. So the name
of the folder holds a digest of every source of this project that the file imports, directly or not, and of
the versions of Python, numba, llvmlite and numpy: a change of any of them starts with an empty folder. Asking
for the folder does not load numba.
"""

import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

KERNEL = Path(__file__).resolve().parent.parent / "kernel" / "house.py"
"""The file of the function that Python calls."""

PACKAGE = Path(__file__).resolve().parent.parent
UNUSED_DAYS = 30
"""After so many days without use a folder of another digest is taken away."""

IMPORT = re.compile(r"^ *(?:from|import) (sim[.\w]*)(?: import (?:\(([^)]*)\)|([^\n(]*)))?", re.MULTILINE)


def folder(source: Path = KERNEL) -> Path | None:
    """The folder for the code of a function in this file: beside the package, else the user's own.

    Where neither can be written, a folder of the machine's temporary ones; None where no place is left. It
    need not exist yet. A folder that can only be read is none: numba would turn to a place of its own, which
    goes stale.
    """
    name = f"kernel-{digest(source)}"
    for place in _places():
        if os.access(place / name, os.R_OK | os.W_OK) and _is_ours(place):
            return place / name
    for place in _places():
        with suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(place, os.W_OK) and _is_ours(place):
                return place / name
    return None


def _places() -> Iterator[Path]:
    """Where the folders may be, the first choice first."""
    yield PACKAGE / "__pycache__"
    with suppress(RuntimeError):  # nobody's home
        yield users_cache() / "continuum-sim"
    with suppress(OSError):  # nothing temporary
        yield Path(tempfile.gettempdir()) / f"continuum-sim-{getattr(os, 'getuid', int)()}"


def _is_ours(place: Path) -> bool:
    """Whether nobody else can put code here, in a folder where everybody may write."""
    if not hasattr(os, "getuid") or not place.parent.stat().st_mode & 0o002:
        return True
    found = place.lstat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def is_warm(source: Path = KERNEL) -> bool:
    """Whether code of a function in this file is there to be loaded."""
    place = folder(source)
    return place is not None and any(place.rglob("*.nbi"))


@contextmanager
def kept(source: Path = KERNEL) -> Iterator[bool]:
    """While this lasts, numba keeps what it is asked to keep in the folder for this file, if there is one."""
    import numba  # noqa: PLC0415 (see above)

    place = folder(source)
    if place is None:
        yield False
        return
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(place)
    try:
        yield True
    finally:
        numba.config.CACHE_DIR = before
    with suppress(OSError):
        os.utime(place)
        forget_unused(place)


def forget(source: Path = KERNEL) -> None:
    """Takes away the code of a function in this file, where it cannot be loaded."""
    place = folder(source)
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)


def forget_unused(place: Path) -> None:
    """Takes away the folders of other digests beside this one that nobody has used for long."""
    for other in place.parent.glob("kernel-*"):
        if other != place and time.time() - other.stat().st_mtime > UNUSED_DAYS * 86_400:
            shutil.rmtree(other, ignore_errors=True)


def users_cache() -> Path:
    """The folder for what programs keep for a user."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local")).expanduser()
    if sys.platform == "darwin":
        return Path("~/Library/Caches").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()


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
