"""The facts of one stream as a shell tells them: what is in the clear, and the names of the rest.

What is sealed is told by its fields' names only; to see the values, a look with a legal basis is
recorded first, as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from app import System
from ledger.audit.plain import plain as plain  # noqa: PLC0414  commands know it from here
from ledger.commands.access import record_access
from ledger.errors import RefusedError
from ledger.facts import Act, RecordedFact
from ledger.records.access import Channel, RecordKind
from ledger.store.registry import FACT_TYPES
from shell.lines import moment

PURPOSE: Final = "read_history"
_KINDS: Final[Mapping[str, RecordKind]] = MappingProxyType({
    "access": RecordKind.ACCESS,
    "certificate": RecordKind.CERTIFICATE,
    "judicial_record": RecordKind.JUDICIAL_RECORD,
    "request": RecordKind.REQUEST,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One fact."""

    position: int
    version: int
    at: str
    actor: str
    role: str
    topic: str
    clear: dict[str, Any]
    sealed: dict[str, Any]
    """Names to values where a look was recorded, to None where not."""


def clear_history(system: System, stream: UUID) -> list[Told]:
    """Return a stream's facts without anything about a person."""
    return [_told(recorded, personal=False) for recorded in system.reading.history(stream).recorded]


def personal_history(system: System, stream: UUID, act: Act) -> list[Told]:
    """Return a stream's facts with their sealed parts; the look is a durable fact before.

    Raises:
        RefusedError: The act names no legal basis.
    """
    seen = system.reading.history(stream).recorded
    subjects = dict.fromkeys(recorded.subject for recorded in seen if recorded.subject is not None)
    if not act.legal_basis:
        raise RefusedError("access_needs_a_legal_basis", "nobody looks without a legal basis")
    for subject in subjects:
        record_access(
            system.facts,
            subject=subject,
            kind=_KINDS.get(seen[0].topic.partition(".")[0], RecordKind.PERSON),
            purpose=PURPOSE,
            channel=Channel.SHELL,
            act=act,
            reference=stream,
        )
    return [_told(recorded, personal=True) for recorded in system.facts.history(stream).recorded]


def _told(recorded: RecordedFact, *, personal: bool) -> Told:
    fact: Any = recorded.fact
    clear = FACT_TYPES.codec(FACT_TYPES.topic_of(fact)).readable_names
    names = [field.name for field in fields(fact)]
    return Told(
        position=recorded.position,
        version=recorded.version,
        at=moment(recorded.act.at),
        actor=recorded.act.actor,
        role=recorded.act.role,
        topic=recorded.topic,
        clear={name: plain(getattr(fact, name)) for name in names if name in clear},
        sealed={
            name: plain(getattr(fact, name)) if personal else None
            for name in names
            if name not in clear
        },
    )
