"""Writes the catalog as a complete site, without MkDocs or another engine."""
