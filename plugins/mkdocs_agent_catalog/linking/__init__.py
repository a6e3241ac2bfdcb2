"""From names to things: who uses which tool, skill and server, with graded evidence."""
