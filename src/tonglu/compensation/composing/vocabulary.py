"""The words of the plan form: what a person chooses from, in their language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .codecs import OTHER
from .shapes import Choices, Text

KINDS: Choices = (
    ("rate", _("A rate, or steps of rates")),
    ("per_event", _("An amount for each event")),
    ("linear", _("A fixed amount plus rates")),
    ("rollup", _("A manager's override")),
    ("pool", _("A team pool, shared out")),
    ("rank", _("A contest with prizes")),
    ("mbo", _("Goals")),
)
MEASURES: Choices = (
    ("amount", _("Amount sold")),
    ("margin", _("Margin (amount less cost)")),
    ("received", _("Money received")),
    ("units", _("Units")),
    ("count", _("Number of deals")),
    ("new_customer", _("New customers")),
    (OTHER, _("Another field of the deal")),
)
FIELDS: Mapping[str, Text] = {
    "cost": _("Cost"),
    "discount": _("Discount"),
    "new_customer": _("New customer"),
    "received": _("Collected"),
    "units": _("Units"),
}
"""Fields of a deal as their columns are headed; others are called as the plan calls them."""
WINDOWS: Choices = (
    ("transaction", _("Each deal by itself")),
    ("month", _("Month")),
    ("quarter", _("Quarter")),
    ("half", _("Half year")),
    ("year", _("Year")),
    ("all", _("From the beginning, without end")),
)
MODES: Choices = (
    ("slab", _("Each part at the rate of its own step (marginal)")),
    ("whole", _("Everything at the rate of the step reached")),
    ("running", _("Each deal at the rate of its own position")),
    ("overage_at_top", _("Up to quota at base, all above it at the step reached")),
    ("interp_sum", _("Full steps, plus a share of the one being filled")),
    ("interp_points", _("A line between points")),
    ("milestone", _("A fixed amount for the step reached")),
    ("proportional_ti", _("Target pay in proportion to attainment")),
    ("matrix", _("A grid of two measures")),
)
AXES: Choices = (
    ("amount", _("What is counted")),
    ("attainment", _("Share of the quota (attainment)")),
)
BOUNDARIES: Choices = (
    ("lower_inclusive", _("The upper step (from … on)")),
    ("upper_inclusive", _("The lower step (up to and including)")),
    ("both_inclusive", _("Both; the first that fits")),
)
VALUES: Choices = (
    ("rate", pgettext_lazy("step of a table", "A rate")),
    ("amount", _("An amount of money")),
    ("multiplier", _("A multiple of the base rate")),
    ("blended_rate", _("An average rate")),
    ("percent_of_target", _("A share of target pay")),
)
GAPS: Choices = (
    ("zero", _("Pays nothing")),
    ("previous", _("Belongs to the step below")),
    ("next", _("Belongs to the step above")),
    ("error", _("Is an error")),
)
ENDS: Choices = (
    ("flat", _("Stays flat")),
    ("extrapolate", _("Goes on in the same slope")),
    ("number", _("Has a value of its own")),
)
REACHED: Choices = (
    ("highest", _("The highest step reached")),
    ("sum", _("All steps reached, added up")),
)
POSITIONS: Choices = (("after", _("After the deal")), ("before", _("Before the deal")))
COMPARISONS: Choices = (
    (">=", _("is at least")),
    (">", _("is more than")),
    ("<=", _("is at most")),
    ("<", _("is less than")),
    ("==", _("is")),
    ("!=", _("is not")),
    ("in", _("is one of")),
)
CONDITIONS: Choices = (
    ("==", _("is")),
    ("!=", _("is not")),
    (">=", _("is at least")),
    (">", _("is more than")),
    ("<=", _("is at most")),
    ("<", _("is less than")),
    ("in", _("is one of")),
    ("not_in", _("is none of")),
    ("contains", _("contains")),
    ("starts", _("starts with")),
    ("is_set", _("is filled in")),
    ("is_empty", _("is empty")),
)
ON_FAIL: Choices = (
    ("zero", _("Nothing")),
    ("first_tier", _("The base rate only")),
    ("number", _("A share of it")),
)
SCOPES: Choices = (
    ("transaction", _("Each deal")),
    ("period", _("Each window")),
    ("plan", _("The whole plan")),
    ("attainment", _("What is counted (stops credit)")),
)
THRESHOLD_PAYS: Choices = (
    ("all", _("From the first unit on")),
    ("above", _("Only what lies above")),
)
EVENTS: Choices = (
    ("booking", _("The contract is signed")),
    ("delivery", _("It is delivered")),
    ("invoice", _("It is invoiced")),
    ("cash", _("The customer pays")),
)
PAYMENTS: Choices = (
    ("holdback", _("Hold a part back")),
    ("draw_recoverable", _("Draw, recovered later")),
    ("draw_recoverable_forgiven", _("Draw, forgiven at its end")),
    ("draw_nonrecoverable", _("Draw, never recovered")),
    ("guarantee", _("Guaranteed minimum")),
    ("draw_delayed", _("Flat draw, settled at the end")),
    ("cap", _("Cap on each payment")),
    ("negative_carry", _("Carry a negative month forward")),
    ("true_up", _("Earnings are to date: pay the change")),
    ("offset", _("Recover what is owed")),
    ("none", _("Nothing more")),
)
CLAWBACKS: Choices = (
    ("full", _("All of it")),
    ("percent", _("A share of it")),
    ("paid_only", _("What was paid already; the rest is cancelled")),
    ("prorata_time", _("The part of the term not served")),
    ("window", _("All within a time, nothing after")),
    ("whole_tier_delta", _("What the steps would have paid less (whole)")),
    ("slab_tier_delta", _("What the steps would have paid less (marginal)")),
    ("historic_rate", _("The refund at the rate paid then")),
    ("reverse_all", _("Every layer, with the same people")),
)
STAGES: Choices = (
    ("telescoping", _("So that rows add up to the total")),
    ("payout", _("Once, on the total")),
    ("transaction", _("Each row by itself")),
)
ROUNDINGS: Choices = (
    ("half_up", _("Half up")),
    ("half_even", _("Half to even")),
    ("half_down", _("Half down")),
    ("up", _("Up")),
    ("down", _("Down")),
    ("ceiling", _("Up, also for refunds")),
    ("floor", _("Down, also for refunds")),
)
SHARES: Choices = (
    ("independent", _("Each by itself")),
    ("largest_remainder", _("So that they add up (largest remainder)")),
)
TIES: Choices = (
    ("share", _("Share the prizes of their places")),
    ("same", _("Each wins the full prize")),
    ("first", _("Who was there first wins")),
)
DIRECTIONS: Choices = (("most", _("The most wins")), ("least", _("The least wins")))
MOVES: Choices = (
    ("both", _("Attainment and pay")),
    ("attainment", _("Attainment only")),
    ("payout", _("Pay only")),
)
ON_LEAVE: Choices = (
    ("forgive", _("Is written off")),
    ("keep", _("Stays owed")),
    ("deduct", _("Is deducted from the last pay")),
)
HELD_ON_LEAVE: Choices = (
    ("keep", _("Is let go when it is due")),
    ("release", _("Is paid with the last pay")),
    ("forfeit", _("Is forfeited")),
)
CONTINUITY: Choices = (
    ("carry", _("Goes on counting")),
    ("reset", _("Starts again from zero")),
    ("segment", _("Starts again, with a quota of its own")),
)
