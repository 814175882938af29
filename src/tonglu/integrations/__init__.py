"""Doors to outside systems: web forms, connectors, webhooks."""
