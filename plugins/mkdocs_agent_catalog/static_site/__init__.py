"""The catalog as a site of its own, in a page frame of ours: no engine builds it."""
