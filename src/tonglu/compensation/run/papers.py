"""A run as rows for tables, and as statements that people read: what was earned, and why, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.numbers import fixed_text, number_text
from tonglu.compensation.core.rounding import Rounding
from tonglu.compensation.core.storing import pieces_to_dict
from tonglu.compensation.core.trace import Row

from .pay import PayRun

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "statement": "Statement of {name}",
        "versions": "Plan versions: {versions}.",
        "as_of": "As known on {day}.",
        "head": "| component | earned |\n| --- | ---: |",
        "total": "Total",
        "due": "What fell due",
        "held": "Held until the customers pay: **{amount}**.",
        "periods": "Payment by period",
        "period_head": "| period | earned | paid | balance |\n| --- | ---: | ---: | ---: |",
        "adds_up": "The lines of {component} add up to {sum}; rounded once, {amount} is paid.",
    },
    "zh": {
        "statement": "{name}的结算单",
        "versions": "提成方案版本：{versions}。",
        "as_of": "截至 {day} 已知的业务。",
        "head": "| 项目 | 应计 |\n| --- | ---: |",
        "total": "合计",
        "due": "到期与收回",
        "held": "待客户回款后发放：**{amount}**。",
        "periods": "分期发放",
        "period_head": "| 期间 | 应计 | 发放 | 余额 |\n| --- | ---: | ---: | ---: |",
        "adds_up": "{component}各行合计 {sum}，一次舍入后为 {amount}。",
    },
}


class Papers:
    """The rows and statements of one run, in one language."""

    def __init__(self, run: PayRun, language: str = "en") -> None:
        self.run, self.language = run, language
        self.words = _WORDS["zh" if language.lower().startswith("zh") else "en"]
        self._told: dict[int, str] = {}
        self.names = {**_titles(run, language), **run.given.names}

    def payouts(self) -> Iterator[dict[str, Any]]:
        """One row for each person and component."""
        place = {payee: index for index, payee in enumerate(self.run.result.payees())}
        for payout in sorted(self.run.result.payouts, key=lambda found: place[found.payee]):
            yield {
                "payee": payout.payee,
                "name": self.name(payout.payee),
                "component": payout.component,
                "title": self.name(payout.component),
                "amount": self.money(payout.amount),
                "exact": number_text(payout.exact),
            }

    def windows(self) -> Iterator[dict[str, Any]]:
        """One row for each person, component and window, with the position reached in it."""
        last = {(row.payee, row.component, row.window): row for row in self.run.result.trace}
        for key, amount in self.run.result.by_window().items():
            row = last[key]
            yield {
                "payee": row.payee,
                "component": row.component,
                "window": row.window,
                "amount": self.money(amount),
                "position": _short(row.after),
                "quota": "" if row.quota is None else _short(row.quota),
                "attainment": "" if row.attainment is None else _short(row.attainment),
            }

    def trace(self) -> Iterator[dict[str, Any]]:
        """One row for each fact, person and component, with every step and its sentence."""
        for row in self.run.result.trace:
            stored = pieces_to_dict(row)
            yield {
                "payee": row.payee,
                "component": row.component,
                "fact": row.fact,
                "revision": row.revision,
                "source_row": self.run.given.rows.get(row.fact, ""),
                "date": "" if row.date is None else row.date.isoformat(),
                "window": row.window,
                "measure": row.measure,
                "credit": _short(row.credit),
                "before": _short(row.before),
                "after": _short(row.after),
                "quota": "" if row.quota is None else _short(row.quota),
                "slices": stored["slices"],
                "steps": stored["steps"],
                "rounding": number_text(row.rounding),
                "amount": number_text(row.amount),
                "version": row.version,
                "clause": row.clause,
                "sentence": self.sentence(row),
            }

    def releases(self) -> Iterator[dict[str, Any]]:
        """One row for each event that made pay fall due, or took it back."""
        for one in self.run.releases:
            yield {
                "payee": one.payee,
                "component": one.component,
                "fact": one.fact,
                "source_row": self.run.given.rows.get(one.fact, ""),
                "event": one.event,
                "type": one.type,
                "date": "" if one.day is None else one.day.isoformat(),
                "earned": self.money(one.earned),
                "amount": self.money(one.amount),
                "cancelled": self.money(one.cancelled),
                "forfeited": self.money(one.forfeited),
                "held": self.money(one.held),
                "sentence": self._said(one.words),
            }

    def payments(self) -> Iterator[dict[str, Any]]:
        """One row for each person and month where the plan has payment rules."""
        for payee, periods in self.run.payments.items():
            for pay in periods:
                yield {
                    "payee": payee,
                    "period": pay.period,
                    "earned": self.money(pay.earned),
                    "payment": self.money(pay.payment),
                } | {
                    name: self.money(value) for name, value in pay.values.items() if "." not in name
                }

    def problems(self) -> Iterator[dict[str, Any]]:
        """What somebody should look at."""
        for problem in self.run.result.problems:
            fact = str(problem.params.get("fact", ""))
            yield {
                "code": problem.code,
                "fact": fact,
                "source_row": self.run.given.rows.get(fact, ""),
                "detail": "; ".join(
                    f"{key} {_text(value)}" for key, value in problem.params.items()
                ),
            }

    def statement(self, payee: str) -> str:
        """The statement of one person as Markdown."""
        own = [payout for payout in self.run.result.payouts if payout.payee == payee]
        lines = [f"# {self.words['statement'].format(name=self.name(payee))}", "", self._source()]
        lines += ["", self.words["head"]]
        lines += [f"| {self.name(p.component)} | {self.money(p.amount)} |" for p in own]
        total = self.money(self.run.result.payout(payee))
        lines += [f"| **{self.words['total']}** | **{total}** |"]
        for payout in own:
            rows = self.run.result.rows(payee=payee, component=payout.component)
            lines += ["", f"## {self.name(payout.component)}", ""]
            lines += [f"{n}. {self._line(row)}" for n, row in enumerate(rows, start=1)]
            lines += self._rounded(payout.component, payout.exact, payout.amount)
        return "\n".join([*lines, *self._due(payee), *self._periods(payee)]) + "\n"

    def sentence(self, row: Row) -> str:
        """Why the row pays what it pays; said once, for the trace and for the statement."""
        if id(row) not in self._told:
            self._told[id(row)] = explain(row, self.language, self.names)
        return self._told[id(row)]

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    def money(self, value: Fraction) -> str:
        places = self.run.places
        return fixed_text(Rounding(scale=places).money(value), places)

    def _source(self) -> str:
        versions = ", ".join(version.id for version in self.run.plan.versions)
        told = self.words["versions"].format(versions=versions)
        if self.run.as_of is not None:
            told += " " + self.words["as_of"].format(day=self.run.as_of.isoformat())
        return told

    def _line(self, row: Row) -> str:
        source = self.run.given.rows.get(row.fact)
        head = " · ".join(
            part for part in (row.date.isoformat() if row.date else "", row.fact) if part
        )
        sentence = self.sentence(row)
        return f"{head}{f' [{source}]' if source else ''}: {sentence}" if head else sentence

    def _rounded(self, component: str, exact: Fraction, amount: Fraction) -> list[str]:
        if exact == amount:
            return []
        told = self.words["adds_up"].format(
            component=self.name(component), sum=_short(exact), amount=self.money(amount)
        )
        return ["", told]

    def _due(self, payee: str) -> list[str]:
        """What fell due and came back, and what still waits; nothing where pay waits for nothing."""
        if not self.run.waits:
            return []
        own = [one for one in self.run.releases if one.payee == payee]
        lines = [
            f"{n}. {one.day.isoformat() if one.day else ''} · {one.fact}: {self._said(one.words)}"
            for n, one in enumerate(own, start=1)
        ]
        moved = sum((x.amount + x.cancelled + x.forfeited for x in own), start=Fraction(0))
        left = self.money(self.run.result.payout(payee) - moved)
        return [
            "",
            f"## {self.words['due']}",
            "",
            *lines,
            "",
            self.words["held"].format(amount=left),
        ]

    def _said(self, words: tuple[str, str]) -> str:
        return words[1] if self.language.lower().startswith("zh") else words[0]

    def _periods(self, payee: str) -> list[str]:
        periods = self.run.payments.get(payee, ())
        if not periods:
            return []
        rows = [
            f"| {pay.period} | {self.money(pay.earned)} | {self.money(pay.payment)} | "
            f"{self.money(pay.values.get('balance', Fraction(0)))} |"
            for pay in periods
        ]
        return ["", f"## {self.words['periods']}", "", self.words["period_head"], *rows]


def _titles(run: PayRun, language: str) -> dict[str, str]:
    """How components are called in the language; a component without a title keeps its id."""
    components = [c for version in run.plan.versions for c in version.components]
    return {component.id: _title(component, language) for component in components}


def _title(component: Component, language: str) -> str:
    title = component.title
    if not isinstance(title, Mapping):
        return title or component.id
    tongue = language.lower()[:2]
    found = next((text for key, text in title.items() if key.lower().startswith(tongue)), "")
    return found or next(iter(title.values()), component.id)


def _short(value: Fraction) -> str:
    """At most six decimals: enough to follow, the exact sum stands in the payouts."""
    return number_text(Rounding(scale=6).money(value))


def _text(value: Any) -> str:
    return number_text(value) if isinstance(value, Fraction) else str(value)
