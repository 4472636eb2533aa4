"""Histories worked by hand that several tests read, each with its arithmetic."""

from logs import log_of

from sim.log import Log

# One place at a, 4 days each, first come first served; asked on days 0, 1 and 2; the log ends on day 10.
ONE_PLACE = """
0  1 request a
0  1 admit a =4
1  2 request a
2  3 request a
4  1 leave a completed
4  1 discharge a completed
4  2 admit a =4          # waited 3
8  2 leave a completed
8  2 discharge a completed
8  3 admit a =4          # waited 6, still in care on day 10
"""

# One place, nobody may wait: patient 2 is turned away on day 3; 3 and 4 come as the place falls free.
NO_WAITING = """
0  1 request a
0  1 admit a =4
3  2 request a
3  2 turn_away a
3  2 discharge a turned_away
4  1 leave a completed
4  1 discharge a completed
4  3 request a
4  3 admit a =4
8  3 leave a completed
8  3 discharge a completed
8  4 request a
8  4 admit a =4
"""

# One place, patience of 3 days: the place falls free when that of patient 2 ends; 3 gives up on day 4.5.
PATIENCE = """
0   1 request a
0   1 admit a =4
1   2 request a
1.5 3 request a
4   1 leave a completed
4   1 discharge a completed
4   2 admit a =4
4.5 3 renege a
4.5 3 discharge a reneged
8   2 leave a completed
8   2 discharge a completed
"""

# One place, 3 days each; patients 3 and 4 go before 2 and 5. Waits 0, 8.5, 2, 5, 10.
PRIORITY = """
0   1 request a
0   1 admit a =3
0.5 2 request a
1   3 request a
1   4 request a
2   5 request a
3   1 leave a completed
3   1 discharge a completed
3   3 admit a =3
6   3 leave a completed
6   3 discharge a completed
6   4 admit a =3
9   4 leave a completed
9   4 discharge a completed
9   2 admit a =3
12  2 leave a completed
12  2 discharge a completed
12  5 admit a =3
15  5 leave a completed
15  5 discharge a completed
"""

# One place at a (2 days) and one at b (5 days), the place at a held while b is full. Blocked 0, 3 and 3 days.
HOLDING = """
0  1 request a
0  1 admit a =2
0  2 request a
2  1 ready a ->b completed
2  1 request b
2  1 leave a completed
2  1 admit b =5
2  2 admit a =2
3  3 request a
4  2 ready a ->b completed
4  2 request b
7  1 leave b completed
7  1 discharge b completed
7  2 leave a completed
7  2 admit b =5
7  3 admit a =2
9  3 ready a ->b completed
9  3 request b
12 2 leave b completed
12 2 discharge b completed
12 3 leave a completed
12 3 admit b =5
17 3 leave b completed
17 3 discharge b completed
"""


def one_place() -> Log:
    return log_of(ONE_PLACE, levels="a", capacity={"a": 1}, window=(0, 10))


def no_waiting() -> Log:
    return log_of(NO_WAITING, levels="a", capacity={"a": 1}, window=(0, 12))


def patience() -> Log:
    return log_of(PATIENCE, levels="a", capacity={"a": 1}, window=(0, 12))


def priority() -> Log:
    return log_of(PRIORITY, levels="a", capacity={"a": 1}, window=(0, 20))


def holding() -> Log:
    return log_of(HOLDING, capacity={"a": 1, "b": 1}, window=(0, 20))
