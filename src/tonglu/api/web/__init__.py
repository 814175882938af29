"""The pages of access tokens: everybody's own, and the administrator's list."""
