"""What facilities send, what is answered, and the decision on one of them.

A delivery is checked already (`ledger.clinical`), and not yet packed or sealed.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from keys.blind_index import Number
from ledger import documents
from ledger.commands.books import subjects_of
from ledger.commands.patients import Found, by_strength
from ledger.commands.visit_streams import document_of, newest, state_of, subject_of
from ledger.document_parts import rest_of
from ledger.errors import InvalidInputError, LedgerError, RefusedError
from ledger.facts import Act, Change, FactStore, History
from ledger.records import visit
from ledger.records.health_book.facts import AssertedIdentity
from ledger.records.visit import Form, Packed, Sent


class Outcome(StrEnum):
    """What became of one that was sent."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    """It was sent before: the receipt is the same."""
    REFUSED = "refused"


PackedParts: TypeAlias = tuple[Packed, Packed | None]
"""What is shown to all, and what it is without, if anything."""


def packed_parts(received: bytes, shown: bytes | None) -> PackedParts:
    """Return what is kept of a first time; ``shown`` is the open part, if something is withheld."""
    if shown is None:
        return Packed(*documents.pack(received)), None
    rest = rest_of(received, shown)
    return Packed(*documents.pack(shown)), Packed(*documents.pack(rest))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One visit or resource as it was sent: checked already, not yet packed."""

    stream: UUID
    """`ledger.identifiers.visit_stream` or ``resource_stream``."""
    form: Form
    schema: str
    """Version of the rules that it was checked with."""
    received: bytes
    patient: AssertedIdentity | None
    """Whom it is about; None for what is about nobody, such as an organisation."""
    number: Number | None = None
    """Whom it is about where it says no more than a number."""
    open_part: bytes | None = None
    """What may be shown without the restricted entries, where there are some."""
    reason: str | None = None
    """Why it differs from what was sent before."""
    expected: int | None = None
    """The revision that the sender means to correct."""
    packed: PackedParts | None = None
    """`packed_parts`, where another process made them already."""

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of whom it is about, the surest first; none if it is about nobody.

        Raises:
            InvalidInputError: The patient has none.
        """
        if self.patient is not None:
            return by_strength(self.patient)
        return () if self.number is None else (self.number,)

    @property
    def identities(self) -> tuple[AssertedIdentity, ...]:
        """What it says of who that is."""
        return () if self.patient is None else (self.patient,)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is answered for one delivery."""

    outcome: Outcome
    stream: UUID
    digest: bytes
    """SHA-256 of the received bytes."""
    revision: int = 0
    position: int = 0
    """Of the fact that holds these bytes; 0 if it was refused."""
    subject: UUID | None = None
    rule: str = ""
    """Why it was refused."""
    place: str = ""
    expected: str = ""
    """What was expected, in English; holds no value of the document."""
    findings: tuple[str, ...] = ()
    """What is odd about the patient's numbers and names."""


def refused(delivery: Delivery, error: LedgerError) -> Taken:
    """Return the answer for one that a rule refused."""
    digest = sha256(delivery.received).digest()
    bare = Taken(Outcome.REFUSED, delivery.stream, digest)
    if isinstance(error, InvalidInputError):
        return replace(bare, rule=error.rule, place=error.place, expected=error.expected)
    return replace(bare, rule=getattr(error, "rule", error.code), expected=str(error))


@dataclass(frozen=True, slots=True)
class Decided:
    """A visit's new facts, not yet appended."""

    delivery: Delivery
    change: Change
    revision: int

    def taken(self, position: int, findings: tuple[str, ...]) -> Taken:
        """Return the answer once its first fact stands at ``position``."""
        outcome = Outcome.ACCEPTED if self.revision == 1 else Outcome.CORRECTED
        return Taken(
            outcome, self.change.stream_id, sha256(self.delivery.received).digest(),
            self.revision, position, self.change.subject, findings=findings,
        )  # fmt: skip


def decide(
    facts: FactStore, delivery: Delivery, found: Found, history: History, act: Act
) -> Decided | Taken:
    """Return what is new of a delivery, or the answer for one that was sent before.

    Args:
        facts: Asked only where somebody else is named than before.
        delivery: What was sent.
        found: Whom it names.
        history: The visit's stream.
        act: Its organisation is the facility.

    Raises:
        RefusedError: As `ledger.records.visit.take_in`; ``facility_unknown`` or
            ``visit_of_another_person``.
    """
    _check_own(history, act)
    state = state_of(history)
    owner = subject_of(history)
    known = [] if state is None else [document_of(one) for one in state.revisions]
    new = visit.take_in(
        state,
        sent=_sent(delivery, first=state is None),
        known=known,
        reason=delivery.reason,
        expected=delivery.expected,
    )
    if not new:
        return _repeated(delivery, history)
    if owner is not None and owner != found.subject:
        _check_one_book(facts, owner, found.subject)
    subject = owner or found.subject
    change = history.then(*new, subject=subject)
    return Decided(delivery, change, 1 if state is None else state.revision + 1)


def _check_own(history: History, act: Act) -> None:
    if history.recorded and history.recorded[0].act.organisation != act.organisation:
        raise RefusedError("facility_unknown", "a facility changes only what it sent itself")


def _check_one_book(facts: FactStore, owner: UUID, named: UUID) -> None:
    if named not in subjects_of(facts, owner):
        raise RefusedError(
            "visit_of_another_person", "a visit of the same person, or its reassignment first"
        )


def _sent(delivery: Delivery, *, first: bool) -> Sent:
    received = delivery.received
    shown, rest = delivery.packed or packed_parts(received, delivery.open_part)
    if first or rest is None:
        return Sent(delivery.form, delivery.schema, received, shown, withheld=rest)
    whole = Packed(*documents.pack(received))
    return Sent(delivery.form, delivery.schema, received, shown, restricted=whole)


def _repeated(delivery: Delivery, history: History) -> Taken:
    held = newest(history)
    state = state_of(history)
    assert state is not None, "it was sent before"
    digest = sha256(delivery.received).digest()
    return Taken(
        Outcome.REPEATED, delivery.stream, digest, state.revision, held.position, held.subject
    )
