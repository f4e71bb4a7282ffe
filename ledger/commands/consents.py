"""Commands on consents: give, take back, ask what is allowed."""

from datetime import datetime
from typing import cast
from uuid import UUID

from ledger.categories import Category
from ledger.commands.books import check_lives
from ledger.commands.deciding import check_known, take
from ledger.commands.loading import Loaded
from ledger.facts import Act, FactStore, History, Receipt
from ledger.identifiers import consent_stream, health_book_stream
from ledger.records import consent
from ledger.records.consent import Asker, ConsentEvidence, ConsentPurpose, Consents, ConsentTerms


def load_consents(facts: FactStore, subject: UUID) -> Loaded[Consents]:
    """Return all consents of a person; may be none."""
    history = facts.history(consent_stream(subject))
    return Loaded(history, _folded(history))


def _folded(history: History) -> Consents:
    return consent.fold(cast("tuple[consent.Fact, ...]", history.facts))


def grant(
    facts: FactStore,
    *,
    subject: UUID,
    consent_id: UUID,
    terms: ConsentTerms,
    evidence: ConsentEvidence,
    explicit: bool,
    act: Act,
) -> Receipt:
    """Record a consent; ``consent_id`` is a new random identifier. Sent again, it is one.

    Raises:
        InvalidInputError: A part has the wrong form, or lies in the past.
        NotFoundError: There is no such person.
        RefusedError: ``consent_not_explicit``, ``consent_differs`` or ``person_died``.
    """
    check_known(facts, subject, book=health_book_stream(subject))

    def decide(history: History) -> tuple[consent.ConsentGranted, ...]:
        granted = consent.grant(
            _folded(history), consent=consent_id, terms=terms, evidence=evidence,
            explicit=explicit, at=act.at,
        )  # fmt: skip
        if granted:
            check_lives(facts, subject)
        return granted

    return take(facts, consent_stream(subject), decide, subject=subject, act=act)


def withdraw(facts: FactStore, *, subject: UUID, consent_id: UUID, act: Act) -> Receipt:
    """Take a consent back, at once and without a reason.

    Raises:
        RefusedError: ``unknown_consent``.
    """
    return take(
        facts, consent_stream(subject),
        lambda history: consent.withdraw(_folded(history), consent=consent_id),
        subject=subject, act=act,
    )  # fmt: skip


def allowed(
    facts: FactStore,
    *,
    subject: UUID,
    asker: Asker,
    purpose: ConsentPurpose,
    category: Category,
    at: datetime,
) -> UUID | None:
    """Return the consent on which ``asker`` may do it at ``at``; None if there is none."""
    state = load_consents(facts, subject).state
    return consent.permitting(state, asker, purpose, category, at)
