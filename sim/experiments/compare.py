"""Scenarios compared with the first of them: what was changed, and what came of it, in each replication.

Replication 7 of every scenario meets the same patients with the same luck, wherever the changes do not reach.
So differences are taken within a replication first, and most of what chance does cancels. How a difference
gets its interval is left to `sim/estimates.py`, the results folder to `sim/comparisons.py`.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim import estimates
from sim.differences import differences
from sim.errors import SimError
from sim.experiments.parts import InMemory, Part, Store, pack_part, part_name
from sim.experiments.precision import AT_MOST, Reached, Target, Width, Widths, enough, target, wanted_width
from sim.experiments.run import Progress, Result, run_many
from sim.manifest import clock
from sim.measures.better import better
from sim.measures.names import find
from sim.measures.reduce import Reduced
from sim.scenario.types import Scenario
from sim.settling import settling

if TYPE_CHECKING:
    from sim.plots.comparison import ComparisonPlots

TABLE_COLUMNS: tuple[str, ...] = (
    "scenario", "measure", "level", "baseline", "value", "difference", "ci_low", "ci_high", "share_larger",
    "share_smaller", "better", "share_better", "variance_reduction", "replications", "unit", "note",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison gave: the results of all scenarios over the same replications, the baseline first.

    `names` tells them apart. `reached` says what became of the precisions that were asked for.
    """

    names: tuple[str, ...]
    results: tuple[Result, ...]
    reached: tuple[Reached, ...] = ()
    wall_seconds: float = math.nan

    @property
    def confidence(self) -> float:
        """The confidence of each interval: with several scenarios higher, so that those of a measure hold
        together at 95 % (Bonferroni).
        """
        return 1.0 - 0.05 / (len(self.results) - 1)

    def table(self) -> pd.DataFrame:
        """Scenario less baseline, by measure and level, for each of the others; columns `TABLE_COLUMNS`.

        `baseline` and `value` are the figures of the two, `difference` is value − baseline with its paired
        interval `ci_low`–`ci_high`. `share_larger` and `share_smaller`: of the replications, in how many the
        scenario's figure is larger, or smaller, than the baseline's; equal ones count in neither.
        `share_better` is that of the two which is `better` for the measure, if one is: the share in which
        the scenario beats the baseline. `variance_reduction`: how many times as many replications the
        interval would have taken without pairing; empty where the difference does not vary. Measures that
        only one of the two has are left out. Intervals cover chance in the simulation only.
        """
        return self._tables["table"].copy()

    def changes(self) -> pd.DataFrame:
        """Which keys differ from the baseline: columns scenario, key, old, new; None where not set."""
        return self._tables["changes"].copy()

    def summary(self) -> pd.DataFrame:
        """The summaries of all scenarios, below each other."""
        return self._below(Result.summary)

    def replications(self) -> pd.DataFrame:
        """Every measure by level in every replication of every scenario."""
        return self._below(Result.replications)

    def daily(self) -> pd.DataFrame:
        """The daily figures of all scenarios."""
        return self._below(Result.daily)

    def curves(self) -> pd.DataFrame:
        """The curves of all scenarios."""
        return self._below(Result.curves)

    def notes(self) -> list[str]:
        """What must be known before the figures are believed, a sentence each."""
        return list(_notes(self))

    @property
    def plot(self) -> "ComparisonPlots":
        """The figures, as in `comparison.plot.census()`."""
        from sim.plots.comparison import ComparisonPlots  # noqa: PLC0415 (only who draws loads matplotlib)

        return ComparisonPlots(self)

    def write(self, folder: str | Path) -> Path:
        """The results folder, written: tables, figures, scenarios, and the manifest last."""
        from sim.comparisons import write  # noqa: PLC0415 (the folder knows experiments)

        return write(self, Path(folder))

    def _below(self, table: Callable[[Result], pd.DataFrame]) -> pd.DataFrame:
        """The tables of all scenarios below each other, the scenario's name in front."""
        parts = []
        for name, result in zip(self.names, self.results, strict=True):
            part = table(result)
            part.insert(0, "scenario", name)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        base = self.results[0]
        others = list(zip(self.names[1:], self.results[1:], strict=True))
        changed = [
            (name, *one) for name, other in others for one in differences(base.scenario, other.scenario)
        ]
        return {
            "table": pd.concat([self._compared(name, other) for name, other in others], ignore_index=True),
            "changes": pd.DataFrame(changed, columns=["scenario", "key", "old", "new"], dtype=object),
        }

    def _compared(self, name: str, other: Result) -> pd.DataFrame:
        """The rows of one scenario."""
        base = self.results[0]
        frame = estimates.differences(base.reduced, other.reduced, comparisons=len(self.results) - 1)
        frame = frame.rename(
            columns={
                "first": "baseline",
                "second": "value",
                "share_second_larger": "share_larger",
                "share_second_smaller": "share_smaller",
            }
        )
        frame["scenario"] = name
        frame["better"] = [better(measure) for measure in frame["measure"]]
        frame["share_better"] = np.select(
            [frame["better"] == "lower", frame["better"] == "higher"],
            [frame["share_smaller"], frame["share_larger"]],
            np.nan,
        )
        frame["variance_reduction"] = frame["variance_reduction"].replace(math.inf, math.nan)
        frame["note"] = list(_row_notes(frame, len(base.reduced), [base, other]))
        return frame[list(TABLE_COLUMNS)]


def compare(
    *runs: Scenario | Result,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "auto",
    jobs: int | None = None,
    progress: Progress | None = None,
    precision: Sequence[str | Target] = (),
    at_most: int = AT_MOST,
    store: Callable[[Scenario], Store] | None = None,
) -> Comparison:
    """The second scenario and all further ones against the first, over the same replications of all.

    Finished results may stand for scenarios; what they lack is run. By default there are as many replications
    as the results given have in common, else as the first scenario says. With a `precision`, such as
    "wait.php.mean: 5%" (of the baseline's figure) or "wait.php.mean: 0.5" (in its unit), replications are
    added until the interval of the difference is as narrow, for every scenario (see `precision.py`), but
    `at_most` so many. `store` gives for each scenario where finished replications are kept. Raises
    `SimError` for fewer than two scenarios, and where they have not the same seed.
    """
    if len(runs) < 2:
        raise SimError("compare: is given fewer than two scenarios; want a baseline and one or more others")
    began = clock()
    scenarios = [_seeded(one, seed) for one in runs]
    check_seeds(scenarios)
    there = [len(one.reduced) for one in runs if isinstance(one, Result)]
    wanted = replications or (min(there) if there else scenarios[0].run.replications)
    names = names_of(scenarios)
    by_name = dict(zip(names, scenarios, strict=True))
    stores = {one.digest: store(one) if store else InMemory() for one in scenarios}
    for one, scenario in zip(runs, scenarios, strict=True):
        if isinstance(one, Result):
            keep(one.reduced, stores[scenario.digest])

    def run_all(number: int) -> list[Result]:
        found = run_many(
            by_name,
            replications=number,
            engine=engine,
            jobs=jobs,
            store=lambda scenario: stores[scenario.digest],
            progress=progress,
        )
        return [found[name] for name in names]

    targets = [target(one) if isinstance(one, str) else one for one in precision]
    if targets:
        results, reached = _until_precise(run_all, targets, first=wanted, at_most=at_most)
    else:
        results, reached = run_all(wanted), []
    return Comparison(
        names=names,
        results=tuple(results),
        reached=tuple(reached),
        wall_seconds=clock() - began,
    )


def check_seeds(scenarios: Sequence[Scenario]) -> None:
    """Raise `SimError` where scenarios have not the same seed, and so share no luck."""
    if len({one.run.seed for one in scenarios}) > 1:
        seeds = ", ".join(str(one.run.seed) for one in scenarios)
        raise SimError(
            f"compare: the scenarios have the seeds {seeds}; want one seed, so that their patients share "
            "their luck (--seed gives all scenario files the same)"
        )


def names_of(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The names of the scenarios, told apart where several have the same."""
    names: list[str] = []
    for scenario in scenarios:
        name, number = scenario.name, 1
        while name in names:
            name = f"{scenario.name}-changed" + (f"-{number}" if number > 1 else "")
            number += 1
        names.append(name)
    return tuple(names)


def keep(reduced: Iterable[Reduced], store: Store) -> None:
    """Keep replications that are there, so that they are not run again."""
    for one in reduced:
        if store.kept(part_name(one.replication)) is None:
            store.keep(part_name(one.replication), pack_part(Part(one, None)))


def _seeded(one: Scenario | Result, seed: int | None) -> Scenario:
    """The scenario, with the seed that was asked for; what is finished has the one it has."""
    if isinstance(one, Result):
        return one.scenario
    return one if seed is None else one.with_("run.seed", seed)


def _until_precise(
    run_all: Callable[[int], list[Result]], targets: Sequence[Target], *, first: int, at_most: int
) -> tuple[list[Result], list[Reached]]:
    """The results of as many replications as the differences need."""
    results: dict[int, list[Result]] = {}

    def run_to(number: int) -> Widths:
        results[number] = run_all(number)
        sides = [result.reduced for result in results[number]]
        keys = [find(one.measure, _common(sides)) for one in targets]
        sides = [tuple(estimates.only(one, keys) for one in side) for side in sides]

        def widths(so_many: int) -> list[Width]:
            base, *others = (side[:so_many] for side in sides)
            frames = [
                estimates.differences(base, other, comparisons=len(others)).set_index(["measure", "level"])
                for other in others
            ]
            return [
                _widest(one, [frame.loc[[key]].iloc[0] for frame in frames])
                for one, key in zip(targets, keys, strict=True)
            ]

        return widths

    number, reached = enough(run_to, targets, first=first, at_most=at_most)
    return results.get(number) or run_all(number), reached


def _common(sides: Sequence[Sequence[Reduced]]) -> list[tuple[str, str]]:
    """The measures and levels that all scenarios have."""
    base, *others = (side[0].layout.measures for side in sides)
    return [key for key in base if all(key in other for other in others)]


def _widest(one: Target, rows: Sequence[pd.Series]) -> Width:
    """The widest half-width of a measure's differences, and the one that is wanted."""
    halves = [float(row["ci_high"] - row["difference"]) for row in rows]
    known = not any(math.isnan(half) for half in halves)
    return Width(max(halves) if known else math.nan, wanted_width(one, float(rows[0]["first"])))


def _row_notes(frame: pd.DataFrame, total: int, sides: Sequence[Result]) -> Iterator[str]:
    """What a reader must know of each row."""
    unsettled = [
        set(settled.loc[~settled["settled"], "level"])
        for settled in (settling(side.reduced) for side in sides)
    ]
    for row in frame.to_dict("records"):
        parts, kind, number = [], row["measure"].split(".")[0], row["replications"]
        if number == 0:
            parts.append("no data")
        elif number == 1:
            parts.append("no interval below 2 replications")
        elif number < total:
            parts.append(f"known in {number} of {total} replications")
        if kind == "wait" and 2 <= number < estimates.ENOUGH_FOR_WAITS:
            parts.append(f"interval unreliable below {estimates.ENOUGH_FOR_WAITS} replications")
        if number and not row["share_larger"] and not row["share_smaller"]:
            parts.append("equal in every replication")
        if kind in estimates.AVERAGES and number and any(row["level"] in some for some in unsettled):
            parts.append("not settled")
        yield "; ".join(parts)


def _notes(found: Comparison) -> Iterator[str]:
    """What must be known of the whole comparison."""
    base, *others = found.results
    count = len(base.reduced)
    if count < 2:
        yield "One replication gives no intervals; --replications 30 does."
    elif count < estimates.ENOUGH_FOR_WAITS:
        yield f"Intervals of waits are unreliable below {estimates.ENOUGH_FOR_WAITS} replications."
    if len(others) > 1 and count >= 2:
        yield (
            f"With {len(others)} scenarios each interval is one of {100 * found.confidence:.4g} %, so that "
            "those of one measure hold together at 95 % (Bonferroni); those of several measures do not."
        )
    for name, other in zip(found.names[1:], others, strict=True):
        mine, theirs = base.scenario.run, other.scenario.run
        if any(getattr(mine, key) != getattr(theirs, key) for key in ("start", "warm_up", "duration")):
            yield f"{name}: its window is another than the baseline's; what differs may be due to that alone."
        for levels, who in (
            (base.scenario.levels.keys() - other.scenario.levels.keys(), found.names[0]),
            (other.scenario.levels.keys() - base.scenario.levels.keys(), name),
        ):
            if levels:
                yield f"{name}: not compared, as only {who} has it: {', '.join(sorted(levels))}."
