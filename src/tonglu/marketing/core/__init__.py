"""Pure rules of marketing: the life of a lead, its points, and whose turn it is."""
