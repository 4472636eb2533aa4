"""Writes `scenarios/census-today.csv`, a synthetic census: `python calibration/census.py`.

No row is a person. Days since admission are drawn with density proportional to the chance of still being
there under the fitted clocks, traits from the published shares; the numbers per level are assumed. The same
seed gives the same file.
"""

import csv
from pathlib import Path

import numpy as np
from course import housing_ratio, mandated_ratio, sources, substance_ratios, substances_at
from published import share
from stays import REASONS, Fit, fit_level, planned_hazard, targets

FILE = Path(__file__).parent.parent / "scenarios" / "census-today.csv"
IN_CARE = {"detox": 7, "php": 12, "iop": 34, "op": 260}  # assumed; php is full
COLUMNS = ("level", "days", "substance", "housing", "mandated", "pregnant", "injects")
SEED = 20260105


def main() -> None:
    """Draw the census and write it."""
    generator = np.random.default_rng(SEED)
    rows = [row for target in targets() for row in level_rows(fit_level(target), generator=generator)]
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print(f"{FILE.name}: {len(rows)} synthetic patients")


def level_rows(fit: Fit, *, generator: np.random.Generator) -> list[tuple[str, ...]]:
    """One row per patient of a level, the longest stays first."""
    level = fit.target.level
    shares = substances_at(level)
    people = []
    for _ in range(IN_CARE[level]):
        substance = str(generator.choice(list(shares), p=list(shares.values())))
        housing = yes_or_no(share("HOMELESS_share"), generator=generator)
        mandated = yes_or_no(sources()["court"], generator=generator)
        pregnant = yes_or_no(0.02, generator=generator)
        injects = yes_or_no(0.15, generator=generator)
        ratio = substance_ratios()[substance]
        ratio *= mandated_ratio() if mandated == "yes" else 1.0
        ratio *= housing_ratio() if housing == "yes" else 1.0
        days = days_spent(fit, ratio, u=generator.random())
        home = "unstable" if housing == "yes" else "stable"
        people.append((days, substance, home, mandated, pregnant, injects))
    people.sort(reverse=True)
    return [(level, str(person[0]), *person[1:]) for person in people]


def yes_or_no(chance: float, *, generator: np.random.Generator) -> str:
    """The word `yes` with the given chance."""
    return "yes" if generator.random() < chance else "no"


def days_spent(fit: Fit, dropout_ratio: float, *, u: float) -> int:
    """Days since admission of someone in care, by the quantile `u` of the time spent; yesterday is 1."""
    longest = fit.target.longest_days
    days = np.linspace(0.0, longest, 20001)
    hazard = planned_hazard(fit.target.family, fit.planned_mean, fit.planned_sd, longest)(days)
    for reason, shape, scale in zip(REASONS[1:], fit.shapes, fit.scales, strict=True):
        hazard = hazard + (dropout_ratio if reason == "dropout" else 1.0) * (days / scale) ** shape
    spent = np.cumsum(np.exp(-hazard))
    return 1 + int(np.interp(u, spent / spent[-1], days))


if __name__ == "__main__":
    main()
