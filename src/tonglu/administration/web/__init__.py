"""The pages of the administrator's rooms."""
