"""One file a kind of stream: its facts, the state they fold to, the decisions. Pure."""
