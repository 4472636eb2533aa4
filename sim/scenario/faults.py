"""What is wrong inside a scenario, collected so that all of it is reported at once.

A parser raises `Wrong` with one `Trouble` for each thing it found, placed relative to what it was given;
`Troubles` collects those of several parts; `from_pydantic` says the findings of pydantic in the same words.
Files and lines are added later, by `load.py`, which knows where each key was written.
"""

import difflib
import math
from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

Step = str | int
Path = tuple[Step, ...]
T = TypeVar("T")


class Trouble(NamedTuple):
    """One thing wrong, at a path relative to the value that was read.

    `file` and `line` are set only when the place is not in the scenario file itself (a row of a CSV).
    """

    at: Path
    wrong: str
    wanted: str = ""
    hint: str = ""
    file: str = ""
    line: int = 0


class Wrong(ValueError):  # noqa: N818 (where it is raised it reads as a sentence)
    """Raised by a parser: everything that is wrong with the value it was given."""

    def __init__(self, *troubles: Trouble) -> None:
        self.troubles = troubles
        super().__init__("; ".join(f"{dotted(one.at)}: {one.wrong}" for one in troubles))


def wrong(what: str, wanted: str = "", hint: str = "", *, at: Path = ()) -> Wrong:
    """An exception that names one thing wrong."""
    return Wrong(Trouble(at, what, wanted, hint))


class Troubles:
    """Remembers what was found wrong so far, so that the next part can still be looked at."""

    def __init__(self) -> None:
        self.found: list[Trouble] = []

    def add(self, at: Path, what: str, wanted: str = "", hint: str = "") -> None:
        """Notes one thing wrong."""
        self.found.append(Trouble(at, what, wanted, hint))

    def take(self, at: Path, parse: Callable[..., T], *values: Any, **options: Any) -> T | None:
        """What `parse` makes of the values; None where it finds them wrong, which is then noted."""
        try:
            return parse(*values, **options)
        except Wrong as error:
            self.found += [one._replace(at=at + one.at) for one in error.troubles]
        return None

    def done(self) -> None:
        """Raises `Wrong` if anything was found."""
        if self.found:
            raise Wrong(*self.found)


def build(model: type[T], raw: Any, context: Any) -> T:
    """The model read from raw data; raises `Wrong` with everything that pydantic and our parsers find."""
    assert issubclass(model, BaseModel)
    if not isinstance(raw, dict):
        raise wrong(f"is {shown(raw)}", "a table")
    try:
        return model.model_validate(raw, context=context)
    except ValidationError as error:
        raise Wrong(*from_pydantic(error, model)) from None


def shown(value: Any) -> str:
    """The value as a person would write it in a scenario file, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value if len(value) <= 60 else value[:57] + "…"
        return '"' + text.translate({10: "\\n", 13: "\\r", 9: "\\t", 0: "\\u0000"}) + '"'
    if isinstance(value, dict):
        return "a table" if value else "an empty table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than twenty digits"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value is not None else "nothing"


def nearest(word: Any, words: Collection[str]) -> str:
    """The known word closest to a mistaken one, in quotes where it needs them; "" when none is close."""
    if not isinstance(word, str):
        return ""
    lower = {one.lower(): one for one in words}
    close = difflib.get_close_matches(word.lower().strip(), list(lower), n=1, cutoff=0.6)
    return lower[close[0]] if close else ""


def listed(words: Collection[str], *, most: int = 12) -> str:
    """The words as "a, b or c"."""
    names = list(words)
    if len(names) > most:
        names = [*names[:most], "…"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


def dotted(path: Path) -> str:
    """The path as it is written in a file: names with dots between them, places in a list counted from 0."""
    return ".".join(_quoted(step) if isinstance(step, str) else str(step) for step in path)


def _quoted(name: str) -> str:
    if name and all(letter.isalnum() or letter in "_-" for letter in name):
        return name
    return shown(name)


WANTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
    "list_type": "a list",
    "tuple_type": "a list",
}


def from_pydantic(error: ValidationError, model: type[BaseModel]) -> Iterator[Trouble]:
    """The findings of pydantic in our words, paths relative to the model."""
    for found in error.errors(include_url=False):
        at: Path = found["loc"]
        kind, value = found["type"], found.get("input")
        inner = found.get("ctx", {}).get("error")
        if isinstance(inner, Wrong):
            for one in inner.troubles:
                yield one._replace(at=at + one.at)
        elif kind == "extra_forbidden":
            owner = owner_of(model, at[:-1])
            known = keys_of(owner) if owner else []
            hint = nearest(at[-1], known) or _further_in(owner, at[-1])
            yield Trouble(at, "is no key here", "" if hint else listed(known, most=30), hint)
        elif kind == "missing":
            owner = owner_of(model, at[:-1])
            yield Trouble(at, "is missing", _meaning(owner, at[-1]))
        elif kind == "literal_error":
            expected = str(found.get("ctx", {}).get("expected", "")).replace("'", '"')
            hint = nearest(value, [word.strip('"') for word in expected.replace(" or ", ", ").split(", ")])
            yield Trouble(at, f"is {shown(value)}", expected, hint and shown(hint))
        else:
            yield Trouble(at, f"is {shown(value)}", WANTED.get(kind, found["msg"].lower()))


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a table as they are written in a file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def owner_of(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that describes the table at a path; None where no model does."""
    for step in path:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if isinstance(step, int):
            continue
        if step not in fields:
            return None
        inner = next(models_in(fields[step].annotation), None)
        if inner is None:
            return None
        model = inner
    return model


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type annotation names, outermost first."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def _further_in(owner: type[BaseModel] | None, key: Step) -> str:
    """Where a key belongs that stands one table too far out, such as `waitlist.limit`."""
    for name, field in owner.model_fields.items() if owner else ():
        inner = next(models_in(field.annotation), None)
        if inner is not None and key in keys_of(inner) and key != "source":
            return f"{field.alias or name}.{key}"
    return ""


def _meaning(owner: type[BaseModel] | None, key: Step) -> str:
    for name, field in owner.model_fields.items() if owner else ():
        if (field.alias or name) == key and field.description:
            first = field.description.split(".")[0].split(";")[0]
            return first[0].lower() + first[1:]
    return ""
