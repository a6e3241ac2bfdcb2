"""Oracles that any input has to pass, and the command that searches for one that does not."""
