"""The port by which endpoints ask what of a health book a caller may see, and what that records.

    grant = access.decide(caller, subject, categories, at=at)
    book = without(book, categories=grant.withheld, visits=grant.closed_visits)
    return Disclosed(answer, seen_by(grant, RecordKind.HEALTH_BOOK, subject))

Each ground of a grant is a look of its own in the person's history: who read one part because they
treat and another by a consent has done both.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ledger.categories import Category
from ledger.records.access import RecordKind
from ledger.records.book_access import Grant
from verify_api.callers import Caller
from verify_api.ports import Seen


class BookAccess(Protocol):
    """Decides who may read a health book."""

    def decide(
        self, caller: Caller, subject: UUID, categories: Iterable[Category], *, at: datetime
    ) -> Grant:
        """Return which of ``categories`` the caller may see, and on which grounds.

        Raises:
            NoAccessGroundError: None of them; the same for a person whom nobody knows.
        """
        ...


def seen_by(
    grant: Grant, kind: RecordKind, subject: UUID, *, reference: UUID | None = None
) -> tuple[Seen, ...]:
    """Return the looks that an answer under ``grant`` is, to be recorded before it leaves."""
    return tuple(
        Seen(
            kind, subject, reference=reference, legal_basis=ground.basis.value,
            basis=ground.reference,
        )
        for ground in grant.grounds
    )  # fmt: skip
