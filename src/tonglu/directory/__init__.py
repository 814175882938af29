"""Who works here: people, departments, roles, deputies, territories and working calendars."""
