"""What people of each role may do, written down by hand: the answer book of the permission tests, never derived from the policy.

Change it only when the company decides so, together with the sample policy. In `RIGHTS`, a value says whose records the act
reaches: `own`; `team`, those of the same department; `below`, those of the departments below as well; `all`. Creating and
exporting are `yes` or `-`. A role that is not named may do nothing with the kind, which then does not exist for it. What hangs
on a customer is read by whoever reads the customer and may read the kind at all: so pre-sales read the deals, quotes and tickets
of their department's customers, and the sales director those of all.
"""

from __future__ import annotations

PEOPLE = {
    "administrator": "ada",
    "managing_director": "max",
    "sales_director": "dee",
    "team_leader": "lee",
    "salesperson": "ben",
    "telesales": "tess",
    "marketing": "mia",
    "presales": "pia",
    "order_operations": "oli",
    "finance": "fay",
    "compensation_administrator": "cam",
    "procurement": "pat",
    "service_engineer": "eng",
    "data_steward": "sid",
    "analyst": "ali",
    "hr": "hue",
}
"""One person per role. Ben and Lee work in Team East; Dee, Tess and Pia in Sales above it; Ada, Max, Sid, Ali and Hue at the top."""

SHORT = {
    "adm": "administrator",
    "md": "managing_director",
    "sd": "sales_director",
    "tl": "team_leader",
    "sp": "salesperson",
    "tele": "telesales",
    "mkt": "marketing",
    "pre": "presales",
    "ops": "order_operations",
    "fin": "finance",
    "comp": "compensation_administrator",
    "proc": "procurement",
    "eng": "service_engineer",
    "stew": "data_steward",
    "ana": "analyst",
    "hr": "hr",
}

ABOVE_EAST_AND_WEST = {"ada", "max", "sid", "ali", "hue", "dee", "tess", "pia"}
IN_EAST = {"ben", "lee"}

RIGHTS = """
customers.account            read     create   update   delete   export   assign   close    merge    verify
  administrator              all      yes      all      all      yes      all      all      all      all
  managing_director          all      -        -        -        yes      -        -        -        -
  sales_director             all      yes      all      all      yes      all      all      all      -
  team_leader                below    yes      below    below    yes      below    below    below    -
  salesperson                own      yes      own      own      yes      -        own      -        -
  telesales                  own      yes      own      -        -        -        -        -        -
  marketing                  all      -        -        -        yes      -        -        -        -
  presales                   below    -        -        -        -        -        -        -        -
  order_operations           all      yes      all      -        -        -        -        -        all
  finance                    all      -        all      -        yes      -        all      -        all
  compensation_administrator all      -        -        -        -        -        -        -        -
  service_engineer           all      -        -        -        -        -        -        -        -
  data_steward               all      yes      all      all      yes      all      all      all      all
  analyst                    all      -        -        -        yes      -        -        -        -
customers.contact            read     create   update   delete   export   merge
  administrator              all      yes      all      all      yes      all
  managing_director          all      -        -        -        yes      -
  sales_director             all      yes      all      all      yes      all
  team_leader                below    yes      below    below    yes      below
  salesperson                own      yes      own      own      yes      own
  telesales                  own      yes      own      -        -      -
  marketing                  all      -        -        -        yes      -
  presales                   below    -        -        -        -      -
  order_operations           all      yes      all      -        -      -
  finance                    all      -        -        -        yes      -
  service_engineer           all      yes      all      -        -      -
  data_steward               all      yes      all      all      yes      all
  analyst                    all      -        -        -        yes      -
marketing.lead               read     create   update   delete   export   assign   convert   merge
  administrator              all      yes      all      -        yes      all      all      all
  managing_director          all      -        -        -        yes      -        -      -
  sales_director             all      yes      all      -        yes      all      all      all
  team_leader                below    yes      below    -        yes      below    below      below
  salesperson                own      yes      own      -        yes      -        own      -
  telesales                  below    yes      below    -        yes      below    below      -
  marketing                  all      yes      all      -        yes      all      -      all
  data_steward               all      -        all      -        yes      all      -      all
  analyst                    all      -        -        -        yes      -        -      -
sales.opportunity            read     create   update   delete   export
  administrator              all      yes      all      all      yes
  managing_director          all      yes      all      all      yes
  sales_director             all      yes      below    below    yes
  team_leader                below    yes      below    below    yes
  salesperson                own      yes      own      own      yes
  telesales                  own      yes      own      -        -
  marketing                  all      -        -        -        -
  presales                   below    -        team     -        -
  order_operations           all      -        all      -        -
  finance                    all      -        -        -        yes
  compensation_administrator all      -        -        -        yes
  service_engineer           all      -        -        -        -
  data_steward               all      -        all      -        yes
  analyst                    all      -        -        -        yes
orders.quote                 read     create   update   delete   export
  administrator              all      yes      all      all      yes
  managing_director          all      yes      all      all      yes
  sales_director             all      yes      below    below    yes
  team_leader                below    yes      below    below    yes
  salesperson                own      yes      own      own      yes
  telesales                  own      yes      own      -        -
  presales                   below    yes      own      -        -
  order_operations           all      yes      all      -        yes
  finance                    all      -        -        -        yes
  compensation_administrator all      -        -        -        yes
  data_steward               all      -        -        -        yes
  analyst                    all      -        -        -        yes
orders.contract              read     create   update   delete   export   invoice
  administrator              all      yes      all      -        yes      -
  managing_director          all      yes      all      -        yes      -
  sales_director             all      yes      below    -        yes      -
  team_leader                below    yes      below    -        yes      -
  salesperson                own      yes      own      -        yes      -
  order_operations           all      yes      all      -        yes      all
  finance                    all      -        all      -        yes      all
  compensation_administrator all      -        -        -        yes      -
  service_engineer           all      -        -        -        -      -
  data_steward               all      -        -        -        yes      -
  analyst                    all      -        -        -        yes      -
orders.order                 read     create   update   delete   export   invoice
  administrator              all      yes      all      -        yes      -
  managing_director          all      yes      all      -        yes      -
  sales_director             all      yes      below    -        yes      -
  team_leader                below    yes      below    -        yes      -
  salesperson                own      yes      own      -        yes      -
  order_operations           all      yes      all      -        yes      all
  finance                    all      -        all      -        yes      all
  compensation_administrator all      -        -        -        yes      -
  service_engineer           all      -        -        -        -      -
  data_steward               all      -        -        -        yes      -
  analyst                    all      -        -        -        yes      -
finance.invoice              read     create   update   delete   export   issue
  managing_director          all      -        -        -        yes      -
  sales_director             all      -        -        -        -        -
  team_leader                below    -        -        -        -        -
  salesperson                own      -        -        -        -        -
  order_operations           all      yes      all      -        -        -
  finance                    all      yes      all      all      yes      all
  compensation_administrator all      -        -        -        -        -
  analyst                    all      -        -        -        yes      -
finance.collection           read     create   update   delete   export   allocate refund
  managing_director          all      -        -        -        yes      -        -
  sales_director             all      -        -        -        -        -        -
  team_leader                below    -        -        -        -        -        -
  salesperson                own      -        -        -        -        -        -
  order_operations           all      -        -        -        -        -        -
  finance                    all      yes      all      all      yes      all      all
  compensation_administrator all      -        -        -        -        -        -
  analyst                    all      -        -        -        yes      -        -
finance.expense              read     create   update   delete   export   approve  pay
  managing_director          all      yes      own      own      yes      all      -
  sales_director             all      yes      own      own      yes      all      -
  team_leader                below    yes      own      own      yes      below    -
  salesperson                own      yes      own      own      yes      -        -
  telesales                  own      yes      own      own      yes      -        -
  marketing                  own      yes      own      own      yes      -        -
  presales                   own      yes      own      own      yes      -        -
  order_operations           own      yes      own      own      yes      -        -
  finance                    all      yes      own      own      yes      all      all
  procurement                own      yes      own      own      yes      -        -
  service_engineer           own      yes      own      own      yes      -        -
support.ticket               read     create   update   delete   export
  managing_director          all      -        -        -        yes
  sales_director             all      yes      -        -        -
  team_leader                below    yes      below    -        -
  salesperson                own      yes      own      -        -
  telesales                  own      yes      own      -        -
  presales                   below    yes      own      -        -
  order_operations           all      yes      -        -        -
  service_engineer           all      yes      all      all      yes
  analyst                    all      -        -        -        yes
support.serviceorder         read     create   update   delete   export
  managing_director          all      -        -        -        yes
  sales_director             all      yes      -        -        -
  team_leader                below    yes      below    -        -
  salesperson                own      -        -        -        -
  order_operations           all      yes      -        -        -
  service_engineer           all      yes      all      all      yes
  analyst                    all      -        -        -        yes
collaboration.calendarevent  read     create   update   delete   export
  administrator              all      yes      own      own      yes
  managing_director          all      yes      own      own      yes
  sales_director             below    yes      own      own      yes
  team_leader                below    yes      own      own      yes
  salesperson                team     yes      own      own      yes
  telesales                  team     yes      own      own      yes
  marketing                  team     yes      own      own      yes
  presales                   team     yes      own      own      yes
  order_operations           team     yes      own      own      yes
  finance                    team     yes      own      own      yes
  compensation_administrator team     yes      own      own      yes
  procurement                team     yes      own      own      yes
  service_engineer           team     yes      own      own      yes
  data_steward               team     yes      own      own      yes
  analyst                    all      yes      own      own      yes
  hr                         team     yes      own      own      yes
collaboration.task           read     create   update   delete   export   urge
  administrator              all      yes      own      own      yes      own
  managing_director          all      yes      all      own      yes      all
  sales_director             below    yes      below    own      yes      below
  team_leader                below    yes      below    own      yes      below
  salesperson                own      yes      own      own      yes      own
  telesales                  own      yes      own      own      yes      own
  marketing                  own      yes      own      own      yes      own
  presales                   own      yes      own      own      yes      own
  order_operations           own      yes      own      own      yes      own
  finance                    own      yes      own      own      yes      own
  compensation_administrator own      yes      own      own      yes      own
  procurement                own      yes      own      own      yes      own
  service_engineer           own      yes      own      own      yes      own
  data_steward               own      yes      own      own      yes      own
  analyst                    own      yes      own      own      yes      own
  hr                         own      yes      own      own      yes      own
collaboration.note           read     create   update   delete   export
  administrator              own      yes      own      own      yes
  managing_director          own      yes      own      own      yes
  sales_director             own      yes      own      own      yes
  team_leader                own      yes      own      own      yes
  salesperson                own      yes      own      own      yes
  telesales                  own      yes      own      own      yes
  marketing                  own      yes      own      own      yes
  presales                   own      yes      own      own      yes
  order_operations           own      yes      own      own      yes
  finance                    own      yes      own      own      yes
  compensation_administrator own      yes      own      own      yes
  procurement                own      yes      own      own      yes
  service_engineer           own      yes      own      own      yes
  data_steward               own      yes      own      own      yes
  analyst                    own      yes      own      own      yes
  hr                         own      yes      own      own      yes
collaboration.link           read     create   update   delete   export
  administrator              own      yes      own      own      yes
  managing_director          own      yes      own      own      yes
  sales_director             own      yes      own      own      yes
  team_leader                own      yes      own      own      yes
  salesperson                own      yes      own      own      yes
  telesales                  own      yes      own      own      yes
  marketing                  own      yes      own      own      yes
  presales                   own      yes      own      own      yes
  order_operations           own      yes      own      own      yes
  finance                    own      yes      own      own      yes
  compensation_administrator own      yes      own      own      yes
  procurement                own      yes      own      own      yes
  service_engineer           own      yes      own      own      yes
  data_steward               own      yes      own      own      yes
  analyst                    own      yes      own      own      yes
  hr                         own      yes      own      own      yes
collaboration.followup       read     create   update   delete   export
  administrator              all      yes      own      own      yes
  managing_director          all      yes      own      own      yes
  sales_director             below    yes      own      own      yes
  team_leader                below    yes      own      own      yes
  salesperson                own      yes      own      own      yes
  telesales                  own      yes      own      own      yes
  marketing                  own      yes      own      own      yes
  presales                   own      yes      own      own      yes
  order_operations           own      yes      own      own      yes
  finance                    own      yes      own      own      yes
  compensation_administrator own      yes      own      own      yes
  procurement                own      yes      own      own      yes
  service_engineer           own      yes      own      own      yes
  data_steward               own      yes      own      own      yes
  analyst                    all      yes      own      own      yes
  hr                         own      yes      own      own      yes
marketing.campaign           read     create   update   delete   export
  administrator              all      yes      all      all      yes
  managing_director          all      -        -        -        yes
  sales_director             all      -        -        -        -
  team_leader                all      -        -        -        -
  salesperson                all      -        -        -        -
  telesales                  all      -        -        -        -
  marketing                  all      yes      all      all      yes
  presales                   all      -        -        -        -
  finance                    all      -        -        -        yes
  analyst                    all      -        -        -        yes
marketing.segment            read     create   update   delete   export
  administrator              all      yes      all      all      yes
  managing_director          all      -        -        -        yes
  sales_director             all      yes      all      -        -
  marketing                  all      yes      all      all      yes
  finance                    all      -        -        -        yes
  analyst                    all      -        -        -        yes
support.article              read     create   update   delete   export
  managing_director          all      -        -        -        -
  sales_director             all      -        -        -        -
  team_leader                all      -        -        -        -
  salesperson                all      -        -        -        -
  telesales                  all      -        -        -        -
  marketing                  all      -        -        -        -
  presales                   all      yes      all      -        yes
  order_operations           all      -        -        -        -
  service_engineer           all      yes      all      all      yes
  data_steward               all      -        -        -        -
  analyst                    all      -        -        -        -
supply.supplier              read     create   update   delete   export
  managing_director          all      -        -        -        yes
  finance                    all      -        -        -        yes
  procurement                all      yes      all      all      yes
supply.purchase              read     create   update   delete   export
  managing_director          all      -        -        -        yes
  finance                    all      -        -        -        yes
  procurement                all      yes      all      all      yes
"""


def rights() -> dict[str, dict[str, dict[str, str]]]:
    """kind -> role -> act -> reach."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    acts: list[str] = []
    for line in RIGHTS.strip().splitlines():
        name, *values = line.split()
        if not line.startswith(" "):
            kind, acts = name, values
            found[kind] = {role: dict.fromkeys(acts, "-") for role in PEOPLE}
        else:
            found[kind][name] = dict(zip(acts, values, strict=True))
    return found


def reaches(reach: str, person: str, owner: str) -> bool:
    """Whether a reach of this person includes a record of that owner: the person, `ana` (East) or `cy` (West)."""
    if reach in {"-", "all", "yes"}:
        return reach != "-"
    if owner == person:
        return True
    if reach == "own":
        return False
    if owner == "ana" and person in IN_EAST:
        return True
    return reach == "below" and person in ABOVE_EAST_AND_WEST
