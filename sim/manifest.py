"""What a results folder says of its own making: program, machine, scenario, time, files.

It names no person, host or folder. Deciding when it is written is left to `sim/results.py`; it is the only
file that reads the clock and the machine.
"""

import hashlib
import os
import platform
import subprocess
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim import __version__
from sim.scenario.types import Scenario

MANIFEST = "manifest.json"
SCHEMA = 1
"""The number of this layout of results folders; a change that breaks readers raises it."""

LIBRARIES = ("simpy", "numpy", "pandas", "scipy", "matplotlib", "pydantic", "joblib")


def manifest(
    scenario: Scenario, *, engine: str, wall_seconds: float, folder: Path, files: Iterable[str]
) -> dict[str, Any]:
    """The manifest of a finished run whose folder holds these files, named relative to it.

    Two runs of one scenario by one program differ in `made`, `wall_seconds` (of the last session, when a run
    was carried on) and `machine` only.
    """
    return {
        "schema": SCHEMA,
        "name": scenario.name,
        "title": scenario.title,
        "scenario": scenario.to_toml(),
        "scenario_digest": scenario.digest,
        "seed": scenario.run.seed,
        "replications": scenario.run.replications,
        "engine": engine,
        "version": __version__,
        "code_digest": code_digest(),
        "commit": commit(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(wall_seconds, 1),
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "files": {name: fingerprint(folder / name) for name in sorted(files)},
    }


def fingerprint(path: Path) -> dict[str, Any] | None:
    """Size and SHA-256 of a file; None when it cannot be read."""
    try:
        with path.open("rb") as file:
            return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    except OSError:
        return None


clock = time.monotonic
"""Seconds on a clock that is never set back."""


@cache
def code_digest() -> str:
    """The SHA-256 of the program's source, so that results of two states of it are never mixed."""
    root = Path(__file__).parent
    state = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        state.update(path.relative_to(root).as_posix().encode())
        state.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return state.hexdigest()


@cache
def commit() -> str | None:
    """The commit that the program was checked out at; None outside a repository."""
    root = Path(__file__).parents[1]
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
