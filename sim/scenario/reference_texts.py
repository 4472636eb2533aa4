"""What the reference of scenario files says in sentences; its tables are made from the types."""

# ruff: noqa: E501 (these are the lines of a page)

INTRODUCTION = """
# Scenario files

Every key of a scenario file, its value, unit, default and meaning. This page is made from the program's types
(`python -m sim.scenario.reference > scenarios/README.md`) and a test holds it to them; do not edit it by hand.
`sim new NAME` writes a commented file to start from, `sim check FILE` names every fault with its line.

A file is TOML 1.0. It says who comes, which levels of care there are, how patients move among them and what
follows; the smallest is [minimal.toml](minimal.toml). What the words mean is said in `docs/model.md`.

* **Durations** are a number of days, or text with a unit: `"8 weeks"`, `"36 hours"`, `"90 minutes"`, `"1 day"`.
  Months and years have no fixed length and are refused.
* **Durations by chance** (lengths of stay, delays, clocks) are a plain duration, which is then the same for
  everybody; a distribution, such as `{ dist = "gamma", mean = 20, sd = 8 }`; or a table `by` a trait:
  `{ by = "substance", opioids = { … }, default = { … } }`. `default` may be left out where every value has an
  entry. In `after`, `by = "last_level"` is possible too.
* **Probabilities instead of clocks**: a bare number in `dropout`, `relapse` and `other_ends` is the chance that
  it happens before the planned end, at constant hazard over the planned stay. A table `by` a trait may hold
  such numbers too. A duration in text (`"5 days"`) is a clock that rings on that day.
* **Shares** are a table from names to numbers that sum to 1 (within 1e-9); one name alone, as text, has all.
* **Places to go** in a rule: the name of a level, `"step up"`, `"step down"`, `"discharge"`,
  `"discharge:REASON"` (completed, dropout, relapse or an end named in the scenario), and for relapses and
  reviews also `"stay"` (or `"continue"`) and `"extend"`. From the last level, step down is discharge.
* **Conditions** are tables from a field to what it allows; all must hold. Fields: traits (a value or a list of
  values), `from` (level names or `"outside"`), `source`, and the numbers `episode`, `relapses`, `step_ups`,
  `relapses_in_stay`, `days_in_stay`, `days_in_care` (a number, `">= 2"`, `"< 14"`, or a range `"2..4"`, both ends
  inside). For the `days_…` a unit may follow: `">= 2 weeks"`.
* **Sources**: a key `source` may stand in any table of numbers. `sim show` lists every number with the
  source nearest to it, or "assumed".
* **Names** of levels, sources and traits are letters, digits, `_` and `-`.

**Inheritance.** `extends = "baseline.toml"` takes everything from another file of the same folder or below it;
`extends = ["baseline.toml", "presets/nj.toml"]` from several, the later laid over the earlier, a file that two of
them extend below both. What a [preset](presets/README.md) holds need not be a whole scenario. Tables merge; lists and plain values replace. `name` is never inherited. Where two keys cannot stand together,
the one written in the child takes the place of the other: `ends` of `length_of_stay`, `dropout` and
`other_ends` (and the reverse), `admits_on` of `admits`, `per_week` of `weekdays` (and the reverse), `dates` of
`per_day` and its pattern, `completes_to` of `on_completion`, `go` of a review of its `rules`, `productive_share` of `meeting_hours_per_week` (and the reverse).
A distribution that names another `dist`, or parameters that the inherited one does not have, keeps of the old one
only `min`, `max`, `ever` and `source`. Shares merge like any table: name every share that changes, with 0 for those
that go. A new level comes last, unless the child
names every level (`[levels.NAME]` alone will do): then its order holds.

**Settings from outside.** `--set levels.php.capacity=20` sets one key, over all files. The value is TOML, or
plain text where it is none. Places in lists are counted from 0: `--set levels.iop.on_relapse.0.go=stay`.

**Dated changes.** Each `[[changes]]` has `on` (a date or a day number, fractions allowed), optionally `until`
(from which the old values hold again), and keys of `levels`, `arrivals` and `after`, laid over the scenario as
a child's keys are. They may touch capacity, seats, doors, arrival rates, distributions, probabilities, shares, limits,
patience, holds and rules, and act on decisions and clocks that start afterwards. Of several changes in force,
the later `on` lies above; of the same `on`, the later in the file.

**Files beside the scenario** are CSV in UTF-8 with commas and a header. Columns that tell who somebody is
(names, birth dates, record numbers, addresses …) are refused. The same rows may stand in the scenario file
itself as a list of tables; `sim show --toml` writes them so, which makes the file complete.
"""

ABOUT = {
    "Scenario": "Beside these, `extends` names a file, or a list of files, to inherit from.",
    "Effect": """
How traits, and the numbers of a patient's course (`episode`, `relapses`, `step_ups`, `relapses_in_stay`,
`days_in_stay`, `days_in_care`), act on clocks and choices. Each entry names what it acts on, at one level only
as `"LEVEL.key"`, and holds ratios: `hazard_ratio` (h turns a survival curve S into S^h), `time_ratio`
(stretches a duration), `odds_ratio` (multiplies the odds of a probability, or of one `option` of a choice). An
odds ratio acts on `dropout`, `relapse` and `other_ends` only where they are probabilities. Effects multiply. A
numeric entry acts as ratio^(min(number, `cap`) / `per`); `per` is 1 and `cap` unlimited unless given. On
`returns_to_care`, an odds ratio acts on the share, the others on the delay.
""",
    "Sweep": """
Variants for `sim sweep`; a run of the scenario itself does not read it. Keys are written as for `--set`:
`grid = { "levels.php.capacity" = [16, 20, 24], "levels.iop.length_of_stay.mean" = [28, 42] }` is six points;
`[[sweep.points]]` sets any keys, such as `levels.php.capacity = 24`. The scenario itself is always point 0, and
all points meet the same patients with the same luck. Measures are named with their level inside, as in
`wait.php.mean`; by default each level's mean wait and the completed episodes are reported.
""",
}
"""Type → what stands before its table; without an entry, its own description."""

AFTER_TABLES = {
    "Source": """
**`dates`** has one row per referral: `date` or `day` (since the start, fractions allowed), optionally `id` (text,
each once; it keys the patient's luck), `enters` (a level) and a column per trait; what is blank is drawn. In the
scenario file: `dates = [{ day = 3.5, id = "r-104", substance = "opioids", enters = "detox" }]`.
""",
    "Start": """
**`census`** and **`waitlist`** are counts (`{ detox = 12, iop = 22 }`), a CSV, or a list of tables, with the columns
`level`, `days` (since the admission, or waited so far; drawn where blank, 0 for those waiting), optionally `id`
and a column per trait: `census = [{ level = "iop", days = 12, substance = "alcohol" }]`.
""",
    "After": """
Reasons: `completed`, `dropout`, `relapse`, `reneged`, `no_show`, `turned_away`, every end named in the scenario,
and `default` for those not given. `[after.waiting]` holds for those sent home to wait for their next level, and
has no `returns_to_care`.
""",
    "Distribution": """
| `dist` | given by |
|---|---|
| `fixed` | `value` |
| `uniform` | `low`, `high` |
| `triangular` | `low`, `mode`, `high` |
| `exponential` | `mean` |
| `lognormal` | `mean`, `sd` or `median`, `mean` or `mu`, `sigma` |
| `gamma` | `mean`, `sd` or `shape`, `scale` |
| `weibull` | `shape` with `scale` or `median` |
| `loglogistic` | `shape` with `scale` or `median` |
| `empirical` | `values`, optionally `weights`; or `csv`, `column` |
| `mixture` | `parts = [{ share = 0.7, dist = … }, …]` |

All but fixed and uniform may also be given by two quantiles (`p25 = 3, p75 = 9`: any two of `p01` … `p99`) or,
given the shape, by the `share` reached `by_day`. Mean, median and quantiles describe the distribution before
`min` and `max` cut it.
""",
}
"""Type → what stands after its table."""
