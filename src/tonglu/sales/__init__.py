"""Pipelines, stages and opportunities: the sales project from qualified interest to won or lost.

A *pipeline* is one way of selling with its *stages*; a stage belongs to a department, asks for certain things before a deal
enters it, and has a norm in days. An *opportunity* is a deal on its way through them; each step leaves a *stage move* that nothing
changes. *Credit splits* say who has earned the deal, *buying roles* who decides at the customer.

May import marketing, supply, approvals, catalog, collaboration, customers and everything below.
"""
