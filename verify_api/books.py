"""What the endpoints of health books ask for; nothing here knows Flask or a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from ledger.categories import Category
from ledger.certificates.kind import Wording
from ledger.clinical.balp import LookTold
from ledger.clinical.book import Book, Item, Version
from ledger.clinical.book_papers import BookPaper
from ledger.clinical.ips import Patient
from ledger.commands.book_files import BookFile
from ledger.commands.reading import NOW, Moments
from ledger.records.book_access import Ground
from verify_api.callers import Caller


@dataclass(frozen=True, slots=True)
class Opened:
    """What a caller may read of one health book, and why."""

    subject: UUID
    """Pseudonym under which it was asked for."""
    withheld: frozenset[Category]
    """Left out, whether there is anything of them or not."""
    closed: frozenset[UUID]
    """Visits that are left out."""
    basis: str
    """The mildest ground that opens anything: a code of `ledger.records.book_access.Basis`."""
    reference: UUID | None = None
    """The consent, referral, visit, order or emergency."""
    grounds: tuple[Ground, ...] = ()
    """All grounds: each of them is a look of its own in the person's history."""


@dataclass(frozen=True, slots=True)
class ShownBook:
    """A book as far as its reader may see it."""

    opened: Opened
    book: Book
    revision: int
    """Position of the newest fact in it: equal revisions have equal contents."""
    numbers: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """By an entry's key, which version of its resource is shown."""


class HealthBooks(Protocol):
    """Reads health books for callers who may; nobody else learns that there is one."""

    def open(self, caller: Caller, subject: UUID, *, at: datetime) -> Opened:
        """Return what ``caller`` may read.

        Raises:
            RefusedError: ``no_access_ground``.
        """
        ...

    def read(self, opened: Opened, moments: Moments = NOW) -> ShownBook:
        """Return the book."""
        ...

    def patient(self, opened: Opened, moments: Moments = NOW) -> Patient:
        """Return whose it is; a death as it was known at those moments."""
        ...

    def resources(self, shown: ShownBook, items: Sequence[Item]) -> list[dict[str, Any]]:
        """Return the received resources of ``items``, on their way out."""
        ...

    def versions(self, opened: Opened, number: str) -> Sequence[Version]:
        """Return every version of the resource that is known outside as ``number``.

        None if there is none that the reader may see.
        """
        ...

    def version_resource(self, shown: ShownBook, version: Version) -> dict[str, Any] | None:
        """Return one version of a resource; None if it was taken back or erased."""
        ...

    def papers(
        self, opened: Opened, moments: Moments = NOW, *, at: datetime
    ) -> tuple[BookPaper, ...]:
        """Return the referrals and appointments that were issued to the person.

        Args:
            opened: What the reader may see.
            moments: As which moment asks for them.
            at: The time now.
        """
        ...

    def files(
        self, shown: ShownBook, caller: Caller, moments: Moments = NOW
    ) -> tuple[BookFile, ...]:
        """Return the files beside the visits that are shown, as far as ``caller`` may fetch them.

        To the person all of them, to a facility those that it sent itself, to others none: a file
        has no category by which anything could be held.
        """
        ...

    def organisation(self, code: str) -> Wording | None:
        """Return what a facility or an authority is called; None if it is unknown."""
        ...

    def looks(self, opened: Opened) -> Sequence[LookTold]:
        """Return who looked, the newest first."""
        ...
