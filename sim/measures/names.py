"""A measure as people write it, with its level inside: `wait.php.mean` is `wait.mean` of the level php.

Targets, precisions and reports name measures so. Which measures there are is left to `registry.py`.
"""

from collections.abc import Sequence

from sim.errors import SimError
from sim.scenario.faults import listed, nearest

Key = tuple[str, str]
"""A measure and its level; "" for the whole continuum."""


def spelled(measure: str, level: str = "") -> str:
    """The measure with its level behind the first word: `wait.php.mean`."""
    first, dot, rest = measure.partition(".")
    return ".".join(part for part in (first, level, rest if dot else "") if part)


def find(text: str, known: Sequence[Key]) -> Key:
    """The measure and level that a text names, among those a layout knows.

    `wait.php.mean`, `wait.mean` (of the whole continuum), and the level anywhere after the first word:
    `wait.share_within_7_days.php`. Raises `SimError` that says what comes near, or what there is.
    """
    names = {spelled(*key): key for key in known}
    wanted = text.strip()
    if wanted in names:
        return names[wanted]
    parts = wanted.split(".")
    for place in range(2, len(parts)):
        key = ".".join([*parts[:place], *parts[place + 1 :]]), parts[place]
        if key in known:
            return key
    raise SimError(f"{wanted}: {_told(parts, known, names)}")


def _told(parts: list[str], known: Sequence[Key], names: dict[str, Key]) -> str:
    """What is wrong with a name, and what was perhaps meant."""
    levels = {level for _, level in known if level}
    given = next((part for part in parts[1:] if part in levels), "")
    near = nearest(".".join(parts), names)
    if near:
        return f"is no measure of this scenario; did you mean {near}?"
    firsts = dict.fromkeys(measure.split(".", maxsplit=1)[0] for measure, _ in known)
    same = [spelled(*key) for key in known if key[0].startswith(f"{parts[0]}.")]
    at_level = [spelled(*key) for key in known if key[0].startswith(f"{parts[0]}.") and key[1] == given]
    if same:
        return f"is no measure of this scenario; want {listed(at_level or same, most=30)}"
    return (
        "is no measure of this scenario; want MEASURE.LEVEL.STATISTIC, such as wait.php.mean, with a measure "
        f"of {listed(list(firsts), most=40)} and a level of {listed(sorted(levels), most=20)}"
    )
