"""Signing in: who may try how often, on which devices, and how allauth is told the rules of this house."""
