"""What was derived from a log and is needed by more than one measure: derived once, kept as long as the log.

Measures stay pure functions of a log; this only saves asking the same twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sim.log import Log
from sim.scenario.types import Scenario

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_KNOWN: WeakKeyDictionary[Log, dict[tuple[object, ...], Any]] = WeakKeyDictionary()


def remembered(
    function: Callable[Concatenate[Log, Asked], Answer],
) -> Callable[Concatenate[Log, Asked], Answer]:
    """The function, with each answer about a log remembered; its other arguments are given by position."""

    @wraps(function)
    def known(log: Log, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        answers = _KNOWN.setdefault(log, {})
        key = (function, *map(_told, asked), *((name, _told(one)) for name, one in named.items()))
        if key not in answers:
            # what was asked is kept too: the number that tells a scenario must not become another's
            answers[key] = function(log, *asked, **named), asked, named
        answer: Answer = answers[key][0]
        return answer

    return known


def _told(asked: object) -> object:
    """What tells one argument from another: a scenario is itself only, whatever it holds."""
    return id(asked) if isinstance(asked, Scenario) else asked


@contextmanager
def for_now(log: Log) -> Iterator[None]:
    """What is derived of the log within is forgotten at the end; what was known before stays known."""
    answers = _KNOWN.setdefault(log, {})
    before = set(answers)
    try:
        yield
    finally:
        for key in answers.keys() - before:
            del answers[key]
