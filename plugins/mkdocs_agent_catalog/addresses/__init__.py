"""Where everything is and was: addresses of pages, and the lock file that remembers them."""
