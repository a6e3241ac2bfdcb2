"""A catalog of AI agents, tools, skills and MCP servers, published by MkDocs."""

__version__ = "0.1.0"
