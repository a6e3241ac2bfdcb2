"""Checks: one function for each kind of problem, registered by a decorator."""
