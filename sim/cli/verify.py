"""`sim verify`: textbook answers, on every engine, on this machine."""

from collections.abc import Iterator

import click

from sim.cli import options
from sim.cli.main import CHECK_FAILED, DONE
from sim.cli.printing import print_json, progress, table
from sim.engines import ENGINES
from sim.errors import SimError
from sim.verify.cases import CASES, REPLICATIONS, scenario_text
from sim.verify.run import FALSE_ALARM, POWER, Row, Verification, verify

EVERY = "all"

HEADS = ("case", "figure", "engine", "expected", "simulated", "95 % interval", "sees", "verdict")


@click.command()
@click.option(
    "--engine",
    type=click.Choice([*ENGINES, EVERY]),
    default=EVERY,
    show_default=True,
    help="Engine to verify; all: those that can run here.",
)
@options.replications
@options.seed
@options.jobs
@click.option("--show", "case", metavar="CASE", help="Print the scenario of a case, and what is known of it.")
@options.quiet
@options.as_json
def command(
    engine: str,
    replications: int | None,
    seed: int | None,
    jobs: int | None,
    case: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Simulate scenarios whose answers are known, and compare; exit code 1 where a figure disagrees.

    The cases are queues, networks and chains of the textbooks; the answers come from formulas that know
    nothing of the engines. More replications find smaller faults. With two engines, their logs are compared
    byte for byte too.
    """
    if case is not None:
        click.echo(shown(case), nl=False)
        return DONE
    with progress("textbook answers", quiet=quiet) as report:
        found = verify(
            engines=None if engine == EVERY else [engine],
            replications=REPLICATIONS if replications is None else replications,
            seed=1 if seed is None else seed,
            jobs=jobs,
            progress=report,
            cases=CASES,
        )
    if as_json:
        print_json(for_programs(found))
    elif not quiet:
        click.echo("\n".join(for_people(found)))
    elif not found.passed:
        click.echo(
            "\n".join([*listed(row for row in found.rows if not row.agrees), outcome(found)]), err=True
        )
    return DONE if found.passed else CHECK_FAILED


def shown(name: str) -> str:
    """The scenario of a case, under its known figures. Raises `SimError` for an unknown one."""
    if name not in CASES:
        raise SimError(f"sim verify: {name!r} is no case; want one of {', '.join(CASES)}")
    known = [f"#   {figure(*key)}: {value:.5g}\n" for key, value in CASES[name].expected().items()]
    return "".join(["# Known figures:\n", *known, "\n", scenario_text(name, CASES[name])])


def for_programs(found: Verification) -> dict[str, object]:
    """The rows, the rule by which they were judged, and what came of it."""
    return {
        "passed": found.passed,
        "engines": found.engines,
        "replications": found.replications,
        "seed": found.seed,
        "false_alarm": FALSE_ALARM,
        "sees_with_chance": POWER,
        "rows": [row._asdict() for row in found.rows],
        "logs_compared": found.compared,
        "left_out": found.left_out or None,
        "logs_different": [{"case": case, "replication": number} for case, number in found.different],
    }


def for_people(found: Verification) -> Iterator[str]:
    """The table, how to read it, and the outcome in words."""
    cases, figures = len({row.case for row in found.rows}), len(found.rows)
    yield from listed(found.rows)
    yield ""
    yield f"{cases} cases, {found.replications} replications of each, seed {found.seed}."
    yield f"A figure disagrees where chance brings it so far off in {FALSE_ALARM / figures:.1e} of runs only;"
    yield f"any of the {figures} then does in {100 * FALSE_ALARM:g} % of runs at most: the false alarms."
    yield "One in twenty lies outside its 95 % interval by chance."
    yield f"sees: the smallest fault, in % of the expected value, that {100 * POWER:g} % of such runs find."
    yield "sim verify --show CASE prints the scenario of a case."
    if found.left_out:
        yield f"The compiled engine cannot run here: {found.left_out}. It is not verified."
    yield ""
    yield outcome(found)


def listed(rows: Iterator[Row] | tuple[Row, ...]) -> list[str]:
    """The rows as lines of a table."""
    cells = [
        (
            row.case,
            figure(row.measure, row.level),
            row.engine,
            f"{row.expected:.5g}",
            f"{row.mean:.5g}",
            f"{row.ci_low:.5g} – {row.ci_high:.5g}",
            f"{100 * row.sees:.1f} %",
            "agrees" if row.agrees else "DISAGREES",
        )
        for row in rows
    ]
    return table(HEADS, cells, to_the_left=(0, 1, 2, 7))


def figure(measure: str, level: str) -> str:
    """A measure and where it is taken."""
    return f"{measure} at {level}" if level else measure


def outcome(found: Verification) -> str:
    """What came of it, in one line."""
    wrong = [row for row in found.rows if not row.agrees]
    if wrong:
        places = ", ".join(dict.fromkeys(f"{row.case} on {row.engine}" for row in wrong))
        said = f"{len(wrong)} of {len(found.rows)} figures disagree with the textbooks: {places}"
    else:
        said = f"All {len(found.rows)} figures agree with the textbooks"
    if not found.compared:
        return f"{said} (engine {', '.join(found.engines)})."
    who = "both engines" if len(found.engines) == 2 else f"all {len(found.engines)} engines"
    if found.different:
        case, number = found.different[0]
        return (
            f"{said}; the engines gave DIFFERENT logs in {len(found.different)} of {found.compared:,} "
            f"replications, first in {case}, replication {number}."
        )
    return f"{said}; {who} gave the same logs in {found.compared:,} replications."
