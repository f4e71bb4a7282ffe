"""Files beside the ledger, whatever they belong to: the port to them, and the sweep.

A file is kept first and named by a fact second. What no fact names a day later was left by who was
cut short; what nobody can open any more is somebody's who was forgotten. `sweep` takes both away.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from ledger.certificates.request_files import FileReceived
from ledger.facts import Act, FactStore
from ledger.personal import Erased
from ledger.records.visit import DocumentAttached
from ledger.store.sealed_files import NAMING, SealedFiles, Swept

ORPHANS_AFTER: Final = timedelta(days=1)
_PAGE: Final = 1000


class KeptFiles(Protocol):
    """Files of one kind beside the ledger; `ledger.store.sealed_files.SealedFiles` keeps them."""

    def put(self, content: bytes, *, subject: UUID, stream: UUID) -> bytes:
        """Keep a file about ``subject``; return its address."""
        ...

    def has(self, address: bytes) -> bool:
        """Tell whether a file is there."""
        ...

    def get(self, address: bytes, *, stream: UUID) -> bytes | Erased:
        """Return what was kept of a stream."""
        ...


def sweep(facts: FactStore, files: SealedFiles, *, act: Act) -> Swept:
    """Take away files that no fact names a day after they came, and those of erased people.

    Args:
        facts: The ledger.
        files: Of any kind: they share one folder, and the sweep opens none.
        act: Of now.
    """
    before = act.at - ORPHANS_AFTER
    addresses = frozenset(fact.address for fact in _named(facts))
    return files.sweep(addresses.__contains__, before=before.timestamp())


def lost(facts: FactStore, files: SealedFiles, *, deep: bool) -> Iterator[bytes]:
    """Yield the address of every file that a fact names and that is not as it was kept.

    Args:
        facts: The ledger; it opens what is sealed: files of forgotten people are no loss.
        files: Of any kind.
        deep: Read each file, and not only whether it is there.
    """
    for fact in _named(facts):
        called = fact.title if isinstance(fact, DocumentAttached) else fact.name
        there = files.is_intact(fact.address) if deep else files.has(fact.address)
        if not there and not isinstance(called, Erased):
            yield fact.address


def _named(facts: FactStore) -> Iterator[DocumentAttached | FileReceived]:
    after = 0
    while page := facts.read(after=after, limit=_PAGE, topics=NAMING):
        for recorded in page:
            assert isinstance(recorded.fact, DocumentAttached | FileReceived)
            yield recorded.fact
        after = page[-1].position
