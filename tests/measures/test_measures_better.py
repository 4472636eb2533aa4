"""Which way a measure gets better."""

import pytest

from sim.measures.better import better


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("wait.mean", "lower"),
        ("wait.outside.waited.p90", "lower"),
        ("wait.share_waiting", "lower"),
        ("wait.share_within_7_days", "higher"),
        ("wait.transfers.share_within_7_days", "higher"),
        ("waiting.p95", "lower"),
        ("reneged.share", "lower"),
        ("ended.dropout.share", "lower"),
        ("ended.completed.share", "higher"),
        ("episodes.completed_relapse_free.per_month", "higher"),
        ("relapse_free.day_180", "higher"),
        ("census.mean", ""),
        ("retention.day_90", ""),
        ("admissions.per_month", ""),
        ("ended.transferred_out.share", ""),
    ],
)
def test_waits_and_losses_are_better_lower_and_neither_way_is_better_of_a_census(
    measure: str, expected: str
) -> None:
    assert better(measure) == expected
