"""The results folder of a question: margins, a value sought, what an answer turns on.

As that of a run it is claimed before and written after, its manifest last; finished replications of every
variant stay in it, so that the same command carries on where it stopped. What a question is, and what its
tables hold, is left to `sim/experiments/`; the folder of a run to `sim/results.py`.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.errors import SimError
from sim.experiments.parts import OnDisk, Store
from sim.files import csv_bytes, write_whole
from sim.manifest import MANIFEST, manifest
from sim.results import as_json, claim_as, manifest_of, reopen
from sim.scenario.types import Scenario

if TYPE_CHECKING:
    from sim.plots.style import Picture


def claim(
    folder: Path, scenario: Scenario, *, command: str, replace: bool = False
) -> Callable[[Scenario], Store]:
    """Where the folder keeps each variant's replications, once the folder is this question's.

    Raises `SimError` when it holds the results of another command or scenario (unless `replace`), or files
    that are no results.
    """
    made = manifest_of(folder)
    other = "run" if made is None else made.get("command", "run")
    if made is not None and other != command and not replace:
        raise SimError(
            f"{folder}: holds what `sim {other}` wrote; name another folder with --out, or give this one up "
            "with --replace"
        )
    kept = claim_as(folder, scenario.name, digest(scenario, command), replace=replace)
    return lambda variant: OnDisk(kept.folder / variant.digest[:16])


def digest(scenario: Scenario, command: str) -> str:
    """The SHA-256 of what the folder is of: a question of one kind about one scenario."""
    return hashlib.sha256(f"{command} {scenario.digest}".encode()).hexdigest()


def write(
    folder: Path,
    scenario: Scenario,
    *,
    command: str,
    question: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    figures: "Mapping[str, Picture]",
    engine: str,
    wall_seconds: float,
) -> Path:
    """The folder, with the scenario, the tables as CSV, the figures and the manifest, which is written last.

    The manifest holds the question too: scenario and question make all of it again.
    """
    from sim.plots.figures import KINDS  # noqa: PLC0415 (only who has figures loads matplotlib)
    from sim.plots.style import save  # noqa: PLC0415

    claim(folder, scenario, command=command)
    reopen(folder)
    files = {"scenario.toml": scenario.to_toml().encode()}
    files |= {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    for name, content in files.items():
        write_whole(folder / name, content)
    names = list(files)
    try:
        (folder / "figures").mkdir(exist_ok=True)
        for name, figure in figures.items():
            names += [f"figures/{save(figure, folder / 'figures' / f'{name}.{kind}').name}" for kind in KINDS]
    except OSError as error:
        raise SimError(f"{folder / 'figures'}: cannot be written: {error.strerror or error}") from error
    about = manifest(scenario, engine=engine, wall_seconds=wall_seconds, folder=folder, files=names)
    mine = {
        "command": command,
        "scenario_digest": digest(scenario, command),
        "question": dict(question),
    }
    write_whole(folder / MANIFEST, as_json(about | mine))
    return folder
