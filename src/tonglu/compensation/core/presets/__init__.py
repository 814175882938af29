"""Plans to begin with, in both languages, each with a worked example that proves what it means."""
