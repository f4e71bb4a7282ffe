"""The commands of `records`: one file a group; each parses, calls one function, prints."""
