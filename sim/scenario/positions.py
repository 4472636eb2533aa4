"""On which line of a TOML file each key and each element of a list stands; no TOML reader tells.

Only for text that `tomllib` has accepted: the scanner finds places and leaves validity and values to it. A
path is a tuple of keys and of places in lists; a table's place is its header, or where it is first named.
"""

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\n]|\r\n|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")


def positions(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every key and every element of a list.

    >>> positions("a = 1\\n[b]\\nc = [10,\\n20]")
    {('a',): 1, ('b',): 2, ('b', 'c'): 3, ('b', 'c', 0): 3, ('b', 'c', 1): 4}
    """
    return _Scanner(text.replace("\r\n", "\n")).scan()


class _Scanner:
    """Walks through the text once; remembers how far it has come and what it has found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [place for place, letter in enumerate(text) if letter == "\n"]
        self.found: dict[Path, int] = {}
        self.many: dict[Path, int] = {}  # arrays of tables: how many elements so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self.skip(_BLANK_LINES)
            if self.at >= len(self.text):
                return self.found
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Path:
        """The path of the table whose header begins here."""
        line = self.line()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        names = self.key()
        self.at += 2 if is_array else 1
        path: Path = ()
        for depth, name in enumerate(names):
            path = (*path, name)
            last = depth == len(names) - 1
            self.note(path, line, anew=last and not is_array)
            if last and is_array:
                self.many[path] = self.many.get(path, 0) + 1
            if path in self.many:
                path = (*path, self.many[path] - 1)
                self.note(path, line)
        return path

    def pair(self, table: Path) -> None:
        """A key with its value, in the table at this path."""
        line = self.line()
        path = table
        names = self.key()
        for depth, name in enumerate(names):
            path = (*path, name)
            self.note(path, line, anew=depth == len(names) - 1)
        self.skip(_BLANK)
        self.at += 1  # the sign =
        self.skip(_BLANK)
        self.value(path)

    def key(self) -> list[str]:
        """The names of a dotted key."""
        names = []
        while True:
            self.skip(_BLANK)
            if match := _STRING.match(self.text, self.at):
                names.append(str(tomllib.loads("k = " + match[0])["k"]))
            else:
                match = _BARE.match(self.text, self.at)
                assert match
                names.append(match[0])
            self.at = match.end()
            self.skip(_BLANK)
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def value(self, path: Path) -> None:
        """Passes a value; notes the elements of a list and the keys of an inline table."""
        if match := _STRING.match(self.text, self.at):
            self.at = match.end()
        elif self.text[self.at] == "[":
            self.list(path)
        elif self.text[self.at] == "{":
            self.inline(path)
        else:
            self.skip(_SCALAR)

    def list(self, path: Path) -> None:
        """Passes a list; notes its elements."""
        self.at += 1
        place = 0
        while True:
            self.skip(_BLANK_LINES)
            if self.text[self.at] == "]":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.note((*path, place), self.line())
            self.value((*path, place))
            place += 1

    def inline(self, path: Path) -> None:
        """Passes an inline table; notes its keys."""
        self.at += 1
        while True:
            self.skip(_BLANK_LINES)
            if self.text[self.at] == "}":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.pair(path)

    def note(self, path: Path, line: int, *, anew: bool = False) -> None:
        """Remembers the line of a path; the line of its own header counts more than a mention before it."""
        if anew or path not in self.found:
            self.found[path] = line

    def skip(self, pattern: "re.Pattern[str]") -> None:
        """Passes what the pattern matches."""
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def line(self) -> int:
        """The line on which the scanner stands, counted from 1."""
        return bisect_right(self.newlines, self.at - 1) + 1
