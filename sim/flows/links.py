"""Kinds of stay linked by the chance that one follows another, and what flows through them in the long run.

The traffic equations are solved by repetition: those who come from outside, those who follow them, and so on.
What the kinds are is left to `sim/flows/network.py`.
"""

from typing import NamedTuple

import numpy as np

from sim.flows.lengths import Floats, Integers

REPETITIONS = 2000
"""Where so many do not settle the flows, the equations are solved at once."""

SETTLED = 1e-15
"""A flow that grows by no more than this part of itself is taken to have settled."""

EVERYBODY = 1.0 - 1e-12
"""All but everybody goes on: where nobody ever leaves, flows come out huge instead of undefined."""


class Links(NamedTuple):
    """The chance that one kind of stay follows another; entries of the same pair add up."""

    before: Integers
    after: Integers
    share: Floats

    def passed_on(self, per_day: Floats) -> Floats:
        """How many a day follow, of every kind, when so many a day go before."""
        followers = np.bincount(self.after, self.share * per_day[self.before], minlength=len(per_day))
        return followers.astype(np.float64)


def in_the_long_run(links: Links, from_outside: Floats) -> Floats:
    """Stays a day of every kind, when so many of each come from outside."""
    all_but = links._replace(share=links.share * EVERYBODY)
    found = from_outside
    for _ in range(REPETITIONS):
        following = from_outside + all_but.passed_on(found)
        if (np.abs(following - found) <= SETTLED * following).all():
            return following
        found = following
    return _at_once(all_but, from_outside)


def _at_once(links: Links, from_outside: Floats) -> Floats:
    """The same by elimination, for those who go round for long."""
    from scipy.sparse import csc_matrix, identity  # noqa: PLC0415 (seldom needed, and long to load)
    from scipy.sparse.linalg import spsolve  # noqa: PLC0415

    size = len(from_outside)
    onward = csc_matrix((links.share, (links.after, links.before)), shape=(size, size))
    solved = spsolve((identity(size, format="csc") - onward).tocsc(), from_outside)
    return np.atleast_1d(np.asarray(solved, dtype=np.float64))
