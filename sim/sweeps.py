"""The results folder of a sweep: claimed before, written after, point by point.

    manifest.json     as that of a run
    scenario.toml     the scenario with its sweep, complete
    points.csv        point, and a column for each key that a point sets
    summary.csv       point, then as in a run
    replications.csv  point, replication, measure, level, value
    report.csv        what each point sets, and the measures to report
    indices.csv       Sobol indices of the measures to report, where the sample is by `saltelli`
    daily.npz         point_0, point_1, …: mean, 5 % and 95 % point over replications × day × level × measure
    figures/          the measures to report over the swept keys
    store.sqlite      every finished batch of replications

One point is in memory at a time. What the points are, and how they are run, is left to
`sim/experiments/sweep.py`.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.lib.format import write_array

from sim import answers, estimates
from sim.errors import SimError
from sim.experiments import sweep as experiment
from sim.experiments.indices import indices_of
from sim.experiments.store import Batches, opened
from sim.experiments.sweep import Swept, chosen_rows, unfinished
from sim.files import csv_bytes, whole, write_whole
from sim.intervals import mean_of, percentiles
from sim.manifest import MANIFEST, code_digest, manifest
from sim.measures.census import DAILY_MEASURES
from sim.measures.reduce import Reduced, measure_keys
from sim.results import as_json, manifest_of, reopen, unlink
from sim.scenario.load import loads
from sim.scenario.types import Scenario

COMMAND = "sweep"
"""What the manifest says of who wrote the folder."""

STORE = "store.sqlite"
SCENARIO = "scenario"
"""The word in a store under which the scenario with its sweep is noted."""

TABLES = ("summary.csv", "replications.csv", "daily.npz")
"""Files that are written point by point."""


class Written(NamedTuple):
    """A folder that was written, its report and Sobol indices, so that they need not be made again."""

    folder: Path
    report: pd.DataFrame
    indices: pd.DataFrame


def sweep(
    scenario: Scenario,
    folder: str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    **how: Any,
) -> Written:
    """The folder of a scenario's sweep, once every replication of its points is there and it is written.

    Carried on from what the folder holds. `how` goes on to `sim.experiments.sweep.sweep`: engine, jobs,
    executor, progress. Raises `SimError`, and `Interrupted` on Ctrl-C.
    """
    for key, value in (("run.replications", replications), ("run.seed", seed)):
        scenario = scenario if value is None else scenario.with_(key, value)
    with claimed(Path(folder), scenario) as store:
        return write(experiment.sweep(scenario, store, **how), Path(folder))


@contextmanager
def claimed(
    folder: Path, scenario: Scenario, *, replace: bool = False, shard: tuple[int, int] = (1, 1)
) -> Iterator[Batches]:
    """The open store of the folder, once the folder is this scenario's; a shard has a store of its own.

    Points and replications may be added to a sweep, so they do not decide whose a folder is. Raises
    `SimError` when the folder holds anything else, unless `replace`, and what `opened` raises.
    """
    answers.claim(folder, scenario, command=COMMAND, replace=replace)
    with opened(folder / store_name(shard)) as store:
        store.note(SCENARIO, scenario.to_toml())
        yield store


def merge(sources: Sequence[Path], folder: Path, **how: Any) -> tuple[Swept, Written]:
    """The sweep of which the sources, folders or stores, hold the shards, joined and written to the folder.

    Raises `SimError` when they are of different sweeps, when one cannot be read, or when replications are
    missing: what is there is joined all the same, and stays.
    """
    paths = [path for source in sources for path in stores_in(source)]
    scenario = scenario_of(paths)
    with claimed(folder, scenario) as store:
        for path in paths:
            if path.resolve() != store.path.resolve():
                with opened(path, new=False) as other:
                    store.take_from(other)
        missing, total = unfinished(scenario, store)
        if missing:
            raise SimError(
                f"{store.path}: {missing} of {total} replications are missing; want the other shards too, or "
                "`sim sweep` with the same --out, which makes them"
            )
        found = experiment.sweep(scenario, store, **how)
        return found, write(found, folder)


def stores_in(source: Path) -> list[Path]:
    """The stores of a folder, or the one store that was named. Raises `SimError` when there is none."""
    if not source.is_dir():
        return [source]
    found = sorted(source.glob("store*.sqlite"))
    if not found:
        raise SimError(f"{source}: holds no store of a sweep")
    return found


def scenario_of(paths: Sequence[Path]) -> Scenario:
    """The scenario that the stores are of. Raises `SimError` when they are of several, or do not say."""
    said: dict[str, Path] = {}
    for path in paths:
        with opened(path, new=False) as store:
            text = store.noted(SCENARIO)
        if text is None:
            raise SimError(f"{path}: does not say of which scenario it is")
        said.setdefault(text, path)
    if len(said) > 1:
        one, other = list(said.values())[:2]
        raise SimError(f"{one} and {other}: are of different sweeps; want shards of one")
    return loads(next(iter(said)), paths[0].parent)


def store_name(shard: tuple[int, int]) -> str:
    """The name of a shard's store; that of all is `STORE`."""
    part, parts = shard
    return STORE if parts == 1 else f"store-{part}-of-{parts}.sqlite"


def write(swept: Swept, folder: Path) -> Written:
    """The folder, with all that the sweep has to say, and its report; the manifest is written last.

    Raises `SimError` when it cannot be written, or when the store lacks a replication.
    """
    reopen(folder)
    for left in folder.glob(".*.half"):  # by a process that was killed: only we have the store now
        unlink(left)
    write_whole(folder / "scenario.toml", swept.scenario.to_toml().encode())
    write_whole(folder / "points.csv", csv_bytes(swept.table()))
    reports = []
    with ExitStack() as stack:
        summary, replications, daily = (stack.enter_context(whole(folder / name)) for name in TABLES)
        summary_file = stack.enter_context(summary.open("wb"))
        replications_file = stack.enter_context(replications.open("wb"))
        daily_file = stack.enter_context(zipfile.ZipFile(daily, "w", zipfile.ZIP_DEFLATED, compresslevel=1))
        replications_file.write(b"point,replication,measure,level,value\n")
        for point in swept.points:
            reduced = swept.reduced(point.number)
            table = estimates.summary(reduced)
            reports.append(chosen_rows(table, swept.report_on))
            table.insert(0, "point", point.number)
            rows = csv_bytes(table)
            summary_file.write(rows if point.number == 0 else rows.partition(b"\n")[2])
            replications_file.write(replication_rows(point.number, reduced))
            if point.number == 0:
                for name, array in axes_of(reduced[0]).items():
                    put(daily_file, name, array)
            put(daily_file, f"point_{point.number}", daily_bands(reduced))
    report = swept.beside_points(reports)
    write_whole(folder / "report.csv", csv_bytes(report))
    indices = indices_of(swept, report)
    figures = write_figures(swept, report, folder, indices=indices)
    names = ["scenario.toml", "points.csv", *TABLES, "report.csv", *figures]
    if len(indices):
        write_whole(folder / "indices.csv", csv_bytes(indices))
        names.append("indices.csv")
    about = manifest(
        swept.scenario, engine=swept.engine, wall_seconds=swept.wall_seconds, folder=folder, files=names
    )
    mine = {"command": COMMAND, "scenario_digest": answers.digest(swept.scenario, COMMAND)}
    write_whole(folder / MANIFEST, as_json(about | mine | {"points": len(swept.points)}))
    return Written(folder, report, indices)


@contextmanager
def read(folder: Path) -> Iterator[Swept]:
    """The sweep that was written to a folder, while its store is open.

    Raises `SimError` when the folder holds none that is finished, or its store lacks replications.
    """
    made = manifest_of(folder)
    if made is None or made.get("command") != COMMAND:
        raise SimError(f"{folder}: holds no finished sweep; `sim sweep` with the same --out carries it on")
    if made["code_digest"] != code_digest():
        raise SimError(
            f"{folder}: was made by another state of the program, whose replications this one does not read; "
            "`sim sweep` with the same --out makes it anew"
        )
    scenario = loads(made["scenario"], folder)
    with opened(folder / STORE, new=False) as store:
        missing, total = unfinished(scenario, store)
        if missing:
            raise SimError(
                f"{store.path}: {missing} of {total} replications are missing; `sim sweep` makes them"
            )
        yield experiment.stored(scenario, store, engine=made["engine"])


def replication_rows(point: int, reduced: Sequence[Reduced]) -> bytes:
    """Every measure by level in every replication of a point, as rows of CSV with ten significant digits.

    By hand: a sweep of ten thousand runs has five million rows, which pandas takes a minute to write.
    """
    keys = csv_bytes(pd.DataFrame(measure_keys(reduced[0].layout))).decode().splitlines()[1:]
    lines: list[str] = []
    for one in reduced:
        head = f"{point},{one.replication},"
        values = one.figures[:, 0].tolist()
        lines += [
            f"{head}{key},\n" if isnan(value) else f"{head}{key},{value:.10g}\n"
            for key, value in zip(keys, values, strict=True)
        ]
    return "".join(lines).encode()


def axes_of(one: Reduced) -> dict[str, Any]:
    """What the axes of the daily bands are, by name."""
    days = np.arange(one.days.shape[0]) + one.layout.first_day
    return {
        "band": np.array(["mean", "p05", "p95"]),
        "day": days,
        "level": np.array(one.layout.levels),
        "measure": np.array(DAILY_MEASURES),
    }


def daily_bands(reduced: Sequence[Reduced]) -> Any:
    """Mean, 5 % and 95 % points over the replications: band × day × level × measure, in float32."""
    days = np.stack([one.days for one in reduced])
    flat = days.reshape(len(days), -1)
    bands = np.concatenate([mean_of(flat)[None], percentiles(flat, (5, 95))])
    return bands.reshape(3, *days.shape[1:]).astype(np.float32)


def put(file: zipfile.ZipFile, name: str, array: Any) -> None:
    """Add an array to an `.npz` file; equal arrays give equal bytes."""
    with file.open(f"{name}.npy", "w", force_zip64=True) as place:
        write_array(place, np.asanyarray(array), allow_pickle=False)


def write_figures(swept: Swept, report: pd.DataFrame, folder: Path, *, indices: pd.DataFrame) -> list[str]:
    """The names of the figures, once written."""
    from sim.plots.figures import KINDS  # noqa: PLC0415 (a sweep that is only carried on draws nothing)
    from sim.plots.style import save  # noqa: PLC0415
    from sim.plots.sweep import sweep_figures  # noqa: PLC0415

    names = []
    (folder / "figures").mkdir(exist_ok=True)
    for name, figure in sweep_figures(swept, report, indices).items():
        for kind in KINDS:
            save(figure, folder / "figures" / f"{name}.{kind}")
            names.append(f"figures/{name}.{kind}")
    return names
