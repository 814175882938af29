"""The tests that every kind of record inherits for a few lines.

    class TestAccounts(EntityTests):
        kind = "customers.account"
        changed = {"city": "Suzhou"}

        def valid(self, cast: Cast, n: int) -> Raw:
            return {"name": f"Acme {n}", "city": "Shanghai"}

`valid` gives the raw values of the n-th record as a program would send them (related records by id, percentages as "13%"), and
`changed` an edit. `by` makes and changes the records, `stranger` may not see them: by row where the kind belongs to people
(`Ana` and `Cy`), by kind where everybody in sales may read it. People, and what a class needs beforehand (`arrange`), are made
once per class and rolled back after it, so that a test costs its own requests only.
"""

from __future__ import annotations

from .asking import JSON, Raw, api, posted, queries_of, signed_in
from .bench import Bench, bench, class_bench, standing_cast
from .inherited import EntityTests
from .untouched import Untouched, digest, write_count

__all__ = [
    "JSON",
    "Bench",
    "EntityTests",
    "Raw",
    "Untouched",
    "api",
    "bench",
    "class_bench",
    "digest",
    "posted",
    "queries_of",
    "signed_in",
    "standing_cast",
    "write_count",
]
