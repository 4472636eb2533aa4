from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from logs import Row, any_rows, log_of, log_of_rows
from traces import holding

from sim.measures import registry
from sim.measures.census import daily
from sim.measures.reduce import REDUCED_COLUMNS, reduce

FOLDER = Path(registry.__file__).parent


def test_every_value_has_its_measure_in_the_table_and_every_measure_its_value() -> None:
    emitted = set()
    for follows in (True, False):
        emitted |= set(reduce(log_of("0 1 request a", follows=follows)).values["measure"])
    assert {registry.measure(name).name for name in emitted} == {one.name for one in registry.MEASURES}


def test_a_name_that_is_no_measure_is_refused() -> None:
    with pytest.raises(KeyError):
        registry.measure("wait.mode")


def test_the_readme_of_the_folder_holds_the_table_of_measures() -> None:
    assert registry.documentation() in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_function_defines_what_it_measures() -> None:
    for function in (*registry.FUNCTIONS, *registry.CURVES.values()):
        assert function.__doc__
        assert len(function.__doc__) > 90, function.__name__


def test_a_reduced_log_has_every_table() -> None:
    reduced = reduce(holding())
    assert tuple(reduced.values.columns) == REDUCED_COLUMNS
    assert set(reduced.values["level"]) == {"", "a", "b"}
    assert reduced.values.set_index(["measure", "level"]).index.is_unique
    assert reduced.curves.set_index(["curve", "group", "day"]).index.is_unique
    assert reduced.notes == ()


def test_curves_and_days_are_those_of_the_functions_that_define_them() -> None:
    log = holding()
    reduced = reduce(log)
    curves = [function(log) for function in registry.CURVES.values()]
    assert len(reduced.curves) == sum(len(one) for one in curves)
    np.testing.assert_array_equal(reduced.curves["share"], np.concatenate([one["share"] for one in curves]))
    np.testing.assert_array_equal(
        reduced.curves["at_risk"], np.concatenate([one["at_risk"] for one in curves])
    )
    names = [name for one in curves for name in zip(one["curve"], one["group"], strict=True)]
    assert list(zip(reduced.curves["curve"], reduced.curves["group"], strict=True)) == names
    assert reduced.daily.equals(daily(log))


def test_a_ratio_is_its_numerator_by_its_denominator() -> None:
    values = reduce(holding()).values.dropna(subset=["denominator", "value"])
    np.testing.assert_allclose(values["value"], values["numerator"] / values["denominator"], atol=1e-12)


def test_an_empty_log_has_the_same_rows_and_no_shares() -> None:
    empty, full = reduce(log_of("", window=(0, 20))), reduce(holding())
    keys = ["measure", "level"]
    assert empty.values[keys].equals(full.values[keys])
    shares = empty.values[empty.values["unit"] == "share"]
    assert shares["value"].isna().all()
    assert empty.notes == ("nobody asked for care within the window",)


@settings(max_examples=20)
@given(any_rows(levels=("a", "b")))
def test_no_history_breaks_a_measure(rows: list[Row]) -> None:
    log = log_of_rows(rows, levels=("a", "b"), window=(3.0, 23.0), end=31.0)
    values = reduce(log).values
    known = values.dropna(subset="value")
    assert np.isfinite(known["value"]).all()
    assert (known["value"] >= 0).all()
    shares = known[(known["unit"] == "share")]["value"]
    assert (shares <= 1.0 + 1e-12).all()
