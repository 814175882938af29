"""How `tonglu pay run` is called, and how it explains itself; light, so that every command line may read it."""

from __future__ import annotations

import argparse

FORMATS = ("csv", "json", "parquet")
HELP = """Computes pay from files alone: no database, no CRM.

The plan is YAML or JSON in the form that `tonglu pay check` reads: components with rates or tables, gates,
caps, versions. The facts are a table with a row for each sale (CSV, Parquet, JSON): who (payee), how much
(amount), when (date), which document (id), and any further column that the plan filters or measures by.
Several rows of one document with a percent (pct) are its split; without one they are its lines.

The events are what happened to the facts afterwards: money that came in parts or went back, invoices,
deliveries, early ends. A plan with a release schedule or a clawback holds pay until they release it.

Written into the folder: payouts, windows, trace and problems as tables; releases where pay waits for events;
payments by month where the plan has rules of payment or pay waits; a statement for each person with a sentence for every line; and run.json with the fingerprint
of plan and facts. The same input writes the same bytes.

An example that works, from the folder of the project:

  tonglu pay run --plan docs/examples/pay-run/plan.yaml --facts docs/examples/pay-run/facts.csv \\
    --people docs/examples/pay-run/people.csv --quotas docs/examples/pay-run/quotas.csv --out pay-out

Exit codes: 0 all written; 1 written, and problems.csv should be looked at; 2 the input cannot be read,
with the file, row and column of each fault."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options, for `tonglu pay run` and for the module alone."""
    parser.add_argument("--plan", required=True, metavar="PLAN.yaml", help="the plan")
    parser.add_argument("--facts", required=True, metavar="FILE", help="what was sold")
    parser.add_argument(
        "--people", metavar="FILE", help="payee, name, manager, from; other columns are measures"
    )
    parser.add_argument("--quotas", metavar="FILE", help="payee, period, quota, component")
    parser.add_argument(
        "--events", metavar="FILE", help="fact, type (cash, refund ...), amount, date, due"
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder to write into")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=HEADER",
        help="which column of the facts is what, e.g. payee=EmployeeKey; may be given several times",
    )
    parser.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        help="the form of the tables (csv); may be given several times",
    )
    parser.add_argument("--language", default="en", choices=("en", "zh"), help="of the sentences")
    parser.add_argument("--as-of", metavar="DATE", help="what was known on that day")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
