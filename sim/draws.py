"""Which uniform number a decision gets: its address goes in, one number strictly inside (0, 1) comes out.

An address is (seed, replication, patient key, subject, purpose, stay, use). The generator is Philox 4×64-10
(Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), the function of
`numpy.random.Philox`, evaluated at a counter made of the address. Nothing is remembered between draws, so a
draw does not depend on what was drawn before. What a uniform becomes is left to `sim/distributions.py`.

How an address fills the generator's words of 64 bits:

    key word 0      seed
    key word 1      replication
    counter word 0  patient key, first word: digest of the source's name
    counter word 1  patient key, second word: strip in bits 40–62, point in bits 0–39; or, with bit 63 set,
                    63 bits of the digest of a dated referral's identity
    counter word 2  subject: digest of the name of a level, trait or clock; 0 where a draw has none
    counter word 3  purpose ÷ 4 in bits 48–63, stay in bits 24–47, use in bits 0–23

The remainder of purpose ÷ 4 picks one of the four words that come out. So two addresses share a number only
where two names share a digest, and `collisions` finds those when a scenario is loaded.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.random import Generator, Philox

MASK = 0xFFFFFFFFFFFFFFFF
MULTIPLIER_0 = 0xD2E7470EE14C6C93
MULTIPLIER_1 = 0xCA5A826395121157
WEYL_0 = 0x9E3779B97F4A7C15
WEYL_1 = 0xBB67AE8584CAA73B

STRIP_BITS, POINT_BITS = 23, 40
BLOCK_BITS, STAY_BITS, USE_BITS = 16, 24, 24
REFERRAL = 1 << 63
UNIT = 2.0**-53
LEAST = 0.5 * UNIT
"""The number where numpy's double is 0."""

Four = tuple[float, float, float, float]
"""The numbers of four neighbouring purposes."""


class Draws:
    """The draws of one replication; remembers the last block, since four purposes share one.

    Blocks are those of `philox`, made by numpy's generator, set anew to the counter of each address: that
    takes less than half the time.
    """

    __slots__ = ("_at", "_block", "_doubles", "_four", "_generator", "_keys", "_place", "_state")

    def __init__(self, seed: int, replication: int) -> None:
        self._keys = key_schedule(seed, replication)
        self._at: tuple[int, int, int, int] = (-1, -1, -1, -1)
        self._block: list[float] = []
        self._generator = Philox(0)
        self._doubles = Generator(self._generator).random
        self._four = np.empty(4)
        self._place: dict[str, tuple[int, ...]] = {"key": (seed, replication)}
        nothing_left = {"buffer": (0, 0, 0, 0), "buffer_pos": 4, "has_uint32": 0, "uinteger": 0}
        self._state: Any = {"bit_generator": "Philox", "state": self._place, **nothing_left}

    def uniform(self, key0: int, key1: int, subject: int, purpose: int, stay: int, use: int) -> float:
        """The number at this address, strictly inside (0, 1), from 53 random bits."""
        at = (key0, key1, subject, purpose >> 2 << 48 | stay << 24 | use)
        if at != self._at:
            if (stay | use) >> 24:
                raise OverflowError(f"stay {stay}, use {use}: an address holds counts from 0 to 2^24 − 1")
            self._block = self._numbers(*at)
            self._at = at
        return self._block[purpose & 3] or LEAST

    def four(self, key0: int, key1: int, subject: int, purpose: int, stay: int) -> Four:
        """The numbers of this purpose and of the three after it, which share its block, at use 0."""
        assert purpose & 3 == 0, purpose
        if stay >> 24:
            raise OverflowError(f"stay {stay}: an address holds counts from 0 to 2^24 − 1")
        a, b, c, d = self._numbers(key0, key1, subject, purpose >> 2 << 48 | stay << 24)
        return a or LEAST, b or LEAST, c or LEAST, d or LEAST

    def _numbers(self, c0: int, c1: int, c2: int, c3: int) -> list[float]:
        """The block of a counter as doubles. numpy counts up before it makes one: it is set a step back."""
        if c0 == 0:  # a step back would borrow from the next word
            return [unit(word) for word in philox(c0, c1, c2, c3, self._keys)]
        self._place["counter"] = (c0 - 1, c1, c2, c3)
        self._generator.state = self._state
        self._doubles(out=self._four)
        return self._four.tolist()


def uniform(
    seed: int, replication: int, key: tuple[int, int], subject: int, purpose: int, stay: int, use: int
) -> float:
    """The number at this address, strictly inside (0, 1); `Draws` gives the same, faster."""
    return unit(block(seed, replication, key, subject, purpose >> 2, stay, use)[purpose & 3])


def block(
    seed: int, replication: int, key: tuple[int, int], subject: int, purpose_block: int, stay: int, use: int
) -> tuple[int, int, int, int]:
    """The four words at this address, one for each of four neighbouring purposes."""
    return philox(*counter(key, subject, purpose_block, stay, use), key_schedule(seed, replication))


def counter(
    key: tuple[int, int], subject: int, purpose_block: int, stay: int, use: int
) -> tuple[int, int, int, int]:
    """The four counter words of an address, a different counter for each. Raises `OverflowError`."""
    if purpose_block >> BLOCK_BITS or stay >> STAY_BITS or use >> USE_BITS:
        raise OverflowError(
            f"purpose block {purpose_block}, stay {stay}, use {use}: too large for an address"
        )
    return key[0], key[1], subject, purpose_block << STAY_BITS + USE_BITS | stay << USE_BITS | use


def subject(name: str) -> int:
    """The digest of a name of a level, trait, clock or source: 64 bits, never 0."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") or 1


def collisions(names: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of different names that share a digest, and so would share their luck; empty is the rule."""
    first: dict[int, str] = {}
    pairs = []
    for name in dict.fromkeys(names):
        other = first.setdefault(subject(name), name)
        if other != name:
            pairs.append((other, name))
    return pairs


def patient_key(source: str, strip: int, point: int) -> tuple[int, int]:
    """The key of the patient at one point of one strip of a source (`sim/arrivals.py`)."""
    if strip >> STRIP_BITS or point >> POINT_BITS:
        raise OverflowError(f"strip {strip}, point {point}: too large for a patient key")
    return subject(source), strip << POINT_BITS | point


def referral_key(source: str, identity: str) -> tuple[int, int]:
    """The key of a dated referral; no patient of a rate has the same."""
    return subject(source), subject(identity) | REFERRAL


def unit(word: int) -> float:
    """The upper 53 bits of a word as a number strictly inside (0, 1): numpy's double, and 2⁻⁵⁴ for its 0."""
    return (word >> 11) * UNIT or LEAST


def key_schedule(seed: int, replication: int) -> tuple[int, ...]:
    """The two key words of each of the ten rounds, in order."""
    if not (0 <= seed <= MASK and 0 <= replication <= MASK):
        raise ValueError(f"seed {seed}, replication {replication}: want whole numbers from 0 to 2^64 − 1")
    keys: list[int] = []
    for number in range(10):
        keys += [(seed + number * WEYL_0) & MASK, (replication + number * WEYL_1) & MASK]
    return tuple(keys)


def philox(c0: int, c1: int, c2: int, c3: int, keys: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Philox 4×64-10 of the counter (c0, c1, c2, c3), all words below 2⁶⁴; rounds written out for speed."""
    a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5, a6, b6, a7, b7, a8, b8, a9, b9 = keys
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a0, q & MASK, p >> 64 ^ c3 ^ b0, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a1, q & MASK, p >> 64 ^ c3 ^ b1, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a2, q & MASK, p >> 64 ^ c3 ^ b2, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a3, q & MASK, p >> 64 ^ c3 ^ b3, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a4, q & MASK, p >> 64 ^ c3 ^ b4, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a5, q & MASK, p >> 64 ^ c3 ^ b5, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a6, q & MASK, p >> 64 ^ c3 ^ b6, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a7, q & MASK, p >> 64 ^ c3 ^ b7, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    c0, c1, c2, c3 = q >> 64 ^ c1 ^ a8, q & MASK, p >> 64 ^ c3 ^ b8, p & MASK
    p, q = c0 * MULTIPLIER_0, c2 * MULTIPLIER_1
    return q >> 64 ^ c1 ^ a9, q & MASK, p >> 64 ^ c3 ^ b9, p & MASK
