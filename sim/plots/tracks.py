"""One track of a level by week: who holds its seats, how many wait for one, and the seats there are.

Reads the panel `tracks-by-week` (columns week, level, track, measure, mean, p05, p95). Putting tracks side by
side is left to `figures.py`.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots import style
from sim.plots.colours import INK, MUTED, lighter
from sim.plots.setting import Setting


def track(panel: pd.DataFrame, ax: Axes, *, level: str, name: str, setting: Setting) -> Axes:
    """Census as mean and band, those waiting as a broken grey line, seats as black steps."""
    rows = panel[(panel["level"] == level) & (panel["track"] == name)].sort_values("week")
    of = dict(iter(rows.groupby("measure")))
    held, waiting, seats = of["census"], of["waiting"], of["seats"]["mean"].to_numpy(float)
    first, colour = setting.window_start, setting.colour(level)
    edges = first + 7.0 * np.append(held["week"], len(held))
    middles = edges[:-1] + 3.5
    ax.fill_between(middles, held["p05"], held["p95"], color=lighter(colour, 0.68), linewidth=0)
    ax.plot(middles, held["mean"], color=colour, linewidth=1.4)
    highest = float(held["p95"].max())
    if waiting["mean"].max() > 0:
        ax.plot(middles, waiting["mean"], color=MUTED, linewidth=1.2, linestyle=(0, (4, 2)))
        highest = max(highest, float(waiting["mean"].max()))
    if np.isfinite(seats).all():
        ax.step(edges, np.append(seats, seats[-1]), where="post", color=INK, linewidth=1.0, zorder=4)
        highest = max(highest, float(seats.max()))
    style.patients_axis(ax, "patients", highest=highest)
    style.date_axis(ax, setting.start, first=float(edges[0]), last=float(edges[-1]), ticks=4)
    return ax
