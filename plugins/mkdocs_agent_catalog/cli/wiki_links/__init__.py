"""Links in exported pages of a wiki: finds those to the catalog and reports where each leads now."""
