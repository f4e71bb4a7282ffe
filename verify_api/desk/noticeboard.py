"""The newest signed lists, as new as the ledger each time they are looked at, and kept meanwhile.

Looking costs one question for the ledger's head while nothing was published; a list is read from
its own stream once and replaced when a newer one is appended, by whatever process.
"""

from dataclasses import replace
from threading import Lock
from typing import Final
from uuid import UUID

from keys.trust_document import read_unpinned
from keys.trust_list import KeyState, TrustedKey
from ledger.certificates.register import StatusListPublished, status_list_stream
from ledger.commands.keys import PublishedList, current_trust_list, key_stream
from ledger.facts import FactStore, RecordedFact
from ledger.records.signing_key import SigningKeyCompromised
from ledger.records.trust_list import TrustListPublished

TOPICS: Final = (
    "trust_list.published/1",
    "status_list.published/1",
    "signing_key.compromised/1",
)
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
        self._given_up: dict[UUID, SigningKeyCompromised] = {}
        """By the key's stream: keys that no list may have named as compromised yet."""

    @property
    def kept(self) -> PublishedList | None:
        """The trust list as it was at the last look, without asking the ledger; None before one."""
        return self._trust

    def trust(self, as_of: int | None = None) -> PublishedList | None:
        """Return the trust list in force, None before the first.

        ``as_of`` is the ledger's last position for whom has just read it; else it is asked for. As
        long as nothing was published it is always the same object.

        A key that was declared compromised counts as revoked from its fact on: nobody is told yes
        in the time that it takes to sign and publish the next list.
        """
        with self._lock:
            self._catch_up(as_of)
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

    def _catch_up(self, as_of: int | None = None) -> None:
        head = self._facts.head() if as_of is None else as_of
        if self._position is None:
            self._begin(current_trust_list(facts=self._facts))
            self._position = head
        # Only what was appended since is read; between its last fact and the head stands nothing.
        while self._position < head:
            batch = self._facts.read(after=self._position, limit=_BATCH, topics=TOPICS)
            for recorded in batch:
                self._take(recorded)
            full = len(batch) == _BATCH
            self._position = batch[-1].position if full else head

    def _begin(self, published: PublishedList | None) -> None:
        for key in published.trust.keys if published else ():
            stream = key_stream(key.public.kid)
            for fact in self._facts.history(stream).facts:
                if isinstance(fact, SigningKeyCompromised):
                    self._given_up[stream] = fact
        self._trust = self._without_given_up(published)

    def _without_given_up(self, published: PublishedList | None) -> PublishedList | None:
        if published is None or not self._given_up:
            return published
        keys = tuple(self._judged(key) for key in published.trust.keys)
        return replace(published, trust=replace(published.trust, keys=keys))

    def _judged(self, key: TrustedKey) -> TrustedKey:
        fact = self._given_up.get(key_stream(key.public.kid))
        if fact is None or key.state is KeyState.REVOKED:
            return key
        return replace(
            key,
            state=KeyState.REVOKED,
            revoked_at=fact.declared_at,
            compromised_since=fact.since,
            reason=fact.reason,
        )

    def _take(self, recorded: RecordedFact) -> None:
        match fact := recorded.fact:
            case TrustListPublished() if self._trust is None or self._trust.trust.version < (
                fact.version
            ):
                published = PublishedList(read_unpinned(fact.document), fact.document)
                self._trust = self._without_given_up(published)
            case SigningKeyCompromised():
                self._given_up[recorded.stream_id] = fact
                self._trust = self._without_given_up(self._trust)
            case StatusListPublished() if fact.uri in self._lists:
                self._lists[fact.uri] = fact
            case _:
                pass  # not asked for so far: read from its stream when it is
