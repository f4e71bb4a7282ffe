"""Questions to a log's tables that its own store and an auditor's raw reading both ask."""

from typing import Final

TILES_A_QUERY: Final = 400
"""Two values each; SQLite's oldest limit is 999 a statement."""


def tiles_named(count: int) -> str:
    """Return the question for so many tiles; its values are level and number of each, in turn.

    Each name is looked up; SQLite would read the whole table for a list of pairs.
    """
    marks = ", ".join(["(?, ?)"] * count)
    return (
        f"WITH wanted (l, n) AS (VALUES {marks}) SELECT level, number, data"  # noqa: S608 (marks alone)
        " FROM wanted CROSS JOIN log_tile WHERE level = l AND number = n"
    )


def renewals_are_there(*, server: bool) -> str:
    """Return the question for the table of renewed heads; the answer is a row if it is there."""
    if server:
        return "SELECT 1 WHERE to_regclass('log_renewal') IS NOT NULL"
    return "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log_renewal'"
