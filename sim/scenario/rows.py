"""The rows of a CSV file that stands beside a scenario: dated referrals, today's census, observed values.

A file is read as UTF-8 with commas and a header. Columns that would identify a person are refused wherever
they appear, because a simulation never needs them. What the columns mean is left to the caller.
"""

import csv
import io
import re
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.context import Context
from sim.scenario.faults import Trouble, Wrong, shown, wrong

IDENTIFYING = frozenset({
    "name", "firstname", "lastname", "surname", "forename", "fullname", "nickname", "birth", "birthdate",
    "birthday", "dob", "ssn", "social", "mrn", "record", "chart", "address", "street", "phone", "telephone",
    "mobile", "fax", "email", "mail", "passport", "license", "licence",
})  # fmt: skip
"""Words in the name of a column that mean it tells who somebody is."""


class Beside(str):
    """The name of a file as a scenario file has it; remembers the folder of that file and how to show it."""

    folder: Path
    label: str

    def __new__(cls, name: str, folder: Path, label: str) -> "Beside":
        """The name with its folder and with what messages call the file."""
        made = super().__new__(cls, name)
        made.folder, made.label = folder, label
        return made

    def __getnewargs__(self) -> tuple[str, Path, str]:  # type: ignore[override]
        return (str(self), self.folder, self.label)


class Row(NamedTuple):
    """One row of a CSV: the line it begins on and its cells by column."""

    line: int
    cells: dict[str, str]


class Rows(NamedTuple):
    """A CSV file: how to show its name, the line of its header, its columns and its rows."""

    label: str
    line: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def trouble(self, line: int, column: str, what: str, wanted: str = "", hint: str = "") -> Trouble:
        """Something wrong in one row."""
        return Trouble((column,) if column else (), what, wanted, hint, self.label, line)


def rows(name: str, known: Context) -> Rows:
    """The rows of the file; read once for a scenario. Raises `Wrong` when it is no such file."""
    folder = name.folder if isinstance(name, Beside) else Path()
    label = name.label if isinstance(name, Beside) else str(name)
    slot = str(folder / str(name))
    if slot not in known.files:
        try:
            known.files[slot] = _parse(_text(folder, str(name)), label)
        except Wrong as error:
            known.files[slot] = error
    found: Any = known.files[slot]
    if isinstance(found, Wrong):
        raise Wrong(*found.troubles)
    assert isinstance(found, Rows)
    return found


def identifying(column: str) -> bool:
    """Whether the name of a column says that it tells who somebody is.

    >>> identifying("Last Name"), identifying("dateOfBirth"), identifying("substance")
    (True, True, False)
    """
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", column).lower()
    parts = re.split(r"[^a-z]+", words)
    return any(part in IDENTIFYING or part.endswith(("name", "names")) for part in parts)


def _text(folder: Path, name: str) -> str:
    if not name.strip() or "\0" in name:
        raise wrong(f"is {shown(name)}", "the name of a CSV file beside the scenario")
    path = folder / name
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise wrong(f"there is no file {shown(name)}", "the name of a CSV file beside the scenario") from None
    except UnicodeDecodeError:
        raise wrong(f"{shown(name)} is not text in UTF-8", "a CSV file saved as UTF-8") from None
    except OSError as error:
        raise wrong(f"{shown(name)} cannot be read: {error.strerror}", "a CSV file") from None


def _parse(text: str, label: str) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: tuple[str, ...] = ()
    header = 1
    found: list[Row] = []
    troubles: list[Trouble] = []
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not columns:
                columns, header = tuple(stripped), line
                _check_columns(columns, label, line)
            elif any(stripped) and len(stripped) != len(columns):
                what = f"has {len(stripped)} cells"
                troubles.append(Trouble((), what, f"{len(columns)}, as the header has", "", label, line))
            elif any(stripped):
                found.append(Row(line, dict(zip(columns, stripped, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        troubles.append(
            Trouble((), f"is no CSV: {error}", "commas between cells", "", label, reader.line_num)
        )
    if not columns and not troubles:
        troubles.append(Trouble((), "is empty", "a header and rows", "", label, 1))
    if troubles:
        raise Wrong(*troubles)
    return Rows(label, header, columns, tuple(found))


def _check_columns(columns: tuple[str, ...], label: str, line: int) -> None:
    troubles = []
    for place, column in enumerate(columns):
        if identifying(column):
            what = f"the column {shown(column)} looks as if it identified people"
            troubles.append(Trouble((), what, "a file without it", "", label, line))
        elif not column:
            troubles.append(Trouble((), f"column {place + 1} has no name", "a name", "", label, line))
        elif column in columns[:place]:
            troubles.append(
                Trouble((), f"the column {shown(column)} stands twice", "it once", "", label, line)
            )
    if len(columns) == 1 and ";" in columns[0]:
        troubles = [Trouble((), "has semicolons between its cells", "commas", "", label, line)]
    if troubles:
        raise Wrong(*troubles)
