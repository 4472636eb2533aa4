"""Where the next place does most good: one small step at each level in turn, the rest left as it is.

Every variant runs over the same replications as the scenario itself, patient for patient, so that the
difference is that of the step. Intervals hold together for all steps, measure by measure (Bonferroni). What a
step is, is left to `steps.py`; differences and their intervals to `sim/estimates.py`.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sim import estimates
from sim.errors import SimError
from sim.experiments.parts import Store
from sim.experiments.run import Progress, Result, run_many
from sim.experiments.steps import Step, steps
from sim.manifest import clock
from sim.measures.reduce import Reduced
from sim.scenario.faults import listed
from sim.scenario.types import Scenario
from sim.settling import settling

if TYPE_CHECKING:
    from sim.plots.style import Picture

DAYS_PER_YEAR = 365.25

TABLE_COLUMNS: tuple[str, ...] = (
    "rank", "at", "what", "good", "measure", "level", "before", "change", "ci_low", "ci_high", "unit",
)  # fmt: skip


FIGURES = ("first", "difference", "ci_low", "ci_high")
"""Columns of `estimates.differences` that a good is told by."""


class Good(NamedTuple):
    """One thing that a step may better: what it is called, the measure, and what makes its figure telling."""

    title: str
    measure: str
    times: float  # the measure × this is in `unit`
    unit: str
    better: int  # −1: less is better; 1: more is
    at_level: bool = False  # of the level that is stepped, else of the whole continuum


GOODS: dict[str, Good] = {
    "waiting": Good("days on waitlists", "waiting.mean", DAYS_PER_YEAR, "patient-days a year", -1),
    "own-wait": Good("wait there", "wait.mean", 1.0, "days", -1, at_level=True),
    "blocked": Good("days blocked", "blocked.mean", DAYS_PER_YEAR, "patient-days a year", -1),
    "admissions": Good("admissions", "admissions.per_day", DAYS_PER_YEAR, "a year", 1),
    "completed": Good("completed episodes", "episodes.completed.per_month", 12.0, "a year", 1),
    "relapse-free": Good("relapse-free", "relapse_free.day_180", 100.0, "% points at 180 days", 1),
}
"""Word of `--by` → what it is about; the first is what margins are sorted by unless asked otherwise."""

BASE = ""
"""The name of the scenario itself beside those of its steps."""

RELAPSE_FREE_DAYS = (180, 90, 30)
"""The days at which the relapse-free share is told: the latest of them that follow-up reaches."""


@dataclass(frozen=True, eq=False)
class Margins:
    """What each step brings, paired with the scenario itself over the same replications.

    `variants` are the replications of each step, in the order of `steps`; `base` those of the scenario.
    """

    scenario: Scenario
    unit: str
    words: str
    by: str
    steps: tuple[Step, ...]
    left_out: tuple[str, ...]
    base: Result
    variants: tuple[tuple[Reduced, ...], ...]
    wall_seconds: float = math.nan

    def table(self) -> pd.DataFrame:
        """The change of each good by each step, best step first; columns `TABLE_COLUMNS`.

        `before` is the figure of the scenario itself, `change` what the step adds to it, both in `unit`. The
        95 % intervals of one good hold together for all steps (Bonferroni). Ranked by `by`, the change for
        the better first; steps of which nothing is known come last.
        """
        return self._table.copy()

    def differences(self) -> pd.DataFrame:
        """Every measure of every level before and after each step.

        The columns of `estimates.differences`, with the step's `at` and `what` first, `before`, `after`.
        """
        parts = []
        for step, frame in zip(self.steps, self._compared, strict=True):
            part = frame.rename(columns={"first": "before", "second": "after"})
            part.insert(0, "at", step.at)
            part.insert(1, "what", step.what)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def sentences(self) -> list[str]:
        """What it comes to, for a programme director, and which levels had not settled."""
        return [*_sentences(self), *_unsettled(self)]

    def plot(self) -> "Picture":
        """The figure: a panel for each good, a row for each step."""
        from sim.plots.margins import margins_figure  # noqa: PLC0415 (only who draws loads matplotlib)
        from sim.plots.style import drawing, settled  # noqa: PLC0415

        with drawing():
            return settled(margins_figure(self))

    def write(self, folder: str | Path) -> Path:
        """The results folder, written: tables, figure, scenario, and the manifest last."""
        from sim import answers  # noqa: PLC0415 (folders know experiments, not the other way round)

        return answers.write(
            Path(folder),
            self.scenario,
            command="margins",
            question={"unit": self.unit, "by": self.by},
            tables={"margins": self.table(), "differences": self.differences()},
            figures={"margins": self.plot()},
            engine=self.base.engine,
            wall_seconds=self.wall_seconds,
        )

    @cached_property
    def _compared(self) -> list[pd.DataFrame]:
        many = len(self.steps)
        return [estimates.differences(self.base.reduced, one, comparisons=many) for one in self.variants]

    @cached_property
    def _table(self) -> pd.DataFrame:
        chosen = goods(self.base.reduced)
        rows = []
        for step, frame in zip(self.steps, self._compared, strict=True):
            known = {(row["measure"], row["level"]): row for row in frame.to_dict("records")}
            for word, good in chosen.items():
                key = good.measure, step.at if good.at_level else ""
                if key in known:
                    figures = [good.times * known[key][name] for name in FIGURES]
                    rows.append((0, step.at, step.what, word, *key, *figures, good.unit))
        table = pd.DataFrame(rows, columns=list(TABLE_COLUMNS))
        worth = table[table["good"] == self.by].set_index("at")["change"] * chosen[self.by].better
        order = worth.sort_values(ascending=False, kind="stable", na_position="last").index.tolist()
        order += [step.at for step in self.steps if step.at not in order]
        table["rank"] = [order.index(at) + 1 for at in table["at"]]
        return table.sort_values("rank", kind="stable", ignore_index=True)


def margins(
    scenario: Scenario,
    *,
    unit: str = "place",
    by: str = "waiting",
    replications: int | None = None,
    engine: str = "auto",
    jobs: int | None = None,
    progress: Progress | None = None,
    store: Callable[[Scenario], Store] | None = None,
) -> Margins:
    """What one more place would bring at each level in turn, paired over the same replications.

    `unit` is another step: a day less of stay at each level ("stay"), 10 % more requests from each source
    ("demand"), or any key and step, as in "levels.php.capacity=+4". `by` is the good that ranks them, a word
    of `GOODS`. `store` gives, for each variant, where its finished replications are kept. Raises `SimError`
    for an unknown unit or good, and for fewer than 2 replications.
    """
    began = clock()
    if by not in GOODS:
        raise SimError(f"by {by!r}: is not known; want {listed(list(GOODS))}")
    if replications is not None:
        scenario = scenario.with_("run.replications", replications)
    if scenario.run.replications < 2:
        raise SimError(f"replications: is {scenario.run.replications}; want 2 or more, to have intervals")
    found = steps(scenario, unit)
    variants = {step.at: step.scenario for step in found.steps}
    results = run_many({BASE: scenario, **variants}, engine=engine, jobs=jobs, progress=progress, store=store)
    return Margins(
        scenario=scenario,
        unit=unit,
        words=found.words,
        by=by,
        steps=found.steps,
        left_out=found.left_out,
        base=results[BASE],
        variants=tuple(results[step.at].reduced for step in found.steps),
        wall_seconds=clock() - began,
    )


def goods(reduced: Sequence[Reduced]) -> dict[str, Good]:
    """The goods that these replications know of, the relapse-free share at the latest day that they reach."""
    chosen = dict(GOODS)
    good = GOODS["relapse-free"]
    for name, title in (("relapse_free", good.title), ("in_care", "no relapse in care")):
        for day in RELAPSE_FREE_DAYS:
            measure = f"{name}.day_{day}"
            if (measure, "") in reduced[0].layout.measures:
                told = estimates.estimate(reduced, measure, "")
                if told.replications == len(reduced):
                    chosen["relapse-free"] = good._replace(
                        title=title, measure=measure, unit=f"% points at {day} days"
                    )
                    return chosen
    return chosen


def _sentences(found: Margins) -> list[str]:
    """The best step with what it brings, and whether chance leaves it the best."""
    table = found.table()
    good = goods(found.base.reduced)[found.by]
    ranked = table[(table["good"] == found.by) & table["change"].notna()].sort_values("rank")
    if ranked.empty:
        return [f"Nothing is known of {good.title}: no replication has a figure."]
    best = ranked.iloc[0]
    if best["change"] * good.better <= 0.0:
        least = (
            f"; least is lost at {best['at']} ({signed(best['change'])} {good.unit})"
            if best["change"]
            else ""
        )
        return [f"{_capital(found.words)}: none of these steps betters {good.title}{least}."]
    sure = best["ci_low"] * best["ci_high"] > 0.0
    said = [
        f"{_capital(found.words)}: most good at {best['at']}, where {good.title} change by "
        f"{signed(best['change'])} {good.unit} ({signed(best['ci_low'])} to {signed(best['ci_high'])})"
        + ("." if sure else ", which may be chance.")
    ]
    others = table[(table["at"] == best["at"]) & (table["good"] != found.by)]
    told = [
        f"{goods(found.base.reduced)[row.good].title} {signed(row.change)} {row.unit}"
        for row in others.itertuples()
        if not math.isnan(row.change) and row.ci_low * row.ci_high > 0.0
    ]
    if told:
        said.append(f"It also changes, beyond chance: {'; '.join(told)}.")
    if len(ranked) > 1:
        said.append(_against_the_next(found, best["at"], ranked.iloc[1]["at"], good))
    return said


def _against_the_next(found: Margins, best: str, second: str, good: Good) -> str:
    """Whether the best step can be told from the one that follows it."""
    if good.at_level:
        return f"Next comes {second}."
    places = {step.at: number for number, step in enumerate(found.steps)}
    frame = estimates.differences(found.variants[places[second]], found.variants[places[best]])
    row = frame[(frame["measure"] == good.measure) & (frame["level"] == "")]
    low, high = (good.times * float(row[name].iloc[0]) for name in ("ci_low", "ci_high"))
    if low * high > 0.0:
        return f"Next comes {second}; the two differ beyond chance ({signed(low)} to {signed(high)})."
    return (
        f"Next comes {second}; {len(found.base.reduced)} replications do not tell which of the two is better "
        f"({signed(low)} to {signed(high)})."
    )


def _unsettled(found: Margins) -> Iterator[str]:
    """Which levels still climb or fall within the window, where a longer one would tell otherwise."""
    table = settling(found.base.reduced)
    levels = table[~table["settled"] & (table["level"] != "")]["level"].tolist()
    if levels:
        names = ", ".join(levels)
        yield f"Not settled within the window: {names}. Changes of waits there are those of this window."


def signed(value: float) -> str:
    """The number with its sign, in as many digits as say something."""
    if math.isnan(value):
        return "–"
    if value == 0.0:
        return "0"
    size = abs(value)
    digits = 0 if size >= 20 else 1 if size >= 1 else 2 if size >= 0.1 else 3
    return f"{value:+,.{digits}f}".replace("-", "−")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
