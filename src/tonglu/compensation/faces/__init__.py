"""What the pages of pay show: read, added up and put into words; nothing here writes a ledger."""
