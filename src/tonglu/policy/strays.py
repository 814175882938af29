"""Rows that are with somebody else than their parent: looked up once in a request, and then named by their ids.

"Mine, or of my team, or of an account of ours" makes PostgreSQL look at every row of every account, though nearly all of them are ours
anyhow. Where a table keeps which rows may not be (`Strays`), only those are looked at: a few hundred ids, which an index can answer beside
the owners and departments, and which cost as much in a company ten times as big.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import BigAutoField, Lookup
from psycopg import sql

from .values import Scope

MOST = 5_000
"""Of more than so many ids a list would cost more than it saves."""


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """An id that is one of a list, given as one array: PostgreSQL hashes it, and reads it faster than as many values."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """`= ANY(ARRAY)`."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s::bigint[])", [*params, list(self.rhs)]


def strays_found(
    scope: Scope, parent: Scope, owners: Collection[int], departments: Collection[int]
) -> list[int] | None:
    """The rows with somebody else whose parents belong to these owners or departments, by their ids; None when there are too many."""
    rows: Any = scope.model
    parents: Any = parent.model
    if scope.strays is None:
        return None
    names = {
        "strays": scope.strays.model._meta.db_table,
        "rows": rows._meta.db_table,
        "parents": parents._meta.db_table,
        "parent": rows._meta.get_field(scope.strays.parent).column,
        "owner": parents._meta.get_field(parent.owner).column,
        "department": parents._meta.get_field(parent.department).column,
    }
    asked = sql.SQL(_FOUND).format(**{name: sql.Identifier(one) for name, one in names.items()})
    reach: dict[str, Any] = {
        "owners": list(owners),
        "departments": list(departments),
        "most": MOST + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(asked.as_string(connection.connection), reach)
        found = [pk for (pk,) in cursor.fetchall()]
    return found if len(found) <= MOST else None


_REACHED = (
    "(p.{owner} = ANY(%(owners)s::bigint[]) OR p.{department} = ANY(%(departments)s::bigint[]))"
)
_FOUND = f"""
SELECT r.id FROM {{strays}} s JOIN {{rows}} r ON r.id = s.row_id JOIN {{parents}} p ON p.id = r.{{parent}}
WHERE (s.owner_id = ANY(%(owners)s::bigint[]) OR s.department_id = ANY(%(departments)s::bigint[])) AND {_REACHED}
UNION
SELECT r.id FROM {{strays}} s JOIN {{parents}} p ON p.id = s.parent_id JOIN {{rows}} r ON r.{{parent}} = p.id
WHERE s.row_id IS NULL AND {_REACHED}
LIMIT %(most)s"""
