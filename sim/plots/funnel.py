"""The way in: of those who inquire, how many reach each step, and what became of the others.

Reads the panel `funnel` (columns month, step, measure, mean, p05, p95). Months side by side are left to the
table.
"""

import pandas as pd
from matplotlib.axes import Axes

from sim.plots import style
from sim.plots.colours import INK, MUTED, lighter
from sim.plots.setting import Setting

LOSSES: dict[str, str] = {
    "no_appointment": "no appointment in time",
    "no_show": "did not come",
    "no_further": "went no further",
    "left": "gave up or were refused",
    "open": "still on their way",
}
"""Figures of a step → what became of those who went no further from it."""

COLOUR = "#23527c"


def funnel(panel: pd.DataFrame, ax: Axes, *, setting: Setting) -> Axes:
    """A bar for each step, as long as the share of inquiries that reach it; beside it who is lost there."""
    whole = panel[panel["month"] == "all"]
    steps = list(dict.fromkeys(whole["step"]))
    of = whole.set_index(["step", "measure"])
    means = of["mean"]
    many = float(means[steps[0], "reached"])
    if not many > 0:
        return style.nothing(style.blank(ax), "nobody inquired")
    for place, step in enumerate(steps):
        share = float(means[step, "reached"]) / many
        low, high = (float(of[edge][step, "share"]) for edge in ("p05", "p95"))
        ax.barh(place, share, height=0.62, color=lighter(COLOUR, 0.35 + 0.45 * place / len(steps)))
        if setting.replications > 1:
            ax.plot([low, high], [place, place], color=INK, linewidth=1.2, solid_capstyle="butt")
        days = float(means[step, "days_median"])
        after = f", median {style.number(days)} days after" if days > 0.0 else ""
        ax.text(0.008, place - 0.43, f"{step}: {style.percent(share)}{after}", va="bottom", color=INK,
                fontsize=style.SMALL_POINTS)  # fmt: skip
        lost = [
            f"{style.percent(float(means[step, name]) / many)} {words}"
            for name, words in LOSSES.items()
            if float(means[step, name]) / many >= 0.005
        ]
        ax.text(max(share, high if setting.replications > 1 else 0.0) + 0.012, place, "\n".join(lost),
                va="center", fontsize=style.SMALL_POINTS, color=MUTED, linespacing=1.1)  # fmt: skip
    ax.set_xlim(0, 1.32)
    ax.set_ylim(len(steps) - 0.5, -0.75)
    ax.set_yticks([])
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0], [f"{tick} %" for tick in (0, 25, 50, 75, 100)])
    ax.set_xlabel("share of all inquiries")
    ax.spines["left"].set_visible(False)
    return ax
