"""Files are whole or not there; tables are safe to open in a spreadsheet."""

from pathlib import Path

import pandas as pd
import pytest

from sim import files


def test_a_broken_write_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    files.write_whole(path, b"old")
    with pytest.raises(KeyboardInterrupt), files.whole(path) as half:
        half.write_bytes(b"ne")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_cell_and_no_heading_is_taken_for_a_formula() -> None:
    table = pd.DataFrame(
        {"=sum": ["=1+1", "+1", "-1", "@x", "plain", None], "value": [-1.5, 0, 1, 2, 3, None]}
    )
    assert files.csv_bytes(table).decode().splitlines() == [
        "'=sum,value",
        "'=1+1,-1.5",
        "'+1,0",
        "'-1,1",
        "'@x,2",
        "plain,3",
        ",",
    ]


def test_missing_values_are_empty_and_numbers_have_ten_digits() -> None:
    table = pd.DataFrame(
        {"a": [1 / 3, float("nan"), float("inf")], "level": pd.Categorical(["x", None, "x"])}
    )
    assert files.csv_bytes(table) == b"a,level\n0.3333333333,x\n,\ninf,x\n"
