"""How a stay ends other than as planned: dropout, named ends, tables of ends, death, and under which reason.

Every log is worked by hand from docs/model.md, section 3.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from stories import rows, since

Story = Callable[..., list[str]]

ANN = "day,id,enters\n0,ann,iop\n"


# Dropout and other ends


def test_dropout_leads_to_discharge_where_no_rule_says_otherwise(story: Story) -> None:
    log = story('[levels.iop]\nlength_of_stay = "10 days"\ndropout = "3 days"', ANN)
    assert since(log, 1) == rows(
        """
        3 ann leave iop dropout
        3 ann discharge iop dropout
        """
    )


def test_a_dropout_rule_may_lead_to_another_level(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        dropout = "3 days"
        on_dropout = [{ go = "op" }]
        [levels.op]
        length_of_stay = "4 days"
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        3 ann ready iop to op dropout
        3 ann request op
        3 ann leave iop dropout
        3 ann admit op 4
        7 ann leave op completed
        7 ann discharge op completed
        """
    )


def test_another_end_is_a_reason_of_its_own(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        other_ends = { administrative = "5 days", incarcerated = "3 days" }
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        3 ann leave iop incarcerated
        3 ann discharge iop incarcerated
        """
    )


def test_another_end_may_have_rules(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        hold = "1 day"
        other_ends = { administrative = "3 days" }
        on_other_ends = { administrative = [{ go = "op" }] }
        [levels.op]
        capacity = 0
        length_of_stay = "4 days"
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        3 ann ready iop to op administrative
        3 ann request op
        4 ann go_home iop
        4 ann leave iop administrative
        """
    )


def test_a_rule_may_discharge_under_another_reason(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = { by = "way", a = "2 days", default = "9 days" }
        dropout = { by = "way", b = "3 days", default = "99 days" }
        on_completion = [{ go = "discharge:administrative" }]
        on_dropout = [{ go = "discharge:completed" }]
        other_ends = { administrative = { by = "way", c = "4 days", default = "99 days" } }
        on_other_ends = { administrative = [{ go = "discharge:dropout" }] }
        [traits.way]
        shares = { a = 0.4, b = 0.4, c = 0.2 }
        """,
        "day,id,enters,way\n0,ann,iop,a\n0,bob,iop,b\n0,cam,iop,c\n",
    )
    assert since(log, 1) == rows(
        """
        2 ann leave iop completed
        2 ann discharge iop administrative
        3 bob leave iop dropout
        3 bob discharge iop completed
        4 cam leave iop administrative
        4 cam discharge iop dropout
        """
    )


def test_the_first_rule_whose_conditions_hold_decides(story: Story) -> None:
    log = story(
        """
        [traits.housing]
        shares = { stable = 0.4, shelter = 0.3, street = 0.3 }
        [levels.iop]
        length_of_stay = "2 days"
        on_completion = [
          { when = { housing = ["shelter", "street"], days_in_stay = "> 2" }, go = "discharge:relapse" },
          { when = { housing = ["shelter", "street"] }, go = "discharge:dropout" },
          { when = { housing = "street" }, go = "discharge:relapse" },
        ]
        """,
        "day,id,enters,housing\n0,ann,iop,stable\n0,bob,iop,shelter\n0,cam,iop,street\n",
    )
    assert [row for row in log if " discharge " in row] == rows(
        """
        2 ann discharge iop completed
        2 bob discharge iop dropout
        2 cam discharge iop dropout
        """
    )


# Tables of ends


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("completed", "3 ann ready iop to op completed"),
        ("dropout", "3 ann discharge iop dropout"),
        ("administrative", "3 ann discharge iop administrative"),
    ],
)
def test_a_table_of_ends_gives_the_reason_and_its_stay(reason: str, told: str, story: Story) -> None:
    log = story(
        f"""
        [levels.iop]
        ends = {{ {reason} = {{ share = 1.0, stay = "3 days" }} }}
        [levels.op]
        length_of_stay = "4 days"
        """,
        ANN,
    )
    assert log[:2] == rows("0 ann request iop\n0 ann admit iop 3")
    assert told in log


def test_the_ends_of_a_table_follow_the_rules_of_their_reasons(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        ends = { dropout = { share = 1.0, stay = "3 days" } }
        on_dropout = [{ go = "op" }]
        [levels.op]
        ends = { administrative = { share = 1.0, stay = "2 days" } }
        on_other_ends = { administrative = [{ go = "discharge:completed" }] }
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        3 ann ready iop to op dropout
        3 ann request op
        3 ann leave iop dropout
        3 ann admit op 2
        5 ann leave op administrative
        5 ann discharge op completed
        """
    )


def test_relapse_as_an_end_of_a_table_is_discharge_where_no_rule_says_otherwise(story: Story) -> None:
    log = story('[levels.iop]\nends = { relapse = { share = 1.0, stay = "3 days" } }', ANN)
    assert [row for row in log if " discharge " in row] == ["3 ann discharge iop relapse"]


def test_a_relapse_clock_runs_beside_a_table_of_ends(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        ends = { completed = { share = 1.0, stay = "9 days" } }
        relapse = "4 days"
        on_relapse = [{ when = { relapses = 2 }, go = "discharge" }]
        """,
        ANN,
    )
    assert since(log, 1) == rows(
        """
        4 ann relapse iop
        8 ann relapse iop
        8 ann leave iop relapse
        8 ann discharge iop relapse
        """
    )


def test_the_reasons_of_a_table_have_their_shares(story: Story) -> None:
    """2000 patients: each share within 4 standard errors; the stay of a reason is that reason's."""
    people = "".join(f"0,p{number},iop\n" for number in range(2000))
    log = story(
        """
        [levels.iop.ends]
        completed = { share = 0.40, stay = "1 day" }
        dropout = { share = 0.30, stay = "2 days" }
        transferred_out = { share = 0.13, stay = "3 days" }
        administrative = { share = 0.17, stay = "4 days" }
        """,
        "day,id,enters\n" + people,
    )
    ends = Counter((row.split()[0], row.split()[4]) for row in log if " leave " in row)
    shares = {
        ("1", "completed"): 0.40,
        ("2", "dropout"): 0.30,
        ("3", "transferred_out"): 0.13,
        ("4", "administrative"): 0.17,
    }
    assert set(ends) == set(shares)
    for end, share in shares.items():
        assert abs(ends[end] / 2000 - share) < 4 * (share * (1 - share) / 2000) ** 0.5


# Death


def test_a_death_in_care_ends_the_stay_and_the_episode(story: Story) -> None:
    log = story('[levels.iop]\nlength_of_stay = "10 days"\ndeath = "3 days"', ANN)
    assert since(log, 1) == rows(
        """
        3 ann death iop
        3 ann leave iop died
        3 ann discharge iop died
        """
    )


def test_who_died_has_no_clock_after_discharge(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        death = "3 days"
        [after.default]
        return_to_use = "2 days"
        returns_to_care = { share = 1.0, delay = "1 day" }
        """,
        ANN,
    )
    assert [row.split()[2] for row in since(log, 1)] == ["death", "leave", "discharge"]


def test_the_clock_of_death_in_care_starts_at_each_admission(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "4 days"
        death = "5 days"
        [levels.op]
        length_of_stay = "9 days"
        death = "5 days"
        """,
        ANN,
    )
    assert [row.split()[0] for row in log if " death " in row] == ["9"]


def test_a_death_at_home_between_levels_ends_the_wait(story: Story) -> None:
    """Home from day 4, dead on day 7; zoe, who waits from outside, has no such clock."""
    log = story(
        """
        [levels.iop]
        length_of_stay = "2 days"
        hold = "2 days"
        [levels.op]
        capacity = 0
        length_of_stay = "9 days"
        [after.waiting]
        death = "3 days"
        """,
        ANN + "0,zoe,op\n",
    )
    told = [row.split() for row in since(log, 5)]
    assert [row[:3] for row in told] == [["7", "ann", "death"], ["7", "ann", "discharge"]]
    assert told[1][-1] == "died"


def test_a_death_after_discharge_cancels_what_was_to_come(story: Story) -> None:
    log = story(
        """
        [levels.iop]
        length_of_stay = "2 days"
        [after.completed]
        return_to_use = "1 day"
        returns_to_care = { share = 1.0, delay = "5 days" }
        death = "3 days"
        """,
        ANN,
    )
    assert [row.split()[:3] for row in since(log, 2)] == [
        ["2", "ann", "leave"],
        ["2", "ann", "discharge"],
        ["3", "ann", "return_to_use"],
        ["5", "ann", "death"],
    ]


def test_a_return_to_care_stops_the_clock_of_death_after_discharge(story: Story) -> None:
    log = story(
        """
        [run]
        duration = "12 days"
        [levels.iop]
        length_of_stay = "2 days"
        [after.completed]
        returns_to_care = { share = 1.0, delay = "2 days" }
        death = "3 days"
        """,
        ANN,
    )
    assert not [row for row in log if " death" in row]


def test_death_after_discharge_does_not_run_while_she_waits_again_from_outside(story: Story) -> None:
    """Ann is back on day 4 and waits until day 5.5; her clock, due on day 5, stopped on day 4."""
    log = story(
        """
        [run]
        duration = "7 days"
        [levels.iop]
        capacity = 1
        length_of_stay = { by = "slow", yes = "3.5 days", default = "2 days" }
        [after.completed]
        returns_to_care = { share = 1.0, delay = "2 days" }
        death = { by = "slow", yes = "99 days", default = "3 days" }
        [traits.slow]
        shares = { no = 0.5, yes = 0.5 }
        """,
        "day,id,enters,slow\n0,ann,iop,no\n2,bob,iop,yes\n",
    )
    assert [row for row in since(log, 3) if " ann " in row] == rows(
        """
        4   ann return_to_care
        4   ann request iop
        5.5 ann admit iop 2
        """
    )
