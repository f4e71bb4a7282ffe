"""What can happen to a health book itself: facts, with their stored names. A thin stream.

What is in the book are visits, on streams of their own; nothing here repeats them. A person whom
two books stand for is mended by linking: readers unite the visits of both, nothing is copied, and
unlinking leaves each book as it was. Both books get a fact of it, in one transaction.

Source: Decision 31/QĐ-BYT of 2026 (*Sổ sức khỏe điện tử*); Decree 102/2025, article 6 (a medical
number is the personal number; newborns and unknown patients have none yet).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from ledger.categories import Category
from ledger.personal import Health, Identity


class Relation(StrEnum):
    """How a representative stands to the person."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    AUTHORISED = "authorised"
    """By a written power of attorney."""


@dataclass(frozen=True, slots=True)
class AssertedNumber:
    """A number under which a facility knows somebody."""

    kind: str
    """As the blind index knows it: ``personal``, ``insurance-card``, ``mrn:79A02`` …"""
    value: str


@dataclass(frozen=True, slots=True)
class AssertedIdentity:
    """Whom a facility says it treated; text as it was sent."""

    name: str
    birth: str | None
    """YYYY, YYYY-MM or YYYY-MM-DD: no more than was said."""
    sex: int | None
    """1 male, 2 female, 3 other."""
    numbers: tuple[AssertedNumber, ...] = ()
    address: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class BookOpened:
    """The person has a book from now on."""


@dataclass(frozen=True, slots=True)
class IdentityAsserted:
    """A facility said who this is, differently from what was known."""

    identity: Identity[AssertedIdentity]


@dataclass(frozen=True, slots=True)
class BookLinked:
    """This book and another are of one person; it reads as part of the other one."""

    into: UUID
    """Pseudonym whose book this one reads as part of."""
    reason: Identity[str]


@dataclass(frozen=True, slots=True)
class BookJoined:
    """Another book reads as part of this one."""

    other: UUID
    reason: Identity[str]


@dataclass(frozen=True, slots=True)
class BookUnlinked:
    """They are two persons after all; each book is as it was."""

    into: UUID
    reason: Identity[str]


@dataclass(frozen=True, slots=True)
class BookParted:
    """Another book no longer reads as part of this one."""

    other: UUID
    reason: Identity[str]


@dataclass(frozen=True, slots=True)
class RepresentativeAppointed:
    """Somebody may act for the person."""

    representative: UUID
    """Pseudonym."""
    relation: Relation
    until: Identity[date | None]
    """Exclusive; a parent's right ends at eighteen."""
    evidence: Identity[str]
    """Which document says so."""


@dataclass(frozen=True, slots=True)
class RepresentativeEnded:
    """They may no longer."""

    representative: UUID
    reason: Identity[str]


@dataclass(frozen=True, slots=True)
class SectionClosed:
    """The person closed a part of the book to care providers."""

    category: Health[Category | None]
    visit: Health[UUID | None]
    """One visit, where it is not a whole category."""


@dataclass(frozen=True, slots=True)
class SectionOpenedAgain:
    """The person opened it again."""

    category: Health[Category | None]
    visit: Health[UUID | None]


@dataclass(frozen=True, slots=True)
class SelfEntered:
    """The person wrote something into the book; shown as theirs, never as a facility's."""

    note: Health[str]


@dataclass(frozen=True, slots=True)
class SelfWithdrawn:
    """The person took back what they had written: shown no longer, kept in what was."""

    note: UUID
    """Event id of the fact by which it was written."""


@dataclass(frozen=True, slots=True)
class DeathRecorded:
    """The person died; the book is kept ten years from the end of that year."""

    on: Identity[date]
    evidence: Identity[str]


@dataclass(frozen=True, slots=True)
class DeathWithdrawn:
    """The death was recorded in error: of the wrong person, or of somebody who lives."""

    reason: Identity[str]


@dataclass(frozen=True, slots=True)
class BookIntegrated:
    """The person sees the book in an app of theirs (*tích hợp*), such as the national one."""

    app: str
    """Short name of the app, such as ``vneid``."""


@dataclass(frozen=True, slots=True)
class IntegrationEnded:
    """It is no longer shown there."""

    app: str


Fact: TypeAlias = (
    BookOpened
    | IdentityAsserted
    | BookLinked
    | BookJoined
    | BookUnlinked
    | BookParted
    | RepresentativeAppointed
    | RepresentativeEnded
    | SectionClosed
    | SectionOpenedAgain
    | SelfEntered
    | SelfWithdrawn
    | DeathRecorded
    | DeathWithdrawn
    | BookIntegrated
    | IntegrationEnded
)

TOPICS: dict[str, type] = {
    "health_book.opened/1": BookOpened,
    "health_book.identity_asserted/1": IdentityAsserted,
    "health_book.linked/1": BookLinked,
    "health_book.joined/1": BookJoined,
    "health_book.unlinked/1": BookUnlinked,
    "health_book.parted/1": BookParted,
    "health_book.representative_appointed/1": RepresentativeAppointed,
    "health_book.representative_ended/1": RepresentativeEnded,
    "health_book.section_closed/1": SectionClosed,
    "health_book.section_opened_again/1": SectionOpenedAgain,
    "health_book.self_entered/1": SelfEntered,
    "health_book.self_withdrawn/1": SelfWithdrawn,
    "health_book.death_recorded/1": DeathRecorded,
    "health_book.death_withdrawn/1": DeathWithdrawn,
    "health_book.integrated/1": BookIntegrated,
    "health_book.integration_ended/1": IntegrationEnded,
}
"""Stored name with schema version, and the fact; never renamed once written."""
