"""What git knows: renames, dates, and how agents changed."""
