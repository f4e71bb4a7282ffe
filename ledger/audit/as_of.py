"""What a record was at a time: what the ledger knew then, or what had happened by then.

Two times, never mixed: a fact is *recorded* when the ledger takes it in, and *effective* when it
happened in the world, which may be long before. "What did the officer see on that day" asks for
the first; "what was so on that day, as we know it now" for the second.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from types import MappingProxyType
from typing import Any, Final

from ledger.certificates import lifecycle, request
from ledger.facts import RecordedFact
from ledger.records import consent, facility, letter, person, rights, share, signing_key, visit
from ledger.records.appointment import use as appointment
from ledger.records.appointment_request import request as appointment_request
from ledger.records.erasure import decisions as erasure
from ledger.records.health_book import book as health_book
from ledger.records.judicial_record import record as judicial_record
from ledger.records.referral import use as referral


@dataclass(frozen=True, slots=True)
class AsOf:
    """One stream at a time."""

    counted: tuple[RecordedFact, ...]
    """The facts that count, in the order of their versions."""
    later: int
    """How many of the stream's facts do not."""
    state: object | None
    """What they fold to; None for a stream whose state is its list of facts, or before any."""


def effective_at(recorded: RecordedFact) -> datetime:
    """Return when it happened in the world, as far as that was said."""
    return recorded.act.occurred_at or recorded.act.at


def as_of(
    facts: Iterable[RecordedFact], at: datetime, *, effective: datetime | None = None
) -> AsOf:
    """Return the stream ``facts`` at a time.

    Args:
        facts: All facts of one stream, oldest first.
        at: What was recorded later does not count.
        effective: What happened later does not count either; there is no state then, because a
            stream with gaps folds to none.
    """
    every = tuple(facts)
    known = tuple(one for one in every if one.act.at <= at)
    if effective is not None:
        counted = tuple(one for one in known if effective_at(one) <= effective)
        return AsOf(counted, len(every) - len(counted), None)
    return AsOf(known, len(every) - len(known), _state(known))


def _state(known: Sequence[RecordedFact]) -> object | None:
    if not known:
        return None
    fold = _FOLDS.get(known[0].topic.partition(".")[0])
    return None if fold is None else fold(tuple(one.fact for one in known))


def _person(facts: tuple[Any, ...]) -> object:
    return reduce(person.evolve, facts, None)


def _record(facts: tuple[Any, ...]) -> object:
    return reduce(judicial_record.evolve, facts, judicial_record.EMPTY)


_FOLDS: Final[Mapping[str, Callable[[tuple[Any, ...]], object]]] = MappingProxyType({
    "appointment": appointment.fold,
    "appointment_request": appointment_request.fold,
    "certificate": lifecycle.fold,
    "consent": consent.fold,
    "erasure": erasure.fold,
    "facility": facility.fold,
    "health_book": health_book.fold,
    "judicial_record": _record,
    "letter": letter.fold,
    "person": _person,
    "referral": referral.fold,
    "request": request.fold,
    "rights": rights.fold,
    "share": share.fold,
    "signing_key": signing_key.fold,
    "visit": visit.fold,
})  # fmt: skip
"""By the first word of the stored names of a stream's facts."""
