"""The pages that belong to no module: home, search, preferences, errors, and the developers' style guide."""
