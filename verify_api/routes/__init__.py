"""The addresses of the service, one file a group; the files do not know one another."""
