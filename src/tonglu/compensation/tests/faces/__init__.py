"""The faces of pay: their figures, and who sees them."""
