"""A letter of an authority as the applicant got it: one stream a letter, with one fact.

The stream is named by the request and by the fact in it that the letter tells of. So whoever comes
first makes the letter, and everybody after gets the same bytes; and a request is folded without
them. The document bears the authority's signature: of its bytes nobody can guess the digest, so
that stands in the clear. After erasure it still says whether a paper in somebody's hand is the one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID, uuid5

from ledger.identifiers import STREAMS
from ledger.personal import Identity


@dataclass(frozen=True, slots=True)
class LetterKept:
    """The letter was drawn and signed; these bytes are it, whenever it is asked for."""

    request: UUID
    number: int
    """Version, in the request's stream, of the fact that the letter tells of."""
    document_digest: bytes
    """SHA-256 of the document, 32 bytes."""
    document: Identity[bytes]
    """PDF."""


Fact: TypeAlias = LetterKept

TOPICS: dict[str, type] = {"letter.kept/1": LetterKept}
"""Stored name with schema version, and the fact; never renamed once written."""


def letter_stream(request: UUID, number: int) -> UUID:
    """Return the stream of the letter that tells of a request's fact of this version."""
    return uuid5(STREAMS, f"letter:{request}:{number}")


def keep(request: UUID, number: int, document: bytes) -> LetterKept:
    """Return that ``document`` is the letter."""
    return LetterKept(request, number, sha256(document).digest(), document)


def fold(facts: Iterable[Fact]) -> LetterKept | None:
    """Return the letter that was kept; None if there is none."""
    return next(iter(facts), None)
