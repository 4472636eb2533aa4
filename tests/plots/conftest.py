"""Tables of a made-up run, small enough to know by heart, and axes to draw them on."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes

from sim.plots import style
from sim.plots.setting import Setting

START = date(2026, 1, 5)
DAILY = ("day", "date", "level", "measure", "mean", "p05", "p50", "p95")
CURVES = ("curve", "group", "day", "share", "ci_low", "ci_high", "at_risk")
SUMMARY = ("measure", "level", "mean", "ci_low", "ci_high", "p05", "p95", "replications", "unit")
TRANSITIONS = ("from", "to", "patients_per_year", "share")
PANEL = ("week", "date", "level", "service", "measure", "mean", "p05", "p95")
BLOCKED_BY = ("level", "waiting_for", "patient_days_per_year")


class Run:
    """A finished run of these levels, as the figures see it; `empty` leaves every table without rows.

    Of each level ten patients hold a place out of twelve, two of them blocked, and three wait. Capacity
    rises to fourteen on day 20; the last level is unlimited.
    """

    def __init__(self, levels: tuple[str, ...], *, empty: bool = False, title: str = "") -> None:
        self.levels, self.empty = levels, empty
        self.scenario: Any = SimpleNamespace(
            name="made-up",
            levels={level: SimpleNamespace(title=title) for level in levels},
            run=SimpleNamespace(start=START, warm_up=14.0, duration=28.0),
        )

    panels: tuple[str, ...] = ("services",)

    def summary(self) -> pd.DataFrame:
        rows = [
            (f"wait.{who}.{what}", level, days, days, days, days - 1, days + 1, 30, "days")
            for level in self.levels
            for who in ("outside", "transfers")
            for what, days in (("median", 2.0), ("p90", 9.5))
        ]
        return self._table(rows, SUMMARY)

    def daily(self) -> pd.DataFrame:
        rows = []
        for level in self.levels:
            for day in range(14, 42):
                places = float("nan") if level == self.levels[-1] else 12.0 if day < 20 else 14.0
                for measure, mean in (("census", 10.0), ("waiting", 3.0), ("blocked", 2.0)):
                    rows.append((day, START + timedelta(day), level, measure, mean, mean - 1, mean, mean + 1))
                rows.append((day, START + timedelta(day), level, "capacity", *[places] * 4))
        return self._table(rows, DAILY)

    def curves(self) -> pd.DataFrame:
        rows = []
        for curve in ("retention", "relapse_free", "return_to_care", "admitted"):
            for group in ("", *self.levels):
                for day in range(61):
                    share = day / 100 if curve in ("return_to_care", "admitted") else 1 - day / 100
                    rows.append((curve, group, day, share, max(0, share - 0.05), share, 30 * (130 - 2 * day)))
        return self._table(rows, CURVES)

    def transitions(self) -> pd.DataFrame:
        rows: list[tuple[Any, ...]] = [
            ("outside", self.levels[0], 100.0, 1.0),
            (self.levels[-1], "completed", 60.0, 1),
        ]
        rows += [(self.levels[k], self.levels[k + 1], 50.0, 0.5) for k in range(len(self.levels) - 1)]
        rows += [(self.levels[k + 1], self.levels[k], 5.0, 0.1) for k in range(len(self.levels) - 1)]
        return self._table(rows, TRANSITIONS)

    def blocked_by(self) -> pd.DataFrame:
        rows = [(self.levels[k], self.levels[k + 1], 120.0 + k) for k in range(len(self.levels) - 1)]
        return self._table(rows, BLOCKED_BY)

    def panel(self, name: str) -> pd.DataFrame:
        """Four weeks of groups of twelve, nine of whom come, and of single sessions of three hours."""
        assert name == "services"
        figures = {
            "group": {"hours": 27.0, "groups": 3.0, "fill": 0.75},
            "single": {"hours": 3.0, "groups": 0.0},
        }
        rows = [
            (week, START + timedelta(14 + 7 * week), level, service, measure, mean, 0.9 * mean, 1.1 * mean)
            for week in range(4)
            for level in self.levels
            for service, known in figures.items()
            for measure, mean in ({"fill": float("nan")} | known).items()
        ]
        return self._table(rows, PANEL)

    def _table(self, rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame([] if self.empty else rows, columns=list(columns))


@pytest.fixture
def made_up() -> Callable[..., Run]:
    """A function from levels to a made-up run."""
    return Run


@pytest.fixture
def about() -> Callable[..., Setting]:
    """A function from levels to what figures know of a made-up run of 30 replications."""

    def build(*levels: str) -> Setting:
        return Setting("made-up", levels, {}, START, 14.0, 42.0, 30)

    return build


@pytest.fixture
def ax() -> Iterator[Axes]:
    """Axes of six by four inches, in the style of the figures."""
    with style.drawing():
        yield style.picture(6, 4, title="t", caption="c").subplots()
