"""Measures by the names that people write."""

import pytest

from sim.errors import SimError
from sim.measures.names import find, spelled

KNOWN = (
    ("wait.mean", ""),
    ("wait.mean", "php"),
    ("wait.offered.mean", "php"),
    ("wait.share_within_7_days", "php"),
    ("occupancy", "php"),
    ("census.mean", "iop"),
    ("episodes.completed.per_month", ""),
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("wait.php.mean", ("wait.mean", "php")),
        ("wait.mean", ("wait.mean", "")),
        (" wait.php.share_within_7_days ", ("wait.share_within_7_days", "php")),
        ("wait.offered.php.mean", ("wait.offered.mean", "php")),
        ("wait.mean.php", ("wait.mean", "php")),
        ("occupancy.php", ("occupancy", "php")),
        ("episodes.completed.per_month", ("episodes.completed.per_month", "")),
    ],
)
def test_a_level_stands_anywhere_behind_the_first_word(text: str, key: tuple[str, str]) -> None:
    assert find(text, KNOWN) == key


@pytest.mark.parametrize("key", KNOWN)
def test_what_is_spelled_is_found(key: tuple[str, str]) -> None:
    assert find(spelled(*key), KNOWN) == key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wait.php.men", "did you mean wait.php.mean?"),
        ("wait.iop.zz.quantile_of_all", "want wait.mean"),
        ("bogus", "a measure of wait, occupancy, census or episodes and a level of iop or php"),
    ],
)
def test_a_wrong_name_is_told_what_there_is(text: str, said: str) -> None:
    with pytest.raises(SimError) as error:
        find(text, KNOWN)
    assert said in str(error.value)
