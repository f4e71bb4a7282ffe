"""Who is meant: from the numbers that a facility sends to a person's pseudonym and their book.

Numbers are asked in order of strength: the strongest that leads to somebody decides. A facility's
own numbers are known with the facility's code before them, for two hospitals have the same ones.
A name or birth date that differs from what is known never stops anything: care goes on, and a data
steward looks at it. The numbers come before the facts, as in `ledger.commands.people`: a crash
between leaves a pseudonym without a book, which the next visit opens.

Source: Decree 102/2025, article 6 (the medical number is the personal number).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from keys.blind_index import Claim, Number
from ledger.commands.books import book_of, load_book
from ledger.errors import InvalidInputError
from ledger.facts import Change, FactStore, History
from ledger.names import normalise_name, same_name, search_key
from ledger.personal import Erased
from ledger.records.health_book import book
from ledger.records.health_book.book import HealthBook
from ledger.records.health_book.facts import AssertedIdentity, Fact

STRENGTH: Final = (
    "personal",
    "insurance-card",
    "social-insurance",
    "passport",
    "old-identity-card",
)
"""Kinds of numbers that mean one person everywhere, the surest first; a facility's own come last.

``personal`` has 12 digits; ``insurance-card`` 15 characters, of which the last ten are the social
insurance number.
"""
ONE_EACH: Final = frozenset({"personal", "social-insurance"})
"""Kinds of which a person has one at a time; cards and passports are issued anew."""
IDENTITY_DIFFERS: Final = "identity_differs"
NUMBERS_DIFFER: Final = "numbers_differ"


class PatientNumbers(Protocol):
    """Finds pseudonyms by many numbers at once; `keys.blind_index.BlindIndex` does."""

    def find_many(self, numbers: Iterable[Number]) -> dict[Number, UUID]:
        """Return whose each number is now, without those that are nobody's."""
        ...

    def claim_many(self, claims: Sequence[Claim], *, at: datetime) -> list[UUID]:
        """Return whose the numbers of each claim are; nobody's become theirs."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a facility means."""

    subject: UUID
    findings: tuple[str, ...] = ()
    """`NUMBERS_DIFFER`: a weaker number of theirs leads to somebody else."""


def own_number(facility: str, value: str, *, system: str = "") -> Number:
    """Return a number that means somebody within one facility, or within its ``system`` there."""
    scope = f"{facility}:{system}" if system else facility
    return f"mrn:{scope}", value


def by_strength(identity: AssertedIdentity) -> tuple[Number, ...]:
    """Return the numbers of ``identity``, the surest first.

    Raises:
        InvalidInputError: Rule ``patient_number``: it has none, so nobody could find them again.
    """
    numbers = [(one.kind, one.value) for one in identity.numbers]
    if not numbers:
        raise InvalidInputError("patient.numbers", "patient_number", "at least one number")
    return tuple(sorted(dict.fromkeys(numbers), key=_strength))


def _strength(number: Number) -> int:
    return STRENGTH.index(number[0]) if number[0] in STRENGTH else len(STRENGTH)


def identify_many(
    facts: FactStore,
    numbers: PatientNumbers,
    wanted: Sequence[tuple[Number, ...]],
    *,
    new_id: Callable[[], UUID],
    at: datetime,
) -> list[Found]:
    """Return whom each group of numbers means; who is new gets a pseudonym, and keeps it.

    All numbers of a group, which come from `by_strength`, lead to that person from now on, unless
    they are somebody else's.
    """
    owners = numbers.find_many({number for group in wanted for number in group})
    # The surest first: who comes without a national number is then known by the hospital's own.
    unknown = sorted(
        {group for group in wanted if any(number not in owners for number in group)},
        key=lambda group: (_strength(group[0]), group),
    )
    claims = [_claim(facts, group, owners, new_id()) for group in unknown]
    subjects = dict(zip(unknown, numbers.claim_many(claims, at=at) if claims else (), strict=True))
    return [_found(group, subjects.get(group) or owners[group[0]], owners) for group in wanted]


def _found(group: Sequence[Number], subject: UUID, owners: Mapping[Number, UUID]) -> Found:
    strange = any(owners.get(number, subject) != subject for number in group)
    return Found(subject, (NUMBERS_DIFFER,) if strange else ())


def _claim(
    facts: FactStore, group: Sequence[Number], owners: Mapping[Number, UUID], claimant: UUID
) -> Claim:
    """Return the claim for a person of whom some number is nobody's yet.

    A hospital's own number never makes one person of two who have different national numbers:
    numbers are typed wrongly and used again.
    """
    national = tuple(number for number in group if number[0] in STRENGTH)
    own = tuple(number for number in group if number[0] not in STRENGTH)
    if not national:
        return Claim(own, (), claimant)
    weaker = next((owners[number] for number in own if number in owners), None)
    if weaker is None or any(number in owners for number in national):
        return Claim(national, own, claimant)
    if _has_others(facts, weaker, national):
        return Claim(national, own, claimant)
    return Claim((*national, *own), (), claimant)


def _has_others(facts: FactStore, subject: UUID, national: Sequence[Number]) -> bool:
    """Tell whether somebody is known by another number of a kind that one person has one of."""
    wanted = {kind: value for kind, value in national if kind in ONE_EACH}
    return any(
        wanted.get(known.kind, known.value) != known.value
        for identity in load_book(facts, subject).state.identities
        if not isinstance(identity, Erased)
        for known in identity.numbers
    )


def identify(
    facts: FactStore,
    numbers: PatientNumbers,
    identity: AssertedIdentity,
    *,
    new_id: Callable[[], UUID],
    at: datetime,
) -> Found:
    """Return whom ``identity`` means, as `identify_many` does.

    Raises:
        InvalidInputError: It has no number.
    """
    return identify_many(facts, numbers, [by_strength(identity)], new_id=new_id, at=at)[0]


def find_patient(numbers: PatientNumbers, kind: str, value: str) -> UUID | None:
    """Return whose number it is; None if nobody's. Makes nobody known."""
    return numbers.find_many([(kind, value)]).get((kind, value))


def met(
    history: History, subject: UUID, identities: Iterable[AssertedIdentity]
) -> tuple[Change | None, tuple[str, ...]]:
    """Return what is new of a person's book, whose stream ``history`` is, and what is odd.

    The book is opened at the first contact; an identity that was asserted before is nothing new.

    Raises:
        InvalidInputError: A part of an identity has the wrong form.
    """
    state = book_of(history).state
    new: list[Fact] = list(book.open_book(state))
    findings: tuple[str, ...] = ()
    for identity in dict.fromkeys(identities):
        if differs(state, identity):
            findings = (IDENTITY_DIFFERS,)
        for fact in book.assert_identity(state, identity=identity):
            new.append(fact)
            state = book.evolve(state, fact)
    change = history.then(*new, subject=subject) if new else None
    return change, findings


def assert_patient(
    facts: FactStore, subject: UUID, identity: AssertedIdentity
) -> tuple[Change | None, tuple[str, ...]]:
    """Return what is new of one person's book, and what is odd."""
    return met(load_book(facts, subject).history, subject, [identity])


def differs(state: HealthBook, identity: AssertedIdentity) -> bool:
    """Tell whether name or birth date are others than everything that was asserted before.

    Case, spaces and diacritics of a name do not count here, nor a birth date that says less.
    """
    known = [one for one in state.identities if not isinstance(one, Erased)]
    if not known:
        return False
    births = [one.birth for one in known if one.birth is not None]
    birth = identity.birth
    strange_birth = (
        bool(births)
        and birth is not None
        and not any(birth.startswith(one) or one.startswith(birth) for one in births)
    )
    return strange_birth or not any(_same(one.name, identity.name) for one in known)


def _same(one: str, other: str) -> bool:
    return same_name(one, other) or _key(one) == _key(other)


def _key(name: str) -> str:
    return search_key(normalise_name(name))
