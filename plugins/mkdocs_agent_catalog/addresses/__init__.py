"""Addresses of pages, now and formerly, and the lock file that records them."""
