"""One declaration of a kind of record becomes its list, board, detail, form, import, export and API."""
