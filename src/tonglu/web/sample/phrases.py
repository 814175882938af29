"""What people of the sample company write, in the language of the customer it is about.

Both languages of a list have the same length and order, so that the same seed tells the same story.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

HOME = "中国"


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """One list of sentences in two languages."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    def one(self, dice: random.Random, country: str | None) -> str:
        """Any sentence about somebody in that country."""
        return self.at(dice.randrange(len(self.zh)), country)

    def at(self, place: int, country: str | None) -> str:
        """The sentence in that place; where no country is known, the customer is one of our own."""
        return (self.en if country and country != HOME else self.zh)[place]


PROJECTS = Phrases(
    zh=("二期扩产", "循环水改造", "空压站节能", "新车间配套", "污水处理", "年度阀门框架", "三号线改造", "老泵替换", "洁净车间"),
    en=(
        "Phase two", "Cooling water upgrade", "Compressor station", "New plant", "Waste water", "Valves, frame contract",
        "Line 3 upgrade", "Pump replacement", "Clean room",
    ),
)  # fmt: skip
STEPS = Phrases(
    zh=("约定现场勘察", "提交技术方案", "确认付款条件", "安排样机测试", "确认交货条款", "等待预算批复"),
    en=(
        "Agree on a site visit", "Hand in the technical proposal", "Settle the terms of payment", "Arrange a test machine",
        "Agree on delivery terms", "Wait for the budget",
    ),
)  # fmt: skip
LOST = Phrases(
    zh=(
        "价格差 6%，客户选了本地品牌。", "项目推迟到明年预算。", "客户继续用现有供应商。", "技术方案满意，采购只看最低价。", "决策人换了，重新招标。",
    ),
    en=(
        "6 % too dear; they took a local brand.", "Moved to next year's budget.", "They stay with their present supplier.",
        "The engineers wanted us, purchasing took the cheapest.", "Who decided has left; they tender again.",
    ),
)  # fmt: skip
NEEDS = Phrases(
    zh=(
        "需要替换两台老旧离心泵，希望三个月内到货。", "新建车间，需要整套压缩空气站的方案和报价。", "想了解无油压缩机的能耗数据。",
        "新建乳品线，需要卫生泵。", "阀门年度框架采购，请提供价格表。", "日供水 12,000 吨的泵站，请报价。",
        "现有泵振动大，想请工程师到现场看看。", "询问维保服务范围和价格。",
    ),
    en=(
        "Two old centrifugal pumps to replace, if possible within three months.", "A new plant needs a whole compressor station: proposal and price.",
        "What do your oil-free compressors consume?", "Looking for sanitary pumps for a new dairy line.", "Valves for the year: please send a price list.",
        "Please quote a water supply station for 12,000 m³ per day.", "Our pump vibrates; can an engineer come and look?", "What does your maintenance cover, and for how much?",
    ),
)  # fmt: skip
TALKS = Phrases(
    zh=(
        "与设备部长通话，确认流量和扬程参数，下周发选型表。", "现场看了旧泵，密封泄漏严重，客户希望年内更换。", "已发更新后的技术参数表，客户正与另外两家比较。",
        "客户微信询问交期，已答复 30 天。", "技术交流会，采购、设备、安环三方到场，对能耗数据认可。", "采购要求再让 3%，已说明需要审批。",
        "拜访总工，他更看重售后响应时间，建议带服务经理一起来。", "预算已批，等招标文件。", "竞品报价低 8%，但不含调试。",
    ),
    en=(
        "The head of maintenance confirmed flow and head; selection sheet next week.", "Saw the old pump: the seal leaks badly, they want it replaced this year.",
        "Sent the revised data sheet; they compare us with two others.", "They asked for the delivery time; told them 30 days.",
        "Technical meeting with purchasing, maintenance and safety; the figures convinced them.", "The buyer asks for 3 % more; told him it needs approval.",
        "The chief engineer cares most for response times; bring the service manager next time.", "The budget is through; waiting for the tender.",
        "A rival is 8 % cheaper, without commissioning.",
    ),
)  # fmt: skip
TALK_KINDS = ("call", "visit", "mail", "chat", "meeting", "call", "visit", "call", "note")
"""How each of the talks was had."""
TASKS = Phrases(
    zh=("准备选型计算书", "寄送样本和资质文件", "催回盖章合同", "与工厂核对交期", "核对开票信息", "回访使用情况", "整理竞品对比表"),
    en=(
        "Prepare the selection sheet", "Send samples and certificates", "Ask for the signed contract", "Check the delivery date with the plant",
        "Check the billing details", "Ask how the machines run", "Compare us with the others",
    ),
)  # fmt: skip
