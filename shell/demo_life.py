"""The lives of the demonstration's requests: each a story that waits for its next hour.

A life yields the moment at which it goes on; `run` resumes all lives in the order of time, so the
ledger fills as it would have, one fact after another.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final
from uuid import UUID

from app import Authority, System
from ledger.certificates.lifecycle_facts import Reason
from ledger.certificates.request_values import (
    Channel,
    Declaration,
    Delivery,
    FeeGroup,
    Form,
    NewRequest,
    Police,
)
from ledger.commands import certificates, certification, issuing, people, processing, registry
from ledger.commands import requests as requests_
from ledger.commands.certificates import WrittenDecision
from ledger.commands.requests import Settlement
from ledger.facts import Act
from ledger.identifiers import request_stream
from ledger.personal_details import ContactDetails, PersonalDetails, Relative
from ledger.records.judicial_record.facts import Conviction
from shell.population import SamplePerson

Life = Iterator[datetime]
FEES: Final = {FeeGroup.STANDARD: 200_000, FeeGroup.REDUCED: 100_000}
_HOUR: Final = timedelta(hours=1)
JUDICIAL: Final = 1
"""Document type of the judicial record certificate."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Account references of the officers, by role."""

    intake_officer: str
    case_officer: str
    police_checker: str
    signer: str
    citizen: str = "citizen-of-the-demo"

    def act(self, role: str, at: datetime, organisation: str) -> Act:
        """Return an act of the officer in ``role``."""
        return Act(at, getattr(self, role), role, organisation)


def run(lives: Sequence[Life], *, until: datetime) -> int:
    """Resume every life at its moments, in order, until ``until``; return the number of steps."""
    order = count()
    waiting = [(next(begun), next(order), begun) for begun in lives]
    heapq.heapify(waiting)
    steps = 0
    while waiting and waiting[0][0] <= until:
        _, _, next_life = heapq.heappop(waiting)
        moment = next(next_life, None)
        steps += 1
        if moment is not None:
            heapq.heappush(waiting, (moment, next(order), next_life))
    return steps


@dataclass(frozen=True, slots=True)
class Story:
    """What a life needs to know."""

    system: System
    staff: Staff
    dice: random.Random
    person: SamplePerson
    subject: UUID
    authority: Authority
    ordinal: int
    begins: datetime
    ends_as: str
    """delivered, supplement, rejected, withdrawn, refused, recalled, or where it stops."""
    form: Form = Form.ONE
    waived: str | None = None
    """The ground on which nothing is paid."""

    @property
    def request(self) -> UUID:
        """The request's stream."""
        return request_stream(self.authority.code, self.code)

    @property
    def code(self) -> str:
        """The dossier code."""
        return f"H{self.authority.province}-{self.begins:%y%m%d}-{self.ordinal:04}"

    def act(self, role: str, at: datetime) -> Act:
        """Return an act in ``role``."""
        return self.staff.act(role, at, self.authority.code)

    def later(self, at: datetime, hours: float) -> datetime:
        """Return a moment ``hours`` of office time after ``at``, a little scattered."""
        moment = at + _HOUR * hours * self.dice.uniform(0.7, 1.3)
        while not self.system.calendar.is_working_day(moment.date()) or not 1 <= moment.hour < 10:  # noqa: PLR2004 (08:00 to 17:00 in Vietnam is 01:00 to 10:00 UTC)
            moment += _HOUR
        return moment


def details_of(person: SamplePerson) -> PersonalDetails:
    """Return a sample person in the ledger's words."""
    return PersonalDetails(
        name=person.name,
        birth_date=person.birth_date,
        sex=person.sex,
        number=person.number,
        father=Relative(person.father, person.birth_date.year - 28),
        mother=Relative(person.mother, person.birth_date.year - 25),
    )


def contact_of(person: SamplePerson) -> ContactDetails:
    """Return how to reach a sample person."""
    return ContactDetails(phone=person.phone, permanent_address=person.address)


def registered(system: System, person: SamplePerson, *, at: datetime) -> UUID:
    """Register a sample person; return the pseudonym."""
    return people.register(
        system.facts,
        system.directory,
        subject=system.clockwork.new_id(),
        record=system.clockwork.new_id(),
        details=details_of(person),
        contact=contact_of(person),
        act=Act(at, "register", "system"),
    )


def convicted(system: System, subject: UUID, *, at: datetime, number: int) -> UUID:
    """Enter a sample judgment; return its reference."""
    conviction = system.clockwork.new_id()
    registry.enter_conviction(
        system.facts,
        subject=subject,
        conviction=conviction,
        content=Conviction(
            judgment_number=f"{number}/2020/HS-ST",
            judgment_date=date(2020, 5, 20),
            court="Toà án nhân dân Mẫu",
            offences=("Tội danh mẫu",),
            principal_penalties=("Phạt tiền 10.000.000 đồng",),
            articles="Điều 00 Bộ luật Hình sự",
            enforcement="Đã chấp hành xong",
            enforced_on=date(2021, 1, 10),
        ),
        act=Act(at, "registry", "system"),
    )
    return conviction


_CHECKS: Final = (("forward", 2), ("look_up", 5), ("police", 4), ("conclude", 2))
_ACCEPT: Final = ("accept", 4)
PLANS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "submitted": (),
    "rejected": (("reject", 0),),
    "withdrawn": (_ACCEPT, ("withdraw", 0)),
    "supplement": (_ACCEPT, ("ask", 0)),
    "supplemented": (_ACCEPT, ("ask", 30), ("bring", 3), *_CHECKS),
    "police": (_ACCEPT, *_CHECKS[:2]),
    "verified": (_ACCEPT, *_CHECKS),
}
"""By how a story ends: its steps, and the office hours after each. Others take all checks."""
_WITHOUT_CERTIFICATE: Final = PLANS.keys() - {"supplemented"}


def life(story: Story) -> Life:
    """Tell one request's life."""
    yield story.begins
    _file(story)
    at = story.later(story.begins, 2)
    yield at
    for step, hours in PLANS.get(story.ends_as, (_ACCEPT, *_CHECKS)):
        _STEPS[step](story, at)
        at = story.later(at, hours)
        yield at
    if story.ends_as not in _WITHOUT_CERTIFICATE:
        yield from _certificate(story, at)


def _file(story: Story) -> None:
    group = FeeGroup.REDUCED if story.dice.random() < 0.2 else FeeGroup.STANDARD  # noqa: PLR2004 (a share)
    settlement = Settlement(FEES[group], f"BL-{story.code}")
    if story.waived is not None:
        group, settlement = FeeGroup.EXEMPT, Settlement(ground=story.waived)
    channel = Channel.VNEID if group is FeeGroup.STANDARD else Channel.NATIONAL_PORTAL
    new = NewRequest(
        authority=story.authority.code,
        dossier_code=story.code,
        subject=story.subject,
        province=story.authority.province,
        form=story.form,
        purpose="1",
        channel=channel,
        declaration=Declaration(details_of(story.person), purpose="Xin việc làm (mẫu)"),
        contact=contact_of(story.person),
        fee_group=group,
        identification_level=2,
    )
    requests_.file(
        story.system.facts,
        new=new,
        settlement=settlement,
        act=Act(story.begins, story.staff.citizen, "citizen"),
    )


def _accept(story: Story, at: datetime) -> None:
    act = story.act("intake_officer", at)
    calendar = story.system.calendar
    processing.accept(story.system.facts, request=story.request, act=act, calendar=calendar)


def _ask(story: Story, at: datetime) -> None:
    processing.request_supplement(
        story.system.facts,
        request=story.request,
        missing="Giấy tờ mẫu còn thiếu",
        act=story.act("intake_officer", at),
        calendar=story.system.calendar,
    )


def _bring(story: Story, at: datetime) -> None:
    act = Act(at, story.staff.citizen, "citizen")
    calendar = story.system.calendar
    requests_.receive_supplement(
        story.system.facts, request=story.request, act=act, calendar=calendar
    )


def _reject(story: Story, at: datetime) -> None:
    facts, act = story.system.facts, story.act("intake_officer", at)
    processing.reject(
        facts,
        request=story.request,
        ground="not-competent",
        explanation="Không thuộc thẩm quyền (mẫu)",
        act=act,
    )
    receipt = f"HUY-{story.code}"
    processing.complete_refund(facts, request=story.request, cancelled_receipt=receipt, act=act)


def _withdraw(story: Story, at: datetime) -> None:
    facts, act = story.system.facts, Act(at, story.staff.citizen, "citizen")
    requests_.request_withdrawal(facts, request=story.request, act=act)
    by = story.act("intake_officer", at)
    processing.accept_withdrawal(facts, request=story.request, act=by)


def _forward(story: Story, at: datetime) -> None:
    facts, request, act = story.system.facts, story.request, story.act("case_officer", at)
    processing.forward(facts, request=request, reference=story.code, act=act)
    processing.acknowledge(facts, request=request, reference=f"QG-{story.code}", act=act)
    processing.request_lookup(facts, request=request, act=act)


def _look_up(story: Story, at: datetime) -> None:
    facts, request, act = story.system.facts, story.request, story.act("case_officer", at)
    processing.complete_lookup(facts, request=request, act=act)
    processing.request_police_check(facts, request=request, act=act)


def _police(story: Story, at: datetime) -> None:
    processing.complete_police_check(
        story.system.facts,
        request=story.request,
        police=Police.NONE,
        act=story.act("police_checker", at),
    )


def _conclude(story: Story, at: datetime) -> None:
    act = story.act("case_officer", at)
    calendar = story.system.calendar
    processing.record_result(story.system.facts, request=story.request, act=act, calendar=calendar)


_STEPS: Final[Mapping[str, Callable[[Story, datetime], None]]] = {
    "accept": _accept,
    "ask": _ask,
    "bring": _bring,
    "reject": _reject,
    "withdraw": _withdraw,
    "forward": _forward,
    "look_up": _look_up,
    "police": _police,
    "conclude": _conclude,
}


def _certificate(story: Story, at: datetime) -> Life:
    system, facts, request = story.system, story.system.facts, story.request
    certificate = system.clockwork.new_id()
    certification.draft_certificate(
        facts, request=request, certificate=certificate, act=story.act("case_officer", at)
    )
    if story.ends_as == "drafted":
        return
    at = story.later(at, 3)
    yield at
    act = story.act("signer", at)
    key = system.issuing_key(story.authority.code, JUDICIAL)
    issuing.issue(system.desk, certificate=certificate, key=key, act=act)
    certification.mark_ready(facts, request=request, certificate=certificate, act=act)
    at = story.later(at, 1)
    yield at
    certification.deliver(
        facts, request=request, delivery=Delivery.VNEID, act=story.act("case_officer", at)
    )
    if story.ends_as in {"recalled", "cancelled"}:
        at = story.later(at, 30)
        yield at
        _take_back(story, certificate, at)


def _take_back(story: Story, certificate: UUID, at: datetime) -> None:
    decision = WrittenDecision(
        number=f"{story.ordinal}/QĐ-MẪU",
        date=at.date(),
        reason=Reason.CONTENT_WRONG,
        document=b"%PDF-1.7 specimen decision",
    )
    take_back = certificates.recall if story.ends_as == "recalled" else certificates.cancel
    take_back(
        story.system.facts,
        certificate=certificate,
        decision=decision,
        summary="Thu hồi phiếu mẫu",
        act=story.act("signer", at),
    )
