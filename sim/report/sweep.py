"""The pages about a sweep: what was tried, where each reported measure is best, how sure that is.

Point 0 is the scenario itself; every point is paired with it, replication by replication. `FRONT` and
`APPENDIX` are the lists of sections; a new one is a function and a line there.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim import estimates
from sim.experiments.indices import indices_of
from sim.experiments.points import assumptions
from sim.experiments.run import Result
from sim.experiments.sweep import Swept, chosen_rows
from sim.measures.better import better
from sim.measures.names import Key, spelled
from sim.plots.sweep import sweep_figures
from sim.report import appendix
from sim.report.drawing import drawing
from sim.report.parts import Answer, Block, Bullets, Paragraph, Section, Table
from sim.report.run import Run, census_table, doubts, question, waits_table
from sim.report.words import (
    DASH,
    amount,
    figure,
    headline,
    is_sure,
    listed,
    signed,
    signed_span,
    span,
    value,
    with_interval,
)

MOST_ROWS = 40
"""Rows of a table that are not folded."""

CAPTIONS = {
    "lines": "Each reported measure over the swept keys: mean and 95 % interval; ring: the scenario itself.",
    "map": "Each reported measure over the two swept keys: the darker, the more.",
    "indices": "Sobol indices: which part of a measure's variance over the ranges each key brings.",
}
"""Figure of a sweep → what it shows."""


class Sweeping:
    """A sweep with what its sections share. Its store must be open."""

    def __init__(self, swept: Swept, *, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.swept = swept
        self.folder = folder
        self.manifest = manifest
        reports, apart = [], []
        base = swept.reduced(0)
        for point in swept.points:
            reduced = swept.reduced(point.number) if point.number else base
            keys = [key for key in swept.report_on if key in reduced[0].layout.measures]
            both = [key for key in keys if key in base[0].layout.measures]
            less = [estimates.only(one, keys) for one in reduced]
            reports.append(chosen_rows(estimates.summary(reduced), keys))
            if point.number:
                first = [estimates.only(one, both) for one in base]
                second = [estimates.only(one, both) for one in less]
                frame = estimates.differences(first, second, comparisons=len(swept.points) - 1)
                apart.append(frame.assign(point=point.number))
        self.report = swept.beside_points(reports)
        self.differences = pd.concat(apart, ignore_index=True)
        result = Result(swept.scenario, swept.engine, tuple(base))
        self.run = Run(result, manifest=manifest)

    @cached_property
    def indices(self) -> pd.DataFrame:
        """Sobol indices, where there are any."""
        return indices_of(self.swept, self.report)

    def setting(self, point: int) -> str:
        """What a point sets, in words."""
        row = self.report[self.report["point"] == point].iloc[0]
        return listed([self.told(key, row[key]) for key in self.swept.keys])

    def told(self, key: str, cell: Any) -> str:
        """A key and its value in words; places of a level as such."""
        found = re.fullmatch(r"levels\.([^.]+)\.capacity", key)
        if found is None:
            return f"{key} = {value(cell)}"
        return f"{value(cell)} places at {self.run.short.get(found[1], found[1])}"

    def words(self, key: Key) -> str:
        """A reported measure in words."""
        what, level = key
        return f"{headline(what)} for {self.run.short.get(level, level)}" if level else headline(what)

    def of(self, key: Key) -> pd.DataFrame:
        """The report's rows of one measure, the points but the scenario itself, where there is a figure."""
        rows = self.report[(self.report["measure"] == key[0]) & (self.report["level"] == key[1])]
        return rows[(rows["point"] > 0) & rows["mean"].notna()]

    def against(self, key: Key) -> pd.DataFrame:
        """The paired differences of one measure."""
        rows = self.differences
        return rows[(rows["measure"] == key[0]) & (rows["level"] == key[1]) & (rows["replications"] > 0)]


def answer(one: Sweeping) -> Section:
    """Three sentences: what was tried, where the first measure is best, how many points differ."""
    return Section(
        "answer",
        "The answer",
        [Answer([tried(one), best(one, one.swept.report_on[0]), surely(one, one.swept.report_on[0])])],
    )


def tried(one: Sweeping) -> str:
    """What was swept."""
    table = one.swept.table().iloc[1:]
    ranges = []
    for key in one.swept.keys:
        values = list(dict.fromkeys(table[key]))
        numbers = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in values)
        ranges.append(
            f"{key} from {value(min(values))} to {value(max(values))}"
            if numbers and len(values) > 3
            else (
                f"{key} at "
                f"{listed([value(each) for each in values[:6]])}{' and others' if len(values) > 6 else ''}"
            )
        )
    count = one.swept.scenario.run.replications
    return (
        f"{len(one.swept.points) - 1} settings were tried beside the scenario itself, {count} "
        f"replications of each with the same luck: {listed(ranges)}."
    )


def best(one: Sweeping, key: Key) -> str:
    """Where a measure is best, or lowest where neither way is better, and where at the other end."""
    rows = one.of(key)
    if rows.empty:
        return f"Of the {one.words(key)} nothing is known at any point."
    higher = better(key[0]) == "higher"
    ordered = rows.sort_values("mean", ascending=not higher, kind="stable")
    unit = str(ordered["unit"].iloc[0])
    ends = ("highest", "lowest") if higher else ("lowest", "highest")
    of = " days" if unit == "days" else ""
    told = []
    for which, row in zip(ends, (ordered.iloc[0], ordered.iloc[-1]), strict=True):
        said = span(row["ci_low"], row["ci_high"], unit)
        interval = "" if said == DASH else f" ({'95 % interval ' if which == ends[0] else ''}{said})"
        told.append(
            f"{which}, {figure(row['mean'], unit)}{of}{interval}, with {one.setting(int(row['point']))}"
        )
    return f"The {one.words(key)} is {told[0]}, and {told[1]}."


def surely(one: Sweeping, key: Key) -> str:
    """At how many points a measure differs from the scenario itself by more than chance, and most where."""
    rows = one.against(key).to_dict("records")
    sure = [row for row in rows if is_sure(row)]
    if not sure:
        return (
            f"Paired with the scenario itself, no setting's {one.words(key)} can be told apart "
            "from what chance does."
        )
    lower = sum(row["difference"] < 0 for row in sure)
    most = max(sure, key=lambda row: abs(row["difference"]))
    count = int(most["replications"])
    way, side = ("lower", "smaller") if most["difference"] < 0 else ("higher", "larger")
    agreeing = round(most[f"share_second_{side}"] * count)
    return (
        f"Paired with the scenario itself, the {one.words(key)} is surely lower with {lower} and "
        "surely higher "
        f"with {len(sure) - lower} of {len(rows)} settings; most with {one.setting(most['point'])}, by "
        f"{amount(most)}, {way} in {agreeing} of {count} paired replications."
    )


def findings(one: Sweeping) -> Section:
    """Where each reported measure is at its ends, the figures, and the table of points."""
    others = [f"{best(one, key)} {surely(one, key)}" for key in one.swept.report_on[1:]]
    blocks: list[Block] = [Bullets(others)] if others else []
    drawn = sorted(name for name in one.manifest["files"] if name.endswith(".svg"))
    for file in drawn:
        name = file.removeprefix("figures/").removesuffix(".svg")
        blocks.append(
            drawing(
                name,
                lambda name=name: sweep_figures(one.swept, one.report, one.indices)[name],  # type: ignore[misc]
                caption=CAPTIONS[name],
                folder=one.folder,
                manifest=one.manifest,
            )
        )
    blocks += [points(one), *([indices(one)] if len(one.indices) else [])]
    return Section("findings", "What the sweep shows", blocks)


def points(one: Sweeping) -> Table:
    """A row for each point: what it sets, and each reported measure with its interval."""
    keys = one.swept.keys
    rows = []
    for point, part in one.report.groupby("point", sort=False):
        first = part.iloc[0]
        cells = {(row["measure"], row["level"]): row for row in part.to_dict("records")}
        figures = [
            with_interval(row["mean"], row["ci_low"], row["ci_high"], row["unit"])
            if (row := cells.get(key))
            else "–"
            for key in one.swept.report_on
        ]
        rows.append(
            (
                str(point) if point else "0, the scenario itself",
                *(value(first[key]) for key in keys),
                *figures,
            )
        )
    heads = ("point", *keys, *(spelled(*key) for key in one.swept.report_on))
    return Table(
        "All points: mean and 95 % interval",
        heads,
        rows,
        folded=len(rows) > MOST_ROWS,
        note=(
            "Intervals of the mean over replications, each point by itself; differences between "
            "points are surer, since they share their luck."
        ),
    )


def indices(one: Sweeping) -> Table:
    """The Sobol indices."""
    rows = [
        (
            spelled(row["measure"], row["level"]),
            row["key"],
            *(
                f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"
                for name in ("first", "total")
            ),
        )
        for row in one.indices.to_dict("records")
    ]
    return Table(
        "Sobol indices: shares of the variance over all ranges",
        ("measure", "key", "alone", "with interplay"),
        rows,
        words=(0, 1),
    )


def today(one: Sweeping) -> Section:
    """Census and waits of the scenario itself."""
    return Section(
        "census", "Census and waits of the scenario itself", [census_table(one.run), waits_table(one.run)]
    )


def trust(one: Sweeping) -> Section:
    """What a reader has to know first."""
    said = doubts(one.run)
    return Section(
        "trust",
        "How far to trust this",
        [Bullets([*said[:-1], *assumptions(one.swept.scenario, one.swept.keys), *said[-1:]])],
    )


def paired(one: Sweeping) -> Section:
    """Every point less the scenario itself."""
    confidence = 100 * (1 - 0.05 / (len(one.swept.points) - 1))
    blocks: list[Block] = [
        Paragraph(
            "Point less scenario itself, over the same replications. Each interval is one of "
            f"{confidence:.4g} %, so that those of one measure hold "
            "together at 95 % (Bonferroni). Differences of shares are percentage points."
        )
    ]
    for key in one.swept.report_on:
        rows = []
        for row in one.against(key).to_dict("records"):
            count = row["replications"]
            rows.append(
                (
                    str(row["point"]),
                    one.setting(row["point"]),
                    figure(row["second"], row["unit"]),
                    signed(row),
                    signed_span(row),
                    "yes" if is_sure(row) else "no",
                    f"{row['share_second_smaller'] * count:.0f}",
                    f"{row['share_second_larger'] * count:.0f}",
                )
            )
        heads = (
            "point",
            "what it sets",
            "mean",
            "difference",
            "interval",
            "told apart from chance",
            "lower in",
            "higher in",
        )
        blocks.append(
            Table(f"Paired differences: {spelled(*key)}", heads, rows, words=(0, 1, 5), folded=True)
        )
    return Section("differences", "Every point against the scenario itself", blocks)


def provenance(one: Sweeping) -> Section:
    """How it was made."""
    scenario = one.swept.scenario
    again = appendix.quoted(
        "sim", "sweep", "scenario.toml", "--replications", str(scenario.run.replications), "--out", "again"
    )
    return appendix.provenance(one.manifest, {scenario.name: scenario}, [again])


FRONT: tuple[Callable[[Sweeping], Section], ...] = (
    lambda one: question(one.swept.scenario),
    answer,
    findings,
    today,
    trust,
)
"""The sections for a director, in their order."""

APPENDIX: tuple[Callable[[Sweeping], Section], ...] = (
    lambda one: appendix.pathway(one.swept.scenario),
    paired,
    lambda one: appendix.by_level(one.run),
    lambda one: appendix.offered_and_simulated(one.run),
    lambda one: appendix.precision(one.run),
    lambda one: appendix.assumptions(one.swept.scenario),
    lambda one: appendix.record(one.swept.scenario, one.manifest),
    provenance,
)
"""The sections for an analyst."""
