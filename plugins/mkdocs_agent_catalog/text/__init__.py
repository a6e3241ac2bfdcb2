"""Markdown, sanitizing, strings, tables of facts, and the languages of the interface."""
