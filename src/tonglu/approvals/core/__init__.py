"""Pure rules of deciding: when a step, and the whole request, is decided."""
