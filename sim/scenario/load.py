"""A `Scenario` from a file, a text or another scenario; every fault at once, each with its file and line."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.errors import Fault, ScenarioError
from sim.scenario.context import names_in
from sim.scenario.document import Document, Place, parse, place_of, read, value_of, with_key
from sim.scenario.faults import Trouble, Wrong, build, dotted
from sim.scenario.meaning import misfits
from sim.scenario.types import Scenario


def load(path: str | os.PathLike[str], sets: Sequence[str] = ()) -> Scenario:
    """The scenario in a file, with the keys that `sets` ("KEY=VALUE") change. Raises `ScenarioError`."""
    label = os.fspath(path)
    return scenario_from(_set_all(read(Path(label), label), sets))


def loads(text: str, folder: str | os.PathLike[str] = ".", sets: Sequence[str] = ()) -> Scenario:
    """The scenario in a text; files it names are looked for in the folder. Raises `ScenarioError`."""
    return scenario_from(_set_all(parse(text, "<text>", Path(folder)), sets))


def changed(document: Document, key: str, value: Any) -> Scenario:
    """The scenario of a document with one key set. Raises `ScenarioError`."""
    from sim.scenario.write import inline  # noqa: PLC0415

    return scenario_from(with_key(document, key, value, file=f"{key} = {inline(value)}"))


def _set_all(document: Document, sets: Iterable[str]) -> Document:
    faults: list[Fault] = []
    for one in sets:
        key, sign, value = _split(one)
        file = f"--set {one}"
        if not sign:
            faults.append(Fault(file, 0, "", "has no value", "KEY=VALUE"))
            continue
        try:
            document = with_key(document, key, value_of(value), file=file)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        try:
            scenario_from(document)
        except ScenarioError as error:
            faults += error.faults
        raise ScenarioError(faults)
    return document


def _split(text: str) -> tuple[str, str, str]:
    """The key, the sign and the value of KEY=VALUE; a sign in quotes belongs to the key."""
    quoted = ""
    for place, letter in enumerate(text):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "\"'":
            quoted = letter
        elif letter == "=":
            return text[:place].strip(), "=", text[place + 1 :].strip()
    return text, "", ""


def scenario_from(document: Document) -> Scenario:
    """The scenario of a document; raises `ScenarioError` with every fault in it and in its dated changes."""
    from sim.scenario.regimes import regimes  # noqa: PLC0415 (regimes are scenarios themselves)

    scenario, faults = validated(document)
    more = regimes(document)
    faults += [fault for fault in more.faults if fault not in faults]
    if scenario is None or faults:
        raise ScenarioError(in_order(faults))
    scenario._regimes = more.regimes
    return scenario


def validated(document: Document) -> tuple[Scenario | None, list[Fault]]:
    """The scenario without its dated changes worked out, and what is wrong with it."""
    known = names_in(document.tree, document.files)
    try:
        scenario = build(Scenario, document.tree, known)
        found = misfits(scenario)
        scenario._origin = document
    except Wrong as error:
        return None, [fault(document, one) for one in error.troubles]
    return scenario, [fault(document, one) for one in found]


def fault(document: Document, trouble: Trouble) -> Fault:
    """A trouble with its file and line; for a key set from outside, with that setting instead."""
    place = place_of(document.tree, trouble.at, Place(document.label, 1))
    path = dotted((*place.before, *trouble.at))
    if trouble.file:
        place = Place(trouble.file, trouble.line)
    elif not place.line and place.file != document.label:
        key = place.file.removeprefix("--set ").partition("=")[0].strip()
        path = "" if key == path else path
    return Fault(place.file, place.line, path, trouble.wrong, trouble.wanted, trouble.hint)


def in_order(faults: list[Fault]) -> list[Fault]:
    """The faults without repetition, file by file as they first appear, by line."""
    files = list(dict.fromkeys(one.file for one in faults))
    return sorted(dict.fromkeys(faults), key=lambda one: (files.index(one.file), one.line))
