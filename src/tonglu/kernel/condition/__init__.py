"""The one rule language: conditions over the fields of a record, read from JSON, told as a sentence, and judged in memory.

A condition is a tree of *tests* (`field`, `op`, `value`) joined by *all*, *any* and *not*. Saved views, gates, alerts, assignment,
tiers and approvals all hold conditions; `tonglu.toolkit.conditions` compiles the same tree to a database filter.

*Empty*: a field without a value, an empty text and an empty list are empty. Every test of an empty field is false, `!=` and
`not_in` included; only `is_empty` is true of it. `not` is plain negation, so "not (industry is retail)" also holds for records
without an industry, while "industry is not retail" does not. Text is compared exactly; `contains` and `starts` ignore the case of the
letters A to Z. A field reached over a to-many relation passes a test when any of its values does.
"""

from .operators import OPERATORS, Arity, Operator, kind_of, operator_of, operators_json
from .predicate import condition_holds, field_value
from .reading import condition_json, condition_parse
from .sentence import condition_sentence
from .tree import EVERYTHING, All, AnyOf, Condition, FieldInfo, FieldOf, Not, Test, condition_fields
from .values import Limit, Me, Moment, RelativeDay, limits

__all__ = [
    "EVERYTHING",
    "OPERATORS",
    "All",
    "AnyOf",
    "Arity",
    "Condition",
    "FieldInfo",
    "FieldOf",
    "Limit",
    "Me",
    "Moment",
    "Not",
    "Operator",
    "RelativeDay",
    "Test",
    "condition_fields",
    "condition_holds",
    "condition_json",
    "condition_parse",
    "condition_sentence",
    "field_value",
    "kind_of",
    "limits",
    "operator_of",
    "operators_json",
]
