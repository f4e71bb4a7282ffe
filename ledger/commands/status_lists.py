"""Status lists: which are open, who on them has ended, what is published of them.

A list's values are folded from facts that name an index: a certificate that stands needs none,
so a list costs what has ended, not what was issued. `StatusBoard` keeps the fold and catches up.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Final, TypeAlias

from keys.signer import Signer
from keys.trust_list import STATUS_USE, KeyState, TrustedKey
from ledger.certificates.kind import CertificateKind, Status, StatusReference
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Phase, published_status
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateRecalled,
    CertificateWithdrawn,
)
from ledger.certificates.register import StatusListOpened, StatusListPublished, status_list_stream
from ledger.certificates.status_list import (
    SIZE,
    PublishedList,
    StatusList,
    write_status_list_token,
)
from ledger.errors import ConflictError, RefusedError
from ledger.facts import Act, Change, FactStore, RecordedFact

LIFETIME: Final = timedelta(days=7)
"""How long a signed list may be used by verifiers of paper."""
TIME_TO_LIVE: Final = timedelta(hours=1)
"""After which a verifier with a network asks for a newer one."""
REFRESH: Final = timedelta(hours=12)
"""Oldest that a published list may be, though nothing on it changed."""
_LEEWAY: Final = timedelta(days=1)
_BATCH: Final = 1000
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_FIRST_YEAR: Final = 2020
"""Months are counted from here on where a list's name has to be short."""

Draw: TypeAlias = Callable[[int], int]
"""Returns a random number below its argument."""

_ENDINGS: Final = {
    "certificate.withdrawn/1": Phase.WITHDRAWN,
    "certificate.corrected/1": Phase.SUPERSEDED,
    "certificate.recalled/1": Phase.RECALLED,
    "certificate.cancelled/1": Phase.CANCELLED,
}
TOPICS: Final = (*_ENDINGS, "status_list.opened/1", "status_list.published/1")
"""What the board reads of the ledger."""


@dataclass(slots=True)
class ListOnBoard:
    """One status list as the facts up to the board's position say it is."""

    opened: StatusListOpened
    version: int
    head: bytes
    """SHA-256 of the entry of its stream's last fact."""
    ended: dict[int, Status] = field(default_factory=dict)
    changed: bool = False
    """True if something has ended since the last publication."""
    published: StatusListPublished | None = None

    @property
    def live_until(self) -> datetime:
        """When the last certificate on it has expired, with a day's leeway; exclusive."""
        year, month = (int(part) for part in self.opened.month.split("-"))
        return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) + _LEEWAY

    def is_due(self, at: datetime, refresh: timedelta) -> bool:
        """Say whether it has to be published at ``at``."""
        if at >= self.live_until:
            return False
        if self.published is None or self.changed:
            return True
        return at >= self.published.at + refresh


class StatusBoard:
    """All status lists. Threads may share one; each look at it is consistent after `catch_up`."""

    def __init__(self, kinds: Mapping[str, CertificateKind] = KINDS) -> None:
        """Know nothing yet; the first `catch_up` reads the ledger from its start."""
        self.position = 0
        self.lists: dict[str, ListOnBoard] = {}
        self._by_issuer: defaultdict[str, list[ListOnBoard]] = defaultdict(list)
        self.kinds = kinds
        self._lock = Lock()

    def catch_up(self, facts: FactStore) -> None:
        """Take in everything that is in the ledger now."""
        with self._lock:
            head = facts.head()
            more = True
            while more:
                batch = facts.read(after=self.position, limit=_BATCH, topics=TOPICS)
                for recorded in batch:
                    self._take(recorded)
                    self.position = recorded.position
                more = len(batch) == _BATCH
            # Between the last fact of our topics and the head stands nothing that we read.
            self.position = max(self.position, head)

    def issued_by(self, issuer: str) -> tuple[ListOnBoard, ...]:
        """Return the lists of one issuer, in the order in which they were opened."""
        return tuple(self._by_issuer.get(issuer, ()))

    def issuers(self) -> frozenset[str]:
        """Return everybody who has a list."""
        return frozenset(self._by_issuer)

    def issuers_due(self, at: datetime) -> frozenset[str]:
        """Return everybody who has a list that has to be published at ``at``."""
        lists = tuple(self.lists.values())
        return frozenset(one.opened.authority for one in lists if one.is_due(at, REFRESH))

    def _take(self, recorded: RecordedFact) -> None:
        match recorded.fact:
            case StatusListOpened() as fact:
                listed = self.lists[fact.uri] = ListOnBoard(fact, *_end_of_stream(recorded))
                self._by_issuer[fact.authority].append(listed)
            case StatusListPublished() as fact:
                listed = self.lists[fact.uri]
                listed.version, listed.head = _end_of_stream(recorded)
                listed.published = fact
                listed.changed = len(listed.ended) > fact.ended
            case (
                CertificateWithdrawn(status=StatusReference() as status)
                | CertificateCorrected(status=status)
                | CertificateRecalled(status=status)
                | CertificateCancelled(status=status)
            ):
                self._end(status, _ENDINGS[recorded.topic])
            case _:
                pass  # a draft was withdrawn: it never had an index

    def _end(self, status: StatusReference, phase: Phase) -> None:
        listed = self.lists[status.uri]
        kind = self.kinds.get(listed.opened.kind)
        listed.ended[status.index] = (
            published_status(kind, phase) if kind is not None else Status.REVOKED
        )
        listed.changed = True


def _end_of_stream(recorded: RecordedFact) -> tuple[int, bytes]:
    return recorded.version, sha256(recorded.entry).digest()


def draw_index(
    board: StatusBoard,
    *,
    kind: CertificateKind,
    key: TrustedKey,
    expires_at: datetime,
    draw: Draw,
    more: int = 0,
) -> tuple[StatusReference, tuple[Change, ...]]:
    """Return a random index of a random open list, and the changes that open missing lists.

    Whether the index is free shows when its stream is appended to; ``draw`` returns a number
    below its argument. Lists are grouped by month of expiry, so that they retire whole. With
    ``more`` so many more of them are open than usually.

    Raises:
        RefusedError: The key names no place for status lists, or shares it with another issuer.
    """
    if not key.status_prefixes:
        raise RefusedError("status_prefix_missing", "the key names no place for status lists")
    lists = kind.open_lists + more
    month = f"{expires_at.astimezone(UTC):%Y-%m}"
    wanted = [
        StatusListOpened(_uri(key, kind, month, shard), key.issuer, kind.code, month, shard)
        for shard in range(lists)
    ]
    for opened in wanted:
        known = board.lists.get(opened.uri)
        if known is not None and known.opened != opened:
            raise RefusedError("status_prefix_shared", "another issuer's lists stand at this place")
    new = [opened for opened in wanted if opened.uri not in board.lists]
    uri = wanted[draw(lists)].uri
    changes = tuple(Change(status_list_stream(opened.uri), 0, (opened,)) for opened in new)
    return StatusReference(draw(SIZE), uri), changes


def _uri(key: TrustedKey, kind: CertificateKind, month: str, shard: int) -> str:
    # Short, for it stands in every code: type, year and month, list.
    if kind.compact:
        months = (int(month[:4]) - _FIRST_YEAR) * 12 + int(month[5:]) - 1
        named = _DIGITS[months // len(_DIGITS)] + _DIGITS[months % len(_DIGITS)]
        return f"{key.status_prefixes[0]}{kind.document_type}{named}{shard}"
    return f"{key.status_prefixes[0]}{kind.document_type}-{month[2:4]}{month[5:]}-{shard}"


def publish(
    facts: FactStore,
    board: StatusBoard,
    *,
    signer: Signer,
    key: TrustedKey,
    act: Act,
    refresh: timedelta = REFRESH,
) -> tuple[StatusListPublished, ...]:
    """Sign and record every list of the key's issuer that is due; return what was published.

    Several processes may publish: each version of a list is taken by one of them.

    Args:
        facts: The ledger.
        board: Caught up here, before and after.
        signer: Holds the private half of ``key``.
        key: The issuer's key for status lists, as the trust list in force has it.
        act: Its time is the lists' time of issue.
        refresh: Oldest that an unchanged list may be.

    Raises:
        RefusedError: The key may not sign status lists now, or not at these addresses.
    """
    issued_at = act.at.replace(microsecond=0)
    _check_key(key, issued_at)
    board.catch_up(facts)
    published: list[StatusListPublished] = []
    for listed in board.issued_by(key.issuer):
        if not listed.is_due(issued_at, refresh):
            continue
        uri = listed.opened.uri
        if not uri.startswith(key.status_prefixes):
            raise RefusedError("status_prefix_missing", "the key is not for lists at this address")
        fact = _signed_list(listed, board.position, signer, key, issued_at)
        change = Change(
            status_list_stream(uri), listed.version, (fact,), previous_entry=listed.head
        )
        try:
            facts.append(act, change)
        except ConflictError:
            continue  # another process has just published it
        published.append(fact)
    board.catch_up(facts)
    return tuple(published)


def _signed_list(
    listed: ListOnBoard, position: int, signer: Signer, key: TrustedKey, issued_at: datetime
) -> StatusListPublished:
    uri, kid, expires_at = listed.opened.uri, key.public.kid, issued_at + LIFETIME
    document = write_status_list_token(
        PublishedList(uri, issued_at, expires_at, TIME_TO_LIVE, StatusList.of(listed.ended)),
        key=key.public,
        sign=lambda message: signer.sign(kid, message),
    )
    return StatusListPublished(
        uri=uri,
        at=issued_at,
        expires_at=expires_at,
        position=position,
        ended=len(listed.ended),
        kid=kid,
        document_digest=sha256(document).digest(),
        document=document,
    )


def _check_key(key: TrustedKey, at: datetime) -> None:
    if STATUS_USE not in key.uses:
        raise RefusedError("key_not_entitled", "the authority's key is not for status lists")
    if key.state is not KeyState.ACTIVE or not key.sign_from <= at < key.sign_until:
        raise RefusedError("key_not_active", "the authority's key may not sign now")
