"""Template tags that every module's pages may use."""
