"""Recording looks: the fact is durable before anybody is shown anything."""

from uuid import UUID

from ledger.commands.loading import until_settled
from ledger.facts import Act, FactStore, Receipt, RecordedFact
from ledger.identifiers import access_stream
from ledger.records import access
from ledger.records.access import Channel, RecordKind


def record_access(
    facts: FactStore,
    *,
    subject: UUID,
    kind: RecordKind,
    purpose: str,
    channel: Channel,
    act: Act,
    reference: UUID | None = None,
) -> Receipt:
    """Record that the act's actor is about to see something about ``subject``.

    Raises:
        RefusedError: Somebody else looks and names no legal basis.
        StoreUnavailableError: It could not be recorded; nothing may be shown then.
    """
    look = access.record(act, kind=kind, purpose=purpose, channel=channel, reference=reference)

    def attempt() -> Receipt:
        end = facts.tip(access_stream(subject))
        return facts.append(act, end.then(look, subject=subject))

    return until_settled(attempt)


def who_looked(facts: FactStore, *, subject: UUID) -> tuple[RecordedFact, ...]:
    """Return every look at this person's data, oldest first."""
    return facts.history(access_stream(subject)).recorded
