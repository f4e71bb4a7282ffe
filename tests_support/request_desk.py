"""Sample requests, the people who handle them, and the straight way through the ten steps."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any
from uuid import UUID

from ledger.calendar import standard_calendar
from ledger.certificates import request_filing as filing
from ledger.certificates import request_processing as processing
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import Request, evolve
from ledger.certificates.request_facts import Fact
from ledger.certificates.request_values import (
    Applicant,
    Channel,
    Declaration,
    Delivery,
    Form,
    Lookup,
    NewRequest,
    Police,
    Result,
)
from ledger.facts import Act
from ledger.personal_details import ContactDetails, PersonalDetails, Relative

CALENDAR = standard_calendar()
MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
"""9:00 in Vietnam, under the law of 2026; 16 November is five working days later."""
PILOT_DAY = datetime(2026, 2, 11, 2, 0, tzinfo=UTC)
"""The Wednesday before Tết 2026, under pilot procedure 570."""
SUBJECT = UUID(int=0xA11CE)
RECORD = UUID(int=0xEC02D)
CERTIFICATE = UUID(int=0xCE27)

DETAILS = PersonalDetails(
    name="NGUYỄN VĂN MẪU",
    birth_date=date(1999, 3, 1),
    sex=1,
    number="000099001234",
    birthplace="Hà Nội",
    father=Relative("NGUYỄN VĂN CHA MẪU", 1970),
    mother=Relative("TRẦN THỊ MẸ MẪU"),
)
CONTACT = ContactDetails(phone="0000123456", permanent_address="Số 1 Đường Mẫu Một")
NEW = NewRequest(
    authority="CA01",
    dossier_code="000.00.19.H26-261109-0012",
    subject=SUBJECT,
    province="01",
    form=Form.ONE,
    purpose="employment",
    channel=Channel.VNEID,
    declaration=Declaration(DETAILS),
    contact=CONTACT,
    identification_level=2,
)


def new_request(**changes: Any) -> NewRequest:
    """Return the sample request with ``changes``."""
    return replace(NEW, **changes)


def declared(**changes: Any) -> Declaration:
    """Return the sample declaration with ``changes`` in the person's details."""
    return Declaration(replace(DETAILS, **changes))


def by(role: str, at: datetime = MONDAY, *, occurred_at: datetime | None = None) -> Act:
    """Return the act of somebody in ``role``."""
    return Act(at, f"{role}-1", role, organisation="CA01", occurred_at=occurred_at)


def after(state: Request | None, facts: Iterable[Fact]) -> Request:
    """Return the request after ``facts``."""
    after_all = reduce(evolve, facts, state)
    assert after_all is not None
    return after_all


Decision = Callable[[Request, datetime], tuple[Fact, ...]]
Step = tuple[Stage, Decision]

STRAIGHT_WAY: tuple[Step, ...] = (
    (Stage.PAID, lambda s, at: filing.pay(
        s, act=by(Role.CITIZEN, at), amount=s.fee.due, receipt="BL-1")),
    (Stage.SUBMITTED, lambda s, at: filing.submit(s, act=by(Role.CITIZEN, at))),
    (Stage.ACCEPTED, lambda s, at: processing.accept(
        s, act=by(Role.INTAKE_OFFICER, at), calendar=CALENDAR)),
    (Stage.TRANSFERRING, lambda s, at: processing.forward(
        s, act=by(Role.CASE_OFFICER, at), reference="QG-1")),
    (Stage.IN_REGISTRY, lambda s, at: processing.acknowledge(
        s, act=by(Role.SYSTEM, at), reference="QG-1")),
    (Stage.LOOKUP_RUNNING, lambda s, at: processing.request_lookup(
        s, act=by(Role.CASE_OFFICER, at), sources=("judicial-record-database",))),
    (Stage.LOOKED_UP, lambda s, at: processing.complete_lookup(
        s, act=by(Role.CASE_OFFICER, at), lookup=Lookup.NOTHING, record_version=0)),
    (Stage.POLICE_CHECK, lambda s, at: processing.request_police_check(
        s, act=by(Role.CASE_OFFICER, at))),
    (Stage.POLICE_CHECKED, lambda s, at: processing.complete_police_check(
        s, act=by(Role.POLICE_CHECKER, at), police=Police.NONE)),
    (Stage.VERIFIED, lambda s, at: processing.record_result(
        s, act=by(Role.CASE_OFFICER, at), result=Result.NO_RECORD, record_version=0,
        calendar=CALENDAR)),
    (Stage.ISSUING, lambda s, at: processing.begin_certificate(
        s, act=by(Role.CASE_OFFICER, at), certificate=CERTIFICATE)),
    (Stage.READY, lambda s, at: processing.mark_ready(
        s, act=by(Role.SIGNER, at), certificate=CERTIFICATE)),
    (Stage.RETURNED, lambda s, at: processing.deliver(
        s, act=by(Role.SYSTEM, at), delivery=Delivery.VNEID)),
)  # fmt: skip
"""Each stage of a request without incidents, and the decision that leads there."""


def history_to(stage: Stage, *, new: NewRequest = NEW, at: datetime = MONDAY) -> tuple[Fact, ...]:
    """Return all facts of a request that went the straight way to ``stage``."""
    drafted = filing.draft(new, act=by(_drafter(new), at))
    facts: tuple[Fact, ...] = (drafted,)
    state = after(None, facts)
    for reached, decide in STRAIGHT_WAY:
        if state.stage is stage:
            break
        more = decide(state, at)
        facts, state = (*facts, *more), after(state, more)
        assert state.stage is reached
    assert state.stage is stage
    return facts


def request_in(stage: Stage, *, new: NewRequest = NEW, at: datetime = MONDAY) -> Request:
    """Return a request that went the straight way to ``stage``."""
    return after(None, history_to(stage, new=new, at=at))


def _drafter(new: NewRequest) -> Role:
    return Role.PROCEDURAL_AGENCY if new.applicant is Applicant.AGENCY else Role.CITIZEN
