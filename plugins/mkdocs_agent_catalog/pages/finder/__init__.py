"""Finding agents: facets, queries, the task box, similar agents, search entries."""
