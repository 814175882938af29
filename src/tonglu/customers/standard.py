"""The industries and sources a new installation starts with; a company words its own over them."""

from __future__ import annotations

from typing import Any


def _named(name: str, name_zh: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "name_zh": name_zh, **more}


INDUSTRIES = (
    _named("Machinery", "机械制造"),
    _named("Electronics", "电子"),
    _named("Automotive", "汽车"),
    _named("Chemicals", "化工"),
    _named("Energy", "能源电力"),
    _named("Medical", "医疗器械"),
    _named("Pharmaceuticals", "医药"),
    _named("Food and beverage", "食品饮料"),
    _named("Textiles", "纺织服装"),
    _named("Construction", "建筑工程"),
    _named("Logistics", "物流运输"),
    _named("Retail", "零售"),
    _named("Finance", "金融"),
    _named("Software", "软件"),
    _named("Telecommunications", "通信"),
    _named("Technology", "科技"),
    _named("Services", "商务服务"),
    _named("Marketing", "市场营销"),
    _named("Entertainment", "文化娱乐"),
    _named("Employment", "人力资源"),
    _named("Education", "教育"),
    _named("Public sector", "政府与公共事业"),
    _named("Other", "其他"),
)

SOURCES = (
    _named("Website", "官网", channel="web"),
    _named("Search engine", "搜索引擎", channel="advert"),
    _named("Social media", "社交媒体", channel="advert"),
    _named("Trade fair", "展会", channel="event"),
    _named("Seminar", "研讨会", channel="event"),
    _named("Customer referral", "老客户介绍", channel="referral"),
    _named("Employee referral", "员工推荐", channel="referral"),
    _named("Partner", "合作伙伴", channel="partner"),
    _named("Telephone enquiry", "来电咨询", channel="phone"),
    _named("Cold call", "陌生拜访", channel="own"),
    _named("E-mail campaign", "邮件营销", channel="email"),
    _named("Purchased list", "外购名单", channel="list"),
    _named("Other", "其他", channel="other"),
)
