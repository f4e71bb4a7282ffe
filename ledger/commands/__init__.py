"""What an actor can have done: one file an actor, one function a command: load, decide, append."""
