"""Who may do what with which rows and fields: data, versioned, default deny."""
