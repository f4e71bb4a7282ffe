"""Questions and commands over HTTP, and the pages that people see."""
