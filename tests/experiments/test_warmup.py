"""How long a warm-up must be, where it is known: places fill for as long as a fixed stay lasts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.axes import Axes

from sim import answers
from sim.errors import SimError
from sim.experiments.warmup import TABLE_COLUMNS, warm_up
from sim.plots import style
from sim.plots.warmup import settle
from sim.results import manifest_of
from sim.scenario.types import Scenario

Clinic = Callable[..., Scenario]

FILLS = """
[run]
duration = 150
replications = 20
[arrivals.all]
per_day = 10
enters = "day"
[levels.day]
length_of_stay = "40 days"
"""


def test_what_fills_for_forty_days_needs_a_warm_up_of_forty_days(clinic: Clinic) -> None:
    # Without limits and with a fixed stay the mean census is 10 × min(day, 40): steady from day 40 on.
    found = warm_up(clinic(FILLS), jobs=1)
    table = found.table()
    assert tuple(table.columns) == TABLE_COLUMNS
    assert table["level"].tolist() == ["", "day"]
    assert table["days"].tolist() == [300, 300]
    assert table["cut_days"].between(35, 45).all()
    assert found.days in (35, 42, 49)
    assert table["afterwards"].tolist() == pytest.approx([400.0] * 2, rel=0.02)
    # The window of 150 days has 40 that miss half of it: (40 × 200 + 110 × 400) / 150.
    assert table["in_window"].tolist() == pytest.approx([346.7] * 2, rel=0.03)
    assert (table["ci_high"] < 0).all()
    assert found.sentences()[0].startswith(f'Suggested: warm_up = "{found.days // 7} weeks"')
    assert "% patients in its window." in found.sentences()[1]


def test_a_warm_up_that_is_long_enough_is_said_to_be(clinic: Clinic) -> None:
    found = warm_up(clinic(FILLS, **{"run.warm_up": 60}), replications=5, jobs=1)
    assert found.table()["days"].tolist() == [420, 420]
    (said,) = found.sentences()
    assert said.endswith("The scenario has 8.571 weeks, which is enough.")


def test_runs_grow_until_they_settle_and_what_never_does_is_named(clinic: Clinic) -> None:
    growing = clinic(
        '[run]\nduration = 30\nreplications = 3\n[levels.day]\ncapacity = 1\nlength_of_stay = "2 days"\n'
    )
    found = warm_up(growing, jobs=1)
    assert found.table()["days"].tolist() == [1600, 1600]  # 200 days, and doubled three times
    assert found.days is None
    assert found.sentences()[0].startswith("Not settled within 1600 days: the sum, day.")


def test_who_starts_from_a_census_needs_none(clinic: Clinic) -> None:
    with pytest.raises(SimError, match="starts from a census, and so needs no warm-up"):
        warm_up(clinic('[start]\ncensus = { day = 2 }\n[levels.day]\nlength_of_stay = "2 days"\n'))


def test_dated_changes_are_a_reason_to_look(clinic: Clinic) -> None:
    changed = clinic(FILLS + "[[changes]]\non = 10\nlevels.day.capacity = 900\n")
    assert "dated changes" in warm_up(changed, replications=2, jobs=1).sentences()[-1]


def test_the_folder_has_tables_a_figure_and_a_manifest(clinic: Clinic, tmp_path: Path) -> None:
    scenario = clinic(FILLS)
    store = answers.claim(tmp_path, scenario, command="warm-up")
    warm_up(scenario, replications=2, jobs=1, store=store).write(tmp_path)
    made = manifest_of(tmp_path)
    assert made is not None
    assert made["command"] == "warm-up"
    assert {"warm-up.csv", "daily.csv", "figures/warm-up.png", "figures/warm-up.svg"} <= set(made["files"])


@pytest.mark.parametrize(("cut", "words"), [(70, "10 weeks"), (5, "1 week"), (290, "41 weeks")])
def test_the_cut_is_named_in_its_panel_and_stays_in_it(cut: int, words: str, clinic: Clinic) -> None:
    found = warm_up(clinic(FILLS), replications=2, jobs=1)
    row = found.table().iloc[1].to_dict() | {"cut_days": cut, "settled": True}
    with style.drawing():
        ax: Axes = style.picture(5, 3, title="t", caption="c").subplots()
        daily = found.daily()
        settle(daily[daily["level"] == "day"], ax, row=row, colour="#00345f", warm_up=14.0)
        (text,) = ax.texts
        assert text.get_text() == words
        box, frame = text.get_window_extent(), ax.get_window_extent()
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1
    plot = found.plot()
    assert "clinic" in plot.get_supxlabel()
    assert any("weeks" in panel.get_xlabel() for panel in plot.axes)
