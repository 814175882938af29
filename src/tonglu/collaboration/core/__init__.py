"""Pure rules of working together: subjects, urgency and pace."""
