"""Pure rules of the directory: working time."""
