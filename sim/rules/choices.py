"""Which rule decides, and which of its options comes out.

Rules are ordered; the first whose condition holds decides. Its options have shares; odds ratios on named
options shift them. What an option then means is left to the caller.
"""

from sim.distributions import odds
from sim.rules.conditions import Person, holds
from sim.rules.effects import option_ratio
from sim.tables import NONE, Tables


def first_rule(t: Tables, first: int, last: int, person: Person) -> int:
    """The first rule of a slice whose condition holds; −1 when none does."""
    for rule in range(first, last):
        if holds(t, t.rules[rule].condition, person):
            return rule
    return NONE


def choose(t: Tables, rule: int, level: int, person: Person, *, u: float) -> int:
    """Where the rule sends her: the option in whose share the uniform number falls.

    An odds ratio on an option multiplies the odds of its share, and the other options shrink or grow alike to
    make room; several act one after the other in the order of the options.
    """
    first, last = t.rules[rule].first, t.rules[rule].last
    if last - first == 1:
        return t.options[first].to
    target = t.rules[rule].target
    effects = t.effects_on[target * t.levels + level]
    if effects.first == effects.last:
        below = 0.0
        for option in range(first, last - 1):
            below = below + t.options[option].share
            if u < below:
                return t.options[option].to
        return t.options[last - 1].to
    scale = 1.0  # by how much all shifts together change a share that is not shifted itself
    for option in range(first, last):
        size = option_ratio(t, target, level, t.options[option].to, person)
        scale = scale * make_room(t.options[option].share * scale, size)[1]
    below = 0.0
    so_far = 1.0
    for option in range(first, last - 1):
        size = option_ratio(t, target, level, t.options[option].to, person)
        share, others = make_room(t.options[option].share * so_far, size)
        so_far = so_far * others
        below = below + share * remaining(scale, so_far)
        if u < below:
            return t.options[option].to
    return t.options[last - 1].to


def make_room(share: float, size: float) -> tuple[float, float]:
    """A share whose odds are multiplied by `size`, and the factor by which the others make room for it."""
    if size == 1.0 or share <= 0.0 or share >= 1.0:
        return share, 1.0
    new = odds(share, size)
    return new, (1.0 - new) / (1.0 - share)


def remaining(scale: float, so_far: float) -> float:
    """The factor of the shifts still to come, from that of all and that of those so far."""
    return scale / so_far if so_far > 0.0 else 1.0  # 0: one option has taken all


def shift(shares: list[float], chosen: int, size: float) -> None:
    """Multiplies the odds of one share in place and scales the others to make room."""
    new, others = make_room(shares[chosen], size)
    for other in range(len(shares)):
        shares[other] = shares[other] * others
    shares[chosen] = new
