"""What a relapse in a stay leads to: staying, extra days, a move for good, or for a while and back.

Every log is worked by hand from docs/model.md, section 3 ("Stay").
"""

from collections.abc import Callable

from stories import rows, since

Story = Callable[..., list[str]]

ANN = "day,id,enters\n0,ann,iop\n"


def test_without_a_rule_she_stays_and_the_next_relapse_is_drawn_from_then(story: Story) -> None:
    log = story('[levels.iop]\nlength_of_stay = "10 days"\nrelapse = "4 days"', ANN)
    assert log == rows(
        """
        0  ann request iop
        0  ann admit iop 10
        4  ann relapse iop
        8  ann relapse iop
        10 ann leave iop completed
        10 ann discharge iop completed
        """
    )


def test_a_relapse_may_add_days_and_the_other_clocks_go_on(story: Story) -> None:
    """The first relapse adds 5 days to the 10 planned; dropout on day 13 comes before their end."""
    log = story(
        """
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        dropout = "13 days"
        on_relapse = [{ when = { relapses_in_stay = "<= 1" }, go = "stay", extend_by = "5 days" }]
        """,
        ANN,
    )
    assert log == rows(
        """
        0  ann request iop
        0  ann admit iop 10
        4  ann relapse iop
        4  ann extend iop 5
        8  ann relapse iop
        12 ann relapse iop
        13 ann leave iop dropout
        13 ann discharge iop dropout
        """
    )


def test_a_move_for_good_begins_an_ordinary_stay_with_no_way_back(story: Story) -> None:
    log = story(
        """
        [levels.php]
        length_of_stay = "20 days"
        completes_to = "discharge"
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ go = "step up" }]
        """,
        ANN,
    )
    assert since(log, 4) == rows(
        """
        4  ann relapse iop
        4  ann ready iop to php relapse
        4  ann request php
        4  ann leave iop relapse
        4  ann admit php 20
        24 ann leave php completed
        24 ann discharge php completed
        """
    )


AWAY = """
[levels.php]
{php}
[levels.iop]
{iop}
relapse = "4 days"
on_relapse = [{{ when = {{ relapses = "<= 1" }}, go = "step up", for = "2 days", then = "{then}" }}]
"""


def test_back_means_the_days_that_remained_and_anew_a_whole_stay(story: Story) -> None:
    levels = {"php": 'length_of_stay = "20 days"', "iop": 'length_of_stay = "10 days"'}
    back = story(AWAY.format(then="back", **levels), ANN)
    anew = story(AWAY.format(then="anew", **levels), ANN)
    assert since(back, 6) == rows(
        """
        6  ann ready php to iop completed
        6  ann request iop
        6  ann leave php completed
        6  ann admit iop 6
        10 ann relapse iop
        12 ann leave iop completed
        12 ann discharge iop completed
        """
    )
    assert since(anew, 6) == rows(
        """
        6  ann ready php to iop completed
        6  ann request iop
        6  ann leave php completed
        6  ann admit iop 10
        10 ann relapse iop
        14 ann relapse iop
        16 ann leave iop completed
        16 ann discharge iop completed
        """
    )


def test_the_days_that_remain_do_not_pass_while_she_waits(story: Story) -> None:
    """Ten planned, four spent; she waits for php until day 7, is there for two days, and has six left."""
    log = story(
        AWAY.format(
            then="back",
            php='capacity = 1\nlength_of_stay = "7 days"\ncompletes_to = "discharge"',
            iop='length_of_stay = "10 days"',
        ),
        ANN + "0,zoe,php\n",
    )
    assert [row for row in since(log, 4) if " ann " in row] == rows(
        """
        4  ann relapse iop
        4  ann ready iop to php relapse
        4  ann request php
        4  ann leave iop relapse
        7  ann admit php 2
        9  ann ready php to iop completed
        9  ann request iop
        9  ann leave php completed
        9  ann admit iop 6
        13 ann relapse iop
        15 ann leave iop completed
        15 ann discharge iop completed
        """
    )


def test_days_added_before_count_among_the_days_that_remain(story: Story) -> None:
    """Ten planned and three added at the first relapse (day 4); five are left after the second (day 8)."""
    log = story(
        """
        [levels.php]
        length_of_stay = "20 days"
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [
          { when = { relapses = "1" }, go = "stay", extend_by = "3 days" },
          { when = { relapses = "2" }, go = "step up", for = "2 days", then = "back" },
        ]
        """,
        ANN,
    )
    assert since(log, 10) == rows(
        """
        10 ann ready php to iop completed
        10 ann request iop
        10 ann leave php completed
        10 ann admit iop 5
        14 ann relapse iop
        15 ann leave iop completed
        15 ann discharge iop completed
        """
    )


def test_a_temporary_stay_may_end_by_dropout(story: Story) -> None:
    log = story(
        AWAY.format(
            then="back",
            php='length_of_stay = "20 days"\ndropout = "1.5 days"',
            iop='length_of_stay = "10 days"',
        ),
        ANN,
    )
    assert since(log, 4) == rows(
        """
        4   ann relapse iop
        4   ann ready iop to php relapse
        4   ann request php
        4   ann leave iop relapse
        4   ann admit php 2
        5.5 ann leave php dropout
        5.5 ann discharge php dropout
        """
    )


def test_a_temporary_move_out_of_a_temporary_stay_keeps_the_first_way_back(story: Story) -> None:
    """Iop (6 days left) → php for 5 days → after 2 of them residential for 3 days → back to iop."""
    log = story(
        """
        [levels.residential]
        length_of_stay = "30 days"
        [levels.php]
        length_of_stay = "20 days"
        relapse = "2 days"
        on_relapse = [{ go = "step up", for = "3 days", then = "back" }]
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ when = { relapses = "<= 1" }, go = "step up", for = "5 days", then = "back" }]
        """,
        ANN,
    )
    assert since(log, 4) == rows(
        """
        4  ann relapse iop
        4  ann ready iop to php relapse
        4  ann request php
        4  ann leave iop relapse
        4  ann admit php 5
        6  ann relapse php
        6  ann ready php to residential relapse
        6  ann request residential
        6  ann leave php relapse
        6  ann admit residential 3
        9  ann ready residential to iop completed
        9  ann request iop
        9  ann leave residential completed
        9  ann admit iop 6
        13 ann relapse iop
        15 ann leave iop completed
        15 ann discharge iop completed
        """
    )


def test_a_move_for_good_out_of_a_temporary_stay_ends_the_matter(story: Story) -> None:
    log = story(
        """
        [levels.residential]
        length_of_stay = "30 days"
        completes_to = "discharge"
        [levels.php]
        length_of_stay = "20 days"
        relapse = "2 days"
        on_relapse = [{ go = "step up" }]
        [levels.iop]
        length_of_stay = "10 days"
        relapse = "4 days"
        on_relapse = [{ go = "step up", for = "5 days", then = "back" }]
        """,
        ANN,
    )
    assert since(log, 6) == rows(
        """
        6  ann relapse php
        6  ann ready php to residential relapse
        6  ann request residential
        6  ann leave php relapse
        6  ann admit residential 30
        36 ann leave residential completed
        36 ann discharge residential completed
        """
    )


def test_a_relapse_in_a_temporary_stay_answered_by_staying_leaves_its_days(story: Story) -> None:
    log = story(
        AWAY.format(
            then="back",
            php='length_of_stay = "20 days"\nrelapse = "1.5 days"',
            iop='length_of_stay = "10 days"',
        ),
        ANN,
    )
    assert since(log, 5)[:5] == rows(
        """
        5.5 ann relapse php
        6   ann ready php to iop completed
        6   ann request iop
        6   ann leave php completed
        6   ann admit iop 6
        """
    )


def test_a_minimum_stay_holds_a_temporary_stay_too(story: Story) -> None:
    log = story(
        AWAY.format(
            then="back",
            php='length_of_stay = "20 days"\nminimum_stay = "3 days"',
            iop='length_of_stay = "10 days"',
        ),
        ANN,
    )
    assert since(log, 5)[:4] == rows(
        """
        7 ann ready php to iop completed
        7 ann request iop
        7 ann leave php completed
        7 ann admit iop 6
        """
    )


def test_a_relapse_may_end_in_discharge_under_this_or_another_reason(story: Story) -> None:
    level = '[levels.iop]\nlength_of_stay = "10 days"\nrelapse = "4 days"\non_relapse = [{{ go = "{go}" }}]'
    plain = story(level.format(go="discharge"), ANN)
    renamed = story(level.format(go="discharge:dropout"), ANN)
    assert since(plain, 4) == rows(
        """
        4 ann relapse iop
        4 ann leave iop relapse
        4 ann discharge iop relapse
        """
    )
    assert since(renamed, 4) == rows(
        """
        4 ann relapse iop
        4 ann leave iop relapse
        4 ann discharge iop dropout
        """
    )


def test_a_minimum_stay_does_not_hold_back_a_dropout_from_a_temporary_stay(story: Story) -> None:
    """Two days are meant and five are the least, but by its table she drops out of php after three."""
    log = story(
        AWAY.format(
            then="back",
            php='ends = { dropout = { share = 1.0, stay = "3 days" } }\nminimum_stay = "5 days"',
            iop='length_of_stay = "10 days"',
        ),
        ANN,
    )
    assert since(log, 5) == rows(
        """
        7 ann leave php dropout
        7 ann discharge php dropout
        """
    )


def test_a_table_of_ends_runs_in_a_temporary_stay_and_its_completion_does_not(story: Story) -> None:
    """By its table a stay in php is completed after one day; the two days of the temporary stay count."""
    log = story(
        AWAY.format(
            then="back",
            php='ends = { completed = { share = 1.0, stay = "1 day" } }',
            iop='length_of_stay = "10 days"',
        ),
        ANN,
    )
    assert since(log, 5)[:4] == rows(
        """
        6 ann ready php to iop completed
        6 ann request iop
        6 ann leave php completed
        6 ann admit iop 6
        """
    )


def test_who_is_sent_home_on_her_way_back_keeps_the_days_that_remain(story: Story) -> None:
    """Her place in iop went to zed on day 4; she asks for it on day 6 and waits at home from day 7 on."""
    log = story(
        AWAY.format(
            then="back",
            php='length_of_stay = "20 days"\nhold = "1 day"',
            iop='capacity = 1\nlength_of_stay = { by = "who", zed = "3.5 days", default = "10 days" }',
        )
        + "[traits.who]\nshares = { ann = 0.5, zed = 0.5 }\n",
        "day,id,enters,who\n0,ann,iop,ann\n1,zed,iop,zed\n",
    )
    assert [row for row in since(log, 4) if " ann " in row] == rows(
        """
        4  ann relapse iop
        4  ann ready iop to php relapse
        4  ann request php
        4  ann leave iop relapse
        4  ann admit php 2
        6  ann ready php to iop completed
        6  ann request iop
        7  ann go_home php
        7  ann leave php completed
        7.5 ann admit iop 6
        11.5 ann relapse iop
        13.5 ann leave iop completed
        13.5 ann discharge iop completed
        """
    )
