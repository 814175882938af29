"""The pages of collaboration that the generic ones cannot be: logging on a record, files, the calendar and its feed."""
