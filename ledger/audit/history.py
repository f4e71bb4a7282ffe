"""Everything about a record in one order: what was done to it, and who was shown it.

Looks stand in another stream, the person's own; those that name this record belong here.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from ledger.facts import RecordedFact
from ledger.identifiers import access_stream
from ledger.records.access import AccessRecorded


def subjects_of(facts: Iterable[RecordedFact]) -> tuple[UUID, ...]:
    """Return the persons whom facts are about, in the order in which they first came."""
    return tuple(dict.fromkeys(one.subject for one in facts if one.subject is not None))


def streams_about(facts: Iterable[RecordedFact], subject: UUID) -> tuple[UUID, ...]:
    """Return the streams with a fact about ``subject``, without who looked, as they first came."""
    looks = access_stream(subject)
    found = dict.fromkeys(one.stream_id for one in facts if one.subject == subject)
    return tuple(stream for stream in found if stream != looks)


def history_of(
    streams: Sequence[UUID], facts: Iterable[RecordedFact], looks: Iterable[RecordedFact],
    *, whole_person: bool = False,
) -> list[RecordedFact]:  # fmt: skip
    """Return the facts and looks about some streams, in the order in which they were recorded.

    Args:
        streams: The record, or all records of one person.
        facts: Their facts, or more.
        looks: Who looked at the persons whom they are about.
        whole_person: Whether every look belongs here, also one at no stream in particular.
    """
    wanted = frozenset(streams)
    chosen = {one.position: one for one in facts if one.stream_id in wanted}
    for look in looks:
        fact = look.fact
        of_record = isinstance(fact, AccessRecorded) and fact.reference in wanted
        if whole_person or of_record:
            chosen[look.position] = look
    return [chosen[position] for position in sorted(chosen)]
