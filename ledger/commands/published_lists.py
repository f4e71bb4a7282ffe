"""The trust lists as they were published, followed as they come.

A list holds every key there ever was, and another one comes every few days: so the older ones are
read once, in small portions, and kept only where a verifier still needs them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from keys.trust_document import read_unpinned
from keys.trust_list import Root
from ledger.commands.key_board import KeyBoard
from ledger.commands.keys import PUBLISHED, PublishedList
from ledger.facts import FactStore
from ledger.records.trust_list import TrustListPublished

WALKED: Final = timedelta(days=90)
"""How long whoever pinned the officers before a change finds the way to the newest list; a device
that heard nothing for so long is prepared anew."""
_BATCH: Final = 8


@dataclass(frozen=True, slots=True)
class _Version:
    """A list that may still be needed."""

    document: bytes
    published_at: datetime
    root: Root | None
    """Its officers; None if it was older than `WALKED` when it was read, and nobody asked."""
    changes: bool
    """Whether it names other officers than the list before it."""


class PublishedLists:
    """The newest trust list, and those that lead to it. Threads may share one."""

    def __init__(self, keys: KeyBoard) -> None:
        """Know nothing yet; the first look reads all that was published."""
        self._keys = keys
        self._position = 0
        self._versions: list[_Version] = []
        """The newest one last; before it those from the first change of officers on."""
        self._newest: PublishedList | None = None
        self._compared: tuple[int, int] | None = None
        """Version of the list, and position of the last fact of a key, when they were compared."""
        self._differs = False
        self._lock = Lock()

    def documents(self, facts: FactStore, *, at: datetime) -> tuple[bytes, ...]:
        """Return the documents that lead a verifier to the newest list, oldest first; none before.

        Whoever pinned the officers of the newest list needs that list alone. If they changed less
        than `WALKED` ago, the first list that the change stands in, which the officers before it
        approved as well, comes first, and all after it.
        """
        with self._lock:
            self._catch_up(facts, at)
            return tuple(version.document for version in self._versions)

    def is_due(self, facts: FactStore, *, at: datetime) -> bool:
        """Say whether another version is to be published: early enough to notice a failure.

        That is when half of the newest list's time has passed; or at once if verifiers would be
        told something else of a key than its facts say. A key is given up first and the list that
        says so published second: a crash between the two is mended here and not waited out.
        """
        with self._lock:
            self._catch_up(facts, at)
            newest = self._opened()
            if newest is None:
                return False
            trust = newest.trust
            if at >= trust.issued + (trust.next_update - trust.issued) / 2:
                return True
            held = self._keys.all(facts)
            if self._compared != (trust.version, held.as_of):
                said = {key.public.kid: key for key in trust.keys}
                self._differs = said != {key.public.kid: key for key in held.keys}
                self._compared = trust.version, held.as_of
            return self._differs

    def _catch_up(self, facts: FactStore, at: datetime) -> None:
        head = facts.head()
        more = True
        while more:
            batch = facts.read(after=self._position, limit=_BATCH, topics=(PUBLISHED,))
            for recorded in batch:
                assert isinstance(recorded.fact, TrustListPublished)
                self._take(recorded.fact, at)
                self._position = recorded.position
            more = len(batch) == _BATCH
        # Between the last list and the head stands nothing that is read here.
        self._position = max(self._position, head)
        self._versions = _needed(self._versions, at)

    def _take(self, published: TrustListPublished, at: datetime) -> None:
        document, root, changes = published.document, None, False
        if published.published_at > at - WALKED:
            root = read_unpinned(document).root
            changes = bool(self._versions) and _officers(self._versions[-1]) != root
        version = _Version(document, published.published_at, root, changes)
        self._versions = _needed([*self._versions, version], at)

    def _opened(self) -> PublishedList | None:
        if not self._versions:
            return None
        document = self._versions[-1].document
        if self._newest is None or self._newest.document != document:
            self._newest = PublishedList(read_unpinned(document), document)
        return self._newest


def _officers(version: _Version) -> Root:
    return read_unpinned(version.document).root if version.root is None else version.root


def _needed(versions: Sequence[_Version], at: datetime) -> list[_Version]:
    """Return the newest version, behind all from the first change on that may still be walked."""
    for number, version in enumerate(versions):
        if version.changes and version.published_at > at - WALKED:
            return [*versions[number:]]
    return [*versions[-1:]]
