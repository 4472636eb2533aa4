"""Priority populations as a scenario file describes them: whom a rule wants admitted soon, and how soon.

The block grant's rules (45 CFR 96.126 and 96.131) are one such rule. Nothing here acts on a course: who goes
first in a line is said by the waitlist's `priority`.
"""

from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from sim.scenario import context
from sim.scenario.conditions import Among, Condition, condition
from sim.scenario.context import RESERVED, Context
from sim.scenario.faults import Troubles, build, wrong
from sim.scenario.values import Days, DaysAbove0, Says, Table, Text, entries, key, new_name


def _when(raw: Any, info: ValidationInfo) -> Condition:
    known = context.of(info)
    found = condition(raw, known)
    troubles = Troubles()
    for name, test in found.items():
        if name not in known.traits or not isinstance(test, Among):
            troubles.add((name,), "is no trait", "traits, which never change")
    if not found:
        raise wrong("is empty", "a condition on traits")
    troubles.done()
    return found


class Population(Table):
    """One priority population: who belongs to it, and its clock."""

    title: Text | None = key(None, "How figures and tables call it.")
    when: Annotated[
        Condition,
        PlainValidator(_when, json_schema_input_type=dict[str, str | list[str]]),
        Says("condition on traits"),
    ] = key(..., "Who belongs to it.")
    admit_within: DaysAbove0 = key(..., "Days from the first contact to the admission.", unit="days")
    or_within: DaysAbove0 | None = key(
        None, "Days that are allowed instead, where interim services are given in time.", unit="days"
    )
    interim_within: DaysAbove0 | None = key(
        None, "Days from the first contact in which interim services must begin.", unit="days"
    )
    interim_after: Days | None = key(
        None, "Days after which this programme begins interim services; never if not given.", unit="days"
    )
    source: Text | None = key(None, "Where the numbers come from.")

    @classmethod
    def together(cls, raw: dict[str, Any], known: Context, troubles: Troubles) -> None:
        """Notes half of a rule on interim services."""
        for one, other in (("or_within", "interim_within"), ("interim_within", "or_within")):
            if one in raw and other not in raw:
                troubles.add((other,), "is missing", f"it beside `{one}`")
        if "interim_after" in raw and "or_within" not in raw:
            troubles.add(("interim_after",), "has nothing to act on", "`or_within` and `interim_within`")

    @property
    def allowed_days(self) -> float:
        """Days within which she must be admitted, by what the programme does in the meantime."""
        served = (
            self.interim_after is not None
            and self.interim_within is not None
            and self.interim_after <= self.interim_within
        )
        return max(self.admit_within, self.or_within) if served and self.or_within else self.admit_within


def _populations(raw: Any, info: ValidationInfo) -> dict[str, Population]:
    known = context.of(info)
    troubles = Troubles()
    parsed: dict[str, Population] = {}
    for name, value in entries(raw, wanted="a table of populations by name").items():
        troubles.take((name,), new_name, name, RESERVED, "a priority population")
        if (population := troubles.take((name,), build, Population, value, known)) is not None:
            parsed[name] = population
    troubles.done()
    return parsed


Populations = Annotated[
    dict[str, Population],
    PlainValidator(_populations, json_schema_input_type=dict[str, Population | str]),
    Says("table of populations"),
]
