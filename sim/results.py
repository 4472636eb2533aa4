"""The results folder of a run: claimed before, written after, read again.

A folder with a manifest is finished; one without is unfinished, and the same run carries it on from the
replications kept in `.parts`. A folder made from another scenario, or by anyone else, is left as it is. What
the tables hold is left to `sim/estimates.py`, what the manifest says to `sim/manifest.py`.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import SimError
from sim.experiments.parts import Logs, OnDisk, Part, pack_part, part_name, unpack_part
from sim.experiments.run import Result
from sim.files import csv_bytes, spreadsheet_safe, whole, write_whole
from sim.log import Log
from sim.manifest import MANIFEST, code_digest, fingerprint, manifest
from sim.scenario.load import loads
from sim.scenario.types import Scenario

PARTS = ".parts"
REPORT = "report.html"
"""What `sim report` writes into a folder; it goes when what it tells of is written anew."""
CLAIM = f"{PARTS}/scenario.json"
"""Says whose the folder is from the first moment of a run."""

TABLES: dict[str, Callable[[Result], pd.DataFrame]] = {
    "summary": Result.summary,
    "replications": Result.replications,
    "daily": Result.daily,
    "curves": Result.curves,
    "transitions": Result.transitions,
    "blocked_by": Result.blocked_by,
}
"""Name of each CSV file → its table."""


def claim(folder: Path, scenario: Scenario, *, replace: bool = False) -> OnDisk:
    """The store of the folder's finished replications, once the folder is this scenario's.

    What an earlier state of the program left is thrown away. Raises `SimError` when the folder holds the run
    of another scenario, unless `replace`, or files that are no results.
    """
    return claim_as(folder, scenario.name, scenario.digest, replace=replace)


def claim_as(folder: Path, name: str, digest: str, *, replace: bool = False) -> OnDisk:
    """As `claim`, of anything that has a name and a digest of all that decides it."""
    mine = {"name": name, "scenario": digest, "code": code_digest()}
    found = owner_of(folder)
    if found is None and has_files(folder):
        raise SimError(f"{folder}: holds files that are no results of a run; name another folder with --out")
    if found is not None and found["scenario"] != mine["scenario"] and not replace:
        raise SimError(
            f"{folder}: holds the results of another scenario ({found['name']}, or of one that was changed "
            "since); name another folder with --out, or give this one up with --replace"
        )
    if found is not None and (found["scenario"], found["code"]) != (mine["scenario"], mine["code"]):
        clear(folder)
    if not (folder / CLAIM).exists():
        write_whole(folder / CLAIM, as_json(mine))
    return OnDisk(folder / PARTS)


def is_finished(folder: Path, scenario: Scenario, *, logs: bool) -> bool:
    """Whether the folder already holds, whole, what a run of this scenario would write."""
    made = manifest_of(folder)
    if made is None or (made["scenario"], made["code_digest"]) != (scenario.to_toml(), code_digest()):
        return False
    has_logs = any(name.startswith("events.") for name in made["files"])
    return (has_logs or not logs) and all(
        fingerprint(folder / name) == what for name, what in made["files"].items()
    )


def write(result: Result, folder: Path) -> Path:
    """The folder, with all that the result has to say; the manifest is written last.

    Raises `SimError` when the folder holds anything else or cannot be written.
    """
    store = claim(folder, result.scenario)
    reopen(folder)
    for reduced in result.reduced:
        if store.kept(part_name(reduced.replication)) is None:
            store.keep(part_name(reduced.replication), pack_part(Part(reduced, None)))
    files = {"scenario.toml": result.scenario.to_toml().encode()}
    files |= {f"{name}.csv": csv_bytes(table(result)) for name, table in TABLES.items()}
    files |= {f"{name}.csv": csv_bytes(result.panel(name)) for name in result.panels}
    for name, content in files.items():
        write_whole(folder / name, content)
    names = [*files, *write_figures(result, folder)]
    if result.logs:
        names += write_logs(result.logs, folder)
    about = manifest(
        result.scenario,
        engine=result.engine,
        wall_seconds=result.wall_seconds,
        folder=folder,
        files=names,
    )
    write_whole(folder / MANIFEST, as_json(about))
    return folder


def read(folder: Path) -> Result:
    """The result that was written to a folder, replication by replication.

    Raises `SimError` when the folder holds no finished run, or its replications were removed.
    """
    made = manifest_of(folder)
    if made is None:
        raise SimError(f"{folder}: holds no finished run; `sim run` with the same scenario carries it on")
    if (command := made.get("command", "run")) != "run":
        raise SimError(f"{folder}: holds what `sim {command}` wrote; want the folder of a run")
    store = OnDisk(folder / PARTS)
    parts = parts_in(store, made["replications"], command="run")
    has_logs = any(name.startswith("events.") for name in made["files"])
    return Result(
        scenario=loads(made["scenario"], folder),
        engine=made["engine"],
        reduced=tuple(part.reduced for part in parts),
        logs=Logs(store, len(parts)) if has_logs else (),
        broken=tuple((number, said) for number, part in enumerate(parts) for said in part.broken or ()),
        wall_seconds=made["wall_seconds"],
    )


def parts_in(store: OnDisk, count: int, *, command: str) -> list[Part]:
    """So many replications, from the first. Raises `SimError` where one was removed."""
    contents = [store.kept(part_name(number)) for number in range(count)]
    if None in contents:
        raise SimError(
            f"{store.folder}: replications are missing; `sim {command}` with the scenario makes them"
        )
    return [unpack_part(content) for content in contents if content is not None]


def owner_of(folder: Path) -> dict[str, str] | None:
    """Whose the folder is: name and digest of the scenario, digest of the code; None when it says nothing."""
    made = manifest_of(folder)
    if made is not None:
        return {"name": made["name"], "scenario": made["scenario_digest"], "code": made["code_digest"]}
    return read_json(folder / CLAIM)


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished folder; None when it is unfinished or not there."""
    return read_json(folder / MANIFEST)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file; None when there is no such file, or it is not ours."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def as_json(value: dict[str, Any]) -> bytes:
    """The object as JSON for people to read."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def has_files(folder: Path) -> bool:
    """Whether there is anything at that path but an empty folder."""
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def clear(folder: Path) -> None:
    """Remove what an earlier run wrote, and nothing else; the manifest goes first."""
    names = list((manifest_of(folder) or {"files": {}})["files"])
    reopen(folder)
    for name in names:
        path = folder / name
        if folder.resolve() in path.resolve().parents:
            unlink(path)
    shutil.rmtree(folder / PARTS, ignore_errors=True)


def reopen(folder: Path) -> None:
    """Make the folder an unfinished one: without manifest, and without the report of what it held."""
    unlink(folder / MANIFEST)
    unlink(folder / REPORT)


def unlink(path: Path) -> None:
    """Remove the file if it is there. Raises `SimError` when it cannot be removed."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SimError(
            f"{path}: cannot be replaced: {error.strerror}; name another folder with --out"
        ) from error


def write_figures(result: Result, folder: Path) -> list[str]:
    """The names of the figures, once written."""
    from sim.plots.figures import write_all  # noqa: PLC0415 (a run that is only carried on draws nothing)

    try:
        paths = write_all(result, folder / "figures")
    except OSError as error:
        raise SimError(f"{folder / 'figures'}: cannot be written: {error.strerror or error}") from error
    return [path.relative_to(folder).as_posix() for path in paths]


def write_logs(logs: Iterable[Log], folder: Path) -> list[str]:
    """The names of two files, once written: the events and the patients of all replications.

    Parquet where pyarrow is installed, CSV elsewhere; one replication is in memory at a time.
    """
    write_tables = parquet_writer() or write_csv
    kind = "csv" if write_tables is write_csv else "parquet"
    write_tables((log.events for log in logs), folder / f"events.{kind}")
    write_tables((patients_of(log) for log in logs), folder / f"patients.{kind}")
    return [f"events.{kind}", f"patients.{kind}"]


def patients_of(log: Log) -> pd.DataFrame:
    """One row per patient of one replication, its number first."""
    table = log.patients.copy()
    table.insert(0, "replication", log.replication)
    return table


def write_csv(tables: Iterable[pd.DataFrame], path: Path) -> None:
    """Write tables of the same columns below each other as one CSV; numbers to the last bit."""
    with whole(path) as half, half.open("w", encoding="utf-8", newline="") as file:
        for number, table in enumerate(tables):
            spreadsheet_safe(table).to_csv(file, index=False, header=number == 0, lineterminator="\n")


def parquet_writer() -> Callable[[Iterable[pd.DataFrame], Path], None] | None:
    """A function like `write_csv` that writes Parquet; None where pyarrow is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415 (optional)
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        return None

    def write_parquet(tables: Iterable[pd.DataFrame], path: Path) -> None:
        with whole(path) as half:
            writer = None
            for table in tables:
                rows = pa.Table.from_pandas(table, preserve_index=False)
                writer = writer or parquet.ParquetWriter(half, rows.schema)
                writer.write_table(rows)
            if writer is not None:
                writer.close()

    return write_parquet
