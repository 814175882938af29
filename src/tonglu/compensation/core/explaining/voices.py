"""The phrases of each language; the same places in each, so that one composer speaks them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Phrases = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Voice:
    """`measures` opens the sentence, `slices` and `steps` tell its parts, the rest joins them."""

    percent_space: str
    per_mille: bool
    measures: Phrases
    returned: Phrases
    share: str
    factor: str
    sold_by: str
    everything: str
    each: str
    slices: Phrases
    back: Phrases
    steps: Phrases
    operators: Phrases
    nothing: str
    because: str
    windows: Phrases
    join: str
    rounded: str
    total: str
    source: str
    clause: str
    end: str
    tidy: tuple[tuple[str, str], ...] = ()


ENGLISH = Voice(
    percent_space=" ",
    per_mille=False,
    measures={
        "amount": "Of {credit} sold{share}, ",
        "received": "Of {credit} collected{share}, ",
        "margin": "Of {credit} of margin{share}, ",
        "units": "Of {credit} units{share}, ",
        "count": "For qualifying events{share}, ",
        "new_customer": "For {credit} new customer{share}, ",
        "": "Of {credit} {measure}{share}, ",
    },
    returned={
        "received": "Of {credit} paid back{share}, ",
        "count": "For events taken back{share}, ",
        "": "Of {credit} returned{share}, ",
    },
    share=" ({pct} share)",
    factor=" (counted at {factor})",
    sold_by=" by {reason}",
    everything="all of it",
    each="{money} each",
    slices={
        "filled": "{portion} filled the {rate} step up to {hi} and earned {amount}",
        "tier": "{portion} fell into the {rate} step from {lo} and earned {amount}",
        "flat": "{portion} at {rate} earned {amount}",
        "gap": "{portion} fell into no step and earned nothing",
        "catch_up": "crossing {lo} changed the rate of the {portion} before it by {rate}, "
        "a catch-up of {amount}",
        "base": "{portion} within the quota at {rate} earned {amount}",
        "overage": "{portion} above the quota at {rate} earned {amount}",
        "interpolated": "the pay curve now stands at {amount}",
        "already": "{amount} of that was earned before",
        "milestone": "reaching {lo} pays {amount}",
        "target": "{part} of the target pay of {rate_money} is {amount}",
        "event": "{count} × {rate_money} is {amount}",
        "fixed": "the fixed part is {amount}",
        "override": "the override of {rate} on {portion} earned by {reason} is {amount}",
        "share": "the share of {rate} in the pool of {portion} is {amount}",
        "prize": "place {count} wins {amount}",
        "goal": "a goal worth {portion}, reached to {rate}, earned {amount}",
        "adjustment": "an approved adjustment of {amount} ({reason})",
    },
    back={
        "tier": "{portion} went back out of the {rate} step and took {amount} back",
        "filled": "{portion} went back out of the {rate} step and took {amount} back",
        "flat": "{portion} at {rate} took {amount} back",
        "milestone": "falling below {lo} takes {amount} back",
        "event": "{count} × {rate_money} takes {amount} back",
    },
    steps={
        "multiplier": "times {factor}{why}: {delta}",
        "gate": "because {metric} is {got} and must be {op}{wanted}: {delta}",
        "cap": "the cap of {limit} changes this by {delta}",
        "floor": "the floor of {limit} changes this by {delta}",
        "plan_cap": "the plan's cap of {limit} changes this by {delta}",
        "plan_floor": "the plan's floor of {limit} changes this by {delta}",
        "share_rounding": "the cents of the split change this by {delta}",
        "why": " because {metric} is {value}",
    },
    operators={
        ">=": "at least ", ">": "more than ", "<=": "at most ", "<": "less than ",
        "==": "", "!=": "other than ", "in": "one of ",
    },
    nothing="nothing is earned at this point",
    because=", because {before} had counted before{window}",
    windows={"all": "", "transaction": "", "other": " in {window}"},
    join="; ",
    rounded="; rounding {rounding}",
    total="; in all {amount}",
    source=" (plan {version}, {clause})",
    clause="clause {clause}",
    end=".",
    tidy=((" each step", "-each step"),),
)  # fmt: skip
CHINESE = Voice(
    percent_space="",
    per_mille=True,
    measures={
        "amount": "销售额 {credit}{share}：",
        "received": "回款 {credit}{share}：",
        "margin": "毛利 {credit}{share}：",
        "units": "数量 {credit}{share}：",
        "count": "符合条件的业务{share}：",
        "new_customer": "新客户 {credit} 家{share}：",
        "": "{measure} {credit}{share}：",
    },
    returned={
        "received": "退款 {credit}{share}：",
        "count": "取消的业务{share}：",
        "": "退回 {credit}{share}：",
    },
    share="（占 {pct}）",
    factor="（按 {factor} 计业绩）",
    sold_by="（{reason}）",
    everything="全部",
    each="每单位 {money}",
    slices={
        "filled": "{portion} 补满 {rate} 档（至 {hi}），提成 {amount}",
        "tier": "{portion} 落在 {lo} 起的 {rate} 档，提成 {amount}",
        "flat": "{portion} 按 {rate} 计，提成 {amount}",
        "gap": "{portion} 不在任何一档，无提成",
        "catch_up": "达到 {lo} 后，此前的 {portion} 费率变动 {rate}，补差 {amount}",
        "base": "任务额以内 {portion} 按 {rate} 计，提成 {amount}",
        "overage": "超额 {portion} 按 {rate} 计，提成 {amount}",
        "interpolated": "按曲线累计应得 {amount}",
        "already": "其中此前已计 {amount}",
        "milestone": "达到 {lo}，奖 {amount}",
        "target": "目标奖金 {rate_money} 的 {part}，计 {amount}",
        "event": "{count} 次 × {rate_money}，计 {amount}",
        "fixed": "固定部分 {amount}",
        "override": "对 {reason} 的 {portion} 按 {rate} 计管理提成 {amount}",
        "share": "奖金包 {portion} 的 {rate}，分得 {amount}",
        "prize": "第 {count} 名，奖 {amount}",
        "goal": "目标项 {portion}，完成 {rate}，计 {amount}",
        "adjustment": "经批准调整 {amount}（{reason}）",
    },
    back={
        "tier": "{portion} 从 {rate} 档退回，扣回 {amount}",
        "filled": "{portion} 从 {rate} 档退回，扣回 {amount}",
        "flat": "{portion} 按 {rate} 退回，扣回 {amount}",
        "milestone": "低于 {lo}，扣回 {amount}",
        "event": "{count} 次 × {rate_money}，扣回 {amount}",
    },
    steps={
        "multiplier": "乘以系数 {factor}{why}，变动 {delta}",
        "gate": "因为{metric}为 {got}，要求{op} {wanted}，变动 {delta}",
        "cap": "封顶 {limit}，变动 {delta}",
        "floor": "保底 {limit}，变动 {delta}",
        "plan_cap": "方案封顶 {limit}，变动 {delta}",
        "plan_floor": "方案保底 {limit}，变动 {delta}",
        "share_rounding": "拆分尾差 {delta}",
        "why": "（{metric} 为 {value}）",
    },
    operators={
        ">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "==": "为", "!=": "不为", "in": "属于",
    },
    nothing="目前无提成",
    because="，因为{window}此前已累计 {before}",
    windows={"all": "", "transaction": "", "other": " {window}"},
    join="；",
    rounded="；舍入 {rounding}",
    total="；合计 {amount}",
    source="（方案 {version}，{clause}）",
    clause="第 {clause} 条",
    end="。",
    tidy=(("全部 ", "全部"), (" 每单位", "每单位")),
)  # fmt: skip
VOICES: Mapping[str, Voice] = {"en": ENGLISH, "zh": CHINESE}
