"""What a person allows others to do with their health data. Facts, state, decisions.

A consent is for one purpose, for named categories, to one recipient, for a time. It is given by an
act of the person and never assumed: silence is none, a ticked box that they did not tick is none.
It is taken back as easily as it was given: without a reason, at once.

Source: Law 91/2025/QH15, articles 9, 10 and 26; Decree 356/2025, article 6.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from ledger.categories import Category
from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import CODE, FACILITY_CODE
from ledger.personal import Erased, Health

DIGEST_BYTES: Final = 32
_CHANNEL: Final = re.compile(r"[a-z][a-z0-9_-]{1,39}", re.ASCII)


class ConsentPurpose(StrEnum):
    """What for; one consent is for one of them. Source: Law 91/2025, article 9.2."""

    TREATMENT = "treatment"
    INSURANCE = "insurance"
    """A commercial insurer's claim; social insurance rests on law, not on consent."""
    OCCUPATIONAL_HEALTH = "occupational-health"
    RESEARCH = "research"
    PERSONAL = "personal"
    """Family and others whom the person wants to know."""


class RecipientKind(StrEnum):
    """Who may be allowed something."""

    FACILITY = "facility"
    ORGANISATION = "organisation"
    PERSON = "person"


class Method(StrEnum):
    """How the person said yes, so that it can be proved. Source: Decree 356/2025, article 6."""

    WRITTEN = "written"
    RECORDED_CALL = "recorded-call"
    TEXT_MESSAGE = "text-message"
    ELECTRONIC = "electronic"
    """On a website, in an application, by an electronic signature."""
    OTHER_VERIFIABLE = "other-verifiable"


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom."""

    kind: RecipientKind
    reference: str
    """Code of a facility or organisation; a person's pseudonym."""


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What is allowed."""

    purpose: ConsentPurpose
    categories: tuple[Category, ...]
    """Sorted, none twice."""
    recipient: Recipient
    since: datetime
    until: datetime | None
    """Exclusive; None until it is withdrawn."""


@dataclass(frozen=True, slots=True)
class ConsentEvidence:
    """What proves it."""

    text_digest: bytes
    """SHA-256 of the text that the person was shown, which says that the data are sensitive."""
    channel: str
    method: Method


@dataclass(frozen=True, slots=True)
class ConsentGranted:
    """The person said yes."""

    consent: UUID
    terms: Health[ConsentTerms]
    evidence: Health[ConsentEvidence]


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The person took it back; what was done until then stays lawful."""

    consent: UUID


Fact: TypeAlias = ConsentGranted | ConsentWithdrawn

TOPICS: dict[str, type] = {
    "consent.granted/1": ConsentGranted,
    "consent.withdrawn/1": ConsentWithdrawn,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Consents:
    """All consents of a person."""

    granted: Mapping[UUID, ConsentGranted] = field(default_factory=lambda: MappingProxyType({}))
    """In the order in which they were given."""
    withdrawn: frozenset[UUID] = frozenset()


EMPTY: Final = Consents()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks what they may do; a value that is None belongs to no such recipient."""

    facility: str | None = None
    organisation: str | None = None
    person: UUID | None = None


def evolve(state: Consents, fact: Fact) -> Consents:
    """Return the consents after ``fact``."""
    match fact:
        case ConsentGranted():
            return replace(state, granted={**state.granted, fact.consent: fact})
        case ConsentWithdrawn():
            return replace(state, withdrawn=state.withdrawn | {fact.consent})
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Consents:
    """Return the consents after all ``facts``."""
    state = EMPTY
    for fact in facts:
        state = evolve(state, fact)
    return state


def grant(
    state: Consents,
    *,
    consent: UUID,
    terms: ConsentTerms,
    evidence: ConsentEvidence,
    explicit: bool,
    at: datetime,
) -> tuple[ConsentGranted, ...]:
    """Return the consent; nothing if this one was recorded before with the same content.

    Args:
        state: The person's consents so far.
        consent: A new random identifier.
        terms: What is allowed.
        evidence: What proves it.
        explicit: Whether the person did something to say yes; a box ticked beforehand is nothing.
        at: When it is recorded.

    Raises:
        InvalidInputError: A part has the wrong form, or lies in the past; names the place.
        RefusedError: ``consent_not_explicit`` or ``consent_differs``.
    """
    if not explicit:
        raise RefusedError("consent_not_explicit", "silence and a ticked box are no consent")
    granted = ConsentGranted(consent, _checked(terms, at, known=consent in state.granted), evidence)
    _check_evidence(evidence)
    if consent in state.granted:
        if state.granted[consent] != granted:
            raise RefusedError("consent_differs", "this consent was given with other content")
        return ()
    return (granted,)


def withdraw(state: Consents, *, consent: UUID) -> tuple[ConsentWithdrawn, ...]:
    """Return the withdrawal; nothing if it was withdrawn before.

    Raises:
        RefusedError: ``unknown_consent``.
    """
    if consent not in state.granted:
        raise RefusedError("unknown_consent", "no such consent was given")
    return () if consent in state.withdrawn else (ConsentWithdrawn(consent),)


def permitting(
    state: Consents, asker: Asker, purpose: ConsentPurpose, category: Category, at: datetime
) -> UUID | None:
    """Return the consent on which ``asker`` may use ``category`` for ``purpose`` at ``at``.

    None if there is none: what cannot be read any more allows nothing.
    """
    for consent in in_force(state, asker, purpose, at):
        terms = state.granted[consent].terms
        if not isinstance(terms, Erased) and category in terms.categories:
            return consent
    return None


def in_force(
    state: Consents, asker: Asker, purpose: ConsentPurpose, at: datetime
) -> tuple[UUID, ...]:
    """Return the consents that allow ``asker`` anything for ``purpose`` at ``at``."""
    return tuple(
        consent
        for consent, granted in state.granted.items()
        if consent not in state.withdrawn
        and not isinstance(granted.terms, Erased)
        and granted.terms.purpose is purpose
        and granted.terms.since <= at
        and (granted.terms.until is None or at < granted.terms.until)
        and _is_for(granted.terms.recipient, asker)
    )


def _is_for(recipient: Recipient, asker: Asker) -> bool:
    match recipient.kind:
        case RecipientKind.FACILITY:
            return recipient.reference == asker.facility
        case RecipientKind.ORGANISATION:
            return recipient.reference == asker.organisation
        case RecipientKind.PERSON:
            return asker.person is not None and recipient.reference == str(asker.person)
        case _:
            assert_never(recipient.kind)


def _checked(terms: ConsentTerms, at: datetime, *, known: bool) -> ConsentTerms:
    if not terms.categories:
        raise InvalidInputError("categories", "categories_empty", "at least one category")
    _check_recipient(terms.recipient)
    # A consent from before it was recorded would make lawful afterwards what was not. One that is
    # sent again is compared instead, for time has gone by.
    if not known and terms.since < at:
        raise InvalidInputError("since", "consent_in_the_past", "now or a later time")
    if terms.until is not None and terms.until <= max(terms.since, terms.since if known else at):
        raise InvalidInputError("until", "consent_in_the_past", "a time after its beginning")
    return replace(terms, categories=tuple(sorted(set(terms.categories))))


def _check_recipient(recipient: Recipient) -> None:
    place = "recipient.reference"
    match recipient.kind:
        case RecipientKind.FACILITY:
            FACILITY_CODE.check(recipient.reference, place=place)
        case RecipientKind.ORGANISATION:
            CODE.check(recipient.reference, place=place)
        case RecipientKind.PERSON:
            try:
                UUID(recipient.reference)
            except ValueError as error:
                raise InvalidInputError(place, "pseudonym", "a person's pseudonym") from error
        case _:
            assert_never(recipient.kind)


def _check_evidence(evidence: ConsentEvidence) -> None:
    if len(evidence.text_digest) != DIGEST_BYTES:
        raise InvalidInputError("evidence.text_digest", "digest", "SHA-256 of the text shown")
    if not _CHANNEL.fullmatch(evidence.channel):
        raise InvalidInputError("evidence.channel", "channel", "a code of 2 to 40 of a-z 0-9 _ -")
