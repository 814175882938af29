"""Sample data of the style guide, in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from tonglu.toolkit.ui.charts import Chart, Series
from tonglu.toolkit.ui.conditions import ConditionField, spec
from tonglu.toolkit.ui.navigation import AREAS
from tonglu.web.shell import Area, Item

STAGES = (
    ("Qualify", "初步接洽"),
    ("Need", "需求确认"),
    ("Offer", "方案报价"),
    ("Close", "商务谈判"),
    ("Won", "赢单"),
)
PAGES = {
    "today": (("Today", "今天", "sun"),),
    "customers": (
        ("Accounts", "客户", "building"),
        ("Contacts", "联系人", "address-book"),
        ("Customer pool", "公海", "pool"),
    ),
    "marketing": (("Campaigns", "市场活动", "speakerphone"), ("Leads", "线索", "user-search")),
    "sales": (
        ("Opportunities", "商机", "target-arrow"),
        ("Sales projects", "销售项目", "route"),
        ("Forecast", "销售预测", "chart-line"),
    ),
    "orders": (
        ("Quotes", "报价", "file-dollar"),
        ("Contracts", "合同", "certificate"),
        ("Orders", "订单", "shopping-cart"),
    ),
    "finance": (("Invoices", "发票", "file-invoice"), ("Collections", "回款", "cash")),
    "insights": (("Dashboards", "仪表盘", "dashboard"),),
    "administration": (("People", "人员", "users"), ("Policies", "权限策略", "shield-check")),
}
DEALS = (
    (
        "Huachen LIMS rollout",
        "华辰 LIMS 上线",
        "Huachen Biotech",
        "华辰生物",
        2,
        "128000.00",
        "王小明",
    ),
    (
        "Northwind renewal 2027",
        "北风续约 2027",
        "Northwind Traders",
        "北风贸易",
        3,
        "46500.50",
        "Ana Silva",
    ),
    (
        "Lab bench, phase 2",
        "实验台二期",
        "Shanghai Institute of Materia Medica",
        "上海药物研究所",
        1,
        "982300.00",
        "李娜",
    ),
    ("Cold chain sensors", "冷链传感器", "Qingdao Foods", "青岛食品", 0, "17250.00", "Ben Okafor"),
    ("Warehouse scanners", "仓库扫码枪", "Contoso Logistics", "康拓物流", 2, "63900.00", "王小明"),
)


def said(english: str, chinese: str) -> str:
    """One of the two, by the active language."""
    return chinese if get_language() == "zh-hans" else english


def context(language: str) -> dict[str, Any]:
    """Everything the guide's templates show."""
    return {
        "deals": deals(),
        "lanes": lanes(),
        "stages": stages(),
        "tiles": tiles(),
        "chart_bar": chart("stack"),
        "chart_pie": chart("pie"),
        "chart_line": chart("area"),
        "conditions": spec(fields()),
        "condition": '{"all":[{"field":"amount","op":">=","value":"10000"},{"any":[{"field":"stage","op":"in","value":["2","3"]},{"field":"closes","op":"within","value":"this_quarter"}]}]}',
        "columns": columns(),
        "timeline": timeline(),
        "chosen": [{"value": 1, "label": "Ana Silva"}, {"value": 2, "label": "王小明"}],
        "language": language,
    }


def areas(path: str) -> list[Area]:
    """The navigation of someone who may see everything."""
    return [
        Area(
            name=spec_.name,
            title=str(spec_.title),
            icon=spec_.icon,
            items=tuple(
                _item(spec_.name, index, entry) for index, entry in enumerate(PAGES[spec_.name])
            ),
        )
        for spec_ in AREAS
        if spec_.name in PAGES
    ]


def _item(area: str, index: int, entry: tuple[str, str, str]) -> Item:
    return Item(
        title=said(entry[0], entry[1]),
        url=f"/styleguide/?{area}={index}",
        icon=entry[2],
        active=entry[0] == "Opportunities",
        count=7 if area == "today" else None,
    )


def deals() -> list[dict[str, Any]]:
    """Rows of the sample list."""
    tones = ("", "info", "info", "warning", "success")
    return [
        {
            "id": index,
            "name": said(name, name_zh),
            "account": said(account, account_zh),
            "stage": said(*STAGES[stage]),
            "lane": stage,
            "tone": tones[stage],
            "amount": f"¥{Decimal(amount):,.2f}",
            "owner": owner,
            "closes": f"2026-12-{10 + index * 3}",
        }
        for index, (name, name_zh, account, account_zh, stage, amount, owner) in enumerate(DEALS)
    ]


def lanes() -> list[dict[str, Any]]:
    """Lanes of the sample board."""
    keys = ("qualify", "need", "offer", "close", "won")
    return [
        {
            "key": keys[index],
            "title": said(*stage),
            "sum": f"¥{(index + 2) * 64}k",
            "cards": [d for d in deals() if d["lane"] == index],
        }
        for index, stage in enumerate(STAGES)
    ]


def stages() -> list[dict[str, Any]]:
    """The stage bar of a deal that is being offered."""
    states = ("done", "done", "current", "ahead", "ahead")
    return [
        {
            "label": said(*stage),
            "state": state,
            "value": index,
            "url": "toast/",
            "note": said("12 days", "12 天") if state == "current" else "",
        }
        for index, (stage, state) in enumerate(zip(STAGES, states, strict=True))
    ]


def tiles() -> list[dict[str, Any]]:
    """Figures of a home page."""
    return [
        {
            "label": said("Open deals", "进行中商机"),
            "value": "48",
            "icon": "target-arrow",
            "note": said("6 more than last month", "比上月多 6 个"),
            "trend": "up",
            "url": "#",
        },
        {
            "label": said("Pipeline", "商机总额"),
            "value": "¥4,812,300",
            "icon": "cash",
            "note": said("weighted ¥1,930,000", "加权 ¥1,930,000"),
            "url": "#",
        },
        {
            "label": said("Overdue receivables", "逾期应收"),
            "value": "¥126,400",
            "icon": "alarm",
            "note": said("3 customers", "3 个客户"),
            "trend": "down",
            "url": "#",
        },
        {
            "label": said("Commission this month", "本月提成"),
            "value": "¥18,250.40",
            "icon": "award",
            "note": said("expected ¥22,000", "预计 ¥22,000"),
            "url": "#",
        },
    ]


def chart(kind: str) -> Chart:
    """Figures by stage or by month."""
    labels = (
        tuple(said(*stage) for stage in STAGES)
        if kind == "pie"
        else tuple(said(f"M{m}", f"{m} 月") for m in range(6, 12))
    )
    mine = Series(
        name=said("New business", "新客户"),
        values=tuple(Decimal(v) for v in (120, 180, 150, 210, 260, 240))[: len(labels)],
        urls=("#",) * len(labels),
    )
    other = Series(
        name=said("Renewals", "续约"),
        values=tuple(Decimal(v) for v in (80, 90, 110, 95, 130, 150))[: len(labels)],
        urls=("#",) * len(labels),
    )
    return Chart(
        title=said("Revenue", "收入"),
        kind=kind,
        labels=labels,
        series=(mine,) if kind == "pie" else (mine, other),
        unit="k¥",
        label_title=said("Month", "月份"),
    )


def fields() -> list[ConditionField]:
    """Fields of the sample condition."""
    return [
        ConditionField(name="name", label=said("Name", "名称")),
        ConditionField(name="amount", label=said("Amount", "金额"), type="money"),
        ConditionField(
            name="stage",
            label=said("Stage", "阶段"),
            type="choice",
            choices=tuple((str(i), said(*s)) for i, s in enumerate(STAGES)),
        ),
        ConditionField(name="closes", label=said("Close date", "预计成交日"), type="date"),
        ConditionField(name="account", label=said("Account", "客户"), type="record", url="lookup/"),
        ConditionField(name="owner", label=said("Owner", "负责人"), type="person", url="lookup/"),
        ConditionField(name="is_key", label=said("Key account", "重点客户"), type="boolean"),
    ]


def columns() -> list[dict[str, Any]]:
    """Columns to choose from."""
    return [
        {"name": field.name, "label": field.label, "shown": index < 4}
        for index, field in enumerate(fields())
    ]


def timeline() -> list[dict[str, Any]]:
    """What happened to a customer."""
    return [
        {
            "kind": "call",
            "icon": "phone",
            "hue": 1,
            "who": "王小明",
            "what": said("called Mrs Chen", "致电陈女士"),
            "note": said(
                "She wants the offer in two parts; decision with the institute's board on the 28th.",
                "希望分两期报价，28 号院务会决定。",
            ),
            "at": "2026-11-21T15:20:00+08:00",
        },
        {
            "kind": "mail",
            "icon": "mail",
            "hue": 7,
            "who": "Ana Silva",
            "what": said("sent the quote Q2026-00018", "发送了报价 Q2026-00018"),
            "at": "2026-11-20T09:02:00+08:00",
        },
        {
            "kind": "change",
            "icon": "history",
            "hue": 8,
            "who": "李娜",
            "what": said("changed two fields", "修改了 2 个字段"),
            "changes": [
                (said("Amount", "金额"), "¥96,000.00", "¥128,000.00"),
                (said("Stage", "阶段"), said(*STAGES[1]), said(*STAGES[2])),
            ],
            "at": "2026-11-18T18:44:00+08:00",
        },
        {
            "kind": "file",
            "icon": "paperclip",
            "hue": 3,
            "who": "Ben Okafor",
            "what": said("attached the tender document.pdf", "上传了 招标文件.pdf"),
            "at": "2026-11-11T11:00:00+08:00",
        },
    ]


def records() -> list[dict[str, Any]]:
    """What the palette finds."""
    return [
        {
            "group": said("Opportunities", "商机"),
            "title": d["name"],
            "hint": d["account"],
            "url": "#",
            "icon": "target-arrow",
        }
        for d in deals()
    ]


def options() -> list[dict[str, Any]]:
    """What the lookup finds."""
    return [
        {"id": d["id"], "label": d["account"], "hint": d["owner"], "fill": {"price": "1200.00"}}
        for d in deals()
    ]


def refusal() -> dict[str, Any]:
    """Why a deal may not be won."""
    return {
        "title": said("Not yet won", "还不能赢单"),
        "text": said("Two things are missing before this deal may be won:", "赢单之前还缺两项："),
        "missing": [
            said("a signed contract", "已签订的合同"),
            said("the decision maker among the contacts", "联系人中的决策者"),
        ],
        "next_step": said(
            "Add them on the deal, or ask Dee, who may skip this stage.",
            "请在商机中补充，或请有权跳过的 Dee 处理。",
        ),
        "url": "#",
        "action": said("Fill in", "去补充"),
    }


def toast(level: str) -> dict[str, Any]:
    """A notice."""
    return {
        "text": said("The quote was sent to Mrs Chen.", "报价已发送给陈女士。"),
        "level": level,
        "action": {"label": said("Open", "查看"), "url": "#"},
    }


def events() -> list[tuple[int, str]]:
    """Days of the month and what happens on them."""
    return [
        (2, said("Visit Huachen", "拜访华辰")),
        (2, said("Quote review", "报价评审")),
        (9, said("Demo at Contoso", "康拓演示")),
        (17, said("Contract signing", "合同签约")),
        (23, said("Quarter review", "季度复盘")),
    ]
