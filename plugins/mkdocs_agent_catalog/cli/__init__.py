"""The command `agent-catalog`."""
