"""Which lists each role finds, by hand: the part of the expected answers that is about whole kinds."""

from __future__ import annotations

from .expected import SHORT

LISTED = """
directory.person               adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
directory.department           adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
directory.role                 adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
directory.roleassignment       adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
directory.deputy               adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
directory.territory            adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
directory.calendar             adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
directory.holiday              adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
entities.customfield           adm stew
approvals.approvalrequest      adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
catalog.product                adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana
catalog.pricelist              adm md sd tl sp pre ops fin ana
catalog.category               adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana
catalog.currency               adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana
catalog.exchangerate           adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana
collaboration.task             adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
collaboration.calendarevent    adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
collaboration.followup         adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
collaboration.document         adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
collaboration.note             adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
collaboration.link             adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
collaboration.goal             adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
collaboration.announcement     adm md sd tl sp tele mkt pre ops fin comp proc eng stew ana hr
customers.account              adm md sd tl sp tele mkt pre ops fin comp eng stew ana
customers.contact              adm md sd tl sp tele mkt pre ops fin eng stew ana
customers.industry             adm md sd tl sp tele mkt pre ops fin comp eng stew ana
customers.source               adm md sd tl sp tele mkt pre ops fin comp eng stew ana
supply.stocklevel              md sd tl sp tele pre ops fin proc eng ana
supply.warehouse               md sd tl sp tele pre ops fin proc eng ana
supply.stockmove               ops fin proc
supply.supplier                md fin proc
supply.purchase                md fin proc
marketing.lead                 adm md sd tl sp tele mkt stew ana
marketing.campaign             adm md sd tl sp tele mkt pre fin ana
marketing.segment              adm md sd mkt fin ana
marketing.assignmentrule       adm sd tl tele mkt stew
marketing.scorerule            adm sd tl tele mkt stew
sales.opportunity              adm md sd tl sp tele mkt pre ops fin comp eng stew ana
sales.pipeline                 adm md sd tl sp tele mkt pre ops fin comp eng stew ana
sales.stage                    adm md sd tl sp tele mkt pre ops fin comp eng stew ana
sales.competitor               adm md sd tl sp tele mkt pre ops fin comp eng stew ana
sales.winlossreason            adm md sd tl sp tele mkt pre ops fin comp eng stew ana
sales.salestarget              adm md sd tl sp tele fin comp ana
orders.quote                   adm md sd tl sp tele pre ops fin comp stew ana
orders.contract                adm md sd tl sp ops fin comp eng stew ana
orders.order                   adm md sd tl sp ops fin comp eng stew ana
orders.shipment                adm md sd tl sp ops fin comp eng stew ana
orders.orderreturn             adm md sd tl sp ops fin comp eng stew ana
orders.discountlimit           adm md sd tl sp tele pre ops fin ana
finance.invoice                md sd tl sp ops fin comp ana
finance.collection             md sd tl sp ops fin comp ana
finance.allocation             md sd tl sp ops fin comp ana
finance.expense                md sd tl sp tele mkt pre ops fin proc eng
compensation.payplan           md sd tl sp tele pre fin comp eng
compensation.planversion       md sd tl sp tele pre fin comp eng
compensation.planmember        md sd tl sp tele pre fin comp eng
compensation.earning           md sd tl sp tele pre fin comp eng
compensation.ledgerentry       md sd tl sp tele pre fin comp eng
compensation.payperiod         md fin comp
compensation.statement         md sd tl sp tele pre fin comp eng
compensation.dispute           md sd tl sp tele pre fin comp eng
compensation.correction        md sd tl sp tele pre fin comp eng
support.ticket                 md sd tl sp tele pre ops eng ana
support.serviceorder           md sd tl sp ops eng ana
support.article                md sd tl sp tele mkt pre ops eng stew ana
"""
"""Who may open the list of each kind. A kind that is missing here fails the tests."""


def listed() -> dict[str, frozenset[str]]:
    """kind -> the roles that may open its list."""
    lines = (line.split() for line in LISTED.strip().splitlines())
    return {kind: frozenset(SHORT[word] for word in words) for kind, *words in lines}
