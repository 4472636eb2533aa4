"""The results folder of a comparison: claimed before, written after, read again.

As that of a run; finished replications of every scenario stay in it, so that the same command carries on, and
more can be added. What the tables hold is left to `sim/experiments/compare.py`.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim import results
from sim.errors import SimError
from sim.experiments.compare import Comparison, check_seeds, keep, names_of
from sim.experiments.parts import OnDisk, Store
from sim.experiments.run import Result
from sim.files import csv_bytes, write_whole
from sim.manifest import MANIFEST, code_digest, manifest
from sim.scenario.load import load, loads
from sim.scenario.types import Scenario
from sim.scenario.write import inline

COMMAND = "compare"
"""What the manifest says of who wrote the folder."""

LONGEST_NAME = 80


def name_of(scenarios: Sequence[Scenario]) -> str:
    """The name of the comparison and of its folder, such as `baseline-vs-add-php-slots`."""
    names = names_of(scenarios)
    name = f"{names[0]}-vs-{'-'.join(names[1:])}"
    return name if len(name) <= LONGEST_NAME else f"{names[0]}-vs-{len(names) - 1}-others"


def claim(
    folder: Path, scenarios: Sequence[Scenario], *, replace: bool = False
) -> Callable[[Scenario], Store]:
    """Where the folder keeps each scenario's replications, once it is that of this comparison.

    What an earlier state of the program left is thrown away. Raises `SimError` when the folder holds anything
    else, unless `replace`, or files that are no results, and where the scenarios share no luck.
    """
    check_seeds(scenarios)
    kept = results.claim_as(folder, name_of(scenarios), digest(scenarios), replace=replace)
    return lambda scenario: OnDisk(kept.folder / scenario.digest[:16])


def digest(scenarios: Sequence[Scenario]) -> str:
    """The SHA-256 of all that decides what a comparison of the scenarios gives, their names included."""
    state = hashlib.sha256(COMMAND.encode())
    for name, scenario in zip(names_of(scenarios), scenarios, strict=True):
        state.update(f"{name} {scenario.digest}\n".encode())
    return state.hexdigest()


def opened(
    sources: Sequence[Path],
    sets: Sequence[str] = (),
    *,
    seed: int | None = None,
    replications: int | None = None,
    grows: bool = False,
) -> list[Scenario | Result]:
    """The scenarios in files, and the results in folders of finished runs, to be compared.

    One alone is compared with itself as `sets` change it; else they change every file. `replications` and
    `grows` say whether more will be run. Raises `SimError` where something cannot be compared, and where
    replications of two states of the program would be mixed.
    """
    finished = [source for source in sources if source.is_dir()]
    if len(sources) == 1 and not sets:
        raise SimError(
            f"{sources[0]}: is alone; want a second one, or --set to compare it with itself changed"
        )
    if finished and ((sets and len(sources) > 1) or seed is not None):
        raise SimError(f"{finished[0]}: is a finished run, which cannot be changed; compare scenario files")
    found: list[Scenario | Result] = [
        results.read(source) if source.is_dir() else load(source, sets=sets if len(sources) > 1 else ())
        for source in sources
    ]
    if len(sources) == 1:
        found.append(load(sources[0] / "scenario.toml" if finished else sources[0], sets=sets))
    runs = [one for one in found if isinstance(one, Result)]
    more = grows or any(len(one.reduced) < (replications or 0) for one in runs) or len(runs) < len(found)
    _check_code(finished, more=more)
    return [
        one.with_("run.seed", seed) if seed is not None and isinstance(one, Scenario) else one
        for one in found
    ]


def _check_code(folders: Sequence[Path], *, more: bool) -> None:
    """Raise where replications of two states of the program would be mixed; `more`: others will be run."""
    codes = {folder: (results.manifest_of(folder) or {}).get("code_digest") for folder in folders}
    for folder, code in codes.items():
        if code != (code_digest() if more else codes[folders[0]]):
            raise SimError(
                f"{folder}: was made by another state of the program than what it is to be compared with; "
                "`sim run` with its scenario makes it anew"
            )


def write(found: Comparison, folder: Path) -> Path:
    """The folder, with all that the comparison has to say; the manifest is written last.

    Raises `SimError` when the folder holds anything else or cannot be written.
    """
    scenarios = [result.scenario for result in found.results]
    store = claim(folder, scenarios)
    results.reopen(folder)
    for result in found.results:
        keep(result.reduced, store(result.scenario))
    texts = {name: scenario.to_toml() for name, scenario in zip(found.names, scenarios, strict=True)}
    files = {f"scenarios/{name}.toml": text.encode() for name, text in texts.items()}
    files |= {f"{name}.csv": csv_bytes(table) for name, table in tables(found).items()}
    for name, content in files.items():
        write_whole(folder / name, content)
    base = found.results[0]
    about = manifest(
        base.scenario,
        engine=base.engine,
        wall_seconds=found.wall_seconds,
        folder=folder,
        files=[*files, *_figures(found, folder)],
    )
    mine: dict[str, Any] = {
        "command": COMMAND,
        "name": name_of(scenarios),
        "scenario_digest": digest(scenarios),
        "scenarios": [
            {"name": name, "scenario": texts[name], "scenario_digest": scenario.digest}
            for name, scenario in zip(found.names, scenarios, strict=True)
        ],
    }
    write_whole(folder / MANIFEST, results.as_json(about | mine))
    return folder


def tables(found: Comparison) -> dict[str, pd.DataFrame]:
    """Name of each CSV file → its table; values of keys as they may stand in a scenario file."""
    changes = found.changes()
    for column in ("old", "new"):
        changes[column] = [None if value is None else inline(value) for value in changes[column]]
    return {
        "differences": found.table(),
        "changes": changes,
        "summary": found.summary(),
        "replications": found.replications(),
        "daily": found.daily(),
        "curves": found.curves(),
    }


def scenarios_of(folder: Path) -> list[Scenario]:
    """The scenarios of a finished comparison, the baseline first. Raises `SimError` when it holds none."""
    made = results.manifest_of(folder)
    if made is None or made.get("command") != COMMAND:
        raise SimError(f"{folder}: holds no finished comparison; `sim compare` with the scenarios makes one")
    return [loads(one["scenario"], folder) for one in made["scenarios"]]


def read(folder: Path) -> Comparison:
    """The comparison that was written to a folder. Raises `SimError` when it holds none, or not the whole."""
    scenarios, made = scenarios_of(folder), results.manifest_of(folder) or {}
    found = []
    for scenario, about in zip(scenarios, made["scenarios"], strict=True):
        store = OnDisk(folder / results.PARTS / about["scenario_digest"][:16])
        parts = results.parts_in(store, made["replications"], command=COMMAND)
        found.append(Result(scenario, made["engine"], tuple(part.reduced for part in parts)))
    names = tuple(one["name"] for one in made["scenarios"])
    return Comparison(names, tuple(found), wall_seconds=made["wall_seconds"])


def _figures(found: Comparison, folder: Path) -> list[str]:
    """The names of the figures, once written."""
    from sim.plots.comparison import write_all  # noqa: PLC0415 (only who draws loads matplotlib)

    try:
        paths = write_all(found, folder / "figures")
    except OSError as error:
        raise SimError(f"{folder / 'figures'}: cannot be written: {error.strerror or error}") from error
    return [path.relative_to(folder).as_posix() for path in paths]
