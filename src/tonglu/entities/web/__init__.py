"""The pages every entity has: list, board, record, form, verbs, bulk acts, lookups, trash; one file per subject."""
