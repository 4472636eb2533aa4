"""Stays followed abreast: one lane for all that cannot yet be told apart, and one for each that can.

Stays of one kind of patient go the same way until the first of them reaches its planned end. Up to there they
share a lane; then that one gets a lane of its own. What has left the lanes is added up here, each stay by its
weight. How stays go on and end is left to `sim/flows/stays.py`.
"""

from collections.abc import Mapping, Sequence
from math import inf

import numpy as np
import numpy.typing as npt

from sim.flows.lengths import Begun, Floats, Integers

ALONE = 200_000
"""Products of matrices with no more multiplications than this take one thread; more threads cost more."""

LEFT_STEPS = 10
"""Steps of the grid of remaining days."""

ROWS_KEPT = 64
"""So many rows of stays that left are put by before their days left are spread over the grid."""


def left_grid(longest: float) -> Floats:
    """Remaining days on which the way back to a level is kept: close together where few are left."""
    return np.asarray(np.linspace(0.0, 1.0, LEFT_STEPS + 1) ** 2 * longest, dtype=np.float64)


def applied(matrix: Floats, rows: Floats) -> Floats:
    """The matrix applied to the rows of both tables, [2, row, lane]."""
    block = max(1, ALONE // max(1, matrix.size))
    lanes = rows.shape[2]
    if lanes <= block:
        return np.asarray(matrix @ rows, dtype=np.float64)
    found: Floats = np.empty((2, len(matrix), lanes))
    for first in range(0, lanes, block):
        found[:, :, first : first + block] = matrix @ rows[:, :, first : first + block]
    return found


class Lanes:
    """The lanes in use: which stays go in each, and when those of a lane are planned to end."""

    def __init__(self, begun: Begun, like: Integers) -> None:
        """`like`: stays with the same number differ in nothing but weight, planned end and its reason."""
        self.begun = begun
        _, model, of_stay, many = np.unique(like, return_index=True, return_inverse=True, return_counts=True)
        self.model: Integers = model  # of each lane: one of its stays
        self.shared = many > 1
        self.of_stay: Integers = of_stay  # the lane of each stay; −1 when it is over
        later = np.flatnonzero(self.shared[of_stay])
        self.waiting: Integers = later[np.argsort(begun.planned[later], kind="stable")]  # in shared lanes
        self._look()

    def _look(self) -> None:
        """What the lanes are, from the stays in them."""
        begun, model = self.begun, self.model
        self.waiting_until = begun.planned[self.waiting]
        self.going = np.flatnonzero(self.of_stay >= 0)
        lane = self.of_stay[self.going]
        self.weight = np.bincount(lane, begun.weight[self.going], minlength=len(model))
        self.many = np.bincount(lane, minlength=len(model)).astype(np.float64)
        self.who, self.answer, self.reason = begun.who[model], begun.answer[model], begun.reason[model]
        self.planned = np.where(self.shared, inf, begun.planned[model])
        self.all_shared = bool(self.shared.all())

    def ending(self, age: float) -> Integers:
        """Stays in shared lanes that are planned to end by this age."""
        return self.waiting[: self.waiting_until.searchsorted(age, side="right")]

    def split(self, stays: Integers, over: npt.NDArray[np.bool_]) -> Integers:
        """Gives the stays that end first lanes of their own, and takes away lanes that are over.

        The lane from which each came.
        """
        before = len(self.model)
        came = np.concatenate([np.arange(before), self.of_stay[stays]])
        self.of_stay[stays] = np.arange(before, len(came))
        self.model = np.concatenate([self.model, stays])
        self.shared = np.concatenate([self.shared, np.zeros(len(stays), dtype=bool)])
        going = self.of_stay >= 0
        used = np.bincount(self.of_stay[going], minlength=len(came)) > 0
        keep = np.flatnonzero(used & ~over[came])
        place = np.full(len(came), -1)
        place[keep] = np.arange(len(keep))
        self.of_stay[going] = place[self.of_stay[going]]
        self.model, self.shared = self.model[keep], self.shared[keep]
        waiting = self.waiting[len(stays) :]
        self.waiting = waiting[self.of_stay[waiting] >= 0]
        self._look()
        return came[keep]


class Sums:
    """What has left the lanes, by slot: chances, chances × days, and the days that were left.

    A slot is whatever the caller tells apart. Sums are kept per lane until `settle`, and then by answer: the
    stays that are asked for together.
    """

    def __init__(self, lanes: Lanes, grid: Floats) -> None:
        self.lanes, self.grid = lanes, grid
        self.answers = int(lanes.begun.answer.max(initial=-1)) + 1
        self.total = np.zeros((2, 0, self.answers))
        self.days = np.zeros(self.answers)
        self.left: dict[int, Floats] = {}  # per slot: share and share × days left, [answer, step of the grid]
        self._kept: list[tuple[int, float, Floats, Floats]] = []  # slot, days moved, shares, ages
        self.begin_again()

    def begin_again(self) -> None:
        """Starts sums for the lanes as they are now; the last ones must be settled."""
        self.here = np.zeros((2, self.total.shape[1], len(self.lanes.model)))
        self.days_here = np.zeros(len(self.lanes.model))

    def add(self, slots: slice | list[int], both: Floats) -> None:
        """Adds what has left the lanes: [2, place among these slots, lane]."""
        last = slots.stop if isinstance(slots, slice) else max(slots) + 1
        more = last - self.here.shape[1]
        if more > 0:
            self.total = np.pad(self.total, ((0, 0), (0, more), (0, 0)))
            self.here = np.pad(self.here, ((0, 0), (0, more), (0, 0)))
        self.here[:, slots] += both

    def keep(
        self, slots: Mapping[int, int], rows: Integers, share: Floats, at: Floats, moved: Sequence[float]
    ) -> None:
        """Puts by rows of stays that left, to spread the days that they had left over the grid.

        `slots`: of those rows for which these days are wanted. `moved`: by row, how much later it would end.
        """
        for index, row in enumerate(rows.tolist()):
            if row in slots:
                self._kept.append((slots[row], moved[row], share[index], at[index]))
        if len(self._kept) > ROWS_KEPT:
            self._spread()

    def settle(self) -> None:
        """Adds the sums of the lanes to those of the answers."""
        self._spread()
        lanes, count = self.lanes, 2 * self.here.shape[1]
        rows = self.here.reshape(count, len(lanes.model)) * lanes.weight
        place = (np.arange(count)[:, None] * self.answers + lanes.answer).ravel()
        found = np.bincount(place, rows.ravel(), minlength=count * self.answers)
        self.total += found.reshape(self.total.shape)
        self.days += np.bincount(lanes.answer, self.days_here * lanes.weight, minlength=self.answers)

    def by_days_left(self, slot: int) -> Floats:
        """Shares by days left, [answer, point of the grid], each spread so that its mean is kept."""
        found = np.zeros((self.answers, len(self.grid)))
        if slot in self.left:
            share, left = self.left[slot]
            upper = np.clip((left - self.grid[:-1] * share) / np.diff(self.grid), 0.0, share)
            found[:, 1:] += upper
            found[:, :-1] += share - upper
        return found

    def _spread(self) -> None:
        """Shares and days left of all that was put by, by step of the grid: within one, all is straight."""
        if not self._kept:
            return
        slots, moved, share, at = zip(*self._kept, strict=True)
        self._kept = []
        begun, going = self.lanes.begun, self.lanes.going
        lane, longest = self.lanes.of_stay[going], self.grid[-1]
        left = (np.array(moved)[:, None] - np.array(at)).take(lane, axis=1)
        left += begun.planned[going]
        np.maximum(left, 0.0, out=left)
        np.minimum(left, longest, out=left)
        mass = np.array(share).take(lane, axis=1)
        mass *= begun.weight[going]
        step = left * (LEFT_STEPS**2 / longest)
        np.sqrt(step, out=step)  # the grid is quadratic
        place = step.astype(np.int64)
        np.minimum(place, LEFT_STEPS - 1, out=place)
        known, row = np.unique(slots, return_inverse=True)
        place += (row[:, None] * self.answers + begun.answer[going]) * LEFT_STEPS
        size = len(known) * self.answers * LEFT_STEPS
        shares = np.bincount(place.ravel(), mass.ravel(), minlength=size)
        mass *= left
        lefts = np.bincount(place.ravel(), mass.ravel(), minlength=size)
        both = np.stack([shares, lefts]).reshape(2, len(known), self.answers, LEFT_STEPS)
        for index, slot in enumerate(known.tolist()):
            self.left[slot] = both[:, index] + self.left.get(slot, np.zeros(1))
