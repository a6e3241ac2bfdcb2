"""What an agent can use: decisions, each with its rule, and the capabilities that follow."""
