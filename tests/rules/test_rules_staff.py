"""What the staff present can serve: needs, admissions that fit, the usable capacity and what binds it."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from sim.plan import plan
from sim.rules.staff import fits, needed, usable
from sim.scenario.load import loads
from sim.scenario.roles import alternatives
from sim.scenario.types import Scenario
from sim.staffing import fte_of
from sim.tables import NONE

LEVELS = ("php", "iop", "op")


class Level(NamedTuple):
    census: int


NEED = st.fixed_dictionaries(
    {
        "level": st.sampled_from(LEVELS[:2]),
        "driver": st.sampled_from(["post", "ratio", "caseload"]),
        "shift": st.sampled_from(["", "day", "night"]),
        "number": st.sampled_from([0.5, 1, 3, 7]),
    }
)
NEEDS = st.lists(NEED, min_size=1, max_size=5)


def scenario(roles: list[list[dict[str, object]]]) -> Scenario:
    """Three levels, and roles with these needs, which limit."""
    text = 'schema = 1\nname = "staff"\nrun = { duration = 10 }\n'
    text += 'arrivals.all = { per_day = 1, enters = "php" }\n'
    text += "".join(f"[levels.{level}]\nlength_of_stay = 5\n" for level in LEVELS)
    for index, needs in enumerate(roles):
        text += f"[roles.role-{index}]\nroster = [{{}}]\n"
        for need in needs:
            text += f'[[roles.role-{index}.needs]]\nlevel = "{need["level"]}"\ndriver = "{need["driver"]}"\n'
            text += "limits = true\n"
            text += f"{'posts' if need['driver'] == 'post' else 'patients_per_staff'} = {need['number']}\n"
            if need["shift"] and need["driver"] != "caseload":
                text += f'shift = "{need["shift"]}"\n'
    return loads(text)


@given(needs=NEEDS, patients=st.integers(0, 40))
def test_needs_are_those_that_are_measured(needs: list[dict[str, object]], patients: int) -> None:
    """`sim.staffing.fte_of` is told them one within another, the tables hold them in one row."""
    one = scenario([needs])
    role = one.roles["role-0"]
    for index, level in enumerate(LEVELS):
        of_level = role.needs_of(level)
        lines = [
            [[role.line(of_level[place]) for place in shift] for shift in shifts]
            for shifts in alternatives(of_level)
        ]
        assert needed(plan(one).tables, 0, index, patients) == fte_of(lines, patients)


@given(
    roles=st.lists(NEEDS, min_size=1, max_size=3),
    census=st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)),
    present=st.lists(st.sampled_from([0.0, 1.0, 4.5, 9.0, 30.0]), min_size=3, max_size=3),
    capacity=st.integers(0, 30),
    level=st.integers(0, 2),
)
def test_the_usable_capacity_is_the_greatest_census_that_all_roles_can_serve(
    roles: list[list[dict[str, object]]],
    census: tuple[int, int, int],
    present: list[float],
    capacity: int,
    level: int,
) -> None:
    """Tried one after the other, where the rule searches."""
    t = plan(scenario(roles)).tables
    there = present[: len(roles)]
    levels = [Level(count) for count in census]

    def served(role: int, patients: int) -> bool:
        if not any(need["level"] == LEVELS[level] for need in roles[role]):
            return True
        counts = [*census]
        counts[level] = patients
        return sum(needed(t, role, at, count) for at, count in enumerate(counts)) <= there[role] + 1e-9

    def all_served(patients: int) -> bool:
        return all(served(role, patients) for role in range(len(roles)))

    most, binds = usable(t, levels, there, level, float(capacity))
    known = [patients for patients in range(capacity + 1) if all_served(patients)]
    assert most == max(known, default=0)
    if most == capacity:
        assert binds == NONE
    else:
        assert binds == next(role for role in range(len(roles)) if not served(role, int(most) + 1))
    assert fits(t, levels, there, level, NONE) == all_served(census[level] + 1)


def test_who_moves_frees_the_staff_of_her_old_place() -> None:
    need = {"driver": "caseload", "shift": "", "number": 1}
    t = plan(scenario([[need | {"level": "php"}, need | {"level": "iop"}]])).tables
    assert not fits(t, [Level(2), Level(0), Level(0)], [2.0], 1, NONE)
    assert fits(t, [Level(2), Level(0), Level(0)], [2.0], 1, 0)
    assert fits(t, [Level(2), Level(0), Level(0)], [2.0], 0, 0)


def test_what_is_short_by_less_than_a_billionth_is_enough() -> None:
    """Three tenths of a caseload are 0.30000000000000004 FTE, added up."""
    need = {"driver": "caseload", "shift": "", "number": 1}
    t = plan(scenario([[need | {"level": "php", "number": 7}, need | {"level": "iop", "number": 3}]])).tables
    assert fits(t, [Level(0), Level(2), Level(0)], [1.0 - 1e-10], 1, NONE)
    assert not fits(t, [Level(0), Level(2), Level(0)], [1.0 - 1e-8], 1, NONE)
