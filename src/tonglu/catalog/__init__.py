"""What we sell and at what price: products, price lists, currencies and rates.

A *product* has a list price and, for those who may see it, a cost. A *price list* is dated and in one currency; its lines give
prices from a quantity on, for a tier of customers or for one customer. Which price holds is decided by one rule (`core/pricing`)
and comes with its explanation. An *exchange rate* says what one unit of a currency is worth in the base currency from a day on.

May import entities, audit, policy, directory, toolkit and kernel.
"""
