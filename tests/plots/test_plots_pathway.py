"""The pathway diagram: which ways are drawn, in which lanes, and what is written at them."""

from pathlib import Path

import pandas as pd

from sim.plots import style
from sim.plots.pathway import Arc, lanes, pathway_figure
from sim.routes import ROUTE_COLUMNS
from sim.scenario.load import load, loads

ROOT = Path(__file__).parent.parent.parent
LEVELS = ("a", "b", "c", "d")


def ways(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame([(*row, 100.0) for row in rows], columns=list(ROUTE_COLUMNS))


def test_ways_past_the_same_boxes_have_lanes_of_their_own_the_short_ones_inside() -> None:
    down, up = lanes(
        ways(
            ("a", "b", "completed", 0.5),
            ("a", "c", "completed", 0.3),
            ("a", "d", "completed", 0.1),
            ("c", "d", "completed", 0.5),
            ("d", "b", "relapse", 0.2),
            ("c", "b", "relapse", 0.2),
        ),
        LEVELS,
    )
    assert {(LEVELS[arc.origin], LEVELS[arc.to]): lane for arc, lane in down.items()} == {
        ("a", "b"): 0,
        ("c", "d"): 0,
        ("a", "c"): 1,
        ("a", "d"): 2,
    }
    assert {(LEVELS[arc.origin], LEVELS[arc.to]): lane for arc, lane in up.items()} == {
        ("c", "b"): 1,
        ("d", "b"): 2,
    }


def test_causes_of_one_move_are_one_arrow_and_a_move_for_a_while_another() -> None:
    down, up = lanes(
        ways(
            ("a", "b", "completed", 0.5),
            ("a", "b", "dropout", 0.1),
            ("b", "a", "relapse", 0.1),
            ("b", "a", "for a while", 0.2),
            ("a", "b", "back", 0.2),
        ),
        LEVELS,
    )
    assert list(down) == [Arc(0, 1, 0.6, False, ("completed", "dropout"))]
    assert set(up) == {Arc(1, 0, 0.1, False, ("relapse",)), Arc(1, 0, 0.2, True, ("for a while",))}


def test_a_rare_way_is_left_out() -> None:
    down, up = lanes(ways(("a", "b", "completed", 0.004), ("a", "c", "completed", 0.005)), LEVELS)
    assert [arc.to for arc in down] == [2]
    assert not up


def test_the_diagram_says_places_shares_and_returns() -> None:
    figure = pathway_figure(load(ROOT / "scenarios" / "baseline.toml"))
    said = [text.get_text() for text in figure.axes[0].texts]
    assert "8 places · 5.6 days" in said
    assert any("of those discharged return to care" in words for words in said)
    assert any(words.endswith("for a while") for words in said)


def test_the_same_scenario_gives_the_same_bytes_and_a_scenario_of_one_level_a_diagram() -> None:
    scenario = loads(
        'schema = 1\nname = "one"\n[run]\nduration = "1 year"\n[arrivals.all]\nper_day = 1\nenters = "op"\n'
        '[levels.op]\ncapacity = 3\nlength_of_stay = "2 days"\n'.replace("1 year", "365 days")
    )
    first, second = (style.picture_bytes(pathway_figure(scenario), kind="svg") for _ in range(2))
    assert first == second
