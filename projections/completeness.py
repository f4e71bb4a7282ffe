"""Makes the bundle of `ledger.audit.completeness` from views, seals and log."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, Protocol
from uuid import UUID

from ledger.audit.completeness import Bundle, SealRow, StreamShown
from ledger.commands.seals import TOPIC
from ledger.errors import NotFoundError, ProofError
from ledger.facts import FactStore
from ledger.records import seal
from ledger.records.seal import DaySealed
from ledger.store.rows import Row
from ledger.transparency.log import LogReader, index_of, prove
from ledger.transparency.stream_heads import (
    SCHEME,
    Head,
    HeadProof,
    HeadsTree,
    bucket_hash,
    bucket_of,
    person_blind,
    stream_blind,
)
from ledger.transparency.stream_heads import prove as prove_head
from projections.day_state import kept_tree
from projections.head_queries import bucket_at, own_streams, tree_at
from projections.seal_files import SealFiles
from projections.stream_heads import Blind, secret_of
from projections.view_store import Session, ViewDatabase

_TREES: Final = 2
"""Trees that are kept in memory, about 12 MB each; all who ask ask for the newest."""


class SealedFacts(FactStore, Protocol):
    """The facts, with the seals as they are stored: `ledger.store.fact_store.LedgerFactStore`."""

    def stored(self, stream_id: UUID, topics: tuple[str, ...]) -> list[Row]:
        """Return those rows of a stream that have one of the stored names ``topics``."""
        ...


@dataclass(frozen=True, slots=True)
class _Seal:
    row: Row
    fact: DaySealed
    proof: bytes | None


class CompletenessDesk:
    """Shows a person that nothing of theirs was left out."""

    def __init__(
        self,
        facts: SealedFacts,
        views: ViewDatabase,
        files: SealFiles,
        blind: Blind,
        log: Callable[[], LogReader | None],
    ) -> None:
        """Use one ledger.

        Args:
            facts: Without personal parts.
            views: Where `projections.stream_heads` is.
            files: What was kept of seals.
            blind: Makes the secrets that streams' leaves are named with.
            log: Gives the log, None where there is none.
        """
        self._facts = facts
        self._views = views
        self._blind = blind
        self._log = log
        self._kept = lru_cache(_TREES)(lambda root: kept_tree(files, root))

    def bundle(self, subject: UUID) -> Bundle:
        """Return all streams about ``subject`` with proofs against the newest seal.

        With a log, the newest seal that a published head covers. A seal from before leaves were
        named as they are today is not shown any more.

        Raises:
            NotFoundError: No day was sealed yet, or no published head covers a seal.
            ProofError: ``heads_changed``: rows of stream heads are not those that were sealed.
        """
        sealed = self._newest()
        heads = sealed.fact.heads
        blind = person_blind(subject)
        with self._views.reading() as session:
            # Where nothing was kept, the whole tree is made again: slow, and right.
            tree = self._kept(heads.root) or tree_at(session, heads.position, self._head_at)
            if tree.root != heads.root:
                raise _changed()
            find = _Finder(session, tree, heads.position, self._head_at)
            streams = tuple(
                self._shown(find, UUID(own.stream))
                for own in own_streams(session, subject, until=heads.position)
            )
            own = find.proof(blind)
        row = sealed.row
        kept = SealRow(
            row.stream_id, row.version, row.topic, row.event_id, row.state, row.entry, sealed.proof
        )
        return Bundle(SCHEME, subject, blind, kept, own, streams)

    def _shown(self, find: "_Finder", stream: UUID) -> StreamShown:
        secret = secret_of(self._blind, stream)
        blind = stream_blind(stream, secret)
        proof = find.proof(blind)
        if [one.head.blind for one in proof.placed] != [blind]:
            raise _changed()
        return StreamShown(stream, proof.placed[0].head, proof, secret)

    def _newest(self) -> _Seal:
        rows = self._facts.stored(seal.STREAM, (TOPIC,))
        facts = [one.fact for one in self._facts.history(seal.STREAM).recorded]
        log = self._log()
        head = None if log is None else log.latest()
        for row, fact in zip(reversed(rows), reversed(facts), strict=True):
            assert isinstance(fact, DaySealed)
            if fact.heads.scheme != SCHEME:
                break
            if log is None:
                return _Seal(row, fact, None)
            if head is not None and index_of(row.position) < head.size:
                return _Seal(row, fact, prove(log, index_of(row.position), head).write())
        raise NotFoundError("no day that the log covers is sealed yet: ask again tomorrow")

    def _head_at(self, stream: UUID, position: int) -> tuple[int, bytes] | None:
        known = [one for one in self._facts.history(stream).recorded if one.position <= position]
        return (known[-1].version, sha256(known[-1].entry).digest()) if known else None


@dataclass(frozen=True, slots=True)
class _Finder:
    """Proofs from the rows of one moment, as they were at the seal's position."""

    session: Session
    tree: HeadsTree
    position: int
    head_at: Callable[[UUID, int], tuple[int, bytes] | None]

    def proof(self, blind: bytes) -> HeadProof:
        """Return what the tree says of a blind."""
        number = bucket_of(blind)
        bucket: list[Head] = bucket_at(self.session, number, self.position, self.head_at)
        if bucket_hash(bucket) != self.tree.bucket(number):
            raise _changed()
        return prove_head(blind, bucket, self.tree.path(number))


def _changed() -> ProofError:
    return ProofError("heads_changed", "stream heads are not those that were sealed: audit them")
