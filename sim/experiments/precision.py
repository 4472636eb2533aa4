"""As many replications as a stated precision needs: added until the interval is narrow enough, and stays so.

The rule is that of Hoad, Robinson and Davies 2010, Automated selection of the number of replications for a
discrete-event simulation, Journal of the Operational Research Society 61, 1632–1644: the smallest number of
replications with a half-width within the precision, and with all half-widths of the next few numbers within
it too, since a half-width may be small by chance for a while. All replications that were run count. How an
interval is made is left to `sim/estimates.py`.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sim.errors import SimError
from sim.estimates import ENOUGH_FOR_WAITS, estimate
from sim.experiments.parts import InMemory, Store
from sim.experiments.run import Result, run
from sim.measures.names import find
from sim.scenario.types import Scenario

FEWEST = 3
"""Below so many replications a half-width says too little to stop by (the source, section 4)."""
LOOK_AHEAD = 5
"""Up to 100 replications so many more must hold the precision (the source's kLimit)."""
AT_MOST = 1000
"""Replications after which the rule gives up, unless told otherwise."""


class Target(NamedTuple):
    """A measure, and the half-width that its interval is to have."""

    measure: str  # as people write it, with its level
    half_width: float  # in the measure's unit, or, if `relative`, as a share of its mean
    relative: bool

    def __str__(self) -> str:
        """The target as it may be written."""
        width = f"{100 * self.half_width:.10g} %" if self.relative else f"{self.half_width:.10g}"
        return f"{self.measure}: {width}"


class Reached(NamedTuple):
    """What became of a target."""

    target: Target
    replications: int | None  # the smallest number that met it and went on to; None: none did
    half_width: float  # at the end, in the measure's unit
    wanted: float  # at the end, in the measure's unit

    @property
    def met(self) -> bool:
        """Whether the precision was met, and held."""
        return self.replications is not None


class Width(NamedTuple):
    """A half-width and the one that is wanted, both in the measure's unit."""

    half_width: float
    wanted: float

    @property
    def within(self) -> bool:
        """Whether it is as small as wanted; never where it is not known."""
        return self.half_width <= self.wanted


Widths = Callable[[int], Sequence[Width]]
"""For a number of replications, the first so many, the half-width of each target."""


def target(text: str) -> Target:
    """The target in a text such as "wait.php.mean: 5%" or "census.php.mean: 0.5".

    A percentage is of the mean, a plain number is in the measure's unit. Raises `SimError` for anything else.
    """
    measure, sign, width = text.rpartition(":")
    found = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*(%?)\s*", width)
    if not sign or not measure.strip() or found is None or float(found[1]) <= 0.0:
        raise SimError(
            f"precision {text!r}: is no precision; want MEASURE: WIDTH, such as 'wait.php.mean: 5%' (of the "
            "mean) or 'census.php.mean: 0.5' (patients), the width above 0"
        )
    number, relative = float(found[1]), found[2] == "%"
    return Target(measure.strip(), number / 100.0 if relative else number, relative)


def look_ahead(replications: int) -> int:
    """How many further replications must hold a precision first met with so many (the source, section 5)."""
    return LOOK_AHEAD * max(replications, 100) // 100


def met_with(within: Sequence[bool], *, first: int) -> int | None:
    """The smallest number of replications that meets the precision and holds it; None: not seen yet.

    `within` says it for `first`, `first` + 1, … replications.
    """
    since = None
    for number, holds in enumerate(within, first):
        since = (number if since is None else since) if holds else None
        if since is not None and number - since >= look_ahead(since):
            return since
    return None


def run_until(
    scenario: Scenario,
    targets: Sequence[Target | str],
    *,
    at_most: int = AT_MOST,
    store: Store | None = None,
    **how: Any,
) -> tuple[Result, list[Reached]]:
    """The result of as many replications as the targets need, and what became of each.

    Without targets as many as the scenario says. With them never fewer than it says in `run.replications`,
    than `FEWEST`, and, for a wait, than `ENOUGH_FOR_WAITS`. `how` goes on to `run`, as does the store. The
    number does not depend on how many run at once. Raises `SimError` for a measure that there is not, or of
    which nothing is known, and where `at_most` is less than there are to begin with.
    """
    if not targets:
        return run(scenario, store=store, **how), []
    wanted = [target(one) if isinstance(one, str) else one for one in targets]
    store = InMemory() if store is None else store
    results: dict[int, Result] = {}

    def run_to(number: int) -> Widths:
        results[number] = run(scenario, replications=number, store=store, **how)
        reduced = results[number].reduced
        keys = [find(one.measure, reduced[0].layout.measures) for one in wanted]

        def widths(first_so_many: int) -> list[Width]:
            found = [estimate(reduced[:first_so_many], *key) for key in keys]
            return [
                Width(mean - low, wanted_width(one, mean))
                for one, (mean, low, _, _) in zip(wanted, found, strict=True)
            ]

        return widths

    number, reached = enough(run_to, wanted, first=scenario.run.replications, at_most=at_most)
    if number not in results:
        results[number] = run(scenario, replications=number, store=store, **how)
    return results[number], reached


def wanted_width(one: Target, mean: float) -> float:
    """The half-width that a target wants, in the measure's unit."""
    return one.half_width * abs(mean) if one.relative else one.half_width


def enough(
    run_to: Callable[[int], Widths], targets: Sequence[Target], *, first: int, at_most: int
) -> tuple[int, list[Reached]]:
    """How many replications are enough for all targets, and what became of each.

    `run_to` is told, again and again, up to which number to run, and gives back the half-widths so far.
    """
    first = max(first, FEWEST, *(ENOUGH_FOR_WAITS for one in targets if one.measure.startswith("wait.")))
    if at_most < first:
        raise SimError(
            f"at most {at_most} replications: is less than there are to begin with; want {first} or more"
        )
    number, seen = first, list[Sequence[Width]]()
    while True:
        widths = run_to(number)
        for one, width in zip(targets, widths(number), strict=True):
            if math.isnan(width.half_width):
                raise SimError(f"{one.measure}: has no figure in most replications, and so no precision")
        seen += [widths(some) for some in range(first + len(seen), number + 1)]
        found = [met_with([one.within for one in each], first=first) for each in zip(*seen, strict=True)]
        met = [some for some in found if some is not None]
        if len(met) == len(found) or number >= at_most:
            break
        number = min(
            at_most, max(number + LOOK_AHEAD, *(forecast(each, first) for each in zip(*seen, strict=True)))
        )
    if len(met) == len(found):
        number = max(some + look_ahead(some) for some in met)
    return number, [
        Reached(one, some, *last)
        for one, some, last in zip(targets, found, seen[number - first], strict=True)
    ]


def forecast(widths: Sequence[Width], first: int) -> int:
    """Up to which number to run before looking again: most of the way to where the target may be met.

    The half-width falls with the square root of the number.
    """
    number = first + len(widths) - 1
    half_width, wanted = widths[-1]
    ratio = half_width / wanted if wanted > 0.0 else math.inf
    more = number * (ratio * ratio - 1.0) if math.isfinite(ratio) else number
    return number + math.ceil(min(max(0.8 * more, LOOK_AHEAD), 2.0 * number))
