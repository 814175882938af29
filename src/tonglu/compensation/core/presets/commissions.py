"""Presets for sellers: flat, on collection, steps, margin, premium over list, special prices, accelerators."""

from __future__ import annotations

from .preset import Preset, sale, words

_STEPS = [[0, 100000, "0.03"], [100000, 300000, "0.05"], [300000, None, "0.08"]]

FLAT = Preset(
    key="flat",
    title=words("Flat commission", "固定比例提成"),
    about=words(
        "One rate on everything sold. Easy to say, easy to check.",
        "所有销售额按同一比例提成，最容易说清，也最容易核对。",
    ),
    pays_for=words(
        "Selling more, whatever it is: every sale is worth the same.",
        "多卖就多得：每一单的价值都一样。",
    ),
    body={
        "components": [
            {"id": "commission", "title": words("Commission", "提成"), "clause": "1",
             "window": "month", "base_rate": "0.05"}
        ],
        "examples": [
            {"title": "5 % of 12,345.67", "transactions": [sale("a", "12345.67")],
             "expected": {"payouts": {"Ana": {"commission": "617.28"}}}}
        ],
    },
)  # fmt: skip
ON_COLLECTION = Preset(
    key="on_collection",
    title=words("Commission on collection", "回款提成"),
    about=words(
        "The rate is fixed when the contract is signed; the money follows the customer's payments. "
        "Late payments are worth less.",
        "签约时确定提成比例，客户回款时按比例发放；逾期回款按系数折减。",
    ),
    pays_for=words(
        "Getting the customer to pay, and to pay in time, not only to sign.",
        "不只是签单，更要让客户按时付款。",
    ),
    body={
        "components": [
            {"id": "commission", "title": words("Commission", "提成"), "clause": "1",
             "window": "year", "table": {"mode": "slab", "tiers": _STEPS}}
        ],
        "release": {
            "schedule": [{"event": "cash", "pct": 1, "prorata": True}],
            "late": [[0, 31, 1], [31, 61, "0.8"], [61, 91, "0.6"], [91, None, "0.5"]],
        },
        "examples": [
            {"title": "Earned at signing", "transactions": [sale("a", 120000)],
             "expected": {"payouts": {"Ana": {"commission": 4000}}}},
            {"title": "Half collected in time, half 45 days late", "mode": "trigger",
             "earned": 4000, "deal_total": 120000,
             "payment": {"schedule": [{"event": "cash", "pct": 1, "prorata": True}],
                         "late": [[0, 31, 1], [31, 61, "0.8"], [61, None, "0.5"]]},
             "events": [{"id": "r1", "type": "cash", "amount": 60000, "days_late": 0},
                        {"id": "r2", "type": "cash", "amount": 60000, "days_late": 45}],
             "expected": {"by_event": {"r1": 2000, "r2": 1600}, "forfeited": 400}},
        ],
    },
)  # fmt: skip
COLLECTED_STEPS = Preset(
    key="collected_steps",
    title=words("Steps of money collected", "回款阶梯提成"),
    about=words(
        "The customer's payments of the month fill the steps, net of VAT; each payment pays when it comes in. "
        "What is paid back goes out of the steps again.",
        "按当月不含税回款分段累进，每笔回款到账即计提；退款从回款额中扣除，相应提成退回。",
    ),
    pays_for=words(
        "Money in the bank: a signature alone pays nothing, and a strong month of collecting pays more.",
        "钱到账才算数：只签单不提成，当月回款越多，提成比例越高。",
    ),
    body={
        "components": [
            {"id": "collected", "title": words("Money collected", "回款提成"), "clause": "1",
             "window": "month", "measure": "received",
             "table": {"mode": "slab", "boundary": "lower_inclusive", "tiers": _STEPS}}
        ],
        "examples": [
            {"title": "Two payments cross the first edge",
             "transactions": [sale("a", 100000, received=80000),
                              sale("b", 200000, "2026-01-20", received=120000)],
             "expected": {"by_transaction": {"a": {"Ana": {"collected": 2400}},
                                             "b": {"Ana": {"collected": 5600}}}}}
        ],
    },
)  # fmt: skip
MARGINAL_STEPS = Preset(
    key="marginal_steps",
    title=words("Marginal steps", "阶梯提成"),
    about=words(
        "Each part of the month's sales earns the rate of its own step. Selling more never pays less.",
        "当月业绩分段累进，每一段按本段比例计提，卖得越多不会拿得越少。",
    ),
    pays_for=words(
        "A strong month: the further somebody gets, the more the next sale is worth.",
        "冲高当月业绩：做得越多，下一单越值钱。",
    ),
    body={
        "components": [
            {"id": "steps", "title": words("Steps", "阶梯提成"), "clause": "1", "window": "month",
             "table": {"mode": "slab", "boundary": "lower_inclusive", "tiers": _STEPS}}
        ],
        "examples": [
            {"title": "Two deals cross the first edge",
             "transactions": [sale("a", 80000), sale("b", 120000, "2026-01-20")],
             "expected": {"by_transaction": {"a": {"Ana": {"steps": 2400}},
                                             "b": {"Ana": {"steps": 5600}}}}}
        ],
    },
)  # fmt: skip
MARGIN = Preset(
    key="margin",
    title=words("Commission on margin", "毛利提成"),
    about=words(
        "A share of what is left after the cost base that was fixed at signing.",
        "按签约时锁定的成本计算毛利，按毛利的一定比例提成。",
    ),
    pays_for=words(
        "Holding prices and costs: a discount costs the seller too.",
        "守住价格和成本：打折也会减少自己的提成。",
    ),
    body={
        "components": [
            {"id": "margin", "title": words("Margin", "毛利提成"), "clause": "1", "window": "month",
             "measure": "margin", "base_rate": "0.15"}
        ],
        "examples": [
            {"title": "15 % of 120,000", "transactions": [sale("a", 500000, cost=380000)],
             "expected": {"payouts": {"Ana": {"margin": 18000}}}}
        ],
    },
)  # fmt: skip
PREMIUM = Preset(
    key="premium",
    title=words("Premium over list price", "差价提成"),
    about=words(
        "A small base on every sale, and a large share of what was sold above list price. "
        "A sale below list loses the premium and nothing else.",
        "每单有基础提成，高于底价的差额另按较高比例提成；低于底价只是没有差价提成，不倒扣。",
    ),
    pays_for=words(
        "Selling above list price, without punishing a sale below it.",
        "卖出高于底价的价格，低于底价的单子也不倒扣。",
    ),
    body={
        "components": [
            {"id": "base", "title": words("Base", "基础提成"), "clause": "1", "window": "month",
             "base_rate": "0.01"},
            {"id": "premium", "title": words("Premium", "差价提成"), "clause": "2",
             "window": "month", "measure": "margin", "margin_floor_zero": True,
             "base_rate": "0.2"},
        ],
        "examples": [
            {"title": "One above list, one below",
             "transactions": [sale("a", 405000, cost=400000), sale("b", 19000, cost=20000)],
             "expected": {"payouts": {"Ana": {"base": 4240, "premium": 1000, "total": 5240}}}}
        ],
    },
)  # fmt: skip
SPECIAL_PRICE = Preset(
    key="special_price",
    title=words("Special price factor", "特价折扣系数"),
    about=words(
        "The deeper the discount, the smaller the factor on the deal's commission.",
        "折扣越大，该单提成乘以越小的系数。",
    ),
    pays_for=words(
        "Thinking twice before asking for a special price.",
        "申请特价之前多想一想。",
    ),
    body={
        "components": [
            {"id": "commission", "title": words("Commission", "提成"), "clause": "1",
             "window": "month", "base_rate": "0.05",
             "multipliers": [{"field": "discount", "boundary": "lower_inclusive", "tiers": [
                 [0, "0.05", 1], ["0.05", "0.1", "0.9"], ["0.1", "0.2", "0.7"],
                 ["0.2", None, "0.5"]]}]}
        ],
        "examples": [
            {"title": "No discount and 12 %",
             "transactions": [sale("a", 10000, discount=0), sale("b", 10000, discount="0.12")],
             "expected": {"by_transaction": {"a": {"Ana": {"commission": 500}},
                                             "b": {"Ana": {"commission": 350}}}}}
        ],
    },
)  # fmt: skip
ACCELERATORS = Preset(
    key="accelerators",
    title=words("Base plus accelerators", "任务额加速提成"),
    about=words(
        "Target pay divided by quota is the person's own rate; above quota it is worth more.",
        "目标奖金除以任务额得出个人比例，超额部分乘以加速系数。",
    ),
    pays_for=words(
        "Reaching the quota, and going on once it is reached.",
        "完成任务额，完成之后继续往前冲。",
    ),
    body={
        "components": [
            {"id": "commission", "title": words("Commission", "提成"), "clause": "1",
             "window": "year", "quota": 1000000, "target_incentive": 50000,
             "table": {"mode": "slab", "axis": "attainment",
                       "tiers": [[0, 1, 1], [1, "1.25", "1.5"], ["1.25", None, 2]]}}
        ],
        "examples": [
            {"title": "130 % of quota", "transactions": [sale("a", 1300000)],
             "expected": {"payouts": {"Ana": {"commission": 73750}}}}
        ],
    },
)  # fmt: skip
