"""Drills with several threads, processes and connections, on a database that commits."""
