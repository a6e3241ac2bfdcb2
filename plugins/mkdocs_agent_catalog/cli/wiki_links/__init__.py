"""Links in the pages of a wiki: which of them lead into the catalog, and what each leads to now."""
