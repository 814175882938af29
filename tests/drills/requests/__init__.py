"""Drills that ask, in one process and one transaction, and are rolled back."""
