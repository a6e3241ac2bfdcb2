"""Resolves names: who uses which tool, skill and server, with graded evidence."""
