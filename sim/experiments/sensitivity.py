"""What an answer turns on: each key to the ends of its range in turn, and the variance that each key brings.

The first is a tornado: paired with the scenario itself over the same replications, one key at a time, so that
it sees no interplay. The second are Sobol indices (`sobol.py`), which do, for many more runs. Ranges say what
is doubted, not what is likely: both answers are about them. Differences and intervals are left to
`sim/estimates.py`.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sim import estimates
from sim.errors import SimError
from sim.experiments import sobol
from sim.experiments.parts import InMemory, Store, pack, unpack
from sim.experiments.ranges import Ranges, at, checked, whole_keys
from sim.experiments.run import Progress, run_many
from sim.manifest import clock
from sim.measures.names import Key, find, spelled
from sim.measures.reduce import Reduced, units
from sim.scenario.types import Scenario
from sim.student import t_point

if TYPE_CHECKING:
    from sim.plots.style import Picture

MEASURES = ("waiting.mean", "episodes.completed.per_month")
"""What is looked at where neither the question nor the scenario's sweep names measures."""

TORNADO_COLUMNS: tuple[str, ...] = (
    "measure", "level", "rank", "key", "end", "value", "before", "change", "ci_low", "ci_high", "unit",
)  # fmt: skip

ENDS = ("low", "high")

AT_A_TIME = 32
"""Points of a sample that are run by one set of processes; what is told of them is kept before the next."""


class End(NamedTuple):
    """One key at one end of its range."""

    key: str
    end: str
    value: float
    reduced: tuple[Reduced, ...]


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What the answers turn on.

    `ends` are the replications of each key at each end of its range; `plan` the points of a Sobol sample,
    each with the mean and the standard error of every measure (none were asked for: no rows).
    """

    scenario: Scenario
    ranges: dict[str, tuple[float, float]]
    measures: tuple[Key, ...]
    base: tuple[Reduced, ...]
    ends: tuple[End, ...]
    plan: pd.DataFrame
    engine: str
    wall_seconds: float = math.nan

    def tornado(self) -> pd.DataFrame:
        """What each key at each end of its range changes, by measure; columns `TORNADO_COLUMNS`.

        Ranked, within a measure, by the distance between the two ends. The 95 % intervals of a measure hold
        together (Bonferroni).
        """
        return pd.concat([self._tornado_of(*key) for key in self.measures], ignore_index=True)

    def indices(self) -> pd.DataFrame:
        """First-order and total Sobol indices by measure and key; columns `sobol.TOLD_COLUMNS`.

        `noise` is the share of the variance over the points that is chance of their replications, at most.
        Without rows where no sample was asked for.
        """
        if self.plan.empty:
            return pd.DataFrame(columns=list(sobol.TOLD_COLUMNS))
        points, seed = self.plan[[*sobol.POINT_COLUMNS, *self.ranges]], self.scenario.run.seed
        parts = [
            sobol.told(points, self.plan[name], self.plan[f"{name} error"], of=key, seed=seed)
            for key in self.measures
            for name in [spelled(*key)]
        ]
        return pd.concat(parts, ignore_index=True)

    def sentences(self) -> list[str]:
        """What it comes to, a sentence for each measure."""
        return list(_sentences(self))

    def plot(self) -> "Picture":
        """The figure: a tornado for each measure, and the indices beside it where there are any."""
        from sim.plots.sensitivity import sensitivity_figure  # noqa: PLC0415 (only who draws loads matplotlib)
        from sim.plots.style import drawing, settled  # noqa: PLC0415

        with drawing():
            return settled(sensitivity_figure(self))

    def write(self, folder: str | Path) -> Path:
        """The results folder, written: tables, figure, scenario, and the manifest last."""
        from sim import answers  # noqa: PLC0415 (folders know experiments, not the other way round)

        tables = {"tornado": self.tornado()}
        if not self.plan.empty:
            tables |= {"indices": self.indices(), "points": self.plan}
        return answers.write(
            Path(folder),
            self.scenario,
            command="sensitivity",
            question={
                "ranges": {key: list(ends) for key, ends in self.ranges.items()},
                "measures": [spelled(*key) for key in self.measures],
                "points": int(self.plan["row"].nunique()) if not self.plan.empty else 0,
            },
            tables=tables,
            figures={"sensitivity": self.plot()},
            engine=self.engine,
            wall_seconds=self.wall_seconds,
        )

    @cached_property
    def _compared(self) -> list[pd.DataFrame]:
        many = len(self.ends)
        return [estimates.differences(self.base, one.reduced, comparisons=many) for one in self.ends]

    def _tornado_of(self, measure: str, level: str) -> pd.DataFrame:
        unit = units(self.base[0].layout._replace(measures=((measure, level),)))[0]
        rows = []
        for one, frame in zip(self.ends, self._compared, strict=True):
            row = frame[(frame["measure"] == measure) & (frame["level"] == level)].iloc[0]
            figures = (float(row[name]) for name in ("first", "difference", "ci_low", "ci_high"))
            rows.append((measure, level, 0, one.key, one.end, one.value, *figures, unit))
        table = pd.DataFrame(rows, columns=list(TORNADO_COLUMNS))
        swings = table.groupby("key", sort=False)["change"].agg(lambda part: part.max() - part.min())
        order = swings.sort_values(ascending=False, kind="stable").index.tolist()
        table["rank"] = [order.index(key) + 1 for key in table["key"]]
        return table.sort_values("rank", kind="stable", ignore_index=True)


def sensitivity(
    scenario: Scenario,
    ranges: Ranges | None = None,
    *,
    measures: Sequence[str] = (),
    points: int = 0,
    replications: int | None = None,
    engine: str = "auto",
    jobs: int | None = None,
    progress: Progress | None = None,
    store: Callable[[Scenario], Store] | None = None,
) -> Sensitivity:
    """What measures turn on when keys go through their ranges, by default those of the scenario's sweep.

    `measures` are names such as "wait.php.mean", by default those that the sweep reports. `points` rows of a
    Sobol sample, a power of 2, give indices too: points × (keys + 2) more variants, of which the means alone
    are kept. `store` gives, for each variant, where its finished replications are kept. Raises `SimError` for
    a key, range or measure that cannot be, and for fewer than 2 replications.
    """
    began = clock()
    if replications is not None:
        scenario = scenario.with_("run.replications", replications)
    number = scenario.run.replications
    if number < 2:
        raise SimError(f"replications: is {number}; want 2 or more, to have intervals")
    chosen = checked(scenario, ranges)
    whole = whole_keys(scenario, chosen)
    plan = pd.DataFrame()
    if points:
        plan = sobol.saltelli(chosen, points, seed=scenario.run.seed, whole=whole)
    runs = Runs(engine, jobs, progress, (1 + 2 * len(chosen) + len(plan)) * number)
    base = runs.of({"": scenario}, store)[""]
    wanted = tuple(find(name, base[0].layout.measures) for name in measures or _reported(scenario))
    places = {f"{key} {end}": (key, end) for key in chosen for end in ENDS}
    values = {name: chosen[key][ENDS.index(end)] for name, (key, end) in places.items()}
    found = runs.of({name: scenario.with_(places[name][0], value) for name, value in values.items()}, store)
    ends = tuple(End(*places[name], values[name], found[name]) for name in places)
    kept = store(scenario) if store else InMemory()
    answers: list[dict[str, float]] = []
    rows = _rows(plan, chosen)
    for first in range(0, len(rows), AT_A_TIME):
        answers += _at_points(scenario, rows[first : first + AT_A_TIME], runs, of=wanted, kept=kept)
    return Sensitivity(
        scenario=scenario,
        ranges=chosen,
        measures=wanted,
        base=base,
        ends=ends,
        plan=pd.concat([plan, pd.DataFrame(answers)], axis=1) if answers else plan,
        engine=runs.engine,
        wall_seconds=clock() - began,
    )


class Runs:
    """How variants are run, and how far all of them have come."""

    def __init__(self, engine: str, jobs: int | None, progress: Progress | None, total: int) -> None:
        self.engine, self.jobs, self.progress, self.total = engine, jobs, progress, total
        self.done = 0

    def of(
        self, scenarios: Mapping[str, Scenario], store: Callable[[Scenario], Store] | None = None
    ) -> dict[str, tuple[Reduced, ...]]:
        """The replications of each scenario, by its name."""
        results = run_many(scenarios, engine=self.engine, jobs=self.jobs, store=store, progress=self._onward)
        self.engine = next(iter(results.values())).engine
        self.done += sum(len(result.reduced) for result in results.values())
        return {name: result.reduced for name, result in results.items()}

    def _onward(self, now: int, _: int) -> None:
        if self.progress is not None:
            self.progress(self.done + now, self.total)


def _at_points(
    scenario: Scenario,
    rows: Sequence[Mapping[str, float]],
    runs: Runs,
    *,
    of: Sequence[Key],
    kept: Store,
) -> list[dict[str, float]]:
    """What is answered at each of these points: run, or as an earlier call kept it."""
    number, before = scenario.run.replications, runs.done
    variants = [at(scenario, row) for row in rows]
    names = [f"point-{variant.digest[:32]}-{number}" for variant in variants]
    wanted = {spelled(*key) for key in of}
    told: dict[str, dict[str, float]] = {}
    for name in names:
        content = kept.kept(name)
        if content is not None and (answers := unpack(content)).keys() >= wanted:
            told[name] = answers
    missing = {name: variant for name, variant in zip(names, variants, strict=True) if name not in told}
    for name, reduced in (runs.of(missing) if missing else {}).items():
        told[name] = _answers(reduced, of)
        kept.keep(name, pack(told[name]))
    runs.done = before + number * len(rows)  # those too that were kept, or are the same as another
    return [told[name] for name in names]


def _reported(scenario: Scenario) -> tuple[str, ...]:
    return (scenario.sweep.report if scenario.sweep else ()) or MEASURES


def _rows(plan: pd.DataFrame, ranges: Ranges) -> list[dict[str, float]]:
    """The values of the keys at each point of the plan."""
    if plan.empty:
        return []
    return [{key: float(row[key]) for key in ranges} for row in plan.to_dict("records")]


def _answers(reduced: Sequence[Reduced], measures: Sequence[Key]) -> dict[str, float]:
    """The mean of each measure and its standard error."""
    told: dict[str, float] = {}
    for key in measures:
        one = estimates.estimate(reduced, *key)
        told[spelled(*key)] = one.mean
        error = (
            (one.high - one.low) / 2.0 / t_point(one.replications - 1) if one.replications > 1 else math.nan
        )
        told[f"{spelled(*key)} error"] = error
    return told


def _sentences(found: Sensitivity) -> Iterator[str]:
    """For each measure the key it turns on most, and where a key brings more by interplay than alone."""
    table, told = found.tornado(), found.indices()
    for measure, level in found.measures:
        name = spelled(measure, level)
        part = table[(table["measure"] == measure) & (table["level"] == level)]
        best = part[part["rank"] == 1].set_index("end")
        low, high = (best.loc[end] for end in ENDS)
        if math.isnan(low["change"]) or math.isnan(high["change"]):
            yield f"{name}: is not known over these ranges."
            continue
        yield (
            f"{name} turns most on {low['key']}: from {low['value']:g} to {high['value']:g} it goes from "
            f"{low['before'] + low['change']:.4g} to {high['before'] + high['change']:.4g} {low['unit']} "
            f"(now {low['before']:.4g})."
        )
        mine = told[(told["measure"] == measure) & (told["level"] == level)]
        yield from _of_indices(name, mine)


def _of_indices(name: str, mine: pd.DataFrame) -> Iterator[str]:
    if mine.empty or mine["total"].isna().any():
        return
    most = mine.loc[mine["total"].idxmax()]
    alone, total, low, high, noise = (
        f"{100 * most[column]:.0f}" for column in ("first", "total", "total_low", "total_high", "noise")
    )
    yield (
        f"Of the variance of {name} over all ranges, {most['key']} brings {alone} % alone and {total} % with "
        f"its interplay ({low} to {high} %); at most {noise} % is chance of the replications."
    )
