"""The same system from a shell: a file a group of commands; each command parses, calls, prints."""
