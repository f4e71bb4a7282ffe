"""The short guide of each role, written once: pages under /help and docs/guide/roles show it."""
