"""Files written whole or not at all, and tables that no spreadsheet takes for formulas.

What the files hold, and when they are written, is left to `sim/results.py` and `sim/experiments/parts.py`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from sim.errors import SimError

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would compute."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Another name to write under; what was written takes the place of `path` when the block ends well.

    A reader, or a crash, finds the old content or the new, never a part. Raises `SimError` when the folder
    cannot be written or the disk is full.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield half
        with half.open("rb+") as file:
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise SimError(
            f"{path}: cannot be written: {error.strerror or error}; name another folder with --out"
        ) from error
    finally:
        remove(half)


def write_whole(path: Path, content: bytes) -> None:
    """Write the content to the path, whole or not at all."""
    with whole(path) as half:
        half.write_bytes(content)


def remove(path: Path) -> None:
    """Remove the file if it is there and can be removed."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def csv_bytes(table: pd.DataFrame) -> bytes:
    """The table as CSV in UTF-8: missing values are empty, numbers have ten significant digits."""
    text: str = spreadsheet_safe(table).to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return text.encode()


def spreadsheet_safe(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would compute."""
    safe = table.rename(columns=harmless)
    for position, kind in enumerate(table.dtypes):
        if not pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_datetime64_any_dtype(kind):
            column = table.iloc[:, position].astype(object)
            safe.isetitem(position, column.map(harmless, na_action="ignore").to_numpy())
    return safe


def harmless(cell: object) -> object:
    """The cell, with an apostrophe in front where a spreadsheet would compute it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell
