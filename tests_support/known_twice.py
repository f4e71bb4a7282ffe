"""A ledger with a few people who are known twice, and a matcher that is told what to find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from ledger.cleaning.comparing import compare
from ledger.cleaning.matching import Linked, Scored
from ledger.cleaning.traits import Traits
from ledger.facts import Act, FactStore
from ledger.identifiers import NumberKind, health_book_stream
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records import person
from ledger.records.health_book.facts import (
    AssertedIdentity,
    AssertedNumber,
    BookOpened,
    IdentityAsserted,
)

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAME = "Nguyễn Thị Mẫu Ánh"
BORN = date(1990, 2, 1)
NUMBER = "000190000001"
REGISTERED, ASSERTED, STRANGER = UUID(int=0xA), UUID(int=0xB), UUID(int=0xC)
STEWARD = "account-steward"


def act(minutes: int = 0) -> Act:
    """Return what a steward does, some minutes later."""
    at = AT + timedelta(minutes=minutes)
    return Act(at, STEWARD, "data_steward", "SYT01", legal_basis="91/2025/QH15")


def details(number: str = NUMBER, name: str = NAME) -> PersonalDetails:
    """Return who the registered person is."""
    return PersonalDetails(name, BORN, 2, number, NumberKind.PERSONAL)


def asserted(**other: object) -> AssertedIdentity:
    """Return what a facility says of the same person: no diacritics, another number."""
    said: dict[str, object] = {
        "name": "NGUYEN THI MAU ANH",
        "birth": "1990-02-01",
        "sex": 2,
        "numbers": (AssertedNumber("personal", "000190000010"),),
        "phone": "0000123456",
        **other,
    }
    return AssertedIdentity(**said)  # type: ignore[arg-type]


def fill(facts: FactStore) -> None:
    """Record one person twice, once registered and once by a facility, and a stranger."""
    registered = person.PersonRegistered(UUID(int=1), details(), ContactDetails(phone="0000123456"))
    facts.append(act(), facts.history(REGISTERED).then(registered, subject=REGISTERED))
    tell(facts, ASSERTED, asserted())
    tell(facts, STRANGER, asserted(name="Trần Văn Mẫu", birth="1971", sex=1, phone=None))


def tell(facts: FactStore, subject: UUID, identity: AssertedIdentity) -> None:
    """Let a facility say who somebody is; opens their book first."""
    history = facts.history(health_book_stream(subject))
    opening = () if history.version else (BookOpened(),)
    new = (*opening, IdentityAsserted(identity))
    facts.append(act(), history.then(*new, subject=subject))


@dataclass
class ToldMatcher:
    """Finds every pair that ``finds`` says, with one probability."""

    finds: Callable[[Traits, Traits], bool] = lambda one, other: one.key == other.key
    probability: float = 0.995
    method: str = "told-1"
    asked: list[tuple[Sequence[Traits], float]] = field(default_factory=list)

    def link(self, descriptions: Sequence[Traits], *, least: float) -> Linked:
        """Return the pairs of different persons that are to be found."""
        self.asked.append((tuple(descriptions), least))
        pairs = tuple(
            Scored(n, m, self.probability, compare(one, other).levels)
            for n, one in enumerate(descriptions)
            for m, other in enumerate(descriptions)
            if n < m and one.subject != other.subject and self.finds(one, other)
        )
        return Linked(pairs if self.probability >= least else (), left_out=3)
