"""Where facts rest: the only room that knows the event-sourcing library and the databases."""
