"""The record of an approval as a printed page."""
