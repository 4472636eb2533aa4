"""The known figures of the textbook cases, reckoned a second time from the numbers that the scenarios hold.

By Markov chains solved here, by quadrature and closed forms, by following a cohort step by step: never by the
formulas of `sim/theory.py`.
"""

import tomllib
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import sparse, stats
from scipy.sparse.linalg import expm_multiply, spsolve

from sim.verify.cases import CASES, scenario_text

LONGEST = 80
"""Patients at a level at most, where a line has no limit: with the loads here more are as rare as 1e-13."""

Moves = Callable[[Any], list[tuple[Any, float]]]
"""From a state to the states it may turn into, each with its rate per day."""


class Chain(NamedTuple):
    """A Markov chain: its states, the first of them empty, and its generator (from row to column)."""

    states: list[Any]
    generator: sparse.csr_matrix

    def long_run(self) -> np.ndarray:
        """The long-run chance of each state: π Q = 0, Σ π = 1."""
        system = self.generator.T.tolil()
        system[0] = 1.0
        right = np.zeros(len(self.states))
        right[0] = 1.0
        return np.asarray(spsolve(system.tocsc(), right))

    def after(self, days: float) -> np.ndarray:
        """The chance of each state so many days after the first one: e₀ exp(Q t)."""
        begin = np.zeros(len(self.states))
        begin[0] = 1.0
        return np.asarray(expm_multiply(self.generator.T.tocsc() * days, begin))

    def mean(self, chances: np.ndarray, figure: Callable[[Any], float]) -> float:
        return float(sum(chance * figure(state) for chance, state in zip(chances, self.states, strict=True)))


def chain(empty: Hashable, moves: Moves) -> Chain:
    """The chain of all states that can be reached from the empty one."""
    number: dict[Any, int] = {empty: 0}
    found: list[Any] = [empty]
    rows, columns, rates = [], [], []
    for state in found:  # grows on the way
        for to, rate in moves(state):
            if to not in number:
                number[to] = len(found)
                found.append(to)
            rows += [number[state], number[state]]
            columns += [number[to], number[state]]
            rates += [rate, -rate]
    size = len(found)
    return Chain(found, sparse.csr_matrix((rates, (rows, columns)), shape=(size, size)))


def scenario(case: str) -> dict[str, Any]:
    """The scenario of a case, as plain TOML."""
    return tomllib.loads(scenario_text(case, CASES[case]))


def numbers(case: str) -> tuple[float, int, float, dict[str, Any]]:
    """Arrivals per day, places, mean stay and waitlist of a case of one level with limited places."""
    text = scenario(case)
    (source,), level = text["arrivals"].values(), text["levels"]["a"]
    stay = level["length_of_stay"]
    mean = stay["mean"] if isinstance(stay, dict) else stay
    return source["per_day"], level["capacity"], mean, level.get("waitlist", {})


def one_level(case: str) -> Chain:
    """Patients at the level: they come while the line is not full, and leave it impatient or admitted."""
    rate, places, mean, line = numbers(case)
    most = places + line["limit"] if "limit" in line else LONGEST
    impatience = 1.0 / line["patience"]["mean"] if "patience" in line else 0.0

    def moves(n: int) -> list[tuple[int, float]]:
        up = [(n + 1, rate)] if n < most else []
        return [*up, (n - 1, min(n, places) / mean + max(0, n - places) * impatience)] if n else up

    return chain(0, moves)


def of_one_level(case: str, chances: np.ndarray) -> dict[str, float]:
    """Every figure that may be known of the chain of one level."""
    rate, places, _, line = numbers(case)
    known = one_level(case)
    waiting = known.mean(chances, lambda n: max(0, n - places))
    census = known.mean(chances, lambda n: min(n, places))
    full = known.mean(chances, lambda n: n >= places)
    lost = waiting / line["patience"]["mean"] / rate if "patience" in line else 0.0
    return {
        "asked.per_day": rate,
        "census.mean": census,
        "waiting.mean": waiting,
        "wait.mean": waiting / rate,
        "wait.offered.mean": waiting / rate,
        "wait.share_waiting": full,
        "wait.waited.mean": waiting / rate / full,
        "turned_away.share": full,
        "reneged.share": lost,
        "admissions.per_day": rate * (1.0 - lost),
    }


def known(case: str) -> dict[tuple[str, str], float]:
    return dict(CASES[case].expected())


@pytest.mark.parametrize("case", ["one-place", "several-places", "impatient", "lost-exponential"])
def test_figures_of_one_level_solve_its_birth_and_death_equations(case: str) -> None:
    reckoned = of_one_level(case, one_level(case).long_run())
    for (name, _), value in known(case).items():
        assert value == pytest.approx(reckoned[name], rel=1e-9), name


@pytest.mark.parametrize("case", ["lost-fixed", "lost-lognormal"])
def test_the_shape_of_a_stay_changes_nothing_where_none_wait(case: str) -> None:
    rate, places, mean, line = numbers(case)
    assert (line["limit"], known(case)) == (0, known("lost-exponential"))

    def moves(state: tuple[int, int]) -> list[tuple[tuple[int, int], float]]:
        # two sorts of stay, 1 in 4 eight times as long as the others: far from exponential, of the same mean
        short, long = state
        each = mean / (0.75 + 0.25 * 8)
        found = [((short + 1, long), 0.75 * rate), ((short, long + 1), 0.25 * rate)]
        found = found if short + long < places else []
        found += [((short - 1, long), short / each)] if short else []
        return found + ([((short, long - 1), long / (8 * each))] if long else [])

    solved = chain((0, 0), moves)
    chances = solved.long_run()
    assert known(case)["turned_away.share", "a"] == pytest.approx(
        solved.mean(chances, lambda s: sum(s) == places)
    )
    assert known(case)["census.mean", "a"] == pytest.approx(solved.mean(chances, sum))


def phases() -> Chain:
    """One place and gamma stays of shape 4: each is four exponential phases; the state is phases left."""
    rate, _, mean, _ = numbers("any-stay")
    stay = scenario("any-stay")["levels"]["a"]["length_of_stay"]
    assert (stay["mean"] / stay["sd"]) ** 2 == 4.0

    def moves(n: int) -> list[tuple[int, float]]:
        up = [(n + 4, rate)] if n < 4 * LONGEST else []
        return [*up, (n - 1, 4 / mean)] if n else up

    return chain(0, moves)


def test_figures_of_gamma_stays_solve_the_chain_of_their_phases() -> None:
    rate, _, mean, _ = numbers("any-stay")
    solved = phases()
    chances = solved.long_run()
    wait = solved.mean(chances, lambda left: left * mean / 4)  # who comes waits for the work she finds
    busy = solved.mean(chances, lambda left: left > 0)
    assert known("any-stay") == pytest.approx(
        {
            ("wait.mean", "a"): wait,
            ("waiting.mean", "a"): rate * wait,
            ("wait.share_waiting", "a"): busy,
            ("census.mean", "a"): busy,
        },
        rel=1e-9,
    )


def test_waits_of_two_classes_solve_their_markov_chain() -> None:
    rate, _, mean, _ = numbers("two-classes")
    urgent = scenario("two-classes")["traits"]["urgency"]["shares"]["urgent"] * rate

    def moves(state: tuple[int, int, int]) -> list[tuple[tuple[int, int, int], float]]:
        busy, first, second = state  # in the place, waiting: urgent, routine
        if not busy:
            return [((1, 0, 0), rate)]
        found = [((1, first + 1, second), urgent)] if first < 30 else []
        found += [((1, first, second + 1), rate - urgent)] if second < LONGEST else []
        follows = (1, first - 1, second) if first else (1, 0, second - 1) if second else (0, 0, 0)
        return [*found, (follows, 1 / mean)]

    solved = chain((0, 0, 0), moves)
    chances = solved.long_run()
    waiting = [solved.mean(chances, lambda state, at=at: state[at]) for at in (1, 2)]  # type: ignore[misc]
    reckoned = {
        ("wait.urgent.mean", "a"): waiting[0] / urgent,
        ("wait.routine.mean", "a"): waiting[1] / (rate - urgent),
        ("waiting.mean", "a"): sum(waiting),
        ("census.mean", "a"): solved.mean(chances, lambda state: state[0]),
    }
    assert known("two-classes") == pytest.approx(reckoned, rel=1e-8)


def test_the_census_of_a_level_that_opens_is_two_floods_of_arrivals() -> None:
    text = scenario("ramp")
    stay, change = text["levels"]["a"]["length_of_stay"], text["changes"][0]
    shape, scale = (stay["mean"] / stay["sd"]) ** 2, stay["sd"] ** 2 / stay["mean"]

    def days_in_care(until: float) -> float:
        # the mean of min(stay, until), for gamma closed: until · S(until) + mean · F(until; shape + 1)
        stayed, longer = stats.gamma(shape, scale=scale), stats.gamma(shape + 1, scale=scale)
        return float(until * stayed.sf(until) + stay["mean"] * longer.cdf(until)) if until > 0 else 0.0

    before = text["arrivals"]["ramp"]["per_day"]
    more = change["arrivals"]["ramp"]["per_day"] - before
    for (name, _), value in known("ramp").items():
        day = float(name.removeprefix("census.day_"))
        reckoned = before * days_in_care(day) + more * days_in_care(day - change["on"])
        assert value == pytest.approx(reckoned, rel=1e-8)


def test_what_four_clocks_do_is_reckoned_in_small_steps() -> None:
    level = scenario("clocks")["levels"]["a"]
    drop, other = level["dropout"], level["other_ends"]["administrative"]
    sigma = (2 * np.log(other["mean"] / other["median"])) ** 0.5
    days = level["length_of_stay"] * np.linspace(0.0, 1.0, 400_001) ** 3  # finer where many drop out at once
    left = {
        "dropout": np.exp(-((days / drop["scale"]) ** drop["shape"])),
        "relapse": np.exp(-days / level["relapse"]["mean"]),
        "administrative": stats.norm.sf(np.log(np.maximum(days, 1e-300) / other["median"]) / sigma),
    }
    both = np.prod(list(left.values()), axis=0)
    mean = float(np.trapezoid(both, days))
    reckoned = {("ended.completed.share", "a"): both[-1], ("stay.clinical.mean", "a"): mean}
    for name, own in left.items():
        others = np.prod([still for other, still in left.items() if other != name], axis=0)
        ended = float(np.sum(-np.diff(own) * (others[1:] + others[:-1]) / 2))
        reckoned[f"ended.{name}.share", "a"] = ended
    reckoned["census.mean", "a"] = mean * scenario("clocks")["arrivals"]["clocks"]["per_day"]
    assert known("clocks") == pytest.approx(reckoned, rel=1e-7)


def network() -> Chain:
    """Patients at two levels that send patients to each other."""
    text = scenario("network")
    (source,), levels = text["arrivals"].values(), text["levels"]
    a, b = levels["intensive"], levels["routine"]
    enters, on, back = source["enters"], a["completes_to"]["routine"], b["completes_to"]["intensive"]

    def moves(state: tuple[int, int]) -> list[tuple[tuple[int, int], float]]:
        n, m = state
        out = min(n, a["capacity"]) / a["length_of_stay"]["mean"]
        done = min(m, b["capacity"]) / b["length_of_stay"]["mean"]
        found = [((n + 1, m), source["per_day"] * enters["intensive"])]
        found += [((n, m + 1), source["per_day"] * enters["routine"])]
        found += [((n - 1, m + 1), out * on), ((n - 1, m), out * (1 - on))] if n else []
        found += [((n + 1, m - 1), done * back), ((n, m - 1), done * (1 - back))] if m else []
        return [(to, rate) for to, rate in found if max(to) <= 40]

    return chain((0, 0), moves)


def test_figures_of_a_network_solve_its_markov_chain() -> None:
    text, solved = scenario("network"), network()
    chances = solved.long_run()
    for at, (level, given) in enumerate(text["levels"].items()):
        places = given["capacity"]
        census = solved.mean(chances, lambda s, at=at, places=places: min(s[at], places))  # type: ignore[misc]
        line = solved.mean(chances, lambda s, at=at, places=places: max(0, s[at] - places))  # type: ignore[misc]
        full = solved.mean(chances, lambda s, at=at, places=places: s[at] >= places)  # type: ignore[misc]
        rate = census / given["length_of_stay"]["mean"]
        for name, value in (
            ("admissions.per_day", rate),
            ("census.mean", census),
            ("wait.mean", line / rate),
            ("wait.share_waiting", full),
        ):
            assert known("network")[name, level] == pytest.approx(value, rel=1e-8), (name, level)


def held_place() -> Chain:
    """Waiting, and what the two places hold: nobody, somebody in care, in the first also somebody blocked."""
    text = scenario("held-place")
    first, second = text["levels"]["first"], text["levels"]["second"]
    rate, most = text["arrivals"]["held-place"]["per_day"], first["waitlist"]["limit"]
    end, done = 1 / first["length_of_stay"]["mean"], 1 / second["length_of_stay"]["mean"]

    def moves(state: tuple[int, str, str]) -> list[tuple[tuple[int, str, str], float]]:
        line, a, b = state
        follows = (line - 1, "care") if line else (0, "nobody")  # in the first place, once it is free
        found = []
        if a == "nobody":
            found.append(((0, "care", b), rate))
        elif line < most:
            found.append(((line + 1, a, b), rate))
        if a == "care":
            found.append(((*follows, "care"), end) if b == "nobody" else ((line, "blocked", b), end))
        if b == "care":
            found.append(((*follows, "care"), done) if a == "blocked" else ((line, a, "nobody"), done))
        return found

    return chain((0, "nobody", "nobody"), moves)


def test_figures_of_a_held_place_solve_its_markov_chain() -> None:
    text, solved = scenario("held-place"), held_place()
    most = text["levels"]["first"]["waitlist"]["limit"]
    chances = solved.long_run()
    in_care = solved.mean(chances, lambda s: s[1] == "care")
    reckoned = {
        ("turned_away.share", "first"): solved.mean(chances, lambda s: s[0] == most),
        ("waiting.mean", "first"): solved.mean(chances, lambda s: s[0]),
        ("in_care.mean", "first"): in_care,
        ("blocked.mean", "first"): solved.mean(chances, lambda s: s[1] == "blocked"),
        ("stay.blocked.share", "first"): solved.mean(chances, lambda s: s[1:] == ("care", "care")) / in_care,
        ("census.mean", "second"): solved.mean(chances, lambda s: s[2] == "care"),
    }
    assert known("held-place") == pytest.approx(reckoned, rel=1e-9)


def test_steps_up_and_down_are_followed_stay_by_stay() -> None:
    text = scenario("steps")
    names = list(text["levels"])
    now = {name: text["arrivals"]["steps"]["enters"].get(name, 0.0) for name in names}
    visits, ends, ups = dict.fromkeys(names, 0.0), {"completed": 0.0, "relapse": 0.0}, 0.0
    for _ in range(400):  # after so many stays nobody is left
        coming = dict.fromkeys(names, 0.0)
        for at, name in enumerate(names):
            level = text["levels"][name]
            visits[name] += now[name]
            relapsing = level.get("relapse", 0.0)
            completes = level.get("completes_to", {"discharge": 1.0})
            ways = [("completed", to, (1 - relapsing) * share) for to, share in completes.items()]
            if relapsing:
                ways += [
                    ("relapse", to, relapsing * share) for to, share in level["on_relapse"][0]["go"].items()
                ]
            for reason, to, share in ways:
                target = names[at - 1] if to == "step up" else to
                if target == "discharge":
                    ends[reason] += now[name] * share
                else:
                    coming[target] += now[name] * share
                    ups += now[name] * share * (names.index(target) < at)
        now = coming
    per_day = text["arrivals"]["steps"]["per_day"]
    reckoned = {("admissions.per_day", name): per_day * visits[name] for name in names}
    reckoned["step_ups.per_100_stays", ""] = 100 * ups / sum(visits.values())
    reckoned |= {(f"episodes.{reason}.share", ""): share for reason, share in ends.items()}
    assert known("steps") == pytest.approx(reckoned, rel=1e-12)


CHAINS: dict[str, tuple[Callable[[], Chain], Callable[[Any], float]]] = {
    "one-place": (lambda: one_level("one-place"), lambda n: max(0, n - 1)),
    "several-places": (lambda: one_level("several-places"), lambda n: max(0, n - 2)),
    "two-classes": (lambda: one_level("two-classes"), lambda n: max(0, n - 1)),
    "lost-exponential": (lambda: one_level("lost-exponential"), lambda n: n == 5),
    "impatient": (lambda: one_level("impatient"), lambda n: max(0, n - 2)),
    "any-stay": (phases, lambda left: left),
    "network": (network, lambda state: max(0, state[1] - 2)),
    "held-place": (held_place, lambda state: state[0]),
}
"""Cases that are Markov chains, and of each the figure that remembers its start longest."""


@pytest.mark.parametrize("case", CHAINS)
def test_the_warm_up_leaves_next_to_nothing_of_the_empty_start(case: str) -> None:
    build, figure = CHAINS[case]
    solved = build()
    later = solved.mean(solved.after(CASES[case].warm_up), figure)
    assert later == pytest.approx(solved.mean(solved.long_run(), figure), rel=1e-4)


def test_the_warm_up_leaves_next_to_nothing_where_stays_are_long() -> None:
    # an unlimited level lacks those who would have come before day 0 and stayed on: ∫ S beyond the warm-up,
    # here of the longest stays that there are; with limited places the lack can only be smaller
    lognormal = scenario("lost-lognormal")["levels"]["a"]["length_of_stay"]
    sigma = np.log(1 + (lognormal["sd"] / lognormal["mean"]) ** 2) ** 0.5
    law = stats.lognorm(sigma, scale=lognormal["mean"] * np.exp(-(sigma**2) / 2))
    warm_up = CASES["lost-lognormal"].warm_up
    assert law.expect(lambda days: days - warm_up, lb=warm_up) / lognormal["mean"] < 1e-3
    assert CASES["clocks"].warm_up > scenario("clocks")["levels"]["a"]["length_of_stay"]
    assert CASES["clocks"].follow_up > scenario("clocks")["levels"]["a"]["length_of_stay"]
