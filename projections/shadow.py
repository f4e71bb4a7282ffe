"""Views made again from the facts, beside the live ones and apart from them, up to a position."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from ledger.errors import TamperedError, UnknownFactError
from ledger.facts import History, RecordedFact
from projections.errors import StalledError
from projections.head_queries import all_rows, tree_of_rows
from projections.projector import Projector
from projections.view import AnyRow, Table, View
from projections.view_digests import ViewDigest, digest_of
from projections.view_store import ViewDatabase, ViewStore

Report = Callable[[int], None]
"""Told the position that was reached."""


class CopiedFacts(Protocol):
    """The part of `ledger.facts.FactStore` that replay needs: a copy that is only read will do."""

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return up to ``limit`` facts with a position above ``after``, in order."""
        ...

    def head(self) -> int:
        """Return the position of the last fact."""
        ...

    def history(self, stream_id: UUID) -> History:
        """Return one stream."""
        ...


class UnreadableFactError(Exception):
    """A stored fact cannot be read: nothing behind it can be made again."""

    def __init__(self, after: int) -> None:
        """Name the last position before it."""
        super().__init__(f"the fact behind position {after} cannot be read")
        self.after = after


@dataclass(frozen=True, slots=True)
class FactsUntil:
    """Facts up to a position, as if no later ones were there."""

    source: CopiedFacts
    position: int
    report: Report

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return facts in order.

        Raises:
            UnreadableFactError: The next one is not what was written.
        """
        self.report(min(after, self.position))
        if after >= self.position:
            return []
        limit = min(limit, self.position - after)
        try:
            found = self.source.read(after=after, limit=limit, topics=topics)
        except (TamperedError, UnknownFactError) as error:
            if limit == 1:
                raise UnreadableFactError(after) from error
            return self.read(after=after, limit=limit // 2, topics=topics)
        return [one for one in found if one.position <= self.position]

    def head(self) -> int:
        """Return the last position."""
        return min(self.position, self.source.head())

    def subscribe(self, *, after: int, timeout: float | None = None) -> Iterator[RecordedFact]:
        """Yield nothing: nothing comes any more."""
        del after, timeout
        return iter(())


class Shadow:
    """Views in a database of their own, moved along the facts by the same handlers."""

    def __init__(
        self,
        database: ViewDatabase,
        views: Sequence[View],
        facts: CopiedFacts,
        *,
        opened: CopiedFacts | None = None,
    ) -> None:
        """Begin the ``views`` from nothing.

        Args:
            database: Empty; nothing else may write to it.
            views: Those to make.
            facts: Without personal parts.
            opened: The same, opened as far as views need it.
        """
        self.facts = facts
        self._opened = opened
        self._store = ViewStore(database, views)
        self._store.prepare()
        self._going = dict(self._store.views)

    @property
    def views(self) -> tuple[View, ...]:
        """The views that are made."""
        return tuple(self._store.views.values())

    def view(self, name: str) -> View | None:
        """Return a view that is made, None if there is none of this name."""
        return self._store.views.get(name)

    def position(self, name: str) -> int:
        """Return how far a view is made."""
        return self._store.in_force(name).position

    def to(self, position: int, report: Report) -> list[StalledError]:
        """Move all views on to ``position``; return those that could not take in a fact.

        Raises:
            UnreadableFactError: A stored fact cannot be read.
        """
        stalled: list[StalledError] = []
        while self._going:
            store = ViewStore(self._store.database, tuple(self._going.values()))
            opened = None if self._opened is None else FactsUntil(self._opened, position, report)
            projector = Projector(FactsUntil(self.facts, position, report), store, opened=opened)
            try:
                projector.catch_up()
            except StalledError as error:
                stalled.append(error)
                del self._going[error.view]
            else:
                break
        return stalled

    def rows(self, view: View, table: Table) -> Iterator[AnyRow]:
        """Yield the rows of one table, in the order of their keys."""
        with self._store.database.reading() as session:
            for row in self._store.rows(session, replace(view, tables=(table,)), 1):
                yield tuple(row[1:])

    def digest(self, view: View) -> ViewDigest:
        """Return the digest of a view as it is now."""
        with self._store.database.reading() as session:
            return digest_of(view, self._store.rows(session, view, 1))

    def heads_root(self) -> bytes:
        """Return the root of the tree of stream heads as it is now."""
        with self._store.database.reading() as session:
            return tree_of_rows(all_rows(session))[0].root
