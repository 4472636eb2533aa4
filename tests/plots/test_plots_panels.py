"""Each panel shows what its table says: capacity as steps, the blocked, numbers at risk, cells, waits."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle

from sim.plots.blocking import blocked_by, blocked_size
from sim.plots.census import LONGEST_BY_DAY, by_weeks, census, waitlist
from sim.plots.colours import INK, level_colours
from sim.plots.curves import FEWEST_AT_RISK, curve
from sim.plots.services import services
from sim.plots.setting import Setting, warm_up_words
from sim.plots.transitions import transitions
from sim.plots.waits import admitted_within, wait_days

About = Callable[..., Setting]
MadeUp = Callable[..., Any]
LEVELS = ("detox", "php", "op")


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def lines(ax: Axes, colour: str) -> list[Line2D]:
    return [line for line in ax.lines if line.get_color() == colour]


def test_the_census_is_the_mean_of_its_rows_in_the_colour_of_its_level(
    ax: Axes, about: About, made_up: MadeUp
) -> None:
    census(made_up(LEVELS).daily(), ax, level="php", setting=about(*LEVELS))
    (mean,) = lines(ax, level_colours(LEVELS)["php"])
    assert list(mean.get_xdata()) == list(range(14, 42))
    assert set(mean.get_ydata()) == {10.0}


def test_capacity_is_a_step_on_its_day_and_named_where_it_changes(
    ax: Axes, about: About, made_up: MadeUp
) -> None:
    census(made_up(LEVELS).daily(), ax, level="php", setting=about(*LEVELS))
    (steps,) = lines(ax, INK)
    assert steps.get_drawstyle() == "steps-post"
    assert np.array(steps.get_xydata()).tolist() == [[14, 12], [20, 14], [41, 14]]
    assert {"12 places", "14", "blocked"} == set(words(ax))


def test_an_unlimited_level_has_no_line_of_capacity_and_says_so(
    ax: Axes, about: About, made_up: MadeUp
) -> None:
    census(made_up(LEVELS).daily(), ax, level="op", setting=about(*LEVELS))
    assert not lines(ax, INK)
    assert "unlimited" in words(ax)


def test_capacity_given_as_infinite_is_unlimited_too(ax: Axes, about: About, made_up: MadeUp) -> None:
    daily = made_up(LEVELS).daily()
    daily.loc[(daily["level"] == "op") & (daily["measure"] == "capacity"), "mean"] = np.inf
    census(daily, ax, level="op", setting=about(*LEVELS))
    assert "unlimited" in words(ax)


def test_capacity_far_above_the_census_does_not_flatten_it(ax: Axes, about: About, made_up: MadeUp) -> None:
    daily = made_up(LEVELS).daily()
    daily.loc[(daily["level"] == "php") & (daily["measure"] == "capacity"), "mean"] = 900.0
    census(daily, ax, level="php", setting=about(*LEVELS))
    assert ax.get_ylim()[1] < 40  # the 95 % point of the census is 11


def test_days_outside_the_window_stand_on_grey_ground(ax: Axes, about: About, made_up: MadeUp) -> None:
    setting = about(*LEVELS)._replace(window_start=20.0, window_end=35.0)
    daily = made_up(LEVELS).daily()
    census(daily, ax, level="php", setting=setting)
    grounds = [patch.get_extents().transformed(ax.transData.inverted()) for patch in ax.patches]
    assert [(round(ground.x0), round(ground.x1)) for ground in grounds] == [(14, 20), (35, 42)]
    assert warm_up_words(daily, setting) == "Grey ground: warm-up of 3 weeks, not counted."
    assert warm_up_words(daily, about(*LEVELS)) == "The warm-up of 2 weeks is left out."


def test_a_long_run_is_drawn_by_weeks_but_its_capacity_by_days(
    ax: Axes, about: About, made_up: MadeUp
) -> None:
    days = np.arange(0, LONGEST_BY_DAY + 100)
    parts = []
    for measure, mean in (("census", days % 7.0), ("capacity", np.where(days < 10, 8.0, 9.0))):
        table = {"day": days, "mean": mean, "p05": mean, "p95": mean}
        parts.append(pd.DataFrame(table).assign(level="php", measure=measure))
    daily = pd.concat(parts)
    assert by_weeks(daily)
    census(daily, ax, level="php", setting=about(*LEVELS))
    (mean_line,) = lines(ax, level_colours(LEVELS)["php"])
    assert mean_line.get_xdata()[0] == 3.0
    assert mean_line.get_ydata()[0] == 3.0  # the mean of 0 … 6
    assert np.array(lines(ax, INK)[0].get_xydata())[1].tolist() == [10, 9]


def test_a_waitlist_without_anybody_says_so(ax: Axes, about: About, made_up: MadeUp) -> None:
    daily = made_up(LEVELS).daily()
    waitlist(daily[daily["measure"] != "waiting"], ax, level="php", setting=about(*LEVELS))
    assert words(ax) == ["nobody waits for php"]


def test_a_curve_has_its_numbers_at_risk_under_the_ticks(ax: Axes, about: About, made_up: MadeUp) -> None:
    curves = made_up(LEVELS).curves()
    curve(curves[curves["group"] == ""], ax, name="retention", setting=about(*LEVELS))
    # 30 × (130 − 2 × day) at the ticks 0, 10, …, 60; and the last share, 1 − 60 / 100
    numbers = ["3 900", "3 300", "2 700", "2 100", "1 500", "900", "300"]
    assert [text.replace("\u202f", " ") for text in words(ax)] == ["40 %", "at risk (patients)", *numbers]


def test_a_curve_ends_where_too_few_are_at_risk(ax: Axes, about: About, made_up: MadeUp) -> None:
    curves = made_up(LEVELS).curves()
    curves["at_risk"] -= 30 * 50  # per replication 80 − 2 × day: fewer than five from day 38 on
    curve(curves[curves["group"] == ""], ax, name="retention", setting=about(*LEVELS))
    assert FEWEST_AT_RISK == 5
    assert max(lines(ax, INK)[0].get_xdata()) == 37


def test_a_group_nobody_follows_any_more_has_zero_at_risk(ax: Axes, about: About, made_up: MadeUp) -> None:
    curves = made_up(("op",)).curves()
    curves = curves[(curves["group"] == "") | (curves["day"] <= 30)]
    curve(curves, ax, name="retention", setting=about("op"))
    assert words(ax)[-4:] == ["2\u202f100", "0", "0", "0"]


def test_a_curve_of_very_few_patients_is_drawn_whole(ax: Axes, about: About, made_up: MadeUp) -> None:
    curves = made_up(LEVELS).curves()
    curves["at_risk"] = 3
    curve(curves[curves["group"] == ""], ax, name="retention", setting=about(*LEVELS))
    assert max(lines(ax, INK)[0].get_xdata()) == 60


def test_lines_of_groups_are_named_and_have_their_levels_colour(
    ax: Axes, about: About, made_up: MadeUp
) -> None:
    curve(made_up(LEVELS).curves(), ax, name="return_to_care", setting=about(*LEVELS))
    assert {"all 60 %", "detox 60 %", "php 60 %", "op 60 %"} <= set(words(ax))
    for colour in level_colours(LEVELS).values():
        assert lines(ax, colour)


def test_every_cell_of_the_blocked_by_matrix_has_its_number(ax: Axes, about: About) -> None:
    table = pd.DataFrame(
        [("detox", "php", 300.0), ("detox", "op", 40.4), ("php", "placement delay", 7.25)],
        columns=["level", "waiting_for", "patient_days_per_year"],
    )
    setting = about(*LEVELS)
    blocked_by(table, ax, setting=setting)
    # rows detox and php, then their sums; columns php, op, placement delay
    assert words(ax) == ["300", "40", "·", "340", "", "·", "7.2", "7.2"]
    assert blocked_size(table, setting=setting) == (2, 4)


def test_a_fuller_cell_is_darker(ax: Axes, about: About) -> None:
    table = pd.DataFrame(
        [("detox", "php", 300.0), ("detox", "op", 40.0)],
        columns=["level", "waiting_for", "patient_days_per_year"],
    )
    blocked_by(table, ax, setting=about(*LEVELS))
    full, little = (patch.get_facecolor()[1] for patch in ax.patches if isinstance(patch, Rectangle))
    assert full < little


def test_step_ups_are_hatched_and_nothing_else_is(ax: Axes, about: About, made_up: MadeUp) -> None:
    transitions(made_up(LEVELS).transitions(), ax, setting=about(*LEVELS))
    hatched = [patch for patch in ax.patches if isinstance(patch, PathPatch) and patch.get_hatch()]
    assert len(hatched) == 4  # php to detox and op to php, each leaving and arriving
    assert {"detox  5 (5 up)", "outside  100", "completed  60"} <= set(words(ax))


def test_bars_of_waits_are_cut_at_the_days_of_the_key(ax: Axes, about: About, made_up: MadeUp) -> None:
    curves = made_up(("php",)).curves()
    admitted_within(curves[curves["group"] == "php"], ax, setting=about("php"))
    # share admitted = day / 100: 0 at once, 1 % by day 1, 6 % more by day 7, 7 by 14, 16 by 30, 70 later
    assert words(ax)[:4] == ["6", "7", "16", "70"]


def test_waits_are_told_apart_by_where_patients_come_from(ax: Axes, about: About, made_up: MadeUp) -> None:
    wait_days(made_up(("php",)).summary(), ax, setting=about("php"))
    assert words(ax) == ["2.0 – 9.5", "2.0 – 9.5", "from outside", "transfers"]


def test_waits_of_nobody_leave_no_line(ax: Axes, about: About, made_up: MadeUp) -> None:
    summary = made_up(LEVELS).summary()
    summary.loc[summary["measure"].str.contains("transfers"), ["mean", "p05", "p95"]] = np.nan
    wait_days(summary, ax, setting=about(*LEVELS))
    assert words(ax).count("2.0 – 9.5") == 3


EMPTY: dict[str, Callable[[Any, Axes, Setting], Axes]] = {
    "no patients in php": lambda run, ax, about: census(run.daily(), ax, level="php", setting=about),
    "nobody waits for php": lambda run, ax, about: waitlist(run.daily(), ax, level="php", setting=about),
    "no patients to follow": lambda run, ax, about: curve(run.curves(), ax, name="retention", setting=about),
    "no patients moved": lambda run, ax, about: transitions(run.transitions(), ax, setting=about),
    "nobody was blocked": lambda run, ax, about: blocked_by(run.blocked_by(), ax, setting=about),
    "no waits: nobody asked for a place": lambda run, ax, about: admitted_within(
        run.curves(), ax, setting=about
    ),
    "no waits: nobody was admitted": lambda run, ax, about: wait_days(run.summary(), ax, setting=about),
}


@pytest.mark.parametrize("sentence", EMPTY)
def test_an_empty_table_draws_a_sentence(sentence: str, ax: Axes, about: About, made_up: MadeUp) -> None:
    assert EMPTY[sentence](made_up(LEVELS, empty=True), ax, about(*LEVELS)) is ax
    assert words(ax) == [sentence]


def test_services_have_a_line_each_in_the_middle_of_their_weeks(
    ax: Axes, about: About, made_up: MadeUp
) -> None:
    services(made_up(LEVELS).panel("services"), ax, level="php", measure="hours", setting=about(*LEVELS))
    drawn = lines(ax, level_colours(LEVELS)["php"])
    assert [set(line.get_ydata()) for line in drawn] == [{27.0}, {3.0}]
    # the window begins on day 14
    assert list(drawn[0].get_xdata()) == [17.5, 24.5, 31.5, 38.5]
    assert words(ax) == ["group", "single"]


@pytest.mark.parametrize(("measure", "value"), [("groups", 3.0), ("fill", 0.75)])
def test_what_is_held_in_groups_has_groups_and_fill(
    measure: str, value: float, ax: Axes, about: About, made_up: MadeUp
) -> None:
    services(made_up(LEVELS).panel("services"), ax, level="php", measure=measure, setting=about(*LEVELS))
    (line,) = lines(ax, level_colours(LEVELS)["php"])
    assert set(line.get_ydata()) == {value}
    assert words(ax) == ["group"]


def test_a_level_without_groups_says_so(ax: Axes, about: About, made_up: MadeUp) -> None:
    panel = made_up(LEVELS).panel("services")
    panel = panel[panel["service"] == "single"]
    services(panel, ax, level="php", measure="fill", setting=about(*LEVELS))
    assert words(ax) == ["no groups in php"]
