"""The smallest whole value of one key that meets a target with a stated confidence.

Where more of the key is always better (or always worse) the range is halved; all values meet the same
replications, so that the curve is smooth. Where the curve turns, every value from the smallest up is decided
by ranking and selection (`selection.py`). The answer is tested on replications that the search has not seen:
those of another seed. What a target means is left to `targets.py`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sim.differences import keys
from sim.errors import SimError
from sim.experiments.search import How, Runs, Search
from sim.experiments.targets import MEETS, MISSES, UNKNOWN, UNSURE, Target, Told, parts_of, target_of, told
from sim.manifest import clock
from sim.scenario.types import Scenario

if TYPE_CHECKING:
    from sim.plots.style import Picture

CURVE_COLUMNS: tuple[str, ...] = ("value", "replications", "mean", "low", "high", "verdict", "seen_in")

BISECTION, SELECTION = "bisection", "selection"

TEST = 4
"""The answer is tested on so many times the replications that it was found with."""
TOLERANCE = 0.02
"""Selection: how near to the target, as a share of it, either answer counts as right."""


class Seen(NamedTuple):
    """One point of the curve: the value of the key, and what its replications say of the target."""

    value: int
    told: Told


@dataclass(frozen=True, eq=False)
class Sought:
    """What was found: the curve that was seen, the answer if there is one, and its test.

    `answer` is None where no value in range meets the target. `test` is what fresh replications (of the seed
    `test_seed`) say of the answer. `best` is, after a selection without an answer, the value that comes
    nearest to the target.
    """

    scenario: Scenario
    key: str
    low: int
    high: int
    target: Target
    confidence: float
    method: str
    engine: str
    curve: tuple[Seen, ...]
    answer: int | None
    test: Told | None
    test_seed: int
    largest: bool = False
    best: int | None = None
    notes: tuple[str, ...] = field(default=())
    wall_seconds: float = math.nan

    @property
    def confirmed(self) -> bool:
        """Whether there is an answer and fresh replications meet the target too."""
        return self.test is not None and self.test.verdict == MEETS

    def table(self) -> pd.DataFrame:
        """The curve, by value, and the test of the answer as its last row; columns `CURVE_COLUMNS`.

        `low` and `high` are one-sided bounds of the mean, each at the confidence that was asked for.
        `seen_in` is "search" or "test".
        """
        rows = [(one.value, *_row(one.told), "search") for one in self.curve]
        if self.test is not None and self.answer is not None:
            rows.append((self.answer, *_row(self.test), "test"))
        return pd.DataFrame(rows, columns=list(CURVE_COLUMNS))

    def sentences(self) -> list[str]:
        """What it comes to."""
        return list(_sentences(self))

    def plot(self) -> "Picture":
        """The figure: the curve with its bounds, the target, the answer and its test."""
        from sim.plots.seek import seek_figure  # noqa: PLC0415 (only who draws loads matplotlib)
        from sim.plots.style import drawing, settled  # noqa: PLC0415

        with drawing():
            return settled(seek_figure(self))

    def write(self, folder: str | Path) -> Path:
        """The results folder, written: curve, figure, scenario, and the manifest last."""
        from sim import answers  # noqa: PLC0415 (folders know experiments, not the other way round)

        return answers.write(
            Path(folder),
            self.scenario,
            command="seek",
            question={
                "key": self.key,
                "range": [self.low, self.high],
                "target": str(self.target),
                "confidence": self.confidence,
                "largest": self.largest,
                "method": self.method,
                "answer": self.answer,
                "confirmed": self.confirmed,
                "test_seed": self.test_seed,
            },
            tables={"curve": self.table()},
            figures={"curve": self.plot()},
            engine=self.engine,
            wall_seconds=self.wall_seconds,
        )


def seek(
    scenario: Scenario,
    *,
    key: str,
    between: tuple[int, int],
    target: str,
    confidence: float = 0.95,
    largest: bool = False,
    monotone: bool = True,
    tolerance: float | None = None,
    replications: int | None = None,
    how: How | None = None,
) -> Sought:
    """The smallest whole value of a key, `between` two, that meets the target with this confidence.

    `largest` looks for the largest instead. With `monotone` the range is halved, unless the curve is seen to
    turn; without, each value is decided by selection: values whose mean is `tolerance` or less from the
    target (2 % of it unless given) may then go either way. Each value starts with `replications` and goes up
    to 16 times as many until they tell. `how` says with what they run, and where they are kept. Raises
    `SimError` for a key, range, target or confidence that cannot be.
    """
    began = clock()
    checked(scenario, key=key, between=between, target=target, confidence=confidence, tolerance=tolerance)
    values = list(range(between[0], between[1] + 1))
    if replications is not None:
        scenario = scenario.with_("run.replications", replications)
    runs = Runs(scenario, key, how or How())
    wanted = target_of(target, runs.of(values[0], 1)[0].layout)
    search = Search(runs, wanted, confidence, values[::-1] if largest else values)
    notes = list(_set_elsewhere(scenario, key))
    answer, method = None, SELECTION
    if monotone:
        answer, method = search.halved(), BISECTION
        turn = search.turn()
        if turn:
            notes.append(f"{turn}: the curve turns, so that halving proves nothing; every value was decided")
            answer, method = None, SELECTION
    near = abs(tolerance if tolerance is not None else TOLERANCE * wanted.number)
    if method == SELECTION:
        answer = search.selected(near)
        notes.append(f"selection: within {near:g} of the target either answer counts as right")
        if search.undecided:
            names = ", ".join(map(str, search.undecided))
            notes.append(
                f"{runs.most} replications did not decide {names}, which count as not meeting the target; "
                "want more --replications, or a larger --tolerance"
            )
        if search.unknown:
            names = ", ".join(map(str, search.unknown))
            notes.append(
                f"at {names} some replications have no value, which counts as not meeting the target"
            )
    best = None
    if answer is None and method == SELECTION:
        best, sure = search.nearest(near)
        notes.append("" if sure else "the replications did not suffice to be sure which value comes nearest")
    test, seed = None, other_seed(scenario)
    if answer is not None:
        found = search.seen[answer].replications
        test = told(runs.fresh(answer, seed, TEST * found), wanted, confidence=confidence)
    return Sought(
        scenario=runs.scenario,
        key=key,
        low=between[0],
        high=between[1],
        target=wanted,
        confidence=confidence,
        method=method,
        engine=runs.engine,
        curve=tuple(Seen(value, search.seen[value]) for value in sorted(search.seen)),
        answer=answer,
        test=test,
        test_seed=seed,
        largest=largest,
        best=best,
        notes=tuple(note for note in notes if note),
        wall_seconds=clock() - began,
    )


def other_seed(scenario: Scenario) -> int:
    """The seed of the fresh replications: the next one."""
    return (scenario.run.seed + 1) % 2**63


def checked(
    scenario: Scenario,
    *,
    key: str,
    between: tuple[int, int],
    target: str,
    confidence: float = 0.95,
    tolerance: float | None = None,
    **_: bool,
) -> None:
    """Raises `SimError` for what `seek` cannot be asked, before it runs; the measure is looked up later."""
    low, high = between
    if low > high:
        raise SimError(f"range {low}..{high}: goes down; want the lower number first")
    if not 0.5 < confidence < 1.0:
        raise SimError(f"confidence: is {confidence:g}; want a number above 0.5 and below 1, such as 0.95")
    number = parts_of(target)[2]
    if tolerance is not None and not tolerance > 0.0:
        raise SimError(f"tolerance: is {tolerance:g}; want a number above 0")
    if tolerance is None and number == 0.0:
        raise SimError("tolerance: is not given, and 2 % of a target of 0 is nothing; want a number above 0")
    for end in between:
        scenario.with_(key, end)


def _set_elsewhere(scenario: Scenario, key: str) -> Iterator[str]:
    """That a dated change sets the key too, and goes on doing so."""
    if any(name.startswith("changes.") and name.split(".", 2)[2] == key for name in keys(scenario)):
        yield f"a dated change sets {key} too, and stays as it is"


def _row(one: Told) -> tuple[int, float, float, float, str]:
    return one.replications, one.mean, one.low, one.high, one.verdict


def _sentences(found: Sought) -> Iterator[str]:
    """The answer or that there is none, what lies before it, and the test."""
    seen = {one.value: one.told for one in found.curve}
    where = f"{found.key} in {found.low}..{found.high}"
    size = "largest" if found.largest else "smallest"
    sure = f"{100 * found.confidence:g} % confidence"
    how_many = f"{found.method}, {len(seen)} value{'s' * (len(seen) > 1)} looked at"
    if found.answer is None:
        yield f"No value of {where} meets {found.target} with {sure} ({how_many})."
        near = found.best if found.best is not None else _nearest_seen(found)
        if near is not None:
            yield f"Nearest comes {near}: {bounds(seen[near], found.target)}."
        return
    yield f"{found.answer} is the {size} {where} that meets {found.target} with {sure} ({how_many})."
    yield f"At {found.answer}: {bounds(seen[found.answer], found.target)}."
    before = found.answer + (1 if found.largest else -1)
    if before in seen:
        one = seen[before]
        yield f"At {before}: {bounds(one, found.target)}: {VERDICTS[one.verdict]}."
    elif not found.low <= before <= found.high:
        yield f"It is the end of the range: a {'larger' if found.largest else 'smaller'} value may do too."
    if found.test is not None:
        yield (
            f"Tested on {found.test.replications} fresh replications (seed {found.test_seed}): "
            f"{edges(found.test, found.target)}: "
            + (
                "confirmed."
                if found.confirmed
                else "NOT confirmed; want more --replications, or the next value."
            )
        )


VERDICTS = {
    MEETS: "meets the target",
    MISSES: "misses the target",
    UNSURE: "does not tell",
    UNKNOWN: "nothing is known",
}
"""Verdict → in words."""


def bounds(one: Told, target: Target) -> str:
    """The same as `edges`, with the number of replications."""
    return f"{edges(one, target)} ({one.replications} replications)"


def edges(one: Told, target: Target) -> str:
    """The mean, and its bound on the side of the target."""
    side, edge = ("at least", one.low) if target.at_least else ("at most", one.high)
    if one.verdict == MISSES:
        side, edge = ("at most", one.high) if target.at_least else ("at least", one.low)
    return f"mean {one.mean:.4g}, {side} {edge:.4g}"


def _nearest_seen(found: Sought) -> int | None:
    """Of the values seen the one whose mean comes nearest to the target."""
    known = [one for one in found.curve if not math.isnan(one.told.mean)]
    if not known:
        return None
    sign = 1.0 if found.target.at_least else -1.0
    return max(known, key=lambda one: sign * one.told.mean).value
