"""Files become scenarios in normal form; children inherit and `--set` sets, and both keep their places."""

import math
import pickle
from datetime import date
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load, loads
from sim.scenario.types import Among, Choice, Range, Scenario

DATA = Path(__file__).parents[1] / "data"
SMALL = (DATA / "small.toml").read_text(encoding="utf-8")
CHILD = 'schema = 1\nname = "child"\nextends = "parent.toml"\n'


@pytest.fixture(scope="module")
def everything() -> Scenario:
    return load(DATA / "everything.toml")


def child(folder: Path, text: str, *, parent: str = SMALL) -> Scenario:
    (folder / "parent.toml").write_text(parent, encoding="utf-8")
    (folder / "child.toml").write_text(CHILD + text, encoding="utf-8")
    return load(folder / "child.toml")


def fault(text: str, *sets: str, folder: Path = DATA) -> str:
    with pytest.raises(ScenarioError) as caught:
        loads(text, folder, sets)
    return str(caught.value)


# --- normal forms ---------------------------------------------------------------------------------------


def test_durations_are_days_and_unlimited_is_infinite(everything: Scenario) -> None:
    assert everything.run.warm_up == 364.0
    assert everything.levels["detox"].opens_at == 0.375
    assert everything.levels["detox"].minimum_stay == 2.0
    assert math.isinf(everything.levels["op"].capacity)
    assert everything.levels["detox"].waitlist.limit == 30


def test_doors_are_weekdays_from_monday_0_and_dates(everything: Scenario) -> None:
    assert everything.levels["detox"].admits == (0, 1, 2, 3, 4)
    assert everything.levels["php"].admits == (0, 1, 2, 3, 4, 5, 6)
    assert everything.levels["detox"].closed == (date(2026, 12, 25),)


def test_a_duration_is_a_choice_fixed_plain_or_by_trait(everything: Scenario) -> None:
    php, for_a_week = everything.levels["php"].length_of_stay, everything.levels["iop"].on_relapse[0].for_
    assert php is not None
    assert php.by == "substance"
    assert list(php.options) == ["opioids"]
    assert php.default is not None
    assert php.default.mean == 20.0
    assert for_a_week is not None
    assert for_a_week.by is None
    assert for_a_week.default is not None
    assert for_a_week.default.value == 7.0


def test_a_bare_number_is_a_probability_and_text_a_clock() -> None:
    level = loads(SMALL + 'dropout = 0.2\nrelapse = "3 days"\n').levels["day"]
    assert level.dropout == 0.2
    assert isinstance(level.relapse, Choice)


def test_a_table_of_probabilities_by_trait_is_read(everything: Scenario) -> None:
    text = SMALL + "dropout = { by = 'x', a = 0.2, b = 0.4 }\n[traits.x]\nshares = { a = 0.5, b = 0.5 }\n"
    dropout = loads(text).levels["day"].dropout
    assert getattr(dropout, "options", None) == {"a": 0.2, "b": 0.4}
    assert everything.levels["iop"].dropout is None


def test_where_to_go_is_always_shares(everything: Scenario) -> None:
    assert everything.levels["iop"].on_relapse[0].go == {"step up": 1.0}
    assert everything.levels["iop"].on_relapse[1].go == {"stay": 0.90, "discharge": 0.10}
    assert everything.levels["detox"].hold == {"default": 3.0}
    assert everything.arrivals["community"].enters == {"detox": 0.45, "php": 0.15, "iop": 0.25, "op": 0.15}


def test_conditions_are_names_or_ranges(everything: Scenario) -> None:
    placement = everything.arrivals["community"].placement[0].when
    assert placement == {"substance": Among(("opioids", "alcohol")), "housing": Among(("unstable",))}
    assert everything.levels["iop"].on_relapse[0].when == {
        "relapses_in_stay": Range(2, math.inf, False, False)
    }


def test_effects_are_one_row_each(everything: Scenario) -> None:
    rows = {(effect.of, effect.level, effect.target): effect for effect in everything.effect_list}
    assert rows["housing", "iop", "relapse"].hazard_ratio == 1.4
    assert rows["housing", "php", "completes_to"].option == "iop"
    assert (
        rows["days_in_care", None, "return_to_use"].per,
        rows["days_in_care", None, "return_to_use"].cap,
    ) == (
        30.0,
        180.0,
    )


def test_the_defaults_are_those_of_the_interface() -> None:
    scenario = loads(SMALL)
    run, level = scenario.run, scenario.levels["day"]
    assert (run.start, run.warm_up, run.follow_up) == (date(2026, 1, 5), 0.0, 0.0)
    assert (run.replications, run.seed) == (30, 1)
    assert math.isinf(level.capacity)
    assert math.isinf(level.waitlist.limit)
    assert level.waitlist.patience is None
    assert (level.hold, level.waitlist.transfers) == ({"default": 0.0}, "first")
    assert (level.dropout, level.relapse, level.review, level.completes_to) == (None, None, None, None)


def test_a_scenario_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        loads(SMALL).run.seed = 3  # type: ignore[misc]


# --- inheritance ----------------------------------------------------------------------------------------


def test_tables_merge_and_lists_replace(tmp_path: Path) -> None:
    parent = SMALL + "capacity = 5\nclosed = [2026-12-25, 2026-12-26]\n"
    made = child(tmp_path, "[levels.day]\nclosed = [2026-07-04]\n", parent=parent)
    assert made.name == "child"
    assert (made.levels["day"].capacity, made.levels["day"].closed) == (5, (date(2026, 7, 4),))


def test_a_child_has_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "parent.toml").write_text(SMALL, encoding="utf-8")
    assert "<text>:1: name: is missing" in fault('extends = "parent.toml"', folder=tmp_path)


def test_a_fault_in_an_inherited_value_names_the_parents_line(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        child(tmp_path, "[levels.day]\ncapacity = -1\n", parent=SMALL.replace("per_day = 1", "per_day = -1"))
    assert str(caught.value).split("\n") == [
        f"{tmp_path}/parent.toml:6: arrivals.all.per_day: is -1; want patients a day, 0 or more, "
        "at most a million",
        f"{tmp_path}/child.toml:5: levels.day.capacity: is -1; want a whole number, 0 or more, "
        'or "unlimited"',
    ]


@pytest.mark.parametrize(
    ("parent", "own", "gone"),
    [
        ('{ dist = "gamma", mean = 20, sd = 8 }', '{ dist = "lognormal", median = 5, mean = 6 }', "sd"),
        ('{ dist = "gamma", mean = 20, sd = 8 }', '{ dist = "gamma", shape = 2, scale = 3 }', "mean"),
    ],
)
def test_another_distribution_leaves_none_of_the_old_parameters(
    tmp_path: Path, parent: str, own: str, gone: str
) -> None:
    made = child(
        tmp_path,
        f"[levels.day]\nlength_of_stay = {own}\n",
        parent=SMALL.replace('"5 days"', parent),
    )
    stay = made.levels["day"].length_of_stay
    assert stay is not None
    assert gone not in stay.default.model_fields_set  # type: ignore[union-attr]


def test_one_parameter_of_a_distribution_can_be_changed_alone(tmp_path: Path) -> None:
    parent = SMALL.replace('"5 days"', '{ dist = "gamma", mean = 20, sd = 8, max = 60 }')
    stay = (
        child(tmp_path, "[levels.day.length_of_stay]\nmean = 30\n", parent=parent)
        .levels["day"]
        .length_of_stay
    )
    assert stay is not None
    assert stay.default is not None
    assert (stay.default.mean, stay.default.sd, stay.default.max) == (30.0, 8.0, 60.0)


def test_ends_in_a_child_take_the_place_of_the_stay_and_its_clocks(tmp_path: Path) -> None:
    text = '[levels.day.ends]\ncompleted = { share = 1.0, stay = "9 days" }\n'
    level = child(tmp_path, text, parent=SMALL + "dropout = 0.1\n").levels["day"]
    assert (level.length_of_stay, level.dropout) == (None, None)
    assert level.ends is not None


def test_a_new_level_comes_last_unless_the_child_names_them_all(tmp_path: Path) -> None:
    night = '[levels.night]\nlength_of_stay = "2 days"\n'
    assert list(child(tmp_path, night).levels) == ["day", "night"]
    assert list(child(tmp_path, night + "[levels.day]\n").levels) == ["night", "day"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../other.toml", "leads out of the folder"),
        ("child.toml", "goes round in a circle: child.toml → child.toml"),
        ("none.toml", "there is no file"),
        (".", "there is no file"),
        ("", "want the name of a scenario file"),
    ],
)
def test_a_file_that_cannot_be_extended_is_named(tmp_path: Path, name: str, words: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "other.toml").write_text(SMALL, encoding="utf-8")
    path = folder / "child.toml"
    path.write_text(CHILD.replace("parent.toml", name), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert f"{path}:3: extends: " in str(caught.value)
    assert words in str(caught.value)


def test_a_long_circle_is_named_and_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "b")):
        (tmp_path / f"{name}.toml").write_text(CHILD.replace("parent", parent), encoding="utf-8")
    with pytest.raises(
        ScenarioError, match=r"c\.toml:3: extends: goes round in a circle: b\.toml → c\.toml → b\.toml"
    ):
        load(tmp_path / "a.toml")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.toml").symlink_to(tmp_path / "a.toml")
    assert "leads out of the folder" in fault(CHILD.replace("parent", "link"), folder=inner)


def test_a_grandchild_below_is_read_from_its_own_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "parent.toml").write_text(SMALL, encoding="utf-8")
    (inner / "mid.toml").write_text(CHILD, encoding="utf-8")
    assert loads(CHILD.replace("parent", "inner/mid"), tmp_path).levels["day"]


def test_of_several_files_the_later_lies_over_the_earlier_and_the_child_over_all(tmp_path: Path) -> None:
    (tmp_path / "parent.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "more").mkdir()
    # no whole scenarios: a preset holds only what it is about
    (tmp_path / "more" / "a.toml").write_text("levels.day = { capacity = 3, hold = 4 }\n", encoding="utf-8")
    (tmp_path / "more" / "b.toml").write_text(
        "levels.day = { capacity = 5, closed = [2026-12-25] }\n", encoding="utf-8"
    )
    several = CHILD.replace('"parent.toml"', '["parent.toml", "more/a.toml", "more/b.toml"]')
    day = loads(several, tmp_path).levels["day"]
    assert (day.capacity, day.hold["default"], len(day.closed)) == (5, 4.0, 1)
    assert loads(several + "levels.day.capacity = 7\n", tmp_path).levels["day"].capacity == 7


def test_a_file_that_two_others_extend_lies_below_both(tmp_path: Path) -> None:
    (tmp_path / "parent.toml").write_text(SMALL, encoding="utf-8")
    for name, key in (("a", 'length_of_stay = "9 days"'), ("b", "hold = 4")):
        (tmp_path / f"{name}.toml").write_text(f"{CHILD}levels.day.{key}\n", encoding="utf-8")
    day = loads(CHILD.replace('"parent.toml"', '["a.toml", "b.toml"]'), tmp_path).levels["day"]
    stay = day.length_of_stay
    assert stay is not None
    assert stay.default is not None
    assert (stay.default.value, day.hold["default"]) == (9.0, 4.0)  # not 5 days, as in the parent of b


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("[]", "extends: is an empty list; want the name of a scenario file of the same folder or below it"),
        (
            '["parent.toml", 3]',
            "extends.1: is 3; want the name of a scenario file of the same folder or below it",
        ),
        ('["parent.toml", "presets/xx.toml"]', 'extends.1: there is no file "presets/xx.toml"'),
        ('["parent.toml", "./parent.toml"]', 'extends.1: "./parent.toml" stands twice; want each once'),
        ('["parent.toml", "child.toml"]', "extends.1: goes round in a circle: child.toml → child.toml"),
        ("{ a = 1 }", "extends: is a table; want the name"),
    ],
)
def test_a_list_of_files_that_cannot_be_extended_is_named(tmp_path: Path, names: str, said: str) -> None:
    (tmp_path / "parent.toml").write_text(SMALL, encoding="utf-8")
    path = tmp_path / "child.toml"
    path.write_text(CHILD.replace('"parent.toml"', names), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert f"{path}:3: {said}" in str(caught.value)


# --- settings from outside ------------------------------------------------------------------------------


def test_a_set_is_toml_or_plain_text() -> None:
    sets = ["levels.day.capacity=20", "run.duration=8 weeks", "levels.day.hold=unlimited"]
    scenario = loads(SMALL, DATA, sets)
    assert (scenario.levels["day"].capacity, scenario.run.duration) == (20, 56.0)
    assert math.isinf(scenario.levels["day"].hold["default"])
    changed = loads(SMALL, DATA, ["levels.day.length_of_stay={dist='gamma', mean=3, sd=1}",
                                  "levels.day.length_of_stay.mean=9"])  # fmt: skip
    assert changed.levels["day"].length_of_stay.default.mean == 9.0  # type: ignore[union-attr]


def test_a_set_reaches_into_lists_and_quoted_keys() -> None:
    sets = ["levels.iop.on_relapse.1.go=stay", 'effects.housing.unstable."iop.relapse".hazard_ratio=2']
    scenario = load(DATA / "everything.toml", sets)
    assert scenario.levels["iop"].on_relapse[1].go == {"stay": 1.0}
    assert 2.0 in [effect.hazard_ratio for effect in scenario.effects]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ("levels.day.capacity=-3", ': is -3; want a whole number, 0 or more, or "unlimited"'),
        ("levels.dya.capacity=3", ": levels.dya is not there; did you mean day?"),
        ("levels.day.capcity=3", ": is no key here; did you mean capacity?"),
        ("levels.day.length_of_stay.mean=3", ': levels.day.length_of_stay is "5 days" and has no key "mean"; '
         "want a table to be written there first"),
        ("capacity", ": has no value; want KEY=VALUE"),
        ("=3", ": is no key; want names with dots between them, such as levels.php.capacity=20"),
        ("levels..day=3", ": is no key; want names with dots between them, such as levels.php.capacity=20"),
        ("levels.day.closed=[", ': is "["; want a list'),
        ("extends=a.toml", ": cannot be set; want a key of the scenario"),
    ],
)  # fmt: skip
def test_a_faulty_set_is_named_as_it_was_typed(one: str, said: str) -> None:
    assert fault(SMALL, one) == f"--set {one}{said}"


def test_faults_of_sets_and_of_the_file_come_together() -> None:
    lines = fault(SMALL.replace("= 1\nenters", "= -1\nenters"), "nothing", "run.seed=x").split("\n")
    assert [line.split(": ")[0] for line in lines] == ["--set nothing", "--set run.seed=x", "<text>:6"]


def test_with_gives_a_new_scenario_and_leaves_the_old_one() -> None:
    old = loads(SMALL)
    new = old.with_("levels.day.capacity", 3).with_("arrivals.all.per_day", 2.5)
    assert math.isinf(old.levels["day"].capacity)
    assert (new.levels["day"].capacity, new.arrivals["all"].per_day) == (3, 2.5)
    assert math.isinf(new.with_("levels.day.capacity", math.inf).levels["day"].capacity)
    with pytest.raises(ScenarioError, match=r"levels\.day\.capacity = -3: is -3"):
        old.with_("levels.day.capacity", -3)


def test_a_scenario_survives_the_way_to_another_process(everything: Scenario) -> None:
    copy = pickle.loads(pickle.dumps(everything))
    assert copy.digest == everything.digest
    assert copy.with_("levels.php.capacity", 3).levels["php"].capacity == 3
