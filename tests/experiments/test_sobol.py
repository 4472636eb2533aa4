"""Sobol indices against functions whose indices are published or plain."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.errors import SimError
from sim.experiments.sobol import INDEX_COLUMNS, indices, noise_share, saltelli, spread


def ishigami(points: pd.DataFrame) -> pd.Series:
    """Ishigami and Homma (1990): sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, each from −π to π."""
    return (
        np.sin(points["x1"]) + 7 * np.sin(points["x2"]) ** 2 + 0.1 * points["x3"] ** 4 * np.sin(points["x1"])
    )


def test_the_indices_of_the_ishigami_function_are_the_published_ones() -> None:
    # In closed form (Homma and Saltelli 1996): first-order 0.3139, 0.4424, 0; total 0.5576,
    # 0.4424, 0.2437.
    points = saltelli(dict.fromkeys(("x1", "x2", "x3"), (-math.pi, math.pi)), 2048)
    found = indices(points, ishigami(points)).set_index("key")
    assert tuple(found.reset_index().columns) == INDEX_COLUMNS
    for key, first, total in (("x1", 0.3139, 0.5576), ("x2", 0.4424, 0.4424), ("x3", 0.0, 0.2437)):
        assert found.loc[key, "first"] == pytest.approx(first, abs=0.02)
        assert found.loc[key, "total"] == pytest.approx(total, abs=0.02)
        assert found.loc[key, "first_low"] < first < found.loc[key, "first_high"]
        assert found.loc[key, "total_low"] < total < found.loc[key, "total_high"]


def test_a_sum_splits_its_variance_as_the_squares_of_its_weights() -> None:
    # 1, 2 and 2 times even numbers: 1/9, 4/9, 4/9, and no interplay.
    points = saltelli({"a": (0, 1), "b": (0, 1), "c": (5, 6)}, 1024)
    found = indices(points, points["a"] + 2 * points["b"] + 2 * points["c"])
    assert found["first"].tolist() == pytest.approx([1 / 9, 4 / 9, 4 / 9], abs=0.02)
    assert found["total"].tolist() == pytest.approx([1 / 9, 4 / 9, 4 / 9], abs=0.02)


def test_an_interval_narrows_as_the_plan_grows_and_is_the_same_each_time() -> None:
    def width(rows: int) -> float:
        points = saltelli({"a": (0, 1), "b": (0, 1)}, rows)
        found = indices(points, points["a"] * points["b"])
        pd.testing.assert_frame_equal(found, indices(points, points["a"] * points["b"]))
        return float((found["total_high"] - found["total_low"]).mean())

    assert width(1024) < 0.5 * width(64)


def test_a_plan_changes_one_column_at_a_time() -> None:
    points = saltelli({"a": (0, 1), "b": (10, 20)}, 8)
    assert len(points) == 8 * 4
    sample = {name: part.set_index("row") for name, part in points.groupby("sample")}
    assert sample["a"]["a"].tolist() == sample["B"]["a"].tolist()
    assert sample["a"]["b"].tolist() == sample["A"]["b"].tolist()
    assert sample["b"]["b"].tolist() == sample["B"]["b"].tolist()
    assert points["b"].between(10, 20).all()
    assert not np.allclose(sample["A"]["a"], sample["B"]["a"])


def test_whole_keys_take_each_number_as_often() -> None:
    points = saltelli({"places": (3, 6), "days": (3, 6)}, 64, whole=["places"])
    counts = points[points["sample"] == "A"]["places"].value_counts()
    assert counts.to_dict() == {3.0: 16, 4.0: 16, 5.0: 16, 6.0: 16}
    assert points["days"].nunique() > 64
    assert spread(np.array([0.0, 0.999, 1.0]), 2, 4, whole=True).tolist() == [2, 4, 4]


def test_one_key_alone_brings_all_the_variance() -> None:
    points = saltelli({"a": (0, 1)}, 256)
    found = indices(points, points["a"])
    assert found["first"].iloc[0] == pytest.approx(1.0, abs=0.05)
    assert found["total"].iloc[0] == pytest.approx(1.0, abs=0.05)


def test_an_answer_that_does_not_vary_has_no_indices() -> None:
    points = saltelli({"a": (0, 1), "b": (0, 1)}, 8)
    found = indices(points, points["a"] * 0 + 3)
    assert found[["first", "total", "first_low", "total_high"]].isna().all(axis=None)


def test_the_part_of_chance_is_that_of_the_squared_errors() -> None:
    # Answers 0 and 2 have variance 1; squared errors of 0.1 and 0.3 are 0.2 of it.
    assert noise_share(pd.Series([0.1, 0.3]), pd.Series([0.0, 2.0])) == pytest.approx(0.2)


def test_plans_and_answers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SimError, match="want a power of 2"):
        saltelli({"a": (0, 1)}, 100)
    with pytest.raises(SimError, match="goes down"):
        saltelli({"a": (1, 0)}, 8)
    with pytest.raises(SimError, match="there are none"):
        saltelli({}, 8)
    points = saltelli({"a": (0, 1)}, 8)
    with pytest.raises(SimError, match="has no answer"):
        indices(points, points["a"].where(points.index != 3))
    with pytest.raises(SimError, match="has no answer"):
        indices(points[points["sample"] != "B"], points["a"])
