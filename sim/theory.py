"""Textbook answers: what queueing theory says about a level or a network before anything is simulated.

Formulas that `sim check` and the tests compare simulations with. Rates are patients per day, stays and waits
are days, `load` is the mean number in care if nobody ever had to wait (rate × mean stay; "erlangs" in the
telephone literature). Everything here is exact for the model it names; how much traffic a whole scenario
offers to its levels is left to `sim/traffic.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from math import exp, inf, log, prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.integrate import quad
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve
from scipy.stats import poisson

Floats = npt.NDArray[np.float64]

NEGLIGIBLE = 1e-14
"""Chances below this end a sum over an endless line."""


def erlang_b(places: int, load: float) -> float:
    """The share turned away by a level without a waitlist (M/G/c/c), whatever the shape of the stay.

    Erlang (1917), the loss formula B(c, a) = (a^c / c!) / Σ a^k / k!, by its recursion over places.
    """
    turned_away = 1.0
    for servers in range(1, places + 1):
        turned_away = load * turned_away / (servers + load * turned_away)
    return turned_away


def erlang_c(places: int, load: float) -> float:
    """The chance to wait at all, exponential stays and unlimited line (M/M/c); 1 where it never settles.

    Erlang (1917), the delay formula, written by B: C = B / (1 − ρ(1 − B)) with ρ = a / c.
    """
    if load >= places:
        return 1.0
    lost = erlang_b(places, load)
    return lost / (1.0 - load / places * (1.0 - lost))


class Line(NamedTuple):
    """The waits at one level in the long run."""

    chance_to_wait: float
    mean_wait: float  # days, over all admitted, zeros included
    mean_waiting: float  # patients
    mean_census: float
    drain: float  # per day: of those who wait, P(wait > t) falls as exp(−drain · t)

    def chance_beyond(self, days: float) -> float:
        """The share of admitted patients who waited longer than so many days."""
        return self.chance_to_wait * exp(-self.drain * days)

    def percentile(self, q: float) -> float:
        """The wait in days that the share q does not exceed; 0 where so many do not wait at all."""
        left = 1.0 - q
        return 0.0 if left >= self.chance_to_wait else log(self.chance_to_wait / left) / self.drain


def mmc(places: int, *, rate: float, mean_stay: float) -> Line:
    """The line of a level with exponential stays and unlimited patience (M/M/c), first come, first served.

    Gross, Shortle, Thompson and Harris (2008), section 2.3: W_q = C / (cμ − λ), P(W_q > t) = C e^−(cμ−λ)t.
    Infinite waits where load reaches the places.
    """
    load = rate * mean_stay
    if load >= places:
        return Line(1.0, inf, inf, float(places), 0.0)
    chance, drain = erlang_c(places, load), places / mean_stay - rate
    return Line(chance, chance / drain, rate * chance / drain, load, drain)


class Impatience(NamedTuple):
    """The long run of a level whose line people leave."""

    share_reneging: float  # of all who ask
    chance_to_wait: float  # not admitted at once, those who renege later included
    mean_waiting: float
    mean_days_on_line: float  # over all who ask, admitted or not
    mean_census: float
    admissions_per_day: float


def erlang_a(places: int, *, rate: float, mean_stay: float, mean_patience: float) -> Impatience:
    """The line of a level with exponential stays and exponential patience (M/M/c+M).

    Palm (1957); Garnett, Mandelbaum and Reiman (2002), section 2: a birth–death process with death rates
    min(n, c)μ + (n − c)⁺θ, here summed until what is left is negligible.
    """
    weights = [1.0]
    while True:
        n = len(weights)
        leaving = min(n, places) / mean_stay + max(0, n - places) / mean_patience
        weights.append(weights[-1] * rate / leaving)
        if n > places and rate < leaving and weights[-1] < NEGLIGIBLE * max(weights):
            break
    chances = np.array(weights) / sum(weights)
    patients = np.arange(len(chances))
    waiting = float(np.sum(chances * np.maximum(patients - places, 0)))
    census = float(np.sum(chances * np.minimum(patients, places)))
    return Impatience(
        share_reneging=waiting / mean_patience / rate,
        chance_to_wait=float(np.sum(chances[places:])),
        mean_waiting=waiting,
        mean_days_on_line=waiting / rate,
        mean_census=census,
        admissions_per_day=census / mean_stay,
    )


def single_place_wait(rate: float, *, mean_stay: float, sd_stay: float) -> float:
    """The mean wait in days for one place and any shape of stay (M/G/1); infinite at full load.

    Pollaczek (1930) and Khinchine (1932): W_q = λ E[S²] / (2(1 − ρ)).
    """
    load = rate * mean_stay
    if load >= 1.0:
        return inf
    return rate * (mean_stay**2 + sd_stay**2) / (2.0 * (1.0 - load))


def waits_by_class(places: int, *, rates: Sequence[float], mean_stay: float) -> list[float]:
    """The mean wait in days of each priority class, the best first; nobody is moved out for another.

    Exponential stays of one mean. Cobham (1954), the formula for several channels:
    W_k = W₀ / ((1 − σ_{k−1})(1 − σ_k)) with σ_k the load per place of classes 1 to k and W₀ = C / (cμ).
    Infinite for a class where the load of it and of those before it reaches the places.
    """
    delay = erlang_c(places, sum(rates) * mean_stay) * mean_stay / places
    waits, before = [], 0.0
    for rate in rates:
        after = before + rate * mean_stay / places
        waits.append(delay / ((1.0 - before) * (1.0 - after)) if after < 1.0 else inf)
        before = after
    return waits


def ramp(rate: Callable[[float], float], survival: Callable[[float], float], *, day: float) -> float:
    """The mean census on a day of an unlimited level that opened empty on day 0 (M(t)/G/∞).

    `rate` gives arrivals per day at a moment, `survival` the chance to stay longer than so many days. The
    census is Poisson with this mean. Eick, Massey and Whitt (1993), theorem 1: m(t) = ∫ λ(t − u) P(S > u) du.
    """
    answer: float = quad(lambda u: rate(day - u) * survival(u), 0.0, day, limit=400, epsabs=1e-10)[0]
    return answer


def census_percentile(load: float, q: float) -> int:
    """The smallest census n with P(census ≤ n) ≥ q in an unlimited level, where it is Poisson (M/G/∞)."""
    return int(poisson.ppf(q, load))


class Station(NamedTuple):
    """One level of a network in the long run."""

    admissions_per_day: float
    load: float
    line: Line


def traffic(external: Sequence[float], routing: Sequence[Sequence[float]]) -> list[float]:
    """Admissions per day at each level: those from outside and those sent on, loops included.

    Jackson (1957), the traffic equations λ_j = γ_j + Σ_i λ_i p_ij. Row i of `routing` holds the shares of
    those who leave level i for each level; the rest of the row leaves the network. Raises ValueError where
    somebody can never leave.
    """
    shares = np.array(routing, dtype=np.float64)
    system = np.eye(len(shares)) - shares.T
    if np.max(np.abs(np.linalg.eigvals(shares))) >= 1.0 - 1e-12:
        raise ValueError("routing: patients go round for ever; want a way out of every loop")
    rates: list[float] = np.linalg.solve(system, np.array(external, dtype=np.float64)).tolist()
    return rates


def jackson(
    external: Sequence[float],
    routing: Sequence[Sequence[float]],
    *,
    places: Sequence[int],
    mean_stays: Sequence[float],
) -> list[Station]:
    """Every level of an open network of exponential stays, unlimited lines and no holding of places.

    Jackson (1957), the theorem: in the long run each level behaves as an M/M/c level of its own.
    """
    rates = traffic(external, routing)
    return [
        Station(rate, rate * stay, mmc(servers, rate=rate, mean_stay=stay))
        for rate, servers, stay in zip(rates, places, mean_stays, strict=True)
    ]


class Absorption(NamedTuple):
    """What comes of a patient who moves among levels until she leaves for good."""

    visits: Floats  # row: level she starts in; column: expected stays in each level, the first included
    ends: Floats  # row: level she starts in; column: chance of each way out


def absorption(routing: Sequence[Sequence[float]], exits: Sequence[Sequence[float]]) -> Absorption:
    """Expected stays and chances of each way out for step-ups and step-downs that follow a Markov chain.

    Kemeny and Snell (1960), chapter III: N = (I − Q)⁻¹ and B = N R. A row of `routing` and the same row of
    `exits` together sum to 1.
    """
    moves = np.array(routing, dtype=np.float64)
    visits = np.asarray(np.linalg.inv(np.eye(len(moves)) - moves), dtype=np.float64)
    return Absorption(visits, visits @ np.array(exits, dtype=np.float64))


class Clock(NamedTuple):
    """The law of one clock that may end a stay."""

    density: Callable[[float], float]  # per day
    survival: Callable[[float], float]  # the chance that it has not rung by that day


class Ends(NamedTuple):
    """How stays end, all clocks competing."""

    shares: dict[str, float]  # by clock
    planned: float  # the share that lasts as long as planned
    mean_days: float


def competing_clocks(clocks: Mapping[str, Clock], *, planned_days: float) -> Ends:
    """What independent clocks do to stays that were all planned for so many days; the first to ring acts.

    Kalbfleisch and Prentice (2002), section 8.2: the cumulative incidence F_k = ∫ f_k(t) Π_{j≠k} S_j(t) dt
    up to the planned end, here by quadrature; the mean is ∫ Π S_j(t) dt.
    """

    def still(day: float, *, without: str = "") -> float:
        return prod(clock.survival(day) for name, clock in clocks.items() if name != without)

    def area(height: Callable[[float], float]) -> float:
        return float(quad(height, 0.0, planned_days, limit=400, epsabs=1e-11, epsrel=1e-10)[0])

    def share(name: str) -> float:
        return area(lambda day: clocks[name].density(day) * still(day, without=name))

    shares = {name: share(name) for name in clocks}
    return Ends(shares, still(planned_days), area(still))


class Tandem(NamedTuple):
    """Two levels of one place each, the first of which is held while the second is full."""

    waiting: float  # for the first level
    in_care: float  # in the first level
    blocked: float  # in the first level
    second_census: float
    chance_blocked: float  # of those whose first stay ends


def tandem_with_blocking(
    rate: float, *, first_stay: float, second_stay: float, longest_line: int = 400
) -> Tandem:
    """The long run of detox 1 place → next level 1 place with an unlimited hold, exponential stays.

    Avi-Itzhak and Yadin (1965), solved as a Markov chain in which at most `longest_line` patients are before
    the second level: the default stands for a line without limit, which settles while
    rate < 1 / (first + second − 1/(1/first + 1/second)); a small number is a line with a limit of one less,
    solved exactly.
    """
    empty, busy, blocking = 0, 1, 2  # the second level: nobody, somebody, somebody and one blocked before it
    states = [(n, second) for n in range(longest_line + 1) for second in (empty, busy, blocking)]
    states = [state for state in states if state != (0, blocking)]
    number = {state: index for index, state in enumerate(states)}
    generator = lil_matrix((len(states), len(states)))

    def move(state: tuple[int, int], to: tuple[int, int], intensity: float) -> None:
        generator[number[to], number[state]] += intensity
        generator[number[state], number[state]] -= intensity

    for n, second in states:
        if n < longest_line:
            move((n, second), (n + 1, second), rate)
        if n > 0 and second == empty:
            move((n, second), (n - 1, busy), 1.0 / first_stay)
        if n > 0 and second == busy:
            move((n, second), (n, blocking), 1.0 / first_stay)
        if second == busy:
            move((n, second), (n, empty), 1.0 / second_stay)
        if second == blocking:
            move((n, second), (n - 1, busy), 1.0 / second_stay)
    generator[0, :] = 1.0
    right = np.zeros(len(states))
    right[0] = 1.0
    chances = spsolve(generator.tocsc(), right)
    at_first, at_second = np.array(states).T
    in_care = float(np.sum(chances[(at_first > 0) & (at_second != blocking)]))
    blocked = float(np.sum(chances[at_second == blocking]))
    ends_blocked = float(np.sum(chances[(at_first > 0) & (at_second == busy)])) / in_care
    return Tandem(
        waiting=float(np.sum(chances * np.maximum(at_first - 1, 0))),
        in_care=in_care,
        blocked=blocked,
        second_census=float(np.sum(chances[at_second != empty])),
        chance_blocked=ends_blocked,
    )
