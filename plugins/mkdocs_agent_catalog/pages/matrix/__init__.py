"""The matrix of agents and tools, as declared and as effective."""
