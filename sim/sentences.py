"""What answers say, on a screen and in a report: words for measures, sentences made from figures, numbers.

The commands lay them out as text (`sim/cli/`), the report as a page (`sim/report/`).
"""

from collections.abc import Iterator
from math import isinf, isnan, nan
from typing import Any

import pandas as pd

from sim.experiments.run import Result
from sim.scenario.types import Scenario

PRECISION = 0.05
"""The half-width that is asked of the intervals of waits, as a share of the mean."""

ALMOST_ALWAYS = 0.995
"""What binds in so many weeks is told without saying in how many."""

LEAST_DAYS = 0.5
"""What bound for fewer days is not told."""

SHORTEST_WAIT_DAYS = 0.1
"""Of shorter mean waits nobody asks for such precision."""

OVER_TIME = {
    "retention": "Still in the continuum",
    "relapse_free": "No use since admission",
    "in_care": "In care, without a relapse",
}
"""Measures by days since admission → in words."""


AT_LEVELS = {
    "census.mean": "census",
    "admissions.per_month": "admissions a month",
    "wait.mean": "mean wait (days)",
    "wait.share_within_7_days": "admitted in 7 days",
    "blocked.mean": "blocked",
    "turned_away.share": "turned away",
    "reneged.share": "gave up waiting",
    "services.hours.per_week": "attended hours a week",
    "services.groups.per_week": "groups a week",
    "services.group_fill": "group fill",
}
OF_ALL = {
    "episodes.completed.per_month": "completed a month",
    "episodes.completed_relapse_free.per_month": "… without a relapse",
    "retention.day_90": "still there at 90 days",
    "relapse_free.day_180": "no use for 180 days",
    "in_care.day_180": "no relapse in care, 180 days",
}
"""Measures that are printed, where there are any → in words; `differences.csv` has all."""

OF_SERVICES = {
    "services.attended.per_week": "attended sessions",
    "services.hours.per_week": "attended hours",
    "services.hours.per_patient_week": "of each patient",
    "services.groups.per_week": "groups",
    "services.group_fill": "filled",
    "services.staff_hours.per_week": "hours of staff",
}

WORDS_ONLY = frozenset({"name", "title", "purpose", "rationale"})
"""Keys that change no figure."""

LONGEST_VALUE = 60
"""Letters of a value that are shown; `--json` has it whole."""


class Figures:
    """The means of a summary by measure and level ("" for the whole), with half their intervals."""

    def __init__(self, summary: pd.DataFrame) -> None:
        rows = summary.set_index(["measure", "level"])
        self.columns: dict[str, dict[Any, float]] = {
            name: rows[name].to_dict() for name in ("mean", "ci_low", "ci_high")
        }

    def mean(self, measure: str, level: str = "") -> float:
        """The mean over replications; NaN where there is none."""
        return self.columns["mean"].get((measure, level), nan)

    def has(self, measure: str, level: str = "") -> bool:
        """Whether the summary has a row of it, with a value or without."""
        return (measure, level) in self.columns["mean"]

    def half(self, measure: str, level: str = "") -> float:
        """Half the width of the 95 % interval; NaN where there is none."""
        low, high = (self.columns[name].get((measure, level), nan) for name in ("ci_low", "ci_high"))
        return (high - low) / 2.0

    def interval(self, measure: str, level: str = "") -> tuple[float, float]:
        """The 95 % interval of the mean; NaN where there is none."""
        low, high = (self.columns[name].get((measure, level), nan) for name in ("ci_low", "ci_high"))
        return low, high

    def told(self, measure: str, level: str = "") -> str:
        """The mean ± half its interval."""
        half = self.half(measure, level)
        return number(self.mean(measure, level)) + ("" if isnan(half) else f" ±{number(half)}")

    def told_share(self, measure: str, level: str = "") -> str:
        """The same as percentages."""
        half = self.half(measure, level)
        return percent(self.mean(measure, level)) + ("" if isnan(half) else f" ±{100 * half:.1f}")


def whole(figures: Figures) -> Iterator[str]:
    """What is said of the whole continuum."""
    yield (
        f"Completed episodes a month: {figures.told('episodes.completed.per_month')}, "
        f"without a relapse in care: {figures.told('episodes.completed_relapse_free.per_month')}"
    )
    for name, words in OVER_TIME.items():
        known = [day for day in (30, 90, 180, 365) if not isnan(figures.mean(f"{name}.day_{day}"))]
        if known:
            told = ", ".join(f"{figures.told_share(f'{name}.day_{day}')} at {day} days" for day in known)
            yield f"{words}: {told}"


def staff(result: Result) -> Iterator[str]:
    """One sentence for each role that is needed: how many FTE, what binds where, what the roster is short."""
    figures = Figures(result.summary())
    for name, role in result.scenario.roles.items():
        measure = f"staff.{name}."
        if isnan(figures.mean(measure + "needed.mean")):
            continue
        said = [
            f"{role.title or name}: {figures.told(measure + 'needed.mean')} FTE needed on average, "
            f"{number(figures.mean(measure + 'needed.p80'))} are enough in four weeks of five",
            *_binding(figures, name, result.scenario),
        ]
        if not isnan(there := figures.mean(measure + "present.mean")):
            short = percent(figures.mean(measure + "short_weeks"))
            overtime, agency = (
                number(figures.mean(f"{measure}{key}.per_week"), 0) for key in ("overtime", "agency")
            )
            said.append(
                f"{number(there)} present, short in {short} of weeks: "
                f"{overtime} hours of overtime and {agency} of agency a week"
            )
        yield "; ".join(said)


def way_in(result: Result) -> Iterator[str]:
    """How many of those who inquire get in, and whether priority populations do in time, where any are."""
    figures, scenario = Figures(result.summary()), result.scenario
    if scenario.intake is not None:
        steps = (*list(scenario.intake.stages)[1:], "request", "admission")
        shares = {name: 100 * figures.mean(f"funnel.{name}.share") for name in steps}
        words = {"request": "ask for a level", "admission": "are admitted"}
        reached = [f"{share:.0f} {words.get(name, f'reach {name}')}" for name, share in shares.items()]
        days = figures.told("funnel.admission.days.median")
        lost = figures.told_share("funnel.lost.share")
        yield (
            f"Of 100 inquiries {', '.join(reached)}, after a median of {days} days; lost on the way: {lost}."
        )
    for name, population in scenario.priority_populations.items():
        begins = f"priority.{name}"
        count, breaches = (figures.told(f"{begins}.{one}") for one in ("count", "breaches.count"))
        met = figures.told_share(f"{begins}.met.share")
        yield (
            f"{population.title or name}: {count} first contacts, {breaches} breaches; "
            f"of those decided the rule was met for {met}."
        )
    for level in scenario.levels if scenario.notice_at is not None else ():
        if figures.has("notice.days", level) and figures.mean("notice.days", level) > 0:
            day, days = figures.mean("notice.first_day", level), figures.told("notice.days", level)
            share = percent(scenario.notice_at or 0.0)
            yield f"{level}: at {share} of its places on {days} days, the first about day {number(day, 0)}."


def usable(result: Result) -> Iterator[str]:
    """What staff left of a level: "iop: 14 of 24 places usable for 41 days: counsellor"."""
    if "binding" not in result.panels:
        return
    panel = result.panel("binding").set_index(["level", "binds", "measure"])["mean"]
    for level in result.scenario.levels:
        for name, role in result.scenario.roles.items():
            known = {
                figure: panel.get((level, name, figure), nan) for figure in ("days", "usable", "capacity")
            }
            if known["days"] >= LEAST_DAYS:
                of = "" if isnan(known["capacity"]) else f" of {number(known['capacity'], 0)}"
                days = number(known["days"], 0)
                who = role.title or name
                yield f"{level}: {number(known['usable'], 0)}{of} places usable for {days} days: {who}"


def _binding(figures: Figures, role: str, scenario: Scenario) -> Iterator[str]:
    """Which need of a role binds most often, and at which levels: "caseload binds in iop (92 % of weeks)"."""
    levels: dict[str, list[str]] = {}
    for level in scenario.levels:
        needs = scenario.roles[role].needs_of(level)
        shares = {need.driver: figures.mean(f"staff.{role}.binds.{need.driver}", level) for need in needs}
        known = {driver: share for driver, share in shares.items() if not isnan(share)}
        if not known:
            continue
        driver = max(known, key=lambda one: known[one])
        ruled = figures.mean(f"staff.{role}.binds.floor", level) > 0.5
        words = f"{driver} as a rule's floor" if ruled else driver
        often = f" ({percent(known[driver])} of weeks)" if known[driver] < ALMOST_ALWAYS else ""
        levels.setdefault(words, []).append(level + often)
    if levels:
        told = [f"{words} binds in {_and(where)}" for words, where in levels.items()]
        yield ", ".join(told)


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def verdicts(loads: pd.DataFrame) -> list[str]:
    """What a director must know of levels that do not simply settle."""
    return [
        f"{row['level']}: {row['verdict']}"
        for row in loads.to_dict("records")
        if row["verdict"] != "settles" and not (isinf(row["capacity"]) and row["load"])
    ]


def notes(result: Result) -> list[str]:
    """What must be known of the replications, each sentence once, with the number it is true of."""
    said = [note for reduced in result.reduced for note in reduced.notes]
    many = len(result.reduced)
    return [f"{note} (in {said.count(note)} of {many} replications)" for note in dict.fromkeys(said)]


def precision(result: Result) -> Iterator[str]:
    """How many more replications the waits would need."""
    if len(result.reduced) < 2:
        yield "One replication gives no intervals; --replications 30 does."
    elif more := more_replications(result):
        told = ", ".join(f"{level} {count:,}" for level, count in more.items())
        yield f"More replications for the mean wait ± {100 * PRECISION:.0f} %: {told}."


def more_replications(result: Result) -> dict[str, int]:
    """How many more replications would bring the mean wait to ± 5 %, by level, where it is not there yet.

    Levels with hardly any wait are left out.
    """
    waits = result.summary().query(
        "measure == 'wait.mean' and replications > 1 and mean >= @SHORTEST_WAIT_DAYS"
    )
    more = {
        level: result.more_replications("wait.mean", level, PRECISION)
        for level in result.scenario.levels
        if level in set(waits["level"])
    }
    return {level: count for level, count in more.items() if count > 0}


def shown(value: object) -> str:
    """The value as it may stand in a scenario file, on one line; a dash where the key is not set."""
    if value is None:
        return "–"
    text = " ".join(str(value).split())
    text = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
    return f'"{text}"' if isinstance(value, str) else text.replace("'", '"')


def number(value: float, digits: int = 1) -> str:
    """The number for a table; a dash where there is none."""
    if isnan(value):
        return "–"
    return "unlimited" if isinf(value) else f"{value:,.{digits}f}"


def percent(share: float) -> str:
    """A share as a percentage; a dash where there is none."""
    return "–" if isnan(share) else f"{100 * share:.0f} %"
