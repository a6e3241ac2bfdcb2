"""What an agent may use: decisions with the rule that says so, and the capabilities that follow from them."""
