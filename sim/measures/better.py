"""Which way a measure gets better: a judgement that is made here, once, and nowhere by a figure itself."""

BETTER: tuple[tuple[str, str], ...] = (
    ("wait.*share_within_", "higher"),
    ("wait.", "lower"),
    ("waiting.", "lower"),
    ("blocked.", "lower"),
    ("stay.blocked.", "lower"),
    ("reneged.", "lower"),
    ("turned_away.", "lower"),
    ("no_show.", "lower"),
    ("died_waiting.", "lower"),
    ("ended.dropout.", "lower"),
    ("episodes.dropout.", "lower"),
    ("dropouts.", "lower"),
    ("to_next_level.", "lower"),
    ("readmission.", "lower"),
    ("positive_completion.", "higher"),
    ("admitted.share", "higher"),
    ("step_down.", "higher"),
    ("relapse_free.", "higher"),
    ("in_care.day_", "higher"),
    ("ended.completed.", "higher"),
    ("episodes.completed", "higher"),
)
"""How the name of a measure begins (`*`: anything between) → which is better; the first that fits.

Of the others, such as census, admissions and retention, neither is better by itself.
"""


def better(measure: str) -> str:
    """Which is better for a measure, "lower" or "higher"; "" where neither is by itself."""
    for begins, which in BETTER:
        head, _, tail = begins.partition("*")
        if measure.startswith(head) and tail in measure.removeprefix(head):
            return which
    return ""
