"""Prints the baseline's numbers beside the published ones: `python calibration/fit.py`.

The first table shows, level by level, what is published and what the fitted clocks give; then follow the
numbers that `scenarios/baseline.toml` quotes. Deterministic; takes a few seconds. `--json` prints only those,
for the tests, which hold the scenario to them.
"""

import json
import math
import sys

from course import (
    detox_time_ratios,
    housing_ratio,
    mandated_ratio,
    patience_scale,
    placement,
    returns_share,
    sources,
    substance_ratios,
    substances,
    unfinished_time_ratio,
    use_curves,
)
from published import number, share
from stays import REASONS, Fit, clock_share, compete, fit_level, targets

CHECKS = {  # published, but not fitted: how well the clocks do where they were not asked
    "detox": ("LOS23s_DETOX_24H_lognormal_median", "LOS23s_DETOX_24H_lognormal_mean"),
    "iop": ("LOS04_IOP_all_median", "LOS04_IOP_all_mean"),
    "op": ("LOS04_OP_all_median", "LOS04_OP_all_mean"),
}


def main() -> None:
    """Fit, then print for people or, with `--json`, for the tests."""
    fits = [fit_level(target) for target in targets()]
    if "--json" in sys.argv[1:]:
        print(json.dumps(numbers(fits), indent=1))
        return
    for fit in fits:
        print_level(fit)
    print("Numbers quoted in scenarios/baseline.toml")
    print(json.dumps(numbers(fits), indent=1))


def print_level(fit: Fit) -> None:
    """One level's table: published against achieved."""
    target, outcome = fit.target, compete(fit)
    spread = f"mean {fit.planned_mean:.4g}, sd {fit.planned_sd:.4g} days"
    print(f"{target.level}: planned stay {target.family}, {spread}")
    print(f"  {'reason':12} {'share %':>17} {'median days':>17} {'mean days':>10}")
    print(f"  {'':12} {'published  fitted':>17} {'published  fitted':>17} {'fitted':>10}")
    for index, reason in enumerate(REASONS):
        shares = f"{100 * target.shares[index]:9.1f} {100 * outcome.shares[index]:7.1f}"
        published = "—" if math.isnan(target.median_days[index]) else f"{target.median_days[index]:.1f}"
        medians = f"{published:>9} {outcome.median_days[index]:7.1f}"
        print(f"  {reason:12} {shares} {medians} {outcome.mean_days[index]:10.1f}")
    checked = ""
    if target.level in CHECKS:
        middle, mean = (number(identity) for identity in CHECKS[target.level])
        checked = f"; published, not fitted: {middle:g} and {mean:g}"
    overall = f"median {outcome.overall_median_days:.1f}, mean {outcome.overall_mean_days:.1f}"
    print(f"  all stays: {overall}{checked}\n")


def numbers(fits: list[Fit]) -> dict[str, object]:
    """Every fitted or derived number of the baseline, rounded as the scenario quotes it."""
    levels = {}
    for fit in fits:
        clocks = {
            reason: {"shape": rounded(shape), "share": rounded(clock_share(shape, scale, fit.target.by_day))}
            for reason, shape, scale in zip(REASONS[1:], fit.shapes, fit.scales, strict=True)
        }
        planned = {"mean": rounded(fit.planned_mean), "sd": rounded(fit.planned_sd)}
        if fit.target.family == "lognormal":
            planned["median"] = rounded(
                fit.planned_mean / math.sqrt(1.0 + (fit.planned_sd / fit.planned_mean) ** 2)
            )
        levels[fit.target.level] = {"planned": planned, "by_day": fit.target.by_day, **clocks}
    curves = {name: [rounded(value, 3) for value in curve] for name, curve in use_curves().items()}
    return {
        "substance": substances(),
        "sources": {name: rounded(value) for name, value in sources().items()},
        "placement": {name: placement(name) for name in substances()},
        "dropout": {**substance_ratios(), "mandated": mandated_ratio(), "unstable": housing_ratio()},
        "levels": levels,
        "patience": {
            "of those who come": rounded(patience_scale(1.0), 3),
            "outpatient": rounded(patience_scale(0.85), 3),
        },
        "return_to_use": curves,
        "detox_time_ratio": {name: rounded(value, 3) for name, value in detox_time_ratios().items()},
        "unfinished_time_ratio": rounded(unfinished_time_ratio(), 2),
        "returns_share": {
            "detox": rounded(returns_share("detox", share("READMIT_detoxinpt_90d"), 90.0), 2),
            "others": rounded(returns_share("op", share("COCAINE_reenter_1y"), 365.0), 2),
        },
    }


def rounded(value: float, digits: int = 4) -> float:
    """The value to so many significant digits."""
    return float(f"{value:.{digits}g}")


if __name__ == "__main__":
    main()
