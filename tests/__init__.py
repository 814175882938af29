"""Tests that cross modules: the generic pages on real kinds of record."""
