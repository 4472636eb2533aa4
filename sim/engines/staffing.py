"""The staff of one replication in the reference engine: who is present, and what that makes usable.

It keeps what is. What staff can serve is a rule of `sim/rules/staff.py`, who comes and goes is left to
`sim/staff.py`.
"""

from collections.abc import Sequence
from math import inf

from sim.engines.patients import Level, Patient
from sim.engines.recorder import Recorder
from sim.rules import staff as rules
from sim.staff import Presence
from sim.tables import NONE, Tables
from sim.words import Event


class Staff:
    """The FTE of each role that are present, and who is still to come and go."""

    def __init__(self, t: Tables, coming: Sequence[Presence], record: Recorder) -> None:
        self.t = t
        self.record = record
        self.coming = coming
        self.come = 0  # how many of these have come
        self.present = [0.0] * len(t.role_subject)
        self.limits = bool(t.needs)

    def next_time(self) -> float:
        """When the number of those present changes next; infinite when never."""
        return self.coming[self.come].time if self.come < len(self.coming) else inf

    def change(self, now: float) -> None:
        """Those who come and go now."""
        while self.next_time() <= now:
            _, role, fte = self.coming[self.come]
            self.come += 1
            self.present[role] = fte
            self.record.level(now, Event.STAFF, NONE, reason=self.t.role_label[role], value=fte)

    def fits(self, levels: Sequence[Level], patient: Patient) -> bool:
        """Whether those present can serve her in the level she waits for, her old place freed."""
        return rules.fits(self.t, levels, self.present, patient.wants, patient.level)

    def usable(self, levels: Sequence[Level], level: Level, at_most: float) -> tuple[float, int]:
        """How many the level may hold while all others stay as they are, and the role that binds, if any."""
        if not self.t.limited[level.index]:
            return at_most, NONE
        return rules.usable(self.t, levels, self.present, level.index, at_most)
