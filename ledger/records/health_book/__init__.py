"""The health book itself: whose it is, not what is in it."""
