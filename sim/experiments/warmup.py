"""How long a warm-up must be: runs from an empty start, long enough to see where they settle.

The census is averaged over the replications, and MSER-5 says how much of its beginning to leave out; the
longest cut of all levels counts. What the scenario's own warm-up leaves in is told beside it. How a cut is
found is left to `sim/settling.py`, the look of it to `sim/plots/warmup.py`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.errors import SimError
from sim.experiments.parts import Store
from sim.experiments.run import Progress, Result, run
from sim.intervals import mean_and_half_width
from sim.log import Floats
from sim.manifest import clock
from sim.measures.tidy import WHOLE
from sim.scenario.types import Scenario
from sim.settling import present, settling

if TYPE_CHECKING:
    from sim.plots.style import Picture

TABLE_COLUMNS: tuple[str, ...] = (
    "level", "cut_days", "days", "settled", "in_window", "afterwards", "difference", "ci_low", "ci_high",
)  # fmt: skip

LONGER = 2
"""How many times as long as the scenario's run the first look is, …"""

SHORTEST_DAYS = 200.0
"""… and how long at least: of less MSER-5 could not leave out much more than half, as it keeps 25 days."""

DOUBLINGS = 3
"""How often the look is doubled where something has not settled."""


@dataclass(frozen=True, eq=False)
class WarmUp:
    """What runs from an empty start say of the warm-up of a scenario; `result` is theirs."""

    scenario: Scenario
    result: Result
    wall_seconds: float = math.nan

    def table(self) -> pd.DataFrame:
        """Each level, and "" for all together; columns `TABLE_COLUMNS`. Of patients in care or waiting.

        `cut_days` of the `days` MSER-5 leaves out; `settled`: they are no more than half of them.
        `in_window`: patients on average in the window that the scenario has; `afterwards`: from the cut on.
        Their difference, window less afterwards, is what the scenario's own warm-up leaves in, with a 95 %
        interval over replications; it has the luck of one window in it too.
        """
        return self._table.copy()

    def daily(self) -> pd.DataFrame:
        """Patients in care or waiting at the end of each day: columns day, level, mean, p05, p95."""
        there = present(self.result.reduced)
        mean = there.mean(axis=0)
        low, high = np.percentile(there, (5, 95), axis=0)
        days, levels = mean.shape
        return pd.DataFrame(
            {
                "day": np.repeat(np.arange(days), levels),
                "level": [WHOLE, *self.scenario.levels] * days,
                "mean": mean.reshape(-1),
                "p05": low.reshape(-1),
                "p95": high.reshape(-1),
            }
        )

    @property
    def days(self) -> int | None:
        """The warm-up that is suggested, in whole weeks; None where something has not settled."""
        if not self._table["settled"].all():
            return None
        return 7 * math.ceil(float(self._table["cut_days"].max()) / 7)

    def sentences(self) -> list[str]:
        """What it comes to."""
        own, length = self.scenario.run.warm_up, int(self._table["days"].iloc[0])
        if self.days is None:
            late = [level or "the sum" for level in self._table.loc[~self._table["settled"], "level"]]
            return [
                f"Not settled within {length} days: {', '.join(late)}. No warm-up is long enough for what "
                "never settles; `sim check` says which level that is."
            ]
        row = self._table.loc[self._table["cut_days"].idxmax()]
        said = [
            f'Suggested: warm_up = "{self.days // 7} weeks" (MSER-5 cuts {row["cut_days"]} of {length} days, '
            f"for {row['level'] or 'the sum of all levels'}). The scenario has {own / 7:.4g} weeks"
            + (", which is enough." if own >= self.days else ".")
        ]
        whole = self._table.iloc[0]
        if own < self.days and whole["afterwards"] > 0.0:
            share = 100.0 * whole["difference"] / whole["afterwards"]
            sure = whole["ci_low"] * whole["ci_high"] > 0.0
            said.append(
                f"What that leaves in: {share:+.1f} % patients in its window"
                + ("." if sure else ", which may be chance.")
            )
        if self.scenario.changes:
            said.append("The scenario has dated changes, which move the census too: look at the figure.")
        return said

    def plot(self) -> "Picture":
        """The figure: patients over time, the cut, and the scenario's own warm-up."""
        from sim.plots.style import drawing, settled  # noqa: PLC0415 (only who draws loads matplotlib)
        from sim.plots.warmup import warm_up_figure  # noqa: PLC0415

        with drawing():
            return settled(warm_up_figure(self))

    def write(self, folder: str | Path) -> Path:
        """The results folder, written: tables, figure, scenario, and the manifest last."""
        from sim import answers  # noqa: PLC0415 (the folder knows experiments)

        return answers.write(
            Path(folder),
            self.scenario,
            command="warm-up",
            question={},
            tables={"warm-up": self.table(), "daily": self.daily()},
            figures={"warm-up": self.plot()},
            engine=self.result.engine,
            wall_seconds=self.wall_seconds,
        )

    @cached_property
    def _table(self) -> pd.DataFrame:
        own = self.scenario.run
        there = present(self.result.reduced)
        found = settling(self.result.reduced)
        window = slice(math.ceil(own.warm_up), math.floor(own.warm_up + own.duration))
        rows = []
        for column, row in enumerate(found.to_dict("records")):
            series: Floats = there[:, :, column]
            first, later = series[:, window].mean(axis=1), series[:, row["cut_days"] :].mean(axis=1)
            mean, half = mean_and_half_width((first - later)[:, None])
            rows.append(
                (
                    row["level"],
                    row["cut_days"],
                    row["days"],
                    bool(row["cut_days"] <= row["days"] / 2),
                    first.mean(),
                    later.mean(),
                    float(mean[0]),
                    float(mean[0] - half[0]),
                    float(mean[0] + half[0]),
                )
            )
        return pd.DataFrame(rows, columns=list(TABLE_COLUMNS))


def warm_up(
    scenario: Scenario,
    *,
    replications: int | None = None,
    engine: str = "auto",
    jobs: int | None = None,
    progress: Progress | None = None,
    store: Callable[[Scenario], Store] | None = None,
) -> WarmUp:
    """How long a warm-up the scenario needs, by default from as many replications as it has.

    Runs begin empty and are `LONGER` times as long as the scenario's, or `SHORTEST_DAYS`; where MSER-5 cuts
    more than half they are doubled, up to `DOUBLINGS` times. `store` gives for each length where finished
    replications are kept. Raises `SimError` where a scenario starts from a census.
    """
    began = clock()
    if scenario.start is not None:
        raise SimError(f"{scenario.name}: starts from a census, and so needs no warm-up")
    if replications is not None:
        scenario = scenario.with_("run.replications", replications)
    length = max(LONGER * (scenario.run.warm_up + scenario.run.duration), SHORTEST_DAYS)
    empty = scenario.with_("run.warm_up", 0).with_("run.follow_up", 0)
    for doubling in range(DOUBLINGS + 1):
        longer = empty.with_("run.duration", length * 2**doubling)
        result = run(
            longer, engine=engine, jobs=jobs, progress=progress, store=store(longer) if store else None
        )
        found = WarmUp(scenario, result, clock() - began)
        if found.days is not None:
            break
    return found
