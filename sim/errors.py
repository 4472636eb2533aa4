"""Errors that people see: one class for the library, one for a faulty scenario.

Everything raised on purpose derives from `SimError`, so that the command line can print it without a
traceback and a notebook can catch it. Wording and collecting of faults is left to the code that finds them.
"""

from collections.abc import Sequence
from typing import NamedTuple


class SimError(Exception):
    """Something a person can put right; the message says what and how."""


class Fault(NamedTuple):
    """One fault of a scenario: where it is, what is wrong, and what is wanted."""

    file: str
    line: int
    path: str
    wrong: str
    wanted: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """One line, `FILE:LINE: path.to.key: what is wrong; want …; did you mean …?`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [self.wrong]
        if self.wanted:
            parts.append(f"want {self.wanted}")
        if self.hint:
            parts.append(f"did you mean {self.hint}?")
        head = f"{place}: {self.path}" if self.path else place
        return f"{head}: {'; '.join(parts)}"


class ScenarioError(SimError):
    """All faults of a scenario at once, one line each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
