"""Invoices, collections, receivables and expenses."""
