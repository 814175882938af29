"""Quotes, contracts, orders, shipments and returns."""
