"""What agents may do as values that can be compared: between two commits, with a policy, with a review."""
