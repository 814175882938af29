"""Pages of the policy: the matrix, versions, preview, and "why do I see this"."""
