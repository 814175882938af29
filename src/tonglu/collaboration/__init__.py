"""Working together on records: follow-ups, tasks, events, files, notes, announcements, goals."""
