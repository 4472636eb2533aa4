"""Who comes next in the compiled engine: the strips of all sources side by side, the earliest point first.

It mirrors `sim/arrivals.py`. No patient is made before she comes: every strip knows its next point only, and
an agenda of strips, in the order of sources and strips, says whose turn it is.
"""

from math import inf

import numpy as np

from sim.arrivals import rate_at
from sim.kernel.clinic import NO_SUBJECT, drawn, uniform
from sim.kernel.heap import pop, push
from sim.kernel.patients import Strip
from sim.kernel.state import STRIPS, State
from sim.special import log1p
from sim.words import Purpose


def open_strips(s: State) -> None:
    """Finds the first point of every strip, and the first dated referral of every source."""
    for number in range(len(s.strips)):
        advance(s, number)


def advance(s: State, number: int) -> None:
    """Puts the next patient of a strip on the agenda, if one comes before the end."""
    strip = s.strips[number]
    if strip.is_rate:
        next_point(s, strip)
    else:
        next_referral(s, strip)
    if strip.time < s.end:
        push(s.coming, s.count[STRIPS], strip.time, number)
        s.count[STRIPS] += 1


def next_point(s: State, strip: Strip) -> None:
    """Walks along a strip to its next point that lies below the rate."""
    while True:
        strip.point += 1
        key0 = np.uint64(s.c.source_subject[strip.source])
        key1 = strip.first + np.uint64(strip.point)
        strip.time -= log1p(-uniform(s, key0, key1, NO_SUBJECT, Purpose.ARRIVAL_GAP, 0, 0))
        if strip.time >= s.end:
            return
        while strip.time >= s.c.pieces[strip.piece].until:
            strip.piece += 1
        height = strip.strip + drawn(s, Purpose.ARRIVAL_HEIGHT)
        if height < rate_at(s.c, strip.piece, strip.time):
            strip.u_first = drawn(s, Purpose.PLACEMENT)
            return


def next_referral(s: State, strip: Strip) -> None:
    """Goes on to the next dated referral of a source."""
    strip.point += 1
    stream = s.c.streams[strip.source]
    if strip.point < stream.referrals:
        strip.time = s.c.referrals[stream.referral + strip.point].day
    else:
        strip.time = inf


def next_strip(s: State) -> int:
    """Takes the strip off the agenda whose patient comes next."""
    number = pop(s.coming, s.count[STRIPS])
    s.count[STRIPS] -= 1
    return number
