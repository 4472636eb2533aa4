"""The agenda of the compiled engine: when to look at each patient next, the earliest first.

A calendar queue (R. Brown, "Calendar queues", Communications of the ACM 31, 1988): the run is cut into many
short stretches of time, and each has a list of the patients due in it, the earliest first. Every patient
stands in one list at most, so that nothing is ever looked up in vain; as there are about as many stretches as
events, a list is short, and every step takes the same time however many patients there are.
"""

from math import inf

from sim.compiler.native import fetch
from sim.kernel.sorting import sort
from sim.kernel.state import AHEAD, DUE, STRETCH, State


def put(s: State, row: int, time: float) -> None:
    """Puts the patient of a row, who stands in no list, on the agenda for a time before the end."""
    stretch = stretch_of(s, time)
    entry = s.agenda[row]
    before, after = 0, int(s.first[stretch])
    while after > 0 and s.agenda[after].time < time:
        before, after = after, int(s.agenda[after].next)
    entry.time, entry.next, entry.previous = time, after, before
    if before > 0:
        s.agenda[before].next = row
    else:
        s.first[stretch] = row
    if after > 0:
        s.agenda[after].previous = row
    s.count[DUE] += 1


def take(s: State, row: int) -> None:
    """Takes the patient of a row off the agenda."""
    entry = s.agenda[row]
    if entry.previous > 0:
        s.agenda[entry.previous].next = entry.next
    else:
        s.first[stretch_of(s, entry.time)] = entry.next
    if entry.next > 0:
        s.agenda[entry.next].previous = entry.previous
    entry.time = inf
    s.count[DUE] -= 1


def stretch_of(s: State, time: float) -> int:
    """The stretch of a time; none before the one that is being lived through."""
    return max(int(time * s.stretches_per_day), int(s.count[STRETCH]))


def next_time(s: State) -> float:
    """The first time on the agenda; infinite when nobody is due before the end."""
    if s.count[DUE] == 0:
        return inf
    while s.first[s.count[STRETCH]] == 0:
        s.count[STRETCH] += 1
        soon = s.first[s.count[STRETCH] + AHEAD]
        fetch(s.agenda, soon)
        fetch(s.patients, soon)
        fetch(s.counts, (soon, 0))
    return float(s.agenda[s.first[s.count[STRETCH]]].time)


def take_due(s: State, now: float) -> int:
    """Takes all who are due by now off the agenda into `s.settling`, by number; how many they are."""
    size = 0
    row = int(s.first[s.count[STRETCH]])
    while row > 0 and s.agenda[row].time <= now:
        following = int(s.agenda[row].next)
        take(s, row)
        s.settling[size] = row
        size += 1
        row = following
    sort(s.agenda, s.settling, size)
    return size
