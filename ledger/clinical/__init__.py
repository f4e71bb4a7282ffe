"""What health documents say: checked, read and folded, without store, clock or network."""
