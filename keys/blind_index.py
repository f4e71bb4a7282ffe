"""Finds a person by number without storing the number: HMAC under a key that never leaves the root.

    tag = HMAC-SHA256(index key, deterministic CBOR ["number/v1", kind, normalised number])

There are few enough numbers to try them all, so an unkeyed hash would hide nothing. Numbers are
cancelled and given to other people: each tag has a history of (from when, whose).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from keys.deterministic import encode
from keys.key_database import KeyDatabase, KeySession, Query
from keys.key_store_errors import NumberTakenError
from keys.root_key import RootKey

INDEXED_PURPOSE: Final = "identity"
"""Numbers are sealed for this purpose; when it is forgotten, the index forgets the subject too."""

Number: TypeAlias = tuple[str, str]
"""A kind and a normalised number."""

AT_ONCE: Final = 500
"""Numbers looked for in one statement."""

_MICROSECOND = timedelta(microseconds=1)
_INSERT = "INSERT INTO blind_index (tag, valid_from, subject) VALUES (?, ?, ?)"
_MANY = "SELECT tag, subject FROM blind_index WHERE tag IN (VALUES {marks}) ORDER BY valid_from"
_LATEST = "SELECT subject FROM blind_index WHERE tag = ? ORDER BY valid_from DESC LIMIT 1"
_AS_OF = (
    "SELECT subject FROM blind_index WHERE tag = ? AND valid_from <= ? "
    "ORDER BY valid_from DESC LIMIT 1"
)


class Claim(NamedTuple):
    """The numbers of one person, who may be known by some of them.

    The person is the owner of the first deciding number that is somebody's, or the claimant if
    none is. All numbers that are nobody's become theirs; those of somebody else stay theirs.
    """

    deciding: tuple[Number, ...]
    """The surest first."""
    others: tuple[Number, ...]
    claimant: UUID


class BlindIndex:
    """Whose number is it, now or at a time. Numbers come normalised; kinds never mix."""

    def __init__(self, database: KeyDatabase, root: RootKey, store: bytes) -> None:
        """Use the index key of the key store whose random identifier is ``store``."""
        self._database = database
        self._root = root
        self._label = index_label(store)

    def tag(self, number: str, kind: str) -> bytes:
        """Return the 32 bytes under which ``number`` is known."""
        return self._root.hmac(self._label, encode(["number/v1", str(kind), number]))

    def find(self, number: str, *, kind: str, at: datetime | None = None) -> UUID | None:
        """Return whose number it is, or was at ``at``; None if nobody's is known."""
        tag = self.tag(number, kind)
        if at is None:
            return _found(self._database.query, _LATEST, tag)
        return _found(self._database.query, _AS_OF, tag, _microseconds(at))

    def find_many(self, numbers: Iterable[Number]) -> dict[Number, UUID]:
        """Return whose each number is now, without those that are nobody's."""
        tags = {self.tag(number, kind): (kind, number) for kind, number in numbers}
        owners = _owners(self._database.query, list(tags))
        return {tags[tag]: subject for tag, subject in owners.items()}

    def claim_many(self, claims: Sequence[Claim], *, at: datetime) -> list[UUID]:
        """Return whose numbers they are, for each claim: all in one transaction.

        Of many who claim the same deciding numbers at once, all get the same answer.
        """
        numbers = {number for claim in claims for number in (*claim.deciding, *claim.others)}
        tags = {number: self.tag(number[1], number[0]) for number in numbers}
        found: list[UUID] = []
        with self._database.writing() as session:
            owners = _owners(session.execute, list(tags.values()))
            new: list[tuple[bytes, int, bytes]] = []
            for claim in claims:
                deciding = [tags[number] for number in claim.deciding]
                owner = next((owners[tag] for tag in deciding if tag in owners), claim.claimant)
                for tag in (*deciding, *(tags[number] for number in claim.others)):
                    if tag not in owners:
                        owners[tag] = owner
                        new.append((tag, _microseconds(at), owner.bytes))
                found.append(owner)
            session.execute_many(_INSERT, new)
        return found

    def remember(
        self,
        number: str,
        subject: UUID,
        *,
        kind: str,
        at: datetime,
        instead_of: UUID | None = None,
    ) -> None:
        """Let ``number`` point to ``subject`` from ``at`` on; nothing if it does already.

        ``instead_of`` is whose it was before, as far as the caller knows: of two who register the
        same number at once, one is refused.

        Raises:
            NumberTakenError: It points to somebody else, or was given away later than ``at``.
        """
        tag = self.tag(number, kind)
        with self._database.writing() as session:
            owner = _found(session.execute, _LATEST, tag)
            if owner == subject:
                return
            if owner != instead_of:
                raise NumberTakenError("the number points to another subject")
            self._add(session, tag, subject, _microseconds(at))

    def _add(self, session: KeySession, tag: bytes, subject: UUID, valid_from: int) -> None:
        later = session.execute(
            "SELECT 1 FROM blind_index WHERE tag = ? AND valid_from >= ?", (tag, valid_from)
        )
        if later:
            raise NumberTakenError("the number was given away at this time or later")
        session.execute(_INSERT, (tag, valid_from, subject.bytes))


def index_label(store: bytes) -> str:
    """Return the provider's name for the index key of a key store."""
    return f"{store.hex()}.numbers"


def unindex(session: KeySession, subject: bytes) -> None:
    """Remove all that leads to ``subject`` from the index, within a shredding."""
    session.execute("DELETE FROM blind_index WHERE subject = ?", (subject,))


def _found(query: Query, sql: str, *values: object) -> UUID | None:
    rows = query(sql, values)
    return UUID(bytes=rows[0][0]) if rows else None


def _owners(query: Query, tags: Sequence[bytes]) -> dict[bytes, UUID]:
    """Return whose each tag is now, without those that are nobody's."""
    owners: dict[bytes, UUID] = {}
    for start in range(0, len(tags), AT_ONCE):
        some = tags[start : start + AT_ONCE]
        rows = query(_MANY.format(marks=", ".join(["(?)"] * len(some))), some)
        # In order of time, so that the latest owner is the one that stays.
        owners |= {bytes(tag): UUID(bytes=bytes(subject)) for tag, subject in rows}
    return owners


def _microseconds(at: datetime) -> int:
    """Return microseconds since 1970 UTC of an aware time."""
    return (at - datetime.fromtimestamp(0, tz=at.tzinfo)) // _MICROSECOND
