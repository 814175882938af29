"""Whatever is wrong with a case, the checker answers with a line and never falls over."""

from __future__ import annotations

import copy
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tonglu.compensation.check import line_of, read_exact
from tonglu.compensation.core.cases.run import run_case

CASES = read_exact(Path(__file__).resolve().parents[5] / "docs" / "examples" / "pay-cases.yaml")[
    "cases"
]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10),
    st.text(max_size=6),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(0, 3), max_size=2),
)


def places(value, path=()):
    """Every place in a case where something may be broken."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield (*path, index)
            yield from places(inner, (*path, index))


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_a_broken_case_gets_a_line_and_no_traceback(data):
    case = copy.deepcopy(data.draw(st.sampled_from(CASES)))
    path = data.draw(st.sampled_from([p for p in places(case) if p[0] not in ("id", "expected")]))
    holder = case
    for step in path[:-1]:
        holder = holder[step]
    if data.draw(st.booleans()):
        holder[path[-1]] = data.draw(JUNK)
    else:
        del holder[path[-1]]

    result = run_case(case)

    assert line_of(result).startswith(("ok   ", "FAIL "))
    assert "\n" not in line_of(result)
