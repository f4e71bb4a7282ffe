"""People with health books in a ledger in memory, and who asks to see them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger.calendar import standard_calendar
from ledger.categories import Category
from ledger.commands import books, consents
from ledger.facts import Act
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records import (
    access,
    consent,
    emergency,
    misuse,
    person,
    refusal_day,
    rights,
    share,
    visit,
    written_order,
)
from ledger.records.consent import (
    ConsentEvidence,
    ConsentPurpose,
    ConsentTerms,
    Method,
    Recipient,
    RecipientKind,
)
from ledger.records.erasure import facts as erasure_facts
from ledger.records.health_book import facts as book_facts
from ledger.records.visit import Form, VisitRecorded
from tests_support.memory_facts import MemoryFacts

NOW: Final = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
"""A Friday, 10:00 in Vietnam."""
PATIENT, OTHER, PARENT, RECORD = (UUID(int=0xA0 + number) for number in range(4))
FACILITY, OTHER_FACILITY = "79A02", "01B03"
CALENDAR: Final = standard_calendar()
TOPICS: Final = {
    **person.TOPICS, **book_facts.TOPICS, **visit.TOPICS, **access.TOPICS, **consent.TOPICS,
    **emergency.TOPICS, **misuse.TOPICS, **rights.TOPICS, **share.TOPICS, **written_order.TOPICS,
    **erasure_facts.TOPICS, **refusal_day.TOPICS,
}  # fmt: skip
EVIDENCE: Final = ConsentEvidence(sha256("mẫu".encode()).digest(), "app", Method.ELECTRONIC)


def act(actor: str = "citizen-1", role: str = "citizen", at: datetime = NOW) -> Act:
    """Return an act of the person."""
    return Act(at, actor, role)


def clinician(actor: str = "doctor-1", facility: str | None = FACILITY, at: datetime = NOW) -> Act:
    """Return an act of somebody who treats."""
    return Act(at, actor, "clinician", facility)


def officer(actor: str = "dpo-1", at: datetime = NOW) -> Act:
    """Return an act of a data protection officer."""
    return Act(at, actor, "data_protection_officer")


def terms(**changes: object) -> ConsentTerms:
    """Return that a facility may treat, with what is not withheld."""
    said: dict[str, object] = {
        "purpose": ConsentPurpose.TREATMENT,
        "categories": (Category.GENERAL,),
        "recipient": Recipient(RecipientKind.FACILITY, FACILITY),
        "since": NOW,
        "until": NOW + timedelta(days=30),
        **changes,
    }
    return ConsentTerms(**said)  # type: ignore[arg-type]


@dataclass
class HealthPeople:
    """A ledger in memory with somebody who has a book."""

    facts: MemoryFacts = field(default_factory=lambda: MemoryFacts(TOPICS))

    def __post_init__(self) -> None:
        """Register the patient, and open their book."""
        self.register(PATIENT, date(1990, 5, 17))
        books.open_book(self.facts, subject=PATIENT, act=act("intake"))

    def register(self, subject: UUID, born: date) -> None:
        """Let somebody be known."""
        details = PersonalDetails("NGUYỄN VĂN MẪU", born, 1, "000090001234")
        registered = person.PersonRegistered(RECORD, details, ContactDetails())
        self.facts.append(
            act("clerk", "officer"), self.facts.history(subject).then(registered, subject=subject)
        )

    def consent(self, consent_id: UUID, **changes: object) -> None:
        """Let the patient allow something."""
        consents.grant(
            self.facts, subject=PATIENT, consent_id=consent_id, terms=terms(**changes),
            evidence=EVIDENCE, explicit=True, act=act(),
        )  # fmt: skip

    def visit(self, stream: UUID, subject: UUID = PATIENT, facility: str = FACILITY) -> None:
        """Let a facility have sent a visit."""
        recorded = VisitRecorded(Form.FHIR_VISIT, "r4-mau", 0, b"document")
        self.facts.append(
            Act(NOW, "his-1", "facility_system", facility),
            self.facts.history(stream).then(recorded, subject=subject),
        )
