"""Which field a header probably means: by name or label in either language, then by the words other systems use."""

from __future__ import annotations

import hashlib
import re

from django.utils.translation import override

from tonglu.entities.fields import Field, fields_of
from tonglu.entities.forms import EntityForm
from tonglu.entities.models import ImportMapping
from tonglu.entities.spec import Entity
from tonglu.policy import Actor

from .plans import ColumnPlan, ImportPlan, plan_as_dict, plan_of
from .run import line_fields

# What the exports of other systems call a field; ours on the left.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": (
        "account name",
        "company",
        "company name",
        "deal name",
        "opportunity name",
        "potential name",
        "product name",
        "full name",
        "subject",
        "last name",
        "客户名称",
        "公司名称",
        "名称",
        "姓名",
        "商机名称",
        "主题",
    ),
    "company": (
        "company name",
        "account name",
        "organization",
        "公司名称",
        "单位名称",
        "企业名称",
        "客户名称",
    ),
    "external_id": (
        "id",
        "record id",
        "external id",
        "accountid",
        "contactid",
        "leadid",
        "编号",
        "外部编号",
    ),
    "account": (
        "account name",
        "company",
        "account",
        "customer",
        "client",
        "客户",
        "客户名称",
        "公司",
    ),
    "owner": (
        "owner",
        "account owner",
        "lead owner",
        "deal owner",
        "contact owner",
        "potential owner",
        "sales agent",
        "sales rep",
        "assigned to",
        "owner name",
        "负责人",
        "销售",
        "业务员",
        "所有人",
    ),
    "phone": ("telephone", "tel", "phone number", "work phone", "电话", "联系电话", "座机"),
    "mobile": ("mobile phone", "mobile number", "cell", "cell phone", "手机", "手机号", "手机号码"),
    "email": ("e-mail", "email address", "mail", "邮箱", "电子邮件", "电子邮箱"),
    "website": ("web", "url", "web site", "homepage", "网站", "网址"),
    "amount": (
        "deal value",
        "value",
        "close value",
        "amount",
        "expected revenue",
        "金额",
        "预计金额",
    ),
    "close_date": (
        "closing date",
        "close date",
        "expected close",
        "expected close date",
        "预计成交日期",
        "成交日期",
    ),
    "stage": ("deal stage", "sales stage", "status", "阶段", "销售阶段"),
    "industry": ("sector", "行业", "所属行业"),
    "source": ("lead source", "channel", "来源", "线索来源"),
    "product": ("product name", "item", "产品", "商品"),
    "parent": ("parent account", "subsidiary of", "parent company", "上级客户", "母公司"),
    "description": ("notes", "comment", "comments", "remark", "备注", "描述"),
    "quantity": ("qty", "units", "数量"),
    "price": ("unit price", "sales price", "单价"),
}
_NOISE = re.compile(r"[\s_\-./()（）:：*#]+")


def plan_suggest(entity: Entity, actor: Actor, headers: tuple[str, ...]) -> ImportPlan:
    """The mapping remembered for these headers, or the most probable one."""
    remembered = ImportMapping.objects.filter(
        kind=entity.kind, signature=signature_of(headers)
    ).first()
    if remembered is not None:
        return plan_of(remembered.plan)
    fields = importable_fields(entity, actor)
    meant = _meant(headers, fields)
    columns = [ColumnPlan(field=meant[one], header=one) for one in headers if one in meant]
    return ImportPlan(
        kind=entity.kind, columns=tuple(columns), key=_key(entity, set(meant.values()))
    )


def plan_remember(plan: ImportPlan, headers: tuple[str, ...]) -> None:
    """Keep the mapping for the next file with these headers."""
    ImportMapping.objects.update_or_create(
        kind=plan.kind,
        signature=signature_of(headers),
        defaults={"plan": plan_as_dict(plan)},
    )


def importable_fields(entity: Entity, actor: Actor) -> dict[str, Field]:
    """The fields an import may fill, those of lines included."""
    from dataclasses import replace

    form = EntityForm(entity, replace(actor, door="import"), {})
    known = {name: field for name, field in fields_of(entity).items() if name in form.fields}
    return {**known, **line_fields(entity)}


def signature_of(headers: tuple[str, ...]) -> str:
    """The same for files with the same headers in any order."""
    return hashlib.sha256("\n".join(sorted(map(_plain, headers))).encode()).hexdigest()


def _meant(headers: tuple[str, ...], fields: dict[str, Field]) -> dict[str, str]:
    """The field of each header: own names before the words of others, and a field called name after those that say more."""
    meant: dict[str, str] = {}
    for names in (_own_names, _synonyms):
        words = {name: names(name, fields[name]) for name in sorted(fields, key="name".__eq__)}
        for header in headers:
            free = (name for name in words if name not in meant.values())
            found = next((name for name in free if _plain(header) in words[name]), "")
            if found and header not in meant:
                meant[header] = found
    return meant


def _own_names(name: str, field: Field) -> set[str]:
    found = {_plain(name), _plain(name.removeprefix("custom."))}
    for language in ("en", "zh-hans"):
        with override(language):
            found.add(_plain(str(field.label)))
    return found


def _synonyms(name: str, _field: Field) -> set[str]:
    last = name.rsplit(".", 1)[-1]
    return {_plain(word) for word in SYNONYMS.get(last, ())}


def _key(entity: Entity, used: set[str]) -> str:
    keys = (*entity.import_key, entity.title)
    return next((name for name in ("external_id", *keys) if name in used), "external_id")


def _plain(text: str) -> str:
    return _NOISE.sub("", text).casefold()
