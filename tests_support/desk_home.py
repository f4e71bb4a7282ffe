"""A small ledger of its own with two authorities, keys, people and requests, behind a desk."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Final
from uuid import UUID

from typing_extensions import override

from app import Clockwork, System, build
from keys.trust_list import TrustList
from ledger.certificates.kinds import KINDS, by_document_type
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_values import Channel, Declaration, Form, NewRequest
from ledger.commands import certificates, people, requests
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import load_request
from ledger.commands.requests import Settlement
from ledger.facts import Act
from ledger.identifiers import request_stream
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from settings import Settings
from shell import first_start
from shell.demo_life import contact_of, details_of
from shell.population import SamplePerson
from shell.population import people as sample_people
from verify_api.callers import Caller, Role, Scope
from verify_api.desk.join import Filled, House, filled
from verify_api.desk.narrow_seals import NarrowParts
from verify_api.ports import Deed
from verify_api.question import Policy

MONDAY: Final = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
"""9:00 in Vietnam, under the law of 2026."""
AUTHORITY: Final = "CA01"
OTHER_AUTHORITY: Final = "CA46"
SCOPE: Final = Scope(organisation=AUTHORITY)
PEOPLE: Final = tuple(islice(sample_people(7), 20))
FIELDS: Final = {
    "reference": "QG-1",
    "police": "none",
    "delivery": "vneid",
    "ground": "not-competent",
    "explanation": "giải thích mẫu",
    "missing": "giấy tờ mẫu",
    "decision_number": "15/QĐ-MẪU",
    "decision_date": "2026-11-09",
    "reason": "content_wrong",
    "decision_text": "quyết định mẫu",
    "summary": "trích yếu mẫu",
    "addition": "nội dung mẫu",
}
"""What is typed into every field that has no value of its own."""
STRAIGHT_WAY: Final = (
    ("accept", Role.INTAKE_OFFICER), ("forward", Role.CASE_OFFICER),
    ("acknowledge", Role.CASE_OFFICER), ("request_lookup", Role.CASE_OFFICER),
    ("complete_lookup", Role.CASE_OFFICER), ("request_police_check", Role.CASE_OFFICER),
    ("complete_police_check", Role.POLICE_CHECKER), ("record_result", Role.CASE_OFFICER),
    ("begin_certificate", Role.CASE_OFFICER), ("mark_ready", Role.SIGNER),
    ("deliver", Role.CASE_OFFICER),
)  # fmt: skip
"""The acts from the counter to the delivery, and who does them."""
KEY_MEMORY_MIB: Final = 1
"""A key's container is opened often in tests, and guards nothing there."""


class SetClock(Clockwork):
    """Tells the time that it was set to."""

    def __init__(self, at: datetime) -> None:
        """Begin at ``at``."""
        self.at = at

    @override
    def now(self) -> datetime:  # type: ignore[override]  # the real one needs no instance
        """Return the time set."""
        return self.at


def officer(role: Role, organisation: str | None = AUTHORITY, name: str = "") -> Caller:
    """Return an officer of an authority; everybody with one role and name is the same person."""
    return Caller(name or f"account-{role.value}", role, organisation)


@dataclass
class DeskHome:
    """The ledger and its desk."""

    system: System
    clock: SetClock
    checking: LedgerFactStore
    """The ledger as a check needs it."""
    ports: Filled
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def at(self) -> datetime:
        """The time."""
        return self.clock.at

    def later(self, **by: float) -> datetime:
        """Let time go by; return the time that it is then."""
        self.clock.at += timedelta(**by)
        return self.clock.at

    def register(self, person: SamplePerson = PEOPLE[0]) -> UUID:
        """Make a person known; return the pseudonym."""
        return people.register(
            self.system.facts,
            self.system.directory,
            subject=self.system.clockwork.new_id(),
            record=self.system.clockwork.new_id(),
            details=details_of(person),
            contact=contact_of(person),
            act=Act(self.at, "register", "system"),
        )

    def new(self, person: SamplePerson = PEOPLE[0], *, authority: str = AUTHORITY) -> NewRequest:
        """Return a request of a person that nobody has handed in yet."""
        return NewRequest(
            authority=authority,
            dossier_code=f"H{authority[-2:]}-{self.at:%y%m%d}-{next(self._numbers):04}",
            subject=self.register(person),
            province=authority[-2:],
            form=Form.ONE,
            purpose="1",
            channel=Channel.VNEID,
            declaration=Declaration(details_of(person)),
            contact=contact_of(person),
            identification_level=2,
        )

    def file(self, person: SamplePerson = PEOPLE[0], *, authority: str = AUTHORITY) -> UUID:
        """Hand a request in, paid and submitted; return its stream."""
        new = self.new(person, authority=authority)
        requests.file(
            self.system.facts,
            new=new,
            settlement=Settlement(200_000, f"BL-{new.dossier_code}"),
            act=Act(self.at, "citizen-1", "citizen"),
        )
        return request_stream(authority, new.dossier_code)

    def draft(self, person: SamplePerson = PEOPLE[0], channel: Channel = Channel.VNEID) -> UUID:
        """Begin a request and leave it unpaid; return its stream."""
        new = replace(self.new(person), channel=channel)
        requests.draft(self.system.facts, new=new, act=Act(self.at, "citizen-1", "citizen"))
        return request_stream(new.authority, new.dossier_code)

    def do(
        self,
        request: UUID,
        act: str,
        caller: Caller,
        *,
        key: str | None = None,
        **values: str,
    ) -> None:
        """Send the form of an act, with `FIELDS` for what is not given."""
        deed = Deed(request, act, FIELDS | values, key or f"key-{next(self._numbers)}")
        self.ports.office.act(Scope(organisation=caller.organisation), caller, deed, at=self.at)

    def bring_to(self, stage: Stage, person: SamplePerson = PEOPLE[0]) -> UUID:
        """Return a new request that went the straight way to ``stage``."""
        request = self.file(person)
        for act, role in STRAIGHT_WAY:
            if self.request(request).stage is stage:
                break
            self.do(request, act, officer(role))
        assert self.request(request).stage is stage
        return request

    def request(self, request: UUID) -> Request:
        """Return a request as it stands."""
        return load_request(self.system.facts, request).state

    def certificate(self, request: UUID) -> CertificateOnFile:
        """Return a request's certificate as it stands."""
        certificate = self.request(request).certificate
        assert certificate is not None
        return certificates.load(self.system.facts, certificate)

    def trust(self) -> TrustList:
        """Return the trust list in force."""
        published = self.ports.verify.board.trust()
        assert published is not None
        return published.trust

    def publish(self) -> None:
        """Publish what has become due, as the worker does."""
        first_start.refresh(self.system, at=self.at)

    def forget(self, subject: UUID) -> None:
        """Destroy a person's keys, as the end of an erasure does."""
        purposes = ("identity", "contact", "judicial")
        self.system.subject_keys.forget(subject, purposes, batch=self.system.clockwork.new_id())

    def restarted(self) -> "DeskHome":
        """Return the desk of a new process over the same ledger."""
        return _home(self.system, self.clock, self.checking)

    def close(self) -> None:
        """Give back every connection."""
        self.checking.close()
        self.system.close()


def small(home: Path) -> Settings:
    """Return the settings of a home whose keys cost little to open."""
    return Settings(home, key_memory_mib=KEY_MEMORY_MIB)


def start_home(settings: Settings, at: datetime = MONDAY) -> None:
    """Make a home with keys and a first trust list."""
    system = build(settings, SetClock(at))
    first_start.start(system, at=at)
    system.close()


def open_home(settings: Settings, at: datetime = MONDAY) -> DeskHome:
    """Open a home that was started; to be closed afterwards."""
    clock = SetClock(at)
    system = build(settings, clock)
    seals = NarrowParts(SealedParts(system.subject_keys, clock.random))
    checking = open_store(
        system.settings.ledger, types=FACT_TYPES, seals=seals, ids=clock.new_event_id
    )
    return _home(system, clock, checking)


def _home(system: System, clock: SetClock, checking: LedgerFactStore) -> DeskHome:
    names = {authority.code: authority.name for authority in system.settings.authorities}
    house = House(
        facts=system.facts,
        reading=system.reading,
        views=system.views,
        subject_keys=system.subject_keys,
        calendar=system.calendar,
        issuing=system.desk,
        issuing_key=system.issuing_key,
        document_signer=system.document_signer,
        authorities=tuple(names),
        authority_name=names.get,
        officer_name=lambda _account: "Người Ký Mẫu",
        host=system.settings.host,
        specimen=True,
        policy=Policy(by_document_type(KINDS), frozenset({system.settings.host})),
        clock=lambda: clock.at,
        new_id=system.clockwork.new_id,
        write_bundle=lambda _trust, _lists, at: system.bundle(at),
        checking=checking,
        directory=system.directory,
    )
    return DeskHome(system, clock, checking, filled(house))
