"""Worked examples in the neutral form: each is computed, compared, and reported in one line."""
