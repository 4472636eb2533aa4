"""The reference of scenario files, `scenarios/README.md`: every key with its type, unit, default and meaning.

Made from the types, so that it cannot say anything else than they do. The texts between the tables are in
`reference_texts.py`.
"""

import math
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.after import After, Returns
from sim.scenario.choice import Distribution
from sim.scenario.effects import CHOICES, TARGETS
from sim.scenario.faults import models_in
from sim.scenario.intake import Intake, Stage
from sim.scenario.level import Divert, End, Level, Review, ShowUp, Waitlist
from sim.scenario.moves import Rule
from sim.scenario.priority import Population
from sim.scenario.reference_texts import ABOUT, AFTER_TABLES, INTRODUCTION
from sim.scenario.roles import Need, Role
from sim.scenario.roster import Roster, Turnover
from sim.scenario.services import AfterRelapse, Service, Taper
from sim.scenario.source import Placement, Source, Trait
from sim.scenario.sweep import Sample, Sweep
from sim.scenario.tracks import Track
from sim.scenario.types import Run, Scenario, Start
from sim.scenario.values import Says, Table

HEADER = "| key | value | unit | default | meaning |\n|---|---|---|---|---|"

TABLES: dict[str, type[Table]] = {
    "The top of the file": Scenario,
    "`[run]`": Run,
    "`[traits.NAME]`": Trait,
    "`[arrivals.NAME]`": Source,
    "`[[arrivals.NAME.placement]]`": Placement,
    "`[intake]`": Intake,
    "`[intake.stages.NAME]`": Stage,
    "`[levels.NAME]`": Level,
    "`[levels.NAME.waitlist]`": Waitlist,
    "`divert`, in a waitlist": Divert,
    "`show_up`, in a level": ShowUp,
    "`[levels.NAME.review]`": Review,
    "`[levels.NAME.ends]`, one entry per reason": End,
    "`[levels.NAME.tracks.NAME]`": Track,
    "`[levels.NAME.services.NAME]`": Service,
    "`taper`, in a service": Taper,
    "`after_relapse`, in a service": AfterRelapse,
    "Rules: `on_completion`, `on_dropout`, `on_relapse`, `on_other_ends.NAME`, `rules` of a review": Rule,
    "`[roles.NAME]`": Role,
    "`[[roles.NAME.needs]]` and `[[roles.NAME.floors]]`": Need,
    "`[[roles.NAME.roster]]`": Roster,
    "`[roles.NAME.turnover]`": Turnover,
    "`[after.REASON]`": After,
    "`returns_to_care`, in `after`": Returns,
    "`[start]`": Start,
    "`[priority_populations.NAME]`": Population,
    "Distributions": Distribution,
    "`[sweep]`": Sweep,
    "`sample`, in a sweep": Sample,
}
"""Heading → the type whose keys stand under it, in the order of a file."""


def reference() -> str:
    """The text of `scenarios/README.md`."""
    parts = [INTRODUCTION]
    for heading, table in TABLES.items():
        parts.append(f"## {heading}")
        parts.append(ABOUT.get(table.__name__, table.__doc__ or ""))
        parts.append("\n".join([HEADER, *_lines(table)]))
        if table.__name__ in AFTER_TABLES:
            parts.append(AFTER_TABLES[table.__name__])
        if table is Trait:
            parts += ["## `[effects.TRAIT.VALUE]` and `[effects.COVARIATE]`", ABOUT["Effect"], _targets()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _lines(table: type[Table]) -> Iterator[str]:
    for name, field in table.model_fields.items():
        cells = (
            f"`{field.alias or name}`",
            _value(field),
            _unit(field),
            _default(field),
            field.description or "",
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _value(field: FieldInfo) -> str:
    """What may stand there, in words."""
    for note in field.metadata:
        if isinstance(note, Says):
            return note.words
    return _words(field.annotation)


def _words(annotation: Any) -> str:
    for note in getattr(annotation, "__metadata__", ()):
        if isinstance(note, Says):
            return note.words
    if annotation is bool:
        return "true or false"
    if get_origin(annotation) is Literal:
        return ", ".join(f'"{option}"' for option in get_args(annotation))
    for part in get_args(annotation):
        if words := _words(part):
            return words
    if next(models_in(annotation), None):
        return "table"
    return "text" if annotation is str else ""


def _unit(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _default(field: FieldInfo) -> str:
    """The default as it would be written; a dash where nothing is there unless given."""
    default = field.default
    if field.is_required():
        return "**required**"
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, float | int):
        return "unlimited" if math.isinf(default) else f"{default:g}"
    if isinstance(default, date):
        return default.isoformat()
    if isinstance(default, dict) and "default" in default:
        return f"{default['default']:g}"
    return f'"{default}"' if isinstance(default, str) else "–"


def _targets() -> str:
    """The table of what effects act on."""
    lines = ["| key | ratios | option |", "|---|---|---|"]
    for target, ratios in TARGETS.items():
        option = "required" if target in CHOICES else "–"
        lines.append(f"| `{target}` | {', '.join(ratios)} | {option} |")
    lines.append("| `other_ends.NAME` | hazard_ratio, time_ratio, odds_ratio | – |")
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference())
