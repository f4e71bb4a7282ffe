"""A ledger in memory with a registered person, a directory of numbers, and requests in it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from keys.key_store_errors import NumberTakenError
from ledger.certificates import lifecycle_facts, register, request
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import Request
from ledger.certificates.request_values import NewRequest
from ledger.commands import loading, people, requests
from ledger.commands.requests import Decide, Settlement
from ledger.identifiers import NumberKind, request_stream
from ledger.records import access, judicial_record, person
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import (
    CONTACT,
    DETAILS,
    MONDAY,
    NEW,
    RECORD,
    STRAIGHT_WAY,
    SUBJECT,
    Decision,
    by,
)

PAID = Settlement(amount=200_000, receipt="BL-1")
ALL_TOPICS = (
    person.TOPICS
    | judicial_record.TOPICS
    | request.TOPICS
    | access.TOPICS
    | lifecycle_facts.TOPICS
    | register.TOPICS
)


@dataclass
class Numbers:
    """A directory in memory: whose number is it now."""

    known: dict[tuple[NumberKind, str], UUID] = field(default_factory=dict)

    def find(self, number: str, *, kind: NumberKind) -> UUID | None:
        """Return whose number it is."""
        return self.known.get((kind, number))

    def remember(
        self,
        number: str,
        subject: UUID,
        *,
        kind: NumberKind,
        at: datetime,
        instead_of: UUID | None = None,
    ) -> None:
        """Let it point to ``subject``."""
        assert at.tzinfo is not None
        owner = self.known.get((kind, number))
        if owner not in {subject, instead_of}:
            raise NumberTakenError("the number points to another subject")
        self.known[kind, number] = subject


@dataclass
class RequestOffice:
    """An authority's ledger."""

    facts: MemoryFacts = field(default_factory=lambda: MemoryFacts(ALL_TOPICS))
    numbers: Numbers = field(default_factory=Numbers)

    def register(self) -> UUID:
        """Make the sample person known."""
        return people.register(
            self.facts,
            self.numbers,
            subject=SUBJECT,
            record=RECORD,
            details=DETAILS,
            contact=CONTACT,
            act=by(Role.SYSTEM),
        )

    def file(self, new: NewRequest = NEW, *, at: datetime = MONDAY) -> UUID:
        """Hand in a paid request; return its stream."""
        requests.file(self.facts, new=new, settlement=PAID, act=by(Role.CITIZEN, at))
        return request_stream(new.authority, new.dossier_code)

    def bring_to(self, stage: Stage, new: NewRequest = NEW, *, at: datetime = MONDAY) -> UUID:
        """Hand in a request and bring it straight to ``stage``; return its stream."""
        stream = self.file(new, at=at)
        for reached, decide in STRAIGHT_WAY[2:]:
            if self.state(stream).stage is stage:
                break
            requests.take(self.facts, stream, by(Role.SYSTEM, at), _at(decide, at))
            assert self.state(stream).stage is reached
        assert self.state(stream).stage is stage
        return stream

    def state(self, stream: UUID) -> Request:
        """Return a request as it stands."""
        return loading.load_request(self.facts, stream).state


def _at(decide: Decision, at: datetime) -> Decide:
    return lambda state: decide(state, at)


def office() -> RequestOffice:
    """Return a ledger in which the sample person is registered."""
    opened = RequestOffice()
    opened.register()
    return opened
