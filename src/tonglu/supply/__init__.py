"""Warehouses and stock levels; behind their wall, suppliers and purchases."""
