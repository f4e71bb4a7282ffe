"""Who everybody is said to be: what registrations and facilities told, as it can still be read.

Descriptions are only ever in memory. An erased one is as if it had never been told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, TypeVar, assert_never
from uuid import UUID

from ledger.cleaning.traits import Described
from ledger.commands.reading import ManyStreams
from ledger.facts import FactStore, RecordedFact
from ledger.identifiers import health_book_stream
from ledger.personal import Erased
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records.health_book.facts import (
    AssertedIdentity,
    BookLinked,
    BookUnlinked,
    IdentityAsserted,
)
from ledger.records.person import (
    ContactChanged,
    DetailsCorrected,
    IdentifierAdded,
    IdentifierSuperseded,
    PersonRegistered,
)

TOPICS: Final = (
    "person.registered/1",
    "person.details_corrected/1",
    "person.identifier_added/1",
    "person.identifier_superseded/1",
    "person.contact_changed/1",
    "health_book.identity_asserted/1",
    "health_book.linked/1",
    "health_book.unlinked/1",
)
"""Facts that tell who somebody is, or whose book reads as whose."""
AT_ONCE: Final = 2_000
"""Facts a read."""
PERSONS_AT_ONCE: Final = 500

Telling: TypeAlias = (
    PersonRegistered
    | DetailsCorrected
    | ContactChanged
    | IdentityAsserted
    | IdentifierAdded
    | IdentifierSuperseded
)

T = TypeVar("T")


@dataclass(slots=True)
class Identity:
    """What is known of who one person is."""

    subject: UUID
    as_of: int = 0
    """Position of the last fact that told it."""
    details: PersonalDetails | None = None
    contact: ContactDetails | None = None
    further: list[tuple[str, str]] = field(default_factory=list)
    """Further and former numbers with their kinds."""
    asserted: dict[AssertedIdentity, None] = field(default_factory=dict)
    into: UUID | None = None
    """Whose book theirs reads as part of."""

    @property
    def described(self) -> tuple[Described, ...]:
        """The different descriptions, that of the registration first."""
        own = () if self.details is None else (self._registered(self.details),)
        told = (self._told(one) for one in self.asserted)
        return tuple(dict.fromkeys((*own, *told)))

    def _registered(self, details: PersonalDetails) -> Described:
        contact = self.contact or ContactDetails()
        return Described(
            subject=self.subject,
            name=details.name,
            birth=details.birth_date.isoformat(),
            sex=details.sex,
            numbers=((details.number_kind.value, details.number), *self.further),
            address=contact.current_address or contact.permanent_address,
            phone=contact.phone,
        )

    def _told(self, asserted: AssertedIdentity) -> Described:
        return Described(
            subject=self.subject,
            name=asserted.name,
            birth=asserted.birth,
            sex=asserted.sex,
            numbers=tuple((one.kind, one.value) for one in asserted.numbers),
            address=asserted.address,
            phone=asserted.phone,
        )

    def learn(self, recorded: RecordedFact) -> None:
        """Take in one more fact."""
        fact = recorded.fact
        if isinstance(fact, BookLinked | BookUnlinked):
            self.into = fact.into if isinstance(fact, BookLinked) else None
        elif isinstance(fact, Telling):
            self._learn(fact)
            self.as_of = recorded.position

    def _learn(self, fact: Telling) -> None:
        match fact:
            case PersonRegistered():
                self.details, self.contact = _read(fact.details), _read(fact.contact)
            case DetailsCorrected():
                self.details = _read(fact.details)
            case ContactChanged():
                self.contact = _read(fact.contact)
            case IdentityAsserted():
                if not isinstance(fact.identity, Erased):
                    self.asserted[fact.identity] = None
            case IdentifierAdded() | IdentifierSuperseded():
                self._number(fact)
            case _:
                assert_never(fact)

    def _number(self, fact: IdentifierAdded | IdentifierSuperseded) -> None:
        if isinstance(fact.number, Erased):
            return
        if isinstance(fact, IdentifierAdded):
            self.further.append((fact.kind.value, fact.number))
        elif self.details is not None:
            before = self.details
            self.further.append((before.number_kind.value, before.number))
            self.details = replace(before, number=fact.number, number_kind=fact.kind)


@dataclass(frozen=True, slots=True)
class Identities:
    """Everybody."""

    by_subject: dict[UUID, Identity]

    def whole_of(self, subject: UUID) -> UUID:
        """Return whose book ``subject``'s is read through: their own, mostly."""
        known = self.by_subject.get(subject)
        return subject if known is None or known.into is None else known.into


def identities_of(facts: FactStore) -> Identities:
    """Return who everybody is said to be; opens every identity in ``facts``."""
    known: dict[UUID, Identity] = {}
    after = 0
    while some := facts.read(after=after, limit=AT_ONCE, topics=TOPICS):
        for recorded in some:
            subject = recorded.subject
            assert subject is not None, "an identity is somebody's"
            known.setdefault(subject, Identity(subject)).learn(recorded)
        after = some[-1].position
    return Identities(known)


@dataclass(frozen=True, slots=True)
class OfProvince:
    """Persons whom an organisation of one province has told of, be it one of several."""

    province: str
    clear: FactStore
    """The ledger with nothing open: who is meant is found without opening anybody's identity."""
    opened: ManyStreams
    """The ledger with personal data open."""
    province_of: Callable[[str], str | None]
    """From the code of a facility or an authority to its province."""


def identities_in(part: OfProvince) -> Identities:
    """Return who the persons of a province are said to be, by whomever; opens nobody else's."""
    subjects = list(_subjects_in(part))
    known: dict[UUID, Identity] = {}
    for start in range(0, len(subjects), PERSONS_AT_ONCE):
        some = subjects[start : start + PERSONS_AT_ONCE]
        streams = {one: (one, health_book_stream(one)) for one in some}
        histories = part.opened.histories([stream for both in streams.values() for stream in both])
        for subject, both in streams.items():
            recorded = (one for stream in both for one in histories[stream].recorded)
            identity = known.setdefault(subject, Identity(subject))
            for one in sorted(recorded, key=lambda one: one.position):
                identity.learn(one)
    return Identities(known)


def _subjects_in(part: OfProvince) -> Iterator[UUID]:
    """Yield who is meant, each once."""
    provinces: dict[str, str | None] = {}
    met: set[UUID] = set()
    after = 0
    while some := part.clear.read(after=after, limit=AT_ONCE, topics=TOPICS):
        for recorded in some:
            code, subject = recorded.act.organisation, recorded.subject
            if code is None or subject is None or subject in met:
                continue
            if code not in provinces:
                provinces[code] = part.province_of(code)
            if provinces[code] == part.province:
                met.add(subject)
                yield subject
        after = some[-1].position


def identity_of(facts: FactStore, subject: UUID) -> Identity:
    """Return who one person is said to be."""
    known = Identity(subject)
    for stream in (subject, health_book_stream(subject)):
        for recorded in facts.history(stream).recorded:
            known.learn(recorded)
    return known


def _read(value: T | Erased) -> T | None:
    return None if isinstance(value, Erased) else value
