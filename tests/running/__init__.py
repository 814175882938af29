"""What several processes and machines do together, tried with real servers."""
