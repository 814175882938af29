"""What templates are made of: the built assets' addresses, icons, and the pieces pages are put together from."""
