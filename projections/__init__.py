"""Current views of the facts, rebuildable at any time; one file a view."""
