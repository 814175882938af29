"""Warehouses and stock levels; behind their wall, suppliers and purchases.

Words: a *warehouse* holds stock; a *stock level* says how much of a product is there, how much of it is reserved for orders, and below
what it is low; a *supplier* sells to us; a *purchase* orders from one. What we pay suppliers is seen by procurement and finance only:
the wall cannot be opened by a grant. May import catalog and what stands below it; orders reserve and take stock through `services`.
"""
