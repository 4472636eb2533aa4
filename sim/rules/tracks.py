"""Which track of a level a patient asks for.

Among the tracks whose condition holds for her one is drawn by their shares, which are relative. Whether it
has a free seat is left to the waitlist.
"""

from sim.rules.conditions import Person, holds
from sim.tables import NONE, Tables


def track_of(t: Tables, regime: int, level: int, person: Person, *, u: float) -> int:
    """The number of the track that she asks for; −1 where the level has none that is hers."""
    first, last = t.tracks_of[level].first, t.tracks_of[level].last
    row = regime * t.tracks_of[t.levels - 1].last  # of the first track of all under this regime
    total = 0.0
    for track in range(first, last):
        if holds(t, t.tracks[row + track].condition, person):
            total = total + t.tracks[row + track].share
    below = 0.0
    found = NONE
    for track in range(first, last):
        share = t.tracks[row + track].share
        if share > 0.0 and holds(t, t.tracks[row + track].condition, person):
            below = below + share
            found = track
            if u * total < below:
                return found
    return found
