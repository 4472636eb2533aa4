"""Sets this project up when that is needed, then passes everything on to it.

`python3 go.py ARGUMENTS…` is `sim ARGUMENTS…`; `python3 go.py test [--deep] [PYTEST ARGUMENTS…]` checks
format, lint and types and runs the tests. It needs Python 3.11 or newer and nothing else: the packages of
`requirements.txt` go into the folder `.venv` beside this file, where a second call finds them and starts at
once.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "made-by-go"
LOCK = ROOT / ".venv.lock"
REQUIREMENTS = ROOT / "requirements.txt"

CHECKS = (
    ("format", ["ruff", "format", "--check"]),
    ("lint", ["ruff", "check", "--quiet"]),
)
"""What `test` runs before the tests: a name, a module and its arguments."""

BESIDE = ("types", ["mypy"])
"""What it runs beside the tests: it takes a quarter of a minute and one core, the first time."""

TESTS = ["pytest", "-n", "logical", "--maxprocesses", "8"]
"""The tests, one process per core; `-n 0` among the arguments puts them into one, for a debugger."""

NOTHING_TO_INSTALL_WITH = """no way to install packages: neither ensurepip nor pip in this Python, and no uv.
Install one package and run the same command again:
  Debian, Ubuntu   apt install python3-venv
  elsewhere        pip (python3-pip) or uv, from your system's packages"""

LEFT_OUT = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH")
"""Settings of the caller's pip and Python that would install into another place."""


class SetUpError(Exception):
    """Why the environment could not be made, and what to do about it."""


def main(arguments: "list[str]") -> int:
    if sys.version_info < OLDEST:
        found = sys.version.split()[0]
        print(f"go.py needs Python 3.11 or newer; {sys.executable} is {found}", file=sys.stderr)
        return 2
    try:
        set_up()
        return check(arguments[1:]) if arguments[:1] == ["test"] else run(["-m", "sim", *arguments])
    except SetUpError as error:
        print(f"go.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("go.py: interrupted; the same command carries on", file=sys.stderr)
        return 3


def check(arguments: "list[str]") -> int:
    """Run all checks and the tests; 0 when all passed, else the exit code of the first that failed."""
    name, command = BESIDE
    with subprocess.Popen(
        module(command), cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as beside:
        codes = []
        for earlier, other in CHECKS:
            codes.append(subprocess.call(module(other), cwd=str(ROOT)))
            tell(earlier, codes[-1])
        tests = subprocess.call(module([*TESTS, *arguments]), cwd=str(ROOT))
        said, _ = beside.communicate()
    print(said.decode(errors="replace").strip())
    tell(name, beside.returncode)
    return next((code for code in (*codes, beside.returncode, tests) if code), 0)


def module(command: "list[str]") -> "list[str]":
    """The command line for a module of the environment and its arguments."""
    return [str(PYTHON), "-m", *command]


def tell(name: str, code: int) -> None:
    """Say whether a check passed."""
    print(f"{name}: {'FAILED' if code else 'passed'}", flush=True)


def run(command: "list[str]") -> int:
    """Become the environment's Python with this command."""
    if os.name != "nt":
        os.execv(str(PYTHON), [str(PYTHON), *command])
    return subprocess.call([str(PYTHON), *command])


def set_up() -> None:
    """Make the environment, unless it is there, whole, and of this state of the project."""
    if is_ready():
        return
    try:
        with only_one() as held:
            if not is_ready():  # else another call has just made it
                began = time.monotonic()
                print("Setting up in .venv, once; this takes a minute or two …", file=sys.stderr, flush=True)
                make(held)
                STAMP.write_text(state(), encoding="utf-8")
                print(f"Set up in {time.monotonic() - began:.0f} s.", file=sys.stderr, flush=True)
    except OSError as error:
        raise SetUpError(f"cannot make {VENV}: {error.strerror or error}") from error


def is_ready() -> bool:
    """The stamp is written last, so an environment that was interrupted has none."""
    try:
        return STAMP.read_text(encoding="utf-8") == state() and PYTHON.exists()
    except OSError:
        return False


def state() -> str:
    """A digest of all that the environment depends on: packages, project, Python, folder."""
    digest = hashlib.sha256(repr((sys.version, sys.platform, str(ROOT))).encode())
    for path in (REQUIREMENTS, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make(held: int) -> None:
    """Make the environment with the first way that works here, and install into it."""
    own = Path(sys.prefix).resolve() == VENV.resolve()  # called with the very Python that is replaced
    python = sys._base_executable if own else sys.executable
    for is_there, create, install in (
        (has("ensurepip"), [python, "-m", "venv", VENV], [PYTHON, "-m", "pip", "install"]),
        (
            has("pip"),
            [python, "-m", "venv", "--without-pip", VENV],
            [python, "-m", "pip", "--python", PYTHON, "install"],
        ),
        (
            shutil.which("uv"),
            ["uv", "venv", "--python", python, VENV],
            ["uv", "pip", "install", "--python", PYTHON],
        ),
    ):
        if not is_there:
            continue
        if VENV.exists():
            shutil.rmtree(str(VENV))
        if call(create, held):
            continue
        for wanted in (
            ["--require-hashes", "-r", REQUIREMENTS],
            ["--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT],
        ):
            said = call([*install, "--quiet", *wanted], held)
            if said:
                raise SetUpError(f"packages could not be installed; the installer said:\n{said}")
        return
    raise SetUpError(NOTHING_TO_INSTALL_WITH)


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def call(command: "list[object]", held: int) -> str:
    """The last lines that a failing command printed; nothing when it succeeds.

    The command shares the lock: when this call is killed, the next one waits for what it left running.
    """
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=str(ROOT),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=() if os.name == "nt" else (held,),
        check=False,
    )
    if done.returncode == 0:
        return ""
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-15:]) or f"nothing (exit code {done.returncode})"


@contextlib.contextmanager
def only_one() -> "Iterator[int]":
    """The held lock's number, once no other call is setting up; a call that dies lets go of it."""
    with LOCK.open("a", encoding="utf-8") as file:
        if not lock(file.fileno()):
            print("Waiting for another go.py, which is setting up …", file=sys.stderr, flush=True)
            while not lock(file.fileno()):
                time.sleep(0.2)
        yield file.fileno()


def lock(number: int) -> bool:
    """Whether the lock could be taken at once."""
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 (only there on Windows)

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 (not there on Windows)

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
