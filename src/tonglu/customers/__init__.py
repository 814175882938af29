"""Accounts and contacts, and how they hang together."""
