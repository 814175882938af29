"""Tests of the marketing module."""
