"""Finding what an auditor asks about, and opening it in a case alone, the look recorded first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import click

from app import System
from ledger.audit.history import streams_about, subjects_of
from ledger.audit.plain import plain
from ledger.commands.access import record_access
from ledger.errors import NotFoundError
from ledger.facts import FactStore, RecordedFact
from ledger.records.access import Channel, RecordKind
from ledger.store.registry import FACT_TYPES
from shell.references import find_stream

PURPOSE: Final = "audit_case"
WITHHELD: Final = "withheld"
BATCH: Final = 1_000
_TELL_EVERY: Final = 100_000
KINDS: Final[Mapping[str, RecordKind]] = MappingProxyType({
    "access": RecordKind.ACCESS,
    "appointment": RecordKind.APPOINTMENT,
    "certificate": RecordKind.CERTIFICATE,
    "consent": RecordKind.RIGHTS,
    "health_book": RecordKind.HEALTH_BOOK,
    "judicial_record": RecordKind.JUDICIAL_RECORD,
    "referral": RecordKind.REFERRAL,
    "request": RecordKind.REQUEST,
    "rights": RecordKind.RIGHTS,
    "share": RecordKind.SHARE,
    "visit": RecordKind.VISIT,
})  # fmt: skip
"""What is looked at, by the first word of a stream's stored names; otherwise the person."""


@dataclass(frozen=True, slots=True)
class Case:
    """Who looks, and for which case; without a number nothing about a person is opened."""

    actor: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a RECORD names: one stream, or all streams about one person."""

    streams: tuple[UUID, ...]
    subjects: tuple[UUID, ...]
    is_person: bool


def every_fact(facts: FactStore, *, until: int | None = None) -> Iterator[RecordedFact]:
    """Yield all facts in order, telling at whiles how far it is."""
    head = facts.head() if until is None else min(until, facts.head())
    after = 0
    while after < head and (some := facts.read(after=after, limit=min(BATCH, head - after))):
        yield from some
        after = some[-1].position
        if after % _TELL_EVERY < BATCH or (after == head and head > _TELL_EVERY):
            click.echo(f"{after}/{head} facts", err=True)


def find_record(system: System, typed: str) -> Found:
    """Return what ``typed`` names: a number, a code, a stream, or a person's pseudonym.

    Raises:
        NotFoundError: Nothing is known under it.
    """
    try:
        stream = find_stream(system, typed)
    except NotFoundError:
        return _person(system, typed)
    recorded = system.reading.history(stream).recorded
    if recorded[0].topic.startswith("person."):  # a person's own stream has their pseudonym
        return _person(system, str(stream))
    return Found((stream,), subjects_of(recorded), is_person=False)


def _person(system: System, typed: str) -> Found:
    try:
        subject = UUID(typed)
    except ValueError as error:
        raise NotFoundError("nothing is known under this name") from error
    # From the facts, not from a view: what an auditor asks about may be just what was left out.
    streams = streams_about(every_fact(system.reading), subject)
    if not streams:
        raise NotFoundError("nothing is known under this name")
    return Found(streams, (subject,), is_person=True)


def opened_for(system: System, case: Case, found: Found) -> FactStore:
    """Return the facts to read: withheld, or opened after the looks are durable.

    Raises:
        RefusedError: The number is no legal basis.
    """
    if case.number is None:
        return system.reading
    act = system.act(case.actor, "auditor", legal_basis=f"case {case.number}")
    first = system.reading.history(found.streams[0]).recorded[0]
    kind = KINDS.get(first.topic.partition(".")[0], RecordKind.PERSON)
    for subject in found.subjects:
        record_access(
            system.facts,
            subject=subject,
            kind=RecordKind.PERSON if found.is_person else kind,
            purpose=PURPOSE,
            channel=Channel.SHELL,
            act=act,
            reference=None if found.is_person else found.streams[0],
        )
    return system.facts


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


def erased_word(case: Case) -> str:
    """Return what is said of a part that reads as erased."""
    return WITHHELD if case.number is None else "erased"
