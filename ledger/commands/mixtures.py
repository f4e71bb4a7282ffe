"""Persons in whose book somebody else may stand: one pseudonym, descriptions that contradict.

Care never waits for a name to fit: whoever has the number is the patient, whatever name is sent
with it. A card that was lent, a number that was typed wrong and is another's, and one book holds
two people. Here they are found; visits are moved by `ledger.commands.visit_changes`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final
from uuid import UUID

from ledger.cleaning.comparing import Level, Trait, compare
from ledger.cleaning.traits import Described, traits_of
from ledger.commands.access import record_access
from ledger.commands.cleaning import PURPOSE, Compared, begin, end
from ledger.commands.identities import Identity, identities_of, identity_of
from ledger.errors import NotFoundError
from ledger.facts import Act, FactStore
from ledger.records.access import Channel, RecordKind
from ledger.records.cleaning import RunBegun, RunEnded

METHOD: Final = "contradictions-1"
_AGAINST: Final = frozenset({
    (Trait.NAME, Level.OTHER), (Trait.BIRTH, Level.OTHER), (Trait.BIRTH, Level.SAME_YEAR),
    (Trait.SEX, Level.OTHER),
})  # fmt: skip
LEAST: Final = 2
"""Traits that contradict: one alone is a mistake of the one who typed it."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """One pseudonym that may be two persons."""

    subject: UUID
    descriptions: int
    traits: tuple[Trait, ...]
    """What contradicts, in the descriptions that contradict most."""


def find_mixed(facts: FactStore, *, run: UUID, act: Act) -> tuple[Mixed, ...]:
    """Return the pseudonyms whose descriptions contradict, those that do most first.

    Opens every identity, in memory; facts of that are left before and after.
    """
    begin(facts, RunBegun(run, METHOD, threshold=0), act)
    known = identities_of(facts).by_subject.values()
    found = sorted(
        (mixed for one in known for mixed in _mixed(one)),
        key=lambda mixed: (-len(mixed.traits), mixed.subject),
    )
    described = [len(one.described) for one in known]
    persons = sum(count > 0 for count in described)
    end(facts, RunEnded(run, persons, sum(described), len(found), proposed=0, left_out=0), act)
    return tuple(found)


def _mixed(identity: Identity) -> Iterator[Mixed]:
    described = identity.described
    worst = max(map(_against, combinations(described, 2)), key=len, default=())
    if len(worst) >= LEAST:
        yield Mixed(identity.subject, len(described), worst)


def _against(pair: tuple[Described, Described]) -> tuple[Trait, ...]:
    levels = compare(*map(traits_of, pair)).levels
    return tuple(trait for trait, level in levels.items() if (trait, level) in _AGAINST)


def look_at_mixed(
    facts: FactStore, *, subject: UUID, act: Act, channel: Channel
) -> tuple[Compared, ...]:
    """Return one person's descriptions pair by pair, after recording the look.

    Raises:
        NotFoundError: Nothing is known of them, or only one description.
        RefusedError: The act names no legal basis.
    """
    record_access(
        facts, subject=subject, kind=RecordKind.PERSON, purpose=PURPOSE, channel=channel, act=act
    )
    described = identity_of(facts, subject).described
    if len(described) < LEAST:
        raise NotFoundError("there are no two descriptions of this person")
    return tuple(
        Compared(one, other, compare(traits_of(one), traits_of(other)))
        for one, other in combinations(described, 2)
    )
