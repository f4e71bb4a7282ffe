"""Views folded in memory: the same handlers as in the database, for whoever wants no database."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from ledger.facts import RecordedFact
from projections.view import AnyRow, Handler, Key, Row, Table, View


class MemoryRows:
    """The rows of some views: `projections.view.Rows`."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tables: dict[Table, dict[Key, AnyRow]] = {}

    def get(self, table: Table, key: Key, row: type[Row]) -> Row | None:
        """Return the row under ``key``."""
        assert row is table.row
        return cast("Row | None", self._tables.get(table, {}).get(key))

    def put(self, table: Table, row: AnyRow) -> None:
        """Replace the row."""
        self._tables.setdefault(table, {})[table.key_of(row)] = row

    def remove(self, table: Table, key: Key) -> None:
        """Remove the row."""
        self._tables.get(table, {}).pop(key, None)

    def sorted(self, table: Table) -> list[AnyRow]:
        """Return the rows of ``table``, by their keys."""
        found = self._tables.get(table, {})
        keys: list[Any] = list(found)
        return [found[key] for key in sorted(keys)]


def fold(facts: Iterable[RecordedFact], views: Sequence[View], rows: MemoryRows) -> None:
    """Move ``views`` along ``facts``, from where ``rows`` stands."""
    handlers: dict[type, list[Handler]] = {}
    for view in views:
        for fact, handler in view.handlers.items():
            handlers.setdefault(fact, []).append(handler)
    for recorded in facts:
        for handler in handlers.get(type(recorded.fact), ()):
            handler(recorded, rows)
