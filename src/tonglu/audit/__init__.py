"""The append-only record of every change, whichever door it came through."""
