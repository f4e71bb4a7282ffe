"""What the floors cost, each figure as a ratio to a named floor of the same run."""
