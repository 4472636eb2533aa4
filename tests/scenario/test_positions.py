"""The scanner finds every key and every element of a list on its line; tomllib is the oracle."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.positions import Path, positions

Draw = Any


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path of a document as tomllib reads it, with what stands there."""
    entries: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    for step, inner in entries:
        yield (*path, step), inner
        yield from paths(inner, (*path, step))


class Writer:
    """Writes a random document; every key holds a number of its own, and so does every plain value."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.number = 0

    def mark(self) -> int:
        self.number += 1
        return self.number

    def pick(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def key(self) -> str:
        form = self.pick(
            "k{}k", '"k{}k"', "'k{}k'", '"k{}k.#=[]"', "'k{}k \"'", '"k{}k\\" \\u00e9"', "k-{}k_"
        )
        return form.format(self.mark())

    def dotted(self) -> str:
        parts = [self.key() for _ in range(self.draw(st.integers(1, 3)))]
        return self.pick(".", " . ").join(parts)

    def value(self, depth: int = 0, *, one_line: bool = False) -> str:
        plain = ["{}", '"v{}v # ] }} , ="', "'v{}v\\'", "1979-05-27 07:32:{:02d}", "0.{}e-3", '"\\"v{}v\\\\"']
        if not one_line:
            plain += ['"""v{}v\n"" ] #\n\\""""', "'''v{}v\n# '' [x]\n'''", '"""v{}v\\\n   more"""""']
        if depth < 3 and self.draw(st.integers(0, 2)) == 0:
            return self.list(depth, one_line) if self.draw(st.booleans()) else self.inline(depth)
        form = self.pick(*plain)
        number = self.mark()
        return form.format(number % 60 if "1979" in form else number)

    def list(self, depth: int, one_line: bool) -> str:
        gap = "" if one_line else self.pick("", "\n", "\n  # ] , }\n", " ")
        items = [self.value(depth + 1, one_line=one_line) for _ in range(self.draw(st.integers(0, 3)))]
        comma = self.pick(",", "") if items else ""
        return "[" + gap + (f",{gap} ").join(items) + comma + gap + "]"

    def inline(self, depth: int) -> str:
        count = self.draw(st.integers(0, 2))
        pairs = [f"{self.dotted()} = {self.value(depth + 1, one_line=True)}" for _ in range(count)]
        return "{ " + ", ".join(pairs) + " }"

    def body(self) -> str:
        lines = []
        for _ in range(self.draw(st.integers(0, 3))):
            lines.append(self.pick("", "\n", "# a = [\n", "  "))
            lines.append(
                f"{self.dotted()}{self.pick(' = ', '=')}{self.value()}{self.pick('', ' # x', '  ')}\n"
            )
        return "".join(lines)

    def document(self) -> str:
        text = self.body()
        for _ in range(self.draw(st.integers(0, 3))):
            if self.draw(st.booleans()):
                head = self.dotted()
                text += f"[{head}] # ]\n{self.body()}"
                if self.draw(st.booleans()):
                    text += f"\n[ {head} . {self.key()} ]\n{self.body()}"
            else:
                head = self.dotted()
                inner = self.key()
                for _ in range(self.draw(st.integers(1, 2))):
                    text += f"[[{head}]]\n{self.body()}"
                    for _ in range(self.draw(st.integers(0, 2))):
                        text += f"[[{head}.{inner}]]\n{self.body()}"
        return text


@st.composite
def documents(draw: Draw) -> str:
    text = Writer(draw).document()
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@settings(max_examples=300)
@given(documents())
def test_every_path_of_a_document_is_found_and_stands_on_its_line(text: str) -> None:
    tree = tomllib.loads(text)
    found = positions(text)
    expected = dict(paths(tree))
    assert set(found) == set(expected)
    lines = text.replace("\r\n", "\n").split("\n")
    for path, value in expected.items():
        line = lines[found[path] - 1]
        step = path[-1]
        if isinstance(step, str):
            assert step[:3] in line
        elif isinstance(value, str):
            assert value[:3].strip() in line
        elif isinstance(value, int):
            assert str(value) in line


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2", ("b",), 2),
        ("\n\n[x]\n\n[x.y]\nz = 1", ("x", "y", "z"), 6),
        ("[x.y]\n[x]\n", ("x",), 2),  # its own header, not the mention before it
        ("[[r]]\na = 1\n[[r]]\na = 2", ("r", 1, "a"), 4),
        ("[[r]]\n[[r]]", ("r", 1), 2),
        ("a = [\n  1,\n  2, # ,\n  3]", ("a", 2), 4),
        ("a = [\n{ b = 1 },\n{ b = 2 } ]", ("a", 1, "b"), 3),
        ('a = """\n[x]\nb = 1\n"""\nb = 2', ("b",), 5),
        ('a = "#"\n"b.c" = 1', ("b.c",), 2),
        ("a.b.c = 1\na.b.d = 2", ("a", "b", "d"), 2),
        ("a = '''x''''\nb = 1", ("b",), 2),
        ("d = 1979-05-27 07:32:00\ne = 1", ("e",), 2),
    ],
)
def test_the_line_of_a_key_is_the_one_a_reader_would_point_at(text: str, path: Path, line: int) -> None:
    assert positions(text)[path] == line
