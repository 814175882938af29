"""Presets for teams and roles beside the seller: holdback, pool, meetings, overlay, override."""

from __future__ import annotations

from .preset import Preset, sale, words

HOLDBACK = Preset(
    key="holdback",
    title=words("Commission with a holdback", "风险金"),
    about=words(
        "15 % of the commission waits: 10 % for a year, 5 % for two. A hold is not a deduction.",
        "提成的 15% 作为风险金暂扣：10% 满一年发放，5% 满两年发放；暂扣不是扣款。",
    ),
    pays_for=words(
        "Deals that last: part of the pay waits until the customer has stayed.",
        "做能长久的单子：客户稳定之后才发完全部提成。",
    ),
    body={
        "components": [
            {"id": "commission", "title": words("Commission", "提成"), "clause": "1",
             "window": "month", "base_rate": "0.04"}
        ],
        "payment": [
            {"type": "holdback", "tranches": [
                {"pct": "0.1", "release_after": 12, "name": "annual"},
                {"pct": "0.05", "release_after": 24, "name": "long_term"}]},
            {"type": "negative_carry"},
        ],
        "examples": [
            {"title": "4 % of 50,000", "transactions": [sale("a", 50000)],
             "expected": {"payouts": {"Ana": {"commission": 2000}}}},
            {"title": "300 of 2,000 waits", "mode": "payment",
             "payment": {"type": "holdback", "tranches": [
                 {"pct": "0.1", "release_after": 12}, {"pct": "0.05", "release_after": 24}]},
             "earnings": [{"period": "2026-01", "amount": 2000}],
             "expected": {"by_period": {"2026-01": {"payment": 1700, "held": 300}}}},
        ],
    },
)  # fmt: skip
TEAM_POOL = Preset(
    key="team_pool",
    title=words("Team bonus pool", "团队奖金包"),
    about=words(
        "One percent of the department's result, divided by agreed weights to the cent.",
        "部门业绩的 1% 组成奖金包，按约定权重分配到分。",
    ),
    pays_for=words(
        "Helping each other: the team's result counts, not only one's own.",
        "互相帮助：算的是团队的成绩，不只是自己的。",
    ),
    body={
        "components": [
            {"id": "pool", "title": words("Team pool", "团队奖金包"), "clause": "1", "kind": "pool",
             "window": "month", "rate": "0.01", "weights": {"Lee": 40, "Ana": 35, "Ben": 25}}
        ],
        "examples": [
            {"title": "1,000 in three parts",
             "transactions": [sale("a", 60000), sale("b", 40000, payee="Ben")],
             "expected": {"payouts": {"Lee": {"pool": 400}, "Ana": {"pool": 350},
                                      "Ben": {"pool": 250}}}}
        ],
    },
)  # fmt: skip
MEETINGS = Preset(
    key="meetings",
    title=words("Meetings booked", "预约拜访奖"),
    about=words(
        "For telesales: a fixed amount per meeting held, and a small share of what it led to.",
        "电销人员：每次成行的拜访有固定奖励，成交后另有小比例提成。",
    ),
    pays_for=words(
        "Booking meetings that take place, and that lead to deals.",
        "约到真正成行的拜访，并且最终成交。",
    ),
    body={
        "components": [
            {"id": "meeting", "title": words("Meeting", "拜访奖"), "clause": "1", "window": "month",
             "kind": "per_event", "amount": 80, "most": 40, "filter": {"kind": "meeting"},
             "roles": ["sourcer"]},
            {"id": "sourced", "title": words("Sourced deals", "线索成交提成"), "clause": "2",
             "window": "month", "base_rate": "0.01", "filter": {"kind": "deal"},
             "roles": ["sourcer"]},
        ],
        "examples": [
            {"title": "One meeting, one deal",
             "transactions": [
                 sale("m", 0, kind="meeting", credits=[{"payee": "Tess", "role": "sourcer"}]),
                 sale("d", 50000, kind="deal", credits=[
                     {"payee": "Ana", "pct": 100}, {"payee": "Tess", "role": "sourcer"}])],
             "expected": {"payouts": {"Tess": {"meeting": 80, "sourced": 500, "total": 580}}}}
        ],
    },
)  # fmt: skip
OVERLAY = Preset(
    key="overlay",
    title=words("Overlay engineers", "售前工程师叠加提成"),
    about=words(
        "Engineers are credited on top of the seller: their share does not come out of the seller's.",
        "售前工程师叠加计提，不占用销售人员的份额。",
    ),
    pays_for=words(
        "Calling the engineer early: nobody loses a share by it.",
        "尽早请售前参与：谁的份额都不会减少。",
    ),
    body={
        "components": [
            {"id": "seller", "title": words("Seller", "销售提成"), "clause": "1", "window": "month",
             "base_rate": "0.05"},
            {"id": "engineer", "title": words("Engineer", "售前提成"), "clause": "2",
             "window": "month", "base_rate": "0.01", "roles": ["overlay"]},
        ],
        "examples": [
            {"title": "One deal, two roles",
             "transactions": [sale("a", 100000, credits=[
                 {"payee": "Ana", "pct": 100}, {"payee": "Eng", "pct": 100, "role": "overlay"}])],
             "expected": {"payouts": {"Ana": {"seller": 5000}, "Eng": {"engineer": 1000}}}}
        ],
    },
)  # fmt: skip
OVERRIDE = Preset(
    key="override",
    title=words("Managers' override", "主管管理提成"),
    about=words(
        "Managers earn a little on everything sold below them, by the tree of the day of the sale.",
        "主管按成交当日的组织关系，对下属业绩逐级计提管理提成。",
    ),
    pays_for=words(
        "Making one's people successful, level by level.",
        "让自己带的人成功，逐级受益。",
    ),
    body={
        "components": [
            {"id": "seller", "title": words("Seller", "销售提成"), "clause": "1", "window": "month",
             "base_rate": "0.05"},
            {"id": "override", "title": words("Override", "管理提成"), "clause": "2",
             "window": "month", "kind": "rollup", "levels": ["0.01", "0.005"]},
        ],
        "examples": [
            {"title": "Two levels up",
             "hierarchy": [{"manager_of": {"Ana": "Lee", "Lee": "Dee"}}],
             "transactions": [sale("a", 100000)],
             "expected": {"payouts": {"Ana": {"seller": 5000}, "Lee": {"override": 1000},
                                      "Dee": {"override": 500}}}}
        ],
    },
)  # fmt: skip
