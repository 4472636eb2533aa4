"""What becomes of those who ask: admitted, diverted, reneged, turned away, not shown, or still unresolved.

How long it took is left to waits.py.
"""

from collections.abc import Iterator

from sim.log import Log
from sim.measures.histories import Outcome, histories, within
from sim.measures.tidy import Value, gives_values, groups, share, tally

OUTCOMES: dict[str, Outcome] = {
    "admitted": Outcome.ADMITTED,
    "diverted": Outcome.DIVERTED,
    "reneged": Outcome.RENEGED,
    "turned_away": Outcome.TURNED_AWAY,
    "no_show": Outcome.NO_SHOW,
    "died_waiting": Outcome.DIED,
    "unresolved": Outcome.WAITING,
}
"""Name of the measure → how the wait ended."""


@gives_values
def requests(log: Log) -> Iterator[Value]:
    """Counts and shares of how the requests of the window ended, by the end of the log.

    asked.count: at a level, all who joined its line in the window (by a request or a divert, from outside
    or from a stay), but for those waiting on day 0. For the whole continuum, requests that no stay came
    before in the episode: those who asked for care; what came of a divert is then what came of the request.
    <outcome>.count, <outcome>.share: how many of these, and which share of asked.count, were admitted,
    diverted (levels only), reneged, turned away, did not show, died waiting, or are unresolved: on the
    waitlist when the log ends. The shares add up to one.
    """
    known = histories(log)
    lines, requests = known.lines, known.requests
    in_line = within(lines.joined, log) & ~lines.start
    from_outside = within(requests.joined, log) & ~requests.start & (requests.from_level < 0)
    asked = tally(in_line, lines.level, log, whole=from_outside)
    became = {
        outcome: tally(
            in_line & (lines.outcome == code),
            lines.level,
            log,
            whole=from_outside & (requests.outcome == code),
        )
        for outcome, code in OUTCOMES.items()
    }
    for number, name in groups(log):
        yield Value("asked.count", name, float(asked[number]))
        for outcome, counts in became.items():
            if number >= 0 or outcome != "diverted":
                yield Value(f"{outcome}.count", name, float(counts[number]))
                yield share(f"{outcome}.share", name, counts[number], asked[number])
