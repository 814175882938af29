"""Django building blocks every slice shares: records, events and outbox, jobs, files, mail, clock, search, components, test kit."""
