"""Rows told as sentences, in the languages people are paid in."""
