"""Tickets, service orders and knowledge articles."""
