"""What an auditor asks about a record: its history and its state at a time, opened in a case alone.

Without a case number everything about persons reads as withheld. With one, whoever answers records
the look of each person before anything leaves; `looks_of` says which looks that are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from ledger.audit.as_of import as_of, effective_at
from ledger.audit.history import history_of, streams_about, subjects_of
from ledger.audit.plain import plain
from ledger.commands.access import who_looked
from ledger.commands.references import Known, find_stream
from ledger.errors import NotFoundError
from ledger.facts import FactStore, RecordedFact
from ledger.records.access import AccessRecorded, AccessRefused, RecordKind
from ledger.store.registry import FACT_TYPES
from verify_api.ports import Seen

PURPOSE: Final = "audit_case"
WITHHELD: Final = "withheld"
KINDS: Final[Mapping[str, RecordKind]] = MappingProxyType({
    "access": RecordKind.ACCESS,
    "appointment": RecordKind.APPOINTMENT,
    "appointment_request": RecordKind.APPOINTMENT,
    "certificate": RecordKind.CERTIFICATE,
    "consent": RecordKind.RIGHTS,
    "health_book": RecordKind.HEALTH_BOOK,
    "judicial_record": RecordKind.JUDICIAL_RECORD,
    "letter": RecordKind.REQUEST,
    "referral": RecordKind.REFERRAL,
    "request": RecordKind.REQUEST,
    "rights": RecordKind.RIGHTS,
    "share": RecordKind.SHARE,
    "visit": RecordKind.VISIT,
})  # fmt: skip
"""What is looked at, by the first word of a stream's stored names; otherwise the person."""
_NOTHING: Final = "nothing is known under this name"


@dataclass(frozen=True, slots=True)
class Case:
    """Who looks, and for which case; without a number nothing about a person is opened."""

    actor: str
    number: str | None
    reason: str | None = None
    """Why, as a code: it stays in the clear for ever, so that no free words may stand in it."""

    @property
    def basis(self) -> str:
        """What the look rests on."""
        return (
            f"case {self.number}" if self.reason is None else f"case {self.number}, {self.reason}"
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for: one stream, or all streams about one person."""

    streams: tuple[UUID, ...]
    subjects: tuple[UUID, ...]
    is_person: bool


@dataclass(frozen=True, slots=True)
class Times:
    """As of when a record is asked for; None is now."""

    recorded: datetime | None = None
    effective: datetime | None = None

    def count(self, recorded: RecordedFact) -> bool:
        """Whether a fact counts then."""
        known = self.recorded is None or recorded.act.at <= self.recorded
        return known and (self.effective is None or effective_at(recorded) <= self.effective)


def find_record(known: Known, typed: str, every: Iterable[RecordedFact]) -> Found:
    """Return what ``typed`` names: a number, a code, a stream, or a person's pseudonym.

    Args:
        known: Where names are looked up.
        typed: By the auditor.
        every: All facts, read only for a pseudonym. From the facts, not from a view: what an
            auditor asks about may be just what was left out.

    Raises:
        NotFoundError: Nothing is known under it.
    """
    try:
        stream = find_stream(known, typed)
    except NotFoundError:
        return found_person(typed.strip(), every)
    recorded = known.facts.history(stream).recorded
    if recorded[0].topic.startswith("person."):  # a person's own stream has their pseudonym
        return found_person(str(stream), every)
    return Found((stream,), subjects_of(recorded), is_person=False)


def found_person(typed: str, every: Iterable[RecordedFact]) -> Found:
    """Return all streams about the person with this pseudonym.

    Raises:
        NotFoundError: There are none.
    """
    try:
        subject = UUID(typed)
    except ValueError as error:
        raise NotFoundError(_NOTHING) from error
    streams = streams_about(every, subject)
    if not streams:
        raise NotFoundError(_NOTHING)
    return Found(streams, (subject,), is_person=True)


def looks_of(reading: FactStore, found: Found) -> tuple[Seen, ...]:
    """Return the looks that opening ``found`` means: one for each person."""
    first = reading.history(found.streams[0]).recorded[0]
    kind = KINDS.get(first.topic.partition(".")[0], RecordKind.PERSON)
    if found.is_person:
        return tuple(Seen(RecordKind.PERSON, subject) for subject in found.subjects)
    return tuple(Seen(kind, subject, reference=found.streams[0]) for subject in found.subjects)


def history(facts: FactStore, reading: FactStore, found: Found) -> list[RecordedFact]:
    """Return all that was done to a record, and who was shown it, as it was recorded.

    Args:
        facts: What is read: withheld, or opened in a case.
        reading: Withheld; for the looks, which hold nothing that could be opened.
        found: The record.
    """
    done = [one for stream in found.streams for one in facts.history(stream).recorded]
    looks = [one for subject in found.subjects for one in who_looked(reading, subject=subject)]
    return history_of(found.streams, done, looks, whole_person=found.is_person)


def states(facts: FactStore, found: Found, times: Times, *, at: datetime, case: Case) -> (
    Iterator[dict[str, Any]]
):  # fmt: skip
    """Yield each stream as it was: how far it had come, and what its facts fold to."""
    for stream in found.streams:
        recorded = facts.history(stream).recorded
        then = as_of(recorded, times.recorded or at, effective=times.effective)
        last = then.counted[-1] if then.counted else None
        yield {
            "stream": str(stream),
            "version": 0 if last is None else last.version,
            "position": 0 if last is None else last.position,
            "later_facts": then.later,
            "state": None if then.state is None else plain(then.state, erased=erased_word(case)),
        }


def told(recorded: RecordedFact, case: Case) -> dict[str, Any]:
    """Return one fact as plain values: who, what, when, why, and what it says."""
    act, fact = recorded.act, recorded.fact
    codec = FACT_TYPES.codec(FACT_TYPES.topic_of(fact))
    said = plain(fact, erased=erased_word(case))
    if case.number is None:
        said = {name: said[name] if name in codec.readable_names else WITHHELD for name in said}
    return {
        "position": recorded.position,
        "stream": str(recorded.stream_id),
        "version": recorded.version,
        "at": plain(act.at),
        "occurred_at": plain(act.occurred_at),
        "topic": recorded.topic,
        "actor": act.actor,
        "role": act.role,
        "organisation": act.organisation,
        "legal_basis": act.legal_basis,
        "says": said,
    }


def is_look(recorded: RecordedFact) -> bool:
    """Whether a fact says that somebody looked, or was refused to."""
    return isinstance(recorded.fact, AccessRecorded | AccessRefused)


def erased_word(case: Case) -> str:
    """Return what is said of a part that reads as erased."""
    return WITHHELD if case.number is None else "erased"


def page_of(
    lines: Sequence[RecordedFact], *, after: int, limit: int
) -> tuple[list[RecordedFact], int | None]:
    """Return up to ``limit`` facts behind the position ``after``, and where to go on."""
    left = [one for one in lines if one.position > after]
    page = left[:limit]
    return page, page[-1].position if len(left) > limit else None
