"""Tests of the collaboration module."""
