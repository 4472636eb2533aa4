"""What a report is made of: sections of paragraphs, tables, figures and lists, none of them HTML yet.

All text in here is plain; the template escapes every letter of it. Only a figure is markup already, made by
`drawing.py` from our own pictures. What the parts say is left to the files of their subjects.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from markupsafe import Markup


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Answer:
    """The sentences that answer the question, in large type; `of` says of what, where there are several."""

    sentences: Sequence[str]
    of: str = ""
    kind: ClassVar[str] = "answer"


@dataclass(frozen=True)
class Bullets:
    """Short statements, one each."""

    items: Sequence[str]
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Facts:
    """Names with what is said of each."""

    rows: Sequence[tuple[str, str]]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class Item:
    """An entry of a record: its heading, what is said, and what a person still has to say."""

    title: str
    said: Sequence[str]
    gap: str = ""
    kind: ClassVar[str] = "item"


@dataclass(frozen=True)
class Text:
    """A file as it is, folded."""

    caption: str
    text: str
    kind: ClassVar[str] = "text"


Cell = str | Markup
"""Text, or markup of our own (a bar); the template escapes the one and not the other."""


@dataclass(frozen=True)
class Table:
    """A table: the first cell of a row names it. Cells lean to the right but in the columns `words`.

    `folded`: shown when opened, and in print. `note` stands beneath.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: Collection[int] = (0,)
    note: str = ""
    folded: bool = False
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Drawing:
    """A figure: its markup, and what it shows in a sentence, for all who do not see it."""

    caption: str
    svg: Markup
    kind: ClassVar[str] = "figure"


Block = Paragraph | Answer | Bullets | Facts | Item | Text | Table | Drawing


@dataclass(frozen=True)
class Section:
    """A section of the page: the name that links lead to, its heading, and what stands in it."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A report: what is of interest to a director in `front`, what an analyst wants in `appendix`."""

    title: str
    about: str
    front: Sequence[Section]
    appendix: Sequence[Section] = field(default=())


class Numbered(NamedTuple):
    """A block with its number among those of its kind, 0 where they have none."""

    block: Block
    number: int


def numbered(sections: Sequence[Section]) -> Iterator[tuple[Section, list[Numbered]]]:
    """Each section with its blocks, tables and figures numbered through."""
    counts = {"table": 0, "figure": 0}
    for section in sections:
        blocks = []
        for block in section.blocks:
            if block.kind in counts:
                counts[block.kind] += 1
            blocks.append(Numbered(block, counts.get(block.kind, 0)))
        yield section, blocks


def bar(share: float) -> Markup:
    """A bar as long as the share of 0–1.5, with a mark at 1; nothing where there is no share."""
    length = min(max(share, 0.0), 1.5) * 100
    return Markup(
        '<svg class="bar" viewBox="0 0 150 12" aria-hidden="true" focusable="false">'
        f'<path class="bar-length" d="M0 1h{length:.1f}v10h-{length:.1f}z"/>'
        '<path class="bar-mark" d="M100 0v12"/></svg>'
    )


def named(name: str, title: str, *, of: str = "") -> Cell:
    """The first cell of a row: a title, the name beside it where that is another word, and `of` last."""
    told = Markup("{}").format(title)
    if name and name.casefold() != title.casefold():
        told += Markup(' <span class="key">{}</span>').format(name)
    return told + Markup(' <span class="of">{}</span>').format(of) if of else told
