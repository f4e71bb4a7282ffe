"""Sealing a day, and finding the seals there are."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.facts import Act, FactStore, Receipt, RecordedFact
from ledger.records import seal
from ledger.records.seal import DaySealed, SealedHeads, SealedLog, SealedView

TOPIC: Final = "seal.day_sealed/2"


def last_seal(facts: FactStore) -> DaySealed | None:
    """Return the newest seal; None before the first."""
    found = facts.latest(seal.STREAM, (TOPIC,))
    assert found is None or isinstance(found, DaySealed)
    return found


def all_seals(facts: FactStore) -> tuple[RecordedFact, ...]:
    """Return every seal, oldest first."""
    return facts.history(seal.STREAM).recorded


def seal_day(
    facts: FactStore,
    *,
    day: date,
    views: Sequence[SealedView],
    heads: SealedHeads,
    log: SealedLog | None,
    act: Act,
) -> Receipt:
    """Record the seal of ``day``.

    Raises:
        RefusedError: ``day_sealed``, ``seal_goes_back``.
        ConflictError: Somebody else sealed at the same moment.
    """
    history = facts.tip(seal.STREAM)
    sealed = seal.seal(last_seal(facts), day=day, views=views, heads=heads, log=log)
    return facts.append(act, history.then(sealed))
