"""Finding an agent: facets, queries, the task box, similar agents, entries of the search."""
