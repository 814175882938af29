"""Invoices, collections, receivables and expenses: what is owed, what came in, what it pays for.

Words: an *invoice* is a claim; a *credit note* (红字发票) corrects one; a *collection* (回款) is money received or refunded; an
*allocation* says which invoice or contract a part of it pays; a *receivable* is what is still open, by age; an *expense* is money our
people spent. May import orders, sales, catalog, customers and what stands below them; pay is computed above, from our events.
"""
