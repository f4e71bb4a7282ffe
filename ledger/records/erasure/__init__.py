"""Forgetting a person: `facts` first, then `decisions`."""
