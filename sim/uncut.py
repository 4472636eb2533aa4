"""Every distribution of a scenario as a row of flat sequences: its chances and quantiles, uncut.

One row is a family, a list of steps (`empirical`) or a mixture, whose parts are rows of their own and may be
cut. Hazard ratios, time ratios, `ever` and the cut of the row itself are left to `sim/distributions.py`.
Flat ifs and loops over sequences, so that a compiled twin can repeat it line by line.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from sim.families import EMPIRICAL, FIXED, MIXTURE, Shape, family_chances, family_quantile

FINEST = 2.0**-52
LARGEST = 1e300


class Distributions(NamedTuple):
    """Many shapes as flat sequences, row i for shape i; the parts of mixtures stand in rows behind them.

    `plain` says that a row is neither cut nor ever silent. Steps first[i] to last[i] − 1 of `step` and
    `step_chance` are those of an empirical row; of `part` (a row) and `share` those of a mixture. The last
    four are chances of the uncut distribution: before `low` and from it on, up to `high` and beyond it.
    """

    kind: Sequence[int]
    a: Sequence[float]
    b: Sequence[float]
    c: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    ever: Sequence[float]
    plain: Sequence[bool]
    first: Sequence[int]
    last: Sequence[int]
    step: Sequence[float]
    step_chance: Sequence[float]  # of at most this step
    part: Sequence[int]
    share: Sequence[float]
    before_low: Sequence[float]
    from_low: Sequence[float]
    by_high: Sequence[float]
    after_high: Sequence[float]


def flatten(shapes: Sequence[Shape]) -> Distributions:
    """The shapes as flat sequences; shape i is row i."""
    rows = list(shapes)
    first: list[int] = []
    last: list[int] = []
    step: list[float] = []
    step_chance: list[float] = []
    part: list[int] = []
    share: list[float] = []
    for row in rows:  # grows while it is read: the parts of mixtures go to the end
        first.append(len(part) if row.kind == MIXTURE else len(step))
        step += row.values
        step_chance += row.weights
        for portion, piece in row.parts:
            share.append(portion)
            part.append(len(rows))
            rows.append(piece)
        last.append(len(part) if row.kind == MIXTURE else len(step))
    below_low, above_low, below_high, above_high = ([0.0] * len(rows) for _ in range(4))
    d = Distributions(
        kind=[row.kind for row in rows],
        a=[row.a for row in rows],
        b=[row.b for row in rows],
        c=[row.c for row in rows],
        low=[row.low for row in rows],
        high=[row.high for row in rows],
        ever=[row.ever for row in rows],
        plain=[row.low <= 0.0 and row.high == inf and row.ever == 1.0 for row in rows],
        first=first,
        last=last,
        step=step,
        step_chance=step_chance,
        part=part,
        share=share,
        before_low=below_low,
        from_low=above_low,
        by_high=below_high,
        after_high=above_high,
    )
    for i in reversed(range(len(rows))):  # the parts before the mixtures that use them
        below_low[i], above_low[i] = chances(d, i, d.low[i], False)
        below_high[i], above_high[i] = chances(d, i, d.high[i], True)
    return d


def at_chance(d: Distributions, i: int, below: float, above: float) -> float:
    """The days by which the share `below` has gone: the least x with F(x) ≥ below; above = 1 − below."""
    return simple_at(d, i, below, above) if d.kind[i] != MIXTURE else mixture_at(d, i, below, above)


def chances(d: Distributions, i: int, x: float, inclusive: bool) -> tuple[float, float]:
    """The chances of at most x days and of more; if not inclusive, of less than x and of at least x."""
    return simple_chances(d, i, x, inclusive) if d.kind[i] != MIXTURE else mixture_chances(d, i, x, inclusive)


def difference(below_0: float, above_0: float, below_1: float, above_1: float) -> float:
    """The chance between two points, from the tail that has the digits."""
    return below_1 - below_0 if below_1 <= above_0 else above_0 - above_1


# --- one family or one list of steps ---------------------------------------------------------------------


def simple_at(d: Distributions, i: int, below: float, above: float) -> float:
    """The quantile of a row that is no mixture."""
    if d.kind[i] == EMPIRICAL:
        return d.step[first_step(d, i, below)]
    return family_quantile(d.kind[i], d.a[i], d.b[i], d.c[i], below, above)


def first_step(d: Distributions, i: int, below: float) -> int:
    """The first step of an empirical row whose chance reaches `below`."""
    start, stop = d.first[i], d.last[i] - 1
    while start < stop:
        middle = (start + stop) // 2
        if d.step_chance[middle] >= below:
            stop = middle
        else:
            start = middle + 1
    return start


def simple_chances(d: Distributions, i: int, x: float, inclusive: bool) -> tuple[float, float]:
    """The chances of a row that is no mixture, as in `chances`."""
    kind = d.kind[i]
    if kind == FIXED and not inclusive:
        return (1.0, 0.0) if x > d.a[i] else (0.0, 1.0)
    if kind != EMPIRICAL:
        return family_chances(kind, d.a[i], d.b[i], d.c[i], x)
    start, stop = d.first[i], d.last[i]
    while start < stop:  # the first step beyond x, or at x if not inclusive
        middle = (start + stop) // 2
        if d.step[middle] > x or (d.step[middle] == x and not inclusive):
            stop = middle
        else:
            start = middle + 1
    below = d.step_chance[start - 1] if start > d.first[i] else 0.0
    return below, 1.0 - below


# --- mixtures --------------------------------------------------------------------------------------------


def mixture_chances(d: Distributions, i: int, x: float, inclusive: bool) -> tuple[float, float]:
    """The chances of a mixture, as in `chances`: those of its parts, weighed by their shares."""
    below = above = 0.0
    for k in range(d.first[i], d.last[i]):
        part_below, part_above = part_chances(d, d.part[k], x, inclusive)
        below += d.share[k] * part_below
        above += d.share[k] * part_above
    return below, above


def part_chances(d: Distributions, j: int, x: float, inclusive: bool) -> tuple[float, float]:
    """The chances of a part, within its own cut."""
    below, above = simple_chances(d, j, x, inclusive)
    if d.plain[j]:
        return below, above
    if x < d.low[j]:
        return 0.0, 1.0
    if x > d.high[j]:
        return 1.0, 0.0
    span = difference(d.before_low[j], d.from_low[j], d.by_high[j], d.after_high[j])
    return (
        difference(d.before_low[j], d.from_low[j], below, above) / span,
        difference(below, above, d.by_high[j], d.after_high[j]) / span,
    )


def part_at(d: Distributions, j: int, below: float, above: float) -> float:
    """The quantile of a part, within its own cut."""
    if d.plain[j]:
        return simple_at(d, j, below, above)
    span = difference(d.before_low[j], d.from_low[j], d.by_high[j], d.after_high[j])
    below = d.before_low[j] + below * span
    above = d.after_high[j] + above * span
    if below <= above:
        above = 1.0 - below
    else:
        below = 1.0 - above
    return min(d.high[j], max(d.low[j], simple_at(d, j, below, above)))


def mixture_at(d: Distributions, i: int, below: float, above: float) -> float:
    """The quantile of a mixture: between those of its parts, at a jump where one reaches it, else by root."""
    low, high, jump = LARGEST, 0.0, LARGEST
    for k in range(d.first[i], d.last[i]):
        x = part_at(d, d.part[k], below, above)
        low = min(low, x)
        high = min(LARGEST, max(high, x))
        jump = min(jump, reaching_jump(d, i, d.part[k], below, above))
    if jump <= high:
        if miss(d, i, jump, below, above, False) < 0.0:
            return jump
        high = jump
    return root(d, i, below, above, low, high)


def reaching_jump(d: Distributions, i: int, j: int, below: float, above: float) -> float:
    """The first value of part j, if it has values of their own, at which mixture i reaches `below`."""
    if d.kind[j] == FIXED:
        return d.a[j] if miss(d, i, d.a[j], below, above, True) >= 0.0 else LARGEST
    if d.kind[j] != EMPIRICAL:
        return LARGEST
    start, stop = d.first[j], d.last[j]
    while start < stop:
        middle = (start + stop) // 2
        if miss(d, i, d.step[middle], below, above, True) >= 0.0:
            stop = middle
        else:
            start = middle + 1
    return d.step[start] if start < d.last[j] else LARGEST


def miss(d: Distributions, i: int, x: float, below: float, above: float, inclusive: bool) -> float:
    """How far the chance of mixture i at x lies above `below`, measured in the smaller tail."""
    here_below, here_above = mixture_chances(d, i, x, inclusive)
    return here_below - below if below <= above else above - here_above


def root(d: Distributions, i: int, below: float, above: float, low: float, high: float) -> float:
    """The x between low and high at which mixture i reaches `below` (T. R. Chandrupatla's method, 1997)."""
    a, b = high, low
    f_a, f_b = miss(d, i, a, below, above, True), miss(d, i, b, below, above, True)
    if f_b >= 0.0 or a <= b:
        return b
    if f_a <= 0.0:
        return a
    step = 0.5
    while True:
        x = a + step * (b - a)
        f = miss(d, i, x, below, above, True)
        if (f > 0.0) == (f_a > 0.0):
            c, f_c = a, f_a
        else:
            c, f_c = b, f_b
            b, f_b = a, f_a
        a, f_a = x, f
        best = a if abs(f_a) < abs(f_b) else b
        least = FINEST * abs(best) / abs(b - a) if b != a else 1.0
        if least > 0.5 or f == 0.0 or best < 1.0 / LARGEST:
            return best
        xi = (a - b) / (c - b)
        phi = (f_a - f_b) / (f_c - f_b)
        step = 0.5
        if phi * phi < xi and (1.0 - phi) * (1.0 - phi) < 1.0 - xi:
            step = f_a / (f_b - f_a) * f_c / (f_b - f_c)
            step += (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b)
        step = min(1.0 - least, max(least, step))
