"""When a discharged patient returns to use, returns to care and dies."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from sim.rules.after import afterwards, anything
from sim.tables import Tables
from sim.words import Reason

SCENARIO = """
[levels.a]
length_of_stay = 5
[levels.b]
length_of_stay = 5
[after.completed]
return_to_use = { by = "last_level", a = "3 days", default = "6 days" }
returns_to_care = { share = 0.4, delay = "10 days" }
death = "100 days"
[after.dropout]
return_to_use = { dist = "fixed", value = 2, ever = 0.5 }
returns_to_care = { share = 0.4, delay = "10 days", after_use = false }
[after.relapse]
returns_to_care = { share = 0.4, delay = "10 days" }
[after.reneged]
return_to_use = { dist = "fixed", value = 2, ever = 0.5 }
returns_to_care = { share = 0.4, delay = "10 days" }
"""
A, B = 0, 1


@pytest.mark.parametrize(
    ("reason", "level", "u_use", "u_returns", "times"),
    [
        (Reason.COMPLETED, A, 0.5, 0.39, (53, 63, 150)),
        (Reason.COMPLETED, B, 0.5, 0.39, (56, 66, 150)),
        (Reason.COMPLETED, B, 0.5, 0.41, (56, inf, 150)),
        (Reason.DROPOUT, A, 0.49, 0.39, (52, 60, inf)),
        (Reason.DROPOUT, A, 0.51, 0.39, (inf, 60, inf)),
        (Reason.RELAPSE, A, 0.5, 0.39, (inf, 60, inf)),
        (Reason.RENEGED, A, 0.49, 0.39, (52, 62, inf)),
        (Reason.RENEGED, A, 0.51, 0.39, (inf, inf, inf)),
        (Reason.NO_SHOW, A, 0.01, 0.01, (inf, inf, inf)),
    ],
)
def test_what_follows_a_discharge_on_day_50(
    reason: Reason,
    level: int,
    u_use: float,
    u_returns: float,
    times: tuple[float, float, float],
    tables: Callable[[str], Tables],
    person: Callable[..., Any],
) -> None:
    """The delay runs from the return to use unless `after_use = false` or there is no such clock."""
    t = tables(SCENARIO)
    found = afterwards(
        t, reason, person(level=level), now=50.0, u_use=u_use, u_returns=u_returns, u_delay=0.5, u_death=0.5
    )
    assert found == times


def test_a_reason_without_a_table_and_without_a_default_is_followed_by_nothing(
    tables: Callable[[str], Tables],
) -> None:
    t = tables(SCENARIO)
    assert anything(t, Reason.COMPLETED)
    assert not anything(t, Reason.NO_SHOW)
