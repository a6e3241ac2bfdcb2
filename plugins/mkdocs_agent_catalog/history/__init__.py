"""What git knows: renames, dates, and changes of agents."""
