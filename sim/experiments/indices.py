"""Sobol indices of a sweep whose sample is a plan of Saltelli's.

The estimators are left to `sobol.py`, the same question with a command of its own to `sensitivity.py`.
"""

import pandas as pd

from sim.experiments import sobol
from sim.experiments.points import saltelli_points
from sim.experiments.sweep import Swept
from sim.student import t_point


def indices_of(swept: Swept, report: pd.DataFrame) -> pd.DataFrame:
    """First-order and total indices of each reported measure and key; columns `sobol.TOLD_COLUMNS`.

    `report` is that of the sweep. Without rows where the sweep has no sample by the method `saltelli`.
    """
    sample = swept.scenario.sweep.sample if swept.scenario.sweep else None
    if sample is None or sample.method != "saltelli":
        return pd.DataFrame(columns=list(sobol.TOLD_COLUMNS))
    seed = swept.scenario.run.seed
    plan = sobol.saltelli(sample.ranges, sample.points, seed=seed)
    plan[list(sample.ranges)] = pd.DataFrame(saltelli_points(swept.scenario, sample))
    first = next(point.number for point in swept.points if point.written[:1] == ("sample",))
    parts = []
    for measure, level in swept.report_on:
        rows = report[(report["measure"] == measure) & (report["level"] == level)].set_index("point")
        mine = rows.loc[first : first + len(plan) - 1].reset_index()
        parts.append(sobol.told(plan, mine["mean"], standard_errors(mine), of=(measure, level), seed=seed))
    return pd.concat(parts, ignore_index=True)


def standard_errors(rows: pd.DataFrame) -> pd.Series:
    """The standard error of each mean, from its interval; the wider side, as that of a share is cut."""
    half = (rows["ci_high"] - rows["mean"]).clip(lower=rows["mean"] - rows["ci_low"])
    points = [t_point(int(number) - 1) if number > 1 else float("nan") for number in rows["replications"]]
    return half / pd.Series(points, index=rows.index)
