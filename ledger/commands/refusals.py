"""Recording refusals: who asked to see a person's data and was shown nothing, seldom enough.

The fact in the person's history and its count on the day's own stream are one transaction, so that
requests at the same time are not counted past the limit.
"""

from typing import Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.commands.loading import until_settled
from ledger.facts import Act, FactStore, RecordedFact
from ledger.identifiers import access_stream, health_book_stream, refusal_day_stream
from ledger.records import refusal_day
from ledger.records.access import AccessRefused, Channel, RecordKind
from ledger.records.refusal_day import RefusalCounted

TOPICS: Final = ("access.refused/1", "refusal_day.capped/1")


def record_refusal(
    facts: FactStore, *, subject: UUID, kind: RecordKind, purpose: str, channel: Channel, act: Act
) -> bool:
    """Record that the act's actor was refused; return whether this one left a fact.

    Raises:
        StoreUnavailableError: It could not be recorded.
    """
    day = refusal_day_stream(act.actor, local_day(act.at))

    def attempt() -> bool:
        history = facts.history(day)
        counted = refusal_day.count(history.facts, asked_for=subject)
        if not counted:
            return False
        changes = [history.then(*counted)]
        if isinstance(counted[0], RefusalCounted) and _is_known(facts, subject):
            refused = AccessRefused(kind, purpose, channel)
            end = facts.tip(access_stream(subject))
            changes.append(end.then(refused, subject=subject))
        facts.append(act, *changes)
        return True

    return until_settled(attempt)


def _is_known(facts: FactStore, subject: UUID) -> bool:
    return bool(facts.tip(subject).version or facts.tip(health_book_stream(subject)).version)


def refusals(facts: FactStore, *, after: int, limit: int) -> list[RecordedFact]:
    """Return who was refused what, behind a position, and whose refusals were too many to count."""
    return facts.read(after=after, limit=limit, topics=TOPICS)
