"""Margins: the effect of a step against a textbook, the ranking, and the sentences."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import SimError
from sim.experiments.margins import GOODS, Margins, goods, margins, signed
from sim.experiments.run import Result
from sim.experiments.steps import steps
from sim.measures.reduce import Layout, Reduced
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

LOSS = """
[run]
warm_up = 10
duration = 120
replications = 10
[arrivals.all]
per_day = 4
enters = "day"
[levels.day]
capacity = 4
length_of_stay = { dist = "exponential", mean = 1 }
waitlist = { limit = 0 }
[levels.evening]
capacity = 400
length_of_stay = 2
"""
THREE = """
[levels.a]
capacity = 1
length_of_stay = 1
[levels.b]
capacity = 1
length_of_stay = 1
[levels.c]
capacity = 1
length_of_stay = 1
"""
MEASURES = tuple((good.measure, level) for good in GOODS.values() for level in ("", "a", "b", "c"))


def replication(number: int, waiting: float) -> Reduced:
    """A replication of which the whole continuum's waitlist is known, all else being nothing."""
    figures = np.full((len(MEASURES), 3), np.nan)
    figures[MEASURES.index(("waiting.mean", "")), 0] = waiting
    none = np.zeros((0, 0))
    layout = Layout(("a", "b", "c"), (), MEASURES, (), 0)
    whole = none.astype(np.int32)
    return Reduced(number, layout, figures, np.zeros((0, 3, 5)), none, whole, none.astype(int), none, ())


def made(clinic: Clinic, **waiting: tuple[float, ...]) -> Margins:
    """Margins with these mean numbers waiting, replication by replication: before, and with each step."""
    scenario = clinic(THREE)
    found = steps(scenario)
    runs = {name: tuple(replication(*one) for one in enumerate(values)) for name, values in waiting.items()}
    return Margins(
        scenario=scenario,
        unit="place",
        words=found.words,
        by="waiting",
        steps=found.steps,
        left_out=(),
        base=Result(scenario=scenario, engine="reference", reduced=runs.pop("before")),
        variants=tuple(runs[step.at] for step in found.steps),
    )


def test_one_more_place_admits_as_many_more_as_erlangs_loss_formula_says(clinic: Clinic) -> None:
    # B(4, 4) = 0.3107 and B(5, 4) = 0.1991 (Erlang's tables): 4 a day × 0.1116 × 365.25 = 163.1 a year.
    found = margins(clinic(LOSS), by="admissions")
    table = found.table()
    row = table[(table["good"] == "admissions") & (table["at"] == "day")].iloc[0]
    assert row["rank"] == 1
    assert row["ci_low"] < 163.1 < row["ci_high"]
    assert row["ci_high"] - row["ci_low"] < 60
    assert row["before"] == pytest.approx(4 * (1 - 0.3107) * 365.25, rel=0.05)
    idle = table[(table["at"] == "evening") & table["change"].notna()]
    assert (idle["change"] == 0).all()  # four hundred places are never full


def test_steps_are_ranked_by_the_change_for_the_better_and_told_with_their_intervals(clinic: Clinic) -> None:
    # Differences: a −1, −1, −1; b −2, −3, −4 (s = 1); c +1. Of three, each at 1 − 0.05/3: t(2) = 7.649.
    found = made(clinic, before=(5, 6, 7), a=(4, 5, 6), b=(3, 3, 3), c=(6, 7, 8))
    table = found.table()
    waiting = table[table["good"] == "waiting"].reset_index()
    assert waiting["at"].tolist() == ["b", "a", "c"]
    assert waiting["rank"].tolist() == [1, 2, 3]
    year = 365.25
    assert waiting["change"].tolist() == pytest.approx([-3 * year, -year, year])
    assert waiting["before"].tolist() == pytest.approx([6 * year] * 3)
    half = 7.649 / 3**0.5 * year
    assert waiting.loc[0, "ci_high"] == pytest.approx(-3 * year + half, rel=1e-3)


def test_the_sentence_names_the_best_and_says_whether_chance_leaves_it_the_best(clinic: Clinic) -> None:
    clear = made(clinic, before=(5, 6, 7), a=(4, 5, 6), b=(1, 2, 3), c=(6, 7, 8)).sentences()
    assert clear[0].startswith("One more place at each level in turn: most good at b")
    assert "−1,461 patient-days a year" in clear[0]
    assert clear[-1].startswith("Next comes a; the two differ beyond chance")
    close = made(clinic, before=(5, 6, 7), a=(4, 5, 6), b=(4, 4, 5), c=(6, 7, 8)).sentences()
    assert "which may be chance" in close[0]
    assert "3 replications do not tell which of the two is better" in close[-1]
    worse = made(clinic, before=(5, 6, 7), a=(5, 6, 7), b=(5, 6, 7), c=(6, 7, 8)).sentences()
    assert worse == ["One more place at each level in turn: none of these steps betters days on waitlists."]
    lost = made(clinic, before=(5, 6, 7), a=(7, 8, 9), b=(6, 7, 8), c=(8, 9, 10)).sentences()
    assert lost[0].endswith("least is lost at b (+365 patient-days a year).")


def test_a_level_whose_line_still_grows_is_named(clinic: Clinic) -> None:
    endless = THREE + '[run]\nduration = 200\nreplications = 4\n[arrivals.all]\nper_day = 2\nenters = "a"\n'
    said = margins(clinic(endless), jobs=1).sentences()
    assert said[-1].startswith("Not settled within the window: a")


def test_the_relapse_free_share_is_told_at_the_latest_day_that_all_replications_reach() -> None:
    days = ("relapse_free.day_30", "relapse_free.day_90", "relapse_free.day_180", "in_care.day_180")
    layout = Layout(("a",), (), tuple((name, "") for name in days), (), 0)

    def shares(*known: float) -> Reduced:
        figures = np.array([(share, 10 * share, 10.0) for share in known])
        return replication(0, 0)._replace(layout=layout, figures=figures)

    nan = float("nan")
    assert goods([shares(0.9, 0.8, 0.7, 0.6)] * 2)["relapse-free"].measure == "relapse_free.day_180"
    some = goods([shares(0.9, 0.8, 0.7, 0.6), shares(0.9, 0.8, nan, 0.6)])["relapse-free"]
    assert (some.measure, some.unit) == ("relapse_free.day_90", "% points at 90 days")
    assert goods([shares(nan, nan, nan, 0.6)] * 2)["relapse-free"].measure == "in_care.day_180"


def test_every_measure_is_told_before_and_after_each_step(clinic: Clinic) -> None:
    frame = made(clinic, before=(5, 6), a=(4, 5), b=(3, 4), c=(6, 7)).differences()
    assert frame.columns[:6].tolist() == ["at", "what", "measure", "level", "before", "after"]
    row = frame[(frame["at"] == "b") & (frame["measure"] == "waiting.mean") & (frame["level"] == "")].iloc[0]
    assert (row["before"], row["after"], row["difference"]) == (5.5, 3.5, -2.0)


def test_margins_are_written_with_their_question_and_read_as_csv(clinic: Clinic, tmp_path: Path) -> None:
    folder = made(clinic, before=(5, 6), a=(4, 5), b=(3, 4), c=(6, 7)).write(tmp_path / "out")
    table = pd.read_csv(folder / "margins.csv")
    assert table["at"][0] == "b"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"manifest.json", "scenario.toml", "differences.csv", "figures/margins.png"} <= names
    assert '"unit": "place"' in (folder / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"by": "money"}, "by 'money': is not known; want waiting"),
        ({"replications": 1}, "replications: is 1; want 2 or more"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_runs(
    clinic: Clinic, how: dict[str, object], said: str
) -> None:
    with pytest.raises(SimError, match=said):
        margins(clinic(THREE), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-1461.0, "−1,461"),
        (12.34, "+12.3"),
        (-0.5, "−0.50"),
        (0.004, "+0.004"),
        (0.0, "0"),
        (float("nan"), "–"),
    ],
)
def test_a_change_has_its_sign_and_as_many_digits_as_say_something(value: float, text: str) -> None:
    assert signed(value) == text
