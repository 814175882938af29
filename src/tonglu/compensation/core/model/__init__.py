"""What a plan is made of: immutable values, each beside the reading of its own part of the neutral form."""
