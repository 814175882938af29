"""The plan laboratory: any real book of facts under another plan; who gains, who loses, what it costs, what it rewards."""
