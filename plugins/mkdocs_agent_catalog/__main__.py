"""``python -m mkdocs_agent_catalog``: the command."""

from .cli.main import run

if __name__ == "__main__":
    run()
