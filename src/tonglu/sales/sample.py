"""The pipelines and reasons a new company starts with; loaded once, and theirs to change from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tonglu.entities.services import record_create

from .core.stages import FREELY, LOST, NEVER, REASON, WON
from .models import Pipeline, Stage, WinLossReason
from .services import pipeline_issue

if TYPE_CHECKING:
    from tonglu.policy import Actor

Fields = dict[str, Any]

_WON: Fields = {"name": "Won", "name_zh": "赢单", "kind": WON, "probability": "1", "code": "won"}
_LOST: Fields = {
    "name": "Lost",
    "name_zh": "输单",
    "kind": LOST,
    "probability": "0",
    "code": "lost",
}


_AMOUNT_KNOWN: Fields = {"all": [{"field": "amount", "op": ">", "value": 0}]}

FIELD_SALES: tuple[Fields, ...] = (
    {
        "code": "prospecting",
        "name": "Prospecting",
        "name_zh": "初步接触",
        "probability": "0.1",
        "norm_days": 14,
        "guidance": "Find out what hurts, and who feels it.\nAgree on the next step before you hang up.",
        "guidance_zh": "弄清客户的痛点，以及谁在痛。\n挂电话前约定下一步。",
    },
    {
        "code": "engaging",
        "name": "Engaging",
        "name_zh": "需求沟通",
        "probability": "0.25",
        "norm_days": 21,
        "required_fields": ["contact"],
        "guidance": "Visit the users.\nWrite the need in the customer's own words.",
        "guidance_zh": "拜访使用者。\n用客户自己的话记录需求。",
    },
    {
        "code": "proposal",
        "name": "Proposal",
        "name_zh": "方案报价",
        "probability": "0.5",
        "norm_days": 21,
        "required_fields": ["close_date"],
        "required_roles": ["decision_maker"],
        "criteria": _AMOUNT_KNOWN,
        "guidance": "Know the decision maker and their budget.\nAsk who else is bidding.",
        "guidance_zh": "找到决策者并了解预算。\n问清还有谁在投标。",
    },
    {
        "code": "negotiation",
        "name": "Negotiation",
        "name_zh": "商务谈判",
        "probability": "0.75",
        "norm_days": 14,
        "skip": NEVER,
        "required_fields": ["next_step"],
        "guidance": "Give nothing without getting something.\nSettle payment terms together with the price.",
        "guidance_zh": "每一次让步都要有交换。\n付款条件与价格一起谈定。",
    },
)

CHANNEL: tuple[Fields, ...] = (
    {
        "code": "registered",
        "name": "Registered",
        "name_zh": "报备",
        "probability": "0.2",
        "norm_days": 7,
    },
    {
        "code": "supported",
        "name": "Supported",
        "name_zh": "协同",
        "probability": "0.4",
        "norm_days": 30,
    },
    {
        "code": "quoted",
        "name": "Quoted",
        "name_zh": "已报价",
        "probability": "0.6",
        "norm_days": 21,
        "criteria": _AMOUNT_KNOWN,
    },
)

WEB_SHOP: tuple[Fields, ...] = (
    {
        "code": "basket",
        "name": "Basket",
        "name_zh": "购物车",
        "probability": "0.3",
        "norm_days": 2,
        "skip": FREELY,
    },
    {
        "code": "checkout",
        "name": "Checkout",
        "name_zh": "结算中",
        "probability": "0.7",
        "norm_days": 1,
        "skip": FREELY,
    },
)

RENEWAL: tuple[Fields, ...] = (
    {
        "code": "due",
        "name": "Due",
        "name_zh": "即将到期",
        "probability": "0.6",
        "norm_days": 30,
        "skip": FREELY,
    },
    {
        "code": "offered",
        "name": "Offered",
        "name_zh": "已发续约报价",
        "probability": "0.8",
        "norm_days": 30,
    },
)

PIPELINES: tuple[tuple[Fields, tuple[Fields, ...]], ...] = (
    (
        {
            "code": "field",
            "name": "Field sales",
            "name_zh": "直销",
            "record_type": "field",
            "is_default": True,
            "position": 1,
        },
        FIELD_SALES,
    ),
    (
        {
            "code": "channel",
            "name": "Channel",
            "name_zh": "渠道",
            "record_type": "channel",
            "position": 2,
        },
        CHANNEL,
    ),
    (
        {
            "code": "web",
            "name": "Web shop",
            "name_zh": "网店",
            "record_type": "web_shop",
            "position": 3,
        },
        WEB_SHOP,
    ),
    (
        {
            "code": "renewal",
            "name": "Renewal",
            "name_zh": "续约",
            "record_type": "renewal",
            "position": 4,
        },
        RENEWAL,
    ),
)

REASONS = (
    (WON, "Best solution", "方案最优"),
    (WON, "Best price", "价格最优"),
    (WON, "Trust from earlier business", "过往合作信任"),
    (WON, "Fastest delivery", "交期最快"),
    (LOST, "Price too high", "价格过高"),
    (LOST, "Competitor was stronger", "对手更强"),
    (LOST, "Project was stopped", "项目取消"),
    (LOST, "No budget", "没有预算"),
    (LOST, "Our contact left", "联系人离职"),
    (LOST, "Delivery too late", "交期太长"),
    (LOST, "We were too slow", "我们响应太慢"),
)


def sales_load_sample(*, actor: Actor) -> None:
    """Load the pipelines and reasons, unless there are any."""
    if not Pipeline.objects.exists():
        for fields, stages in PIPELINES:
            _pipeline(actor, fields, stages)
    if not WinLossReason.objects.exists():
        for position, (outcome, name, name_zh) in enumerate(REASONS, start=1):
            values = {"outcome": outcome, "name": name, "name_zh": name_zh, "position": position}
            record_create(actor=actor, model=WinLossReason, values=values)


def _pipeline(actor: Actor, fields: Fields, stages: tuple[Fields, ...]) -> None:
    pipeline = record_create(actor=actor, model=Pipeline, values=fields)
    for position, stage in enumerate((*stages, _WON, _LOST), start=1):
        values = {"skip": REASON, **stage}
        code = values.pop("code")
        values |= {
            "pipeline": pipeline,
            "position": position * 10,
            "external_id": f"{fields['code']}.{code}",
        }
        record_create(actor=actor, model=Stage, values=values)
    pipeline_issue(actor=actor, row=pipeline)
