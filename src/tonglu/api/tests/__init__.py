"""The doors of programs: tokens, retries, limits."""
