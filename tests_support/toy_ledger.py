"""Facts that mean nothing, seals that hide nothing, and a ledger of both to store and to time."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from ledger import canonical
from ledger.errors import TamperedError
from ledger.facts import Act, Change, Fact
from ledger.personal import Contact, Erased, Identity, Purpose
from ledger.store.databases import open_store
from ledger.store.event_ids import RANDOM_BYTES, event_id
from ledger.store.fact_store import LedgerFactStore
from ledger.store.fact_types import FactTypes


class Colour(StrEnum):
    """An enum stored by its text."""

    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    """An enum stored by its number."""

    SMALL = 1
    LARGE = 2


@dataclass(frozen=True, slots=True)
class Corner:
    """A value inside a fact."""

    x: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Counted:
    """The smallest fact."""

    number: int


@dataclass(frozen=True, slots=True)
class Painted:
    """A fact with every form that a clear field may have."""

    name: str
    done: bool
    amount: int
    digest: bytes
    thing: UUID
    day: date
    at: datetime
    colour: Colour
    size: Size
    corner: Corner
    corners: tuple[Corner, ...]
    pair: tuple[str, int]
    until: datetime | None = None
    nothing: None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A fact about a person, with two purposes."""

    place: str
    name: Identity[str]
    born: Identity[date | None]
    phone: Contact[str]


@dataclass(frozen=True, slots=True)
class Noted:
    """A fact as most of them are: something clear, something about a person, one purpose."""

    place: str
    count: int
    name: Identity[str]
    born: Identity[date]
    phone: Identity[str]


TOPICS: dict[str, type] = {
    "toy.counted/1": Counted,
    "toy.painted/1": Painted,
    "toy.met/1": Met,
    "toy.noted/1": Noted,
}


@dataclass
class OpenSeals:
    """Seals that keep the plaintext readable but bind it to its place, as real ones do."""

    destroyed: set[bytes] = field(default_factory=set)
    """Ids of keys that are gone."""

    @staticmethod
    def key_id(subject: UUID, purpose: str) -> bytes:
        """Return the id of a subject's key for one purpose."""
        return sha256(subject.bytes + purpose.encode()).digest()[:16]

    def seal(
        self, *, subject: UUID, stream_id: UUID, version: int, topic: str,
        parts: Mapping[Purpose, Mapping[str, object]],
    ) -> tuple[dict[str, bytes], list[bytes]]:  # fmt: skip
        """Return each part as key id, place, salt and plaintext."""
        sealed, meanings = {}, []
        for purpose in sorted(parts):
            key_id = self.key_id(subject, purpose.value)
            plaintext, salt = canonical.encode(dict(parts[purpose])), os.urandom(16)
            place = _place(stream_id, version, topic, purpose.value, key_id)
            sealed[purpose.value] = key_id + place + salt + plaintext
            meanings.append(sha256(salt + plaintext).digest())
        return sealed, meanings

    def open(
        self, *, stream_id: UUID, version: int, topic: str, sealed: Mapping[str, bytes]
    ) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
        """Return the plaintexts that stand where they were put."""
        opened: dict[str, dict[str, Any] | Erased] = {}
        meanings: list[bytes | None] = []
        for purpose, part in sorted(sealed.items()):
            key_id, place, salt, plaintext = part[:16], part[16:48], part[48:64], part[64:]
            if key_id in self.destroyed:
                opened[purpose] = Erased(key_id)
                meanings.append(None)
                continue
            if place != _place(stream_id, version, topic, purpose, key_id):
                raise TamperedError(f"{topic}: {purpose} does not open where it stands")
            opened[purpose] = canonical.decode(plaintext)
            meanings.append(sha256(salt + plaintext).digest())
        return opened, meanings


def _place(stream_id: UUID, version: int, topic: str, purpose: str, key_id: bytes) -> bytes:
    at = [stream_id.bytes, version, topic, purpose, key_id]
    return sha256(canonical.encode(at)).digest()


def fresh_id() -> UUID:
    """Return a UUIDv7 of now."""
    return event_id(time.time_ns() // 1_000_000, os.urandom(RANDOM_BYTES))


def toy_types() -> FactTypes:
    """Return the names of the toy facts."""
    return FactTypes(TOPICS)


def toy_store(url: str, *, coalesce: bool = True) -> LedgerFactStore:
    """Open the ledger at ``url`` for toy facts."""
    return open_store(url, types=toy_types(), seals=OpenSeals(), ids=fresh_id, coalesce=coalesce)


@contextmanager
def toy_ledger(url: str) -> Iterator[LedgerFactStore]:
    """Open the ledger at ``url`` for the length of the block."""
    store = toy_store(url)
    try:
        yield store
    finally:
        store.close()


def toy_act() -> Act:
    """Return a full act."""
    return Act(
        at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC), actor="account-1", role="tester",
        organisation="01.H01", legal_basis="none", procedure_version="toy-1",
    )  # fmt: skip


def sample_note() -> Noted:
    """Return a fact about a person who plainly is nobody; its state has about 300 bytes."""
    return Noted("01.H01.TP", 1, "NGUYỄN VĂN MẪU", date(1990, 1, 1), "+84 900 000 000")


def sample_painted(name: str = "cửa") -> Painted:
    """Return a fact with every form of field."""
    return Painted(
        name, done=True, amount=-3, digest=b"\x00\xff", thing=UUID(int=5), day=date(2024, 2, 29),
        at=datetime(2026, 11, 2, 8, 30, 0, 123456, tzinfo=UTC), colour=Colour.BLUE,
        size=Size.LARGE, corner=Corner(1, Colour.RED), corners=(Corner(2, Colour.BLUE),),
        pair=("a", 1), until=None,
    )  # fmt: skip


def new_stream(*facts: Fact) -> Change:
    """Return the change that starts a stream with ``facts``."""
    return Change(uuid4(), 0, facts)
