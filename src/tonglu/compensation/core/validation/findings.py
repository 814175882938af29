"""The sentences of the plan check, one per code."""

from __future__ import annotations

from collections.abc import Mapping

from tonglu.compensation.core.problems import Problem
from tonglu.kernel.text import N_

ERROR, WARNING = "error", "warning"

SENTENCES: Mapping[str, tuple[str, str]] = {
    "no_components": (ERROR, N_("The plan has no components.")),
    "no_tiers": (ERROR, N_("%(component)s: the table has no steps.")),
    "empty_tier": (ERROR, N_("%(component)s: the step from %(lo)s to %(hi)s holds nothing.")),
    "gap": (ERROR, N_("%(component)s: nothing is said about amounts from %(lo)s to %(hi)s.")),
    "declared_gap": (WARNING, N_("%(component)s: amounts from %(lo)s to %(hi)s pay nothing.")),
    "overlap": (ERROR, N_("%(component)s: two steps claim the amounts from %(lo)s to %(hi)s.")),
    "open_top": (WARNING, N_("%(component)s: nothing is paid above %(hi)s.")),
    "no_boundary": (
        ERROR,
        N_("%(component)s: say which step owns an amount exactly on the edge."),
    ),
    "no_ends": (
        ERROR,
        N_("%(component)s: say what the curve does below its first and above its last point."),
    ),
    "cliff": (
        WARNING,
        N_("%(component)s: at %(edge)s the pay jumps from %(before)s to %(after)s."),
    ),
    "inversion": (
        ERROR,
        N_("%(component)s: at %(edge)s selling more pays less: %(before)s falls to %(after)s."),
    ),
    "falling_pay": (
        WARNING,
        N_("%(component)s: from %(edge)s on every further sale lowers the pay."),
    ),
    "needs_quota": (ERROR, N_("%(component)s: steps of attainment need a quota.")),
    "needs_target": (ERROR, N_("%(component)s: percents of target need a target incentive.")),
    "rate_over_one": (
        WARNING,
        N_("%(component)s: %(value)s would pay more than the whole amount; is it a percent?"),
    ),
    "rate_not_share": (
        ERROR,
        N_("%(component)s: %(value)s of the amount sold is no rate; rates lie between 0 and 1."),
    ),
    "mixed_units": (
        ERROR,
        N_("%(component)s: some steps look like rates and some like amounts."),
    ),
    "weights": (ERROR, N_("%(component)s: the weights of %(payee)s add up to %(sum)s, not to 1.")),
    "no_shares": (ERROR, N_("%(component)s: the shares of the pool add up to nothing.")),
    "no_override": (ERROR, N_("%(component)s: the override has neither levels nor a rate.")),
    "no_fund": (ERROR, N_("%(component)s: the pool has neither an amount nor a rate.")),
    "falling_prizes": (WARNING, N_("%(component)s: a lower place wins more than a higher one.")),
    "floor_over_cap": (ERROR, N_("%(component)s: the floor %(floor)s is above the cap %(cap)s.")),
    "unknown_component": (
        ERROR,
        N_("%(component)s refers to %(other)s, which the plan does not have."),
    ),
    "cycle": (ERROR, N_("Components wait for each other: %(circle)s.")),
    "order_dependent": (
        WARNING,
        N_("%(component)s: pay depends on the order of the rows; the order is the business date."),
    ),
    "release_not_whole": (
        ERROR,
        N_("The steps of the release add up to %(sum)s, not to the whole."),
    ),
    "unreadable_part": (ERROR, N_("%(part)s: %(reason)s")),
    "hold_over_all": (ERROR, N_("The holdback keeps %(sum)s of the pay, more than all of it.")),
    "overlapping_versions": (
        ERROR,
        N_("Version %(before)s and version %(after)s are both in force on %(date)s."),
    ),
    "no_version_between": (
        WARNING,
        N_("No version is in force between %(before)s and %(after)s."),
    ),
    "no_start": (ERROR, N_("Version %(version)s needs a date from which it holds.")),
    "same_version_twice": (ERROR, N_("Two versions are called %(version)s.")),
    "example_fails": (
        ERROR,
        N_("Example %(example)s: %(path)s should be %(expected)s and is %(got)s."),
    ),
    "no_examples": (WARNING, N_("The plan has no worked example that proves what it means.")),
}


def finding(code: str, **params: object) -> Problem:
    severity, message = SENTENCES[code]
    return Problem(code, params, severity, message)
