"""A comparison as the pages about it see it: runs, differences, changed keys, figures, each reckoned once.

What the pages say of it is left to `comparison.py`.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments.compare import Comparison
from sim.plots import comparison as figures
from sim.report.drawing import drawing
from sim.report.parts import Drawing
from sim.report.run import Run
from sim.sentences import WORDS_ONLY


class Compared:
    """A comparison with what its sections share. `folder` where it was read from one."""

    def __init__(self, found: Comparison, *, manifest: Mapping[str, Any], folder: Path | None = None) -> None:
        self.found = found
        self.manifest = manifest
        self.folder = folder
        self.runs = [Run(result, of=name) for name, result in zip(found.names, found.results, strict=True)]

    @property
    def base(self) -> Run:
        """The run of the baseline."""
        return self.runs[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The names of the scenarios that are compared with it."""
        return self.found.names[1:]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Level → title, of the levels of all scenarios."""
        return {level: title for run in reversed(self.runs) for level, title in run.titles.items()}

    @cached_property
    def short(self) -> dict[str, str]:
        """The same for sentences."""
        return {level: title for run in reversed(self.runs) for level, title in run.short.items()}

    @cached_property
    def levels(self) -> list[str]:
        """The levels of all scenarios, those of the baseline first."""
        return list(dict.fromkeys(level for run in self.runs for level in run.titles))

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every difference."""
        return self.found.table()

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The keys that differ and decide something."""
        changes = self.found.changes()
        return changes[~changes["key"].isin(list(WORDS_ONLY))]

    def rows(self, name: str) -> dict[tuple[str, str], dict[Any, Any]]:
        """The differences of a scenario by measure and level, where there are replications."""
        part = self.table[(self.table["scenario"] == name) & (self.table["replications"] > 0)]
        return {(row["measure"], row["level"]): row for row in part.to_dict("records")}

    def draw(self, name: str, caption: str) -> Drawing:
        """One of the figures of a comparison."""
        return drawing(
            name,
            lambda: figures.draw(name, self.found),
            caption=caption,
            folder=self.folder,
            manifest=self.manifest,
        )
