"""The certificate register: small streams that make numbers, status indices and codes unique.

Each name (a number of an authority and year, an index of a status list, a short code) is a stream
of its own, whose first fact takes it for one certificate. Two who take one name at once meet at
version 1, and the store lets one pass. So uniqueness needs no lock, a look-up is one read of one
fact, and neither grows with the ledger. Numbers have no gaps, because number n is taken only by
one who has seen that n - 1 is.

A status list's own stream has what was published of it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from ledger.identifiers import STREAMS


@dataclass(frozen=True, slots=True)
class NumberAssigned:
    """A certificate got this number of its authority's yearly series."""

    ordinal: int
    """1, 2, 3 … without gaps."""
    number: str
    """As printed, such as ``452/LLTP-CA01``; opaque to everybody else."""
    certificate: UUID


@dataclass(frozen=True, slots=True)
class StatusIndexTaken:
    """A certificate got this index of a status list."""

    index: int
    certificate: UUID


@dataclass(frozen=True, slots=True)
class ShortCodeAssigned:
    """A short code finds a certificate; the code itself is nowhere but in the stream's name."""

    certificate: UUID


@dataclass(frozen=True, slots=True)
class StatusListOpened:
    """A status list takes one authority's certificates of one kind that expire in one month."""

    uri: str
    authority: str
    kind: str
    month: str
    """``YYYY-MM``, UTC."""
    shard: int
    """0, 1, 2 … within authority, kind and month."""


@dataclass(frozen=True, slots=True)
class StatusListPublished:
    """A signed status list replaced the one before."""

    uri: str
    at: datetime
    expires_at: datetime
    position: int
    """The last fact of the ledger that it takes into account."""
    ended: int
    """How many of its entries are not valid."""
    kid: bytes
    """32 bytes."""
    document_digest: bytes
    """SHA-256 of the document."""
    document: bytes
    """The signed list: about nobody, and public."""


TOPICS: dict[str, type] = {
    "register.number_assigned/1": NumberAssigned,
    "register.status_index_taken/1": StatusIndexTaken,
    "register.short_code_assigned/1": ShortCodeAssigned,
    "status_list.opened/1": StatusListOpened,
    "status_list.published/1": StatusListPublished,
}


def number_stream(authority: str, year: int, number: str) -> UUID:
    """Return the stream of one ``number`` as printed; ``year`` is the year of issue in Vietnam."""
    return uuid5(STREAMS, f"number:{authority}:{year:04}:{number}")


def status_index_stream(uri: str, index: int) -> UUID:
    """Return the stream of one index of the status list at ``uri``."""
    return uuid5(STREAMS, f"status-index:{index}:{uri}")


def short_code_stream(code: str) -> UUID:
    """Return the stream of a short code in its printed form."""
    return uuid5(STREAMS, f"short-code:{code}")


def status_list_stream(uri: str) -> UUID:
    """Return the stream of the status list at ``uri``."""
    return uuid5(STREAMS, f"status-list:{uri}")
