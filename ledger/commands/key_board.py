"""Which key signs for whom: the signing keys, folded as their facts come and found by issuer.

There are two keys and more for each of thousands of facilities. To find the one that signs, a
`KeyBoard` reads what is new and looks at the issuer's own, whatever all others have.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from keys.trust_list import KeyState, TrustedKey
from ledger.errors import RefusedError
from ledger.facts import FactStore
from ledger.records import signing_key

TOPICS: Final = tuple(signing_key.TOPICS)
"""What the board reads of the ledger."""
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class AllKeys:
    """Every signing key as it stands."""

    keys: tuple[TrustedKey, ...]
    """In the order in which they were made."""
    as_of: int
    """Position of the last fact of any of them; 0 without one."""


class KeyBoard:
    """All signing keys. Threads may share one."""

    def __init__(self) -> None:
        """Know nothing yet; the first look reads the ledger from its start."""
        self._position = 0
        self._keys: dict[UUID, TrustedKey] = {}
        self._streams: defaultdict[str, list[UUID]] = defaultdict(list)
        """Of an issuer's keys, in the order in which they were made."""
        self._last = 0
        self._lock = Lock()

    def in_use(self, facts: FactStore, *, use: int | str, issuer: str, at: datetime) -> TrustedKey:
        """Return the key that signs for ``use`` and ``issuer`` at ``at``: the newest active one.

        Raises:
            RefusedError: ``no_signing_key``.
        """
        with self._lock:
            self._catch_up(facts)
            keys = [self._keys[stream] for stream in self._streams.get(issuer, ())]
        usable = [
            key
            for key in keys
            if key.state is KeyState.ACTIVE
            and use in key.uses
            and key.sign_from <= at < key.sign_until
        ]
        if not usable:
            expected = f"an active key of {issuer} for {use} at this time"
            raise RefusedError("no_signing_key", f"expected {expected}")
        return max(usable, key=lambda key: key.sign_from)

    def all(self, facts: FactStore) -> AllKeys:
        """Return every key as it stands now."""
        with self._lock:
            self._catch_up(facts)
            return AllKeys(tuple(self._keys.values()), self._last)

    def _catch_up(self, facts: FactStore) -> None:
        head = facts.head()
        more = True
        while more:
            batch = facts.read(after=self._position, limit=_BATCH, topics=TOPICS)
            for recorded in batch:
                self._take(recorded.stream_id, recorded.fact)
                self._position = self._last = recorded.position
            more = len(batch) == _BATCH
        # Between the last fact of a key and the head stands nothing that is read here.
        self._position = max(self._position, head)

    def _take(self, stream: UUID, fact: object) -> None:
        assert isinstance(fact, signing_key.Fact)
        before = self._keys.get(stream)
        self._keys[stream] = after = signing_key.evolve(before, fact)
        if before is None:
            self._streams[after.issuer].append(stream)
