"""Developer tools: message catalogues, the size ratchet, the README check."""
