"""What figures know of a run beside its tables: levels in order, dates, the window, how many replications.

Where the tables come from, and what is in them, is left to `sim/estimates.py` and `sim/results.py`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

import pandas as pd

from sim.plots.colours import level_colours

Frame = pd.DataFrame


class Tables(Protocol):
    """A finished run as figures see it: its scenario, and the tables of its results folder."""

    @property
    def scenario(self) -> Any:
        """The scenario that was run."""

    @property
    def panels(self) -> tuple[str, ...]:
        """The names of its panels, such as "staff"."""

    def panel(self, name: str) -> Frame:
        """One panel over the replications, as its file."""

    def summary(self) -> Frame:
        """One row per measure and level: mean, ci_low, ci_high, p05, p95, replications, unit."""

    def daily(self) -> Frame:
        """One row per day, level and measure: mean, p05, p50, p95."""

    def curves(self) -> Frame:
        """One row per curve, group and day: share, ci_low, ci_high, at_risk."""

    def transitions(self) -> Frame:
        """One row per move: from, to, patients_per_year, share."""

    def blocked_by(self) -> Frame:
        """One row per pair of levels: level, waiting_for, patient_days_per_year."""


class Setting(NamedTuple):
    """The run behind a figure. Days count from `start`; the window is [`window_start`, `window_end`)."""

    name: str
    levels: tuple[str, ...]
    titles: Mapping[str, str]
    start: date
    window_start: float
    window_end: float
    replications: int

    def title(self, level: str) -> str:
        """The level's long name, or its name where it has no other."""
        return self.titles.get(level) or level

    def colour(self, level: str) -> str:
        """The level's colour in every figure."""
        return level_colours(self.levels)[level]


def setting(result: Tables) -> Setting:
    """What the figures of a result need to know beside its tables."""
    scenario = result.scenario
    counts = result.summary()["replications"]
    return Setting(
        name=scenario.name,
        levels=tuple(scenario.levels),
        titles={name: getattr(level, "title", None) or "" for name, level in scenario.levels.items()},
        start=scenario.run.start,
        window_start=scenario.run.warm_up,
        window_end=scenario.run.warm_up + scenario.run.duration,
        replications=int(counts.max()) if len(counts) else 0,
    )


def band_words(setting: Setting) -> str:
    """What a band over single replications means, for the caption."""
    if setting.replications < 2:
        return _SINGLE
    return f"Line: mean; band: 5–95 % of {setting.replications} replications."


def interval_words(setting: Setting) -> str:
    """What a band around a mean means, for the caption."""
    if setting.replications < 2:
        return _SINGLE
    return f"Band: 95 % interval of the mean of {setting.replications} replications."


def mean_words(setting: Setting) -> str:
    """What a number without a band is, for the caption."""
    return (
        "One replication." if setting.replications < 2 else f"Means of {setting.replications} replications."
    )


def range_words(setting: Setting) -> str:
    """What a pale bar behind a mean is, for the end of a sentence in the caption."""
    return "" if setting.replications < 2 else f"; pale: 5–95 % of {setting.replications} replications"


def warm_up_words(daily: Frame, setting: Setting) -> str:
    """What became of the days before the window: nothing, left out of the table, or shaded in the figure."""
    days = setting.window_start
    if days <= 0:
        return ""
    length = f"{days / 7:.0f} weeks" if days >= 14 else f"{days:g} days"
    if len(daily) and float(daily["day"].min()) < days:
        return f"Grey ground: warm-up of {length}, not counted."
    return f"The warm-up of {length} is left out."


_SINGLE = "One replication, so no band."
