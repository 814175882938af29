"""The append-only record of every change, whichever door it came through.

Words: an *entry* is one changed row; a *door* is the way it came (page, api, import, job, cli, sql); a *change-set* groups the
entries of one bulk act so that it can be undone; the *chain* links entries by hash, so that tampering shows. Written by database
triggers, not by Python, because plain SQL and bulk updates must be recorded too. Import `audit.services` and `audit.selectors`.
"""
