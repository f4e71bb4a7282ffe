"""The newest signed lists, as new as the ledger each time they are looked at, and kept meanwhile.

Looking costs one question for the ledger's head while nothing was published; a list is read from
its own stream once and replaced when a newer one is appended, by whatever process.
"""

from threading import Lock
from typing import Final

from keys.trust_document import read_unpinned
from ledger.certificates.register import StatusListPublished, status_list_stream
from ledger.commands.keys import PublishedList, current_trust_list
from ledger.facts import FactStore
from ledger.records.trust_list import TrustListPublished

TOPICS: Final = ("trust_list.published/1", "status_list.published/1")
_BATCH: Final = 1000


class Noticeboard:
    """What is published now. Threads may share one."""

    def __init__(self, facts: FactStore) -> None:
        """Know nothing yet; ``facts`` need not open what is sealed."""
        self._facts = facts
        self._lock = Lock()
        self._position: int | None = None
        self._trust: PublishedList | None = None
        self._lists: dict[str, StatusListPublished] = {}

    def trust(self) -> PublishedList | None:
        """Return the trust list in force, None before the first."""
        with self._lock:
            self._catch_up()
            return self._trust

    def status_list(self, uri: str) -> StatusListPublished | None:
        """Return the newest status list at ``uri``, None if none was ever published there."""
        with self._lock:
            self._catch_up()
            known = self._lists.get(uri)
            if known is None:
                history = self._facts.history(status_list_stream(uri))
                published = [f for f in history.facts if isinstance(f, StatusListPublished)]
                if published:
                    known = self._lists[uri] = published[-1]
            return known

    def _catch_up(self) -> None:
        head = self._facts.head()
        if self._position is None:
            self._trust = current_trust_list(facts=self._facts)
            self._position = head
        # Only what was appended since is read; between its last fact and the head stands nothing.
        while self._position < head:
            batch = self._facts.read(after=self._position, limit=_BATCH, topics=TOPICS)
            for recorded in batch:
                self._take(recorded.fact)
            full = len(batch) == _BATCH
            self._position = batch[-1].position if full else head

    def _take(self, fact: object) -> None:
        match fact:
            case TrustListPublished() if self._trust is None or self._trust.trust.version < (
                fact.version
            ):
                self._trust = PublishedList(read_unpinned(fact.document), fact.document)
            case StatusListPublished() if fact.uri in self._lists:
                self._lists[fact.uri] = fact
            case _:
                pass  # not asked for so far: read from its stream when it is
