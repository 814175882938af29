"""Who may do what, held against a table kept by hand."""
