"""Quotes, contracts, orders, shipments and returns.

A *quote* comes in versions, of which one is current; its price is *cleared* by the seller's own authority or by approval, and the
customer accepts it on a link. A *contract* copies the quote's lines and is frozen at signing with its terms, prices, cost base,
credits and the pay plans in force that day; a change is an *amendment*, a contract of its own. An *order* is what is to be
delivered: its lines are reserved, shipped in one or more *shipments*, delivered, and may come back as a *return*.

May import sales, marketing, supply, approvals, catalog, collaboration, customers and everything below.
"""
