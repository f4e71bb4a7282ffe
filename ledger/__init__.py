"""The facts: what may happen, what happened, and proof that nobody changed it."""
