"""A small population whose requests wander through the step table, by the real commands.

The same seed gives the same wandering. What a rule refuses on the way changes nothing.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from ledger.calendar import local_day, standard_calendar
from ledger.certificates.kinds import KINDS
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.lifecycle import content_of, holder_of
from ledger.certificates.lifecycle_facts import Reason
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_values import (
    Channel,
    Declaration,
    Delivery,
    FeeGroup,
    Form,
    NewRequest,
    Police,
    RefusalGround,
)
from ledger.commands import (
    certificates,
    certification,
    issuing,
    people,
    processing,
    requests,
)
from ledger.commands.certificates import WrittenDecision
from ledger.commands.issuing import IssuingDesk
from ledger.commands.loading import load_request
from ledger.commands.status_lists import StatusBoard
from ledger.errors import LedgerError
from ledger.facts import Act, FactStore
from ledger.identifiers import request_stream
from ledger.personal_details import ContactDetails, PersonalDetails
from shell.population import SamplePerson
from shell.population import people as sample_people
from tests_support.issuing_office import Office, open_office
from tests_support.request_office import Numbers

BEGIN: Final = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""A Monday morning, under the law of 2026."""
CALENDAR: Final = standard_calendar()
PROVINCES: Final = {"CA01": "01", "CA46": "46"}
SELDOM: Final = frozenset({
    "reject", "require_payment", "request_supplement", "request_withdrawal", "stop", "refuse",
    "drop_certificate", "dispatch_copy",
})  # fmt: skip
"""Steps that end, turn or hold up a request: one in eight is one of these."""

_GROUPS: Final = (FeeGroup.STANDARD, FeeGroup.STANDARD, FeeGroup.REDUCED, FeeGroup.EXEMPT)


@dataclass
class Walk:
    """Requests under way."""

    facts: FactStore
    dice: random.Random
    desk: IssuingDesk
    office: Office
    at: datetime = BEGIN
    numbers: Numbers = field(default_factory=Numbers)
    persons: dict[UUID, SamplePerson] = field(default_factory=dict)
    """By pseudonym."""
    requests: dict[UUID, UUID] = field(default_factory=dict)
    """Each request's person."""
    refused: int = 0

    def act(self, role: Role) -> Act:
        """Return an act of now."""
        return Act(self.at, f"{role.value}-1", role.value, "CA01")

    def id(self) -> UUID:
        """Return a new identifier."""
        return UUID(int=self.dice.getrandbits(128), version=4)

    def populate(self, count: int) -> None:
        """Register people."""
        for person in islice(sample_people(self.dice.randrange(10**6)), count):
            subject = people.register(
                self.facts,
                self.numbers,
                subject=self.id(),
                record=self.id(),
                details=details_of(person),
                contact=ContactDetails(phone=person.phone, permanent_address=person.address),
                act=self.act(Role.SYSTEM),
            )
            self.persons[subject] = person

    def draft(self) -> None:
        """Let somebody begin a request, if they have none open."""
        subject = self.dice.choice(list(self.persons))
        person, group = self.persons[subject], self.dice.choice(_GROUPS)
        authority = self.dice.choice(list(PROVINCES))
        code = f"H26-{local_day(self.at):%y%m%d}-{len(self.requests):04}"
        requests.draft(
            self.facts,
            new=NewRequest(
                authority=authority,
                dossier_code=code,
                subject=subject,
                province=PROVINCES[authority],
                form=self.dice.choice((Form.ONE, Form.ONE, Form.TWO)),
                purpose="1",
                channel=Channel.NATIONAL_PORTAL,
                declaration=Declaration(details_of(person)),
                fee_group=group,
            ),
            act=self.act(Role.CITIZEN),
        )
        self.requests[request_stream(authority, code)] = subject

    def step(self) -> None:
        """Let some hours go by, and somebody do something."""
        self.at += timedelta(hours=self.dice.uniform(0.2, 3))
        try:
            if not self.requests or self.dice.random() < 0.15:
                self.draft()
            else:
                self._move(self.dice.choice(list(self.requests)))
        except LedgerError:
            self.refused += 1

    def _move(self, request: UUID) -> None:
        stage = load_request(self.facts, request).state.stage
        steps = [s.action for s in PROCEDURE.steps if stage in s.moves]
        beside = [action for action, stages in BESIDE.items() if stage in stages]
        onward = [action for action in steps if action not in SELDOM]
        seldom = [action for action in steps if action in SELDOM] + beside
        wanders = self.dice.random() < 0.12 or not onward
        possible = seldom if wanders else onward
        if possible:
            ACTIONS[self.dice.choice(possible)](self, request)


def details_of(person: SamplePerson) -> PersonalDetails:
    """Return a sample person in the ledger's words."""
    return PersonalDetails(person.name, person.birth_date, person.sex, person.number)


def start(facts: FactStore, *, seed: int, people_count: int = 8) -> Walk:
    """Return a population at the beginning of its walk."""
    office = open_office(seed=seed)
    desk = replace(office.desk, facts=facts, board=StatusBoard(KINDS), numbered={})
    walk = Walk(facts, random.Random(seed), desk, office)
    walk.populate(people_count)
    return walk


Action = Callable[[Walk, UUID], object]


def _paying(walk: Walk, request: UUID) -> None:
    due = load_request(walk.facts, request).state.fee.due
    act = walk.act(Role.CITIZEN)
    requests.pay(walk.facts, request=request, amount=due, receipt="BL-1", act=act)


def _begin_certificate(walk: Walk, request: UUID) -> None:
    act = walk.act(Role.CASE_OFFICER)
    certification.draft_certificate(walk.facts, request=request, certificate=walk.id(), act=act)


def _ready(walk: Walk, request: UUID) -> None:
    certificate = load_request(walk.facts, request).state.certificate
    assert certificate is not None
    issuing.issue(
        walk.desk, certificate=certificate, key=walk.office.key, act=walk.act(Role.SIGNER)
    )
    certification.mark_ready(
        walk.facts, request=request, certificate=certificate, act=walk.act(Role.SIGNER)
    )


def written(at: datetime) -> WrittenDecision:
    """Return a decision of the day."""
    return WrittenDecision("15/QĐ", local_day(at), Reason.CONTENT_WRONG, b"%PDF the decision")


def _certificate(walk: Walk, request: UUID) -> UUID:
    certificate = load_request(walk.facts, request).state.certificate
    assert certificate is not None
    return certificate


def _correct(walk: Walk, request: UUID) -> None:
    old, new = _certificate(walk, request), walk.id()
    state = certificates.load(walk.facts, old).certificate
    certificates.draft_correction(
        walk.facts,
        certificate=new,
        corrects=old,
        decision=written(walk.at),
        kind=KIND,
        content=content_of(state),
        holder=holder_of(state),
        act=walk.act(Role.CASE_OFFICER),
    )
    issuing.issue(walk.desk, certificate=new, key=walk.office.key, act=walk.act(Role.SIGNER))


def _apologise(walk: Walk, request: UUID) -> None:
    processing.note_missed(walk.facts, request=request, act=walk.act(Role.SYSTEM))
    processing.apologise(
        walk.facts,
        request=request,
        promised_on=local_day(walk.at) + timedelta(days=3),
        letter="TX-1",
        act=walk.act(_CASE),
    )


_INTAKE, _CASE = Role.INTAKE_OFFICER, Role.CASE_OFFICER
ACTIONS: Final[Mapping[str, Action]] = {
    "pay": _paying,
    "exempt": lambda w, r: requests.exempt(
        w.facts, request=r, ground="nhom-3", act=w.act(Role.CITIZEN)),
    "submit": lambda w, r: requests.submit(w.facts, request=r, act=w.act(Role.CITIZEN)),
    "accept": lambda w, r: processing.accept(
        w.facts, request=r, act=w.act(_INTAKE), calendar=CALENDAR),
    "reject": lambda w, r: processing.reject(
        w.facts, request=r, ground="g1", explanation="thiếu", act=w.act(_INTAKE)),
    "require_payment": lambda w, r: processing.require_payment(
        w.facts, request=r, amount=50_000, act=w.act(_INTAKE)),
    "request_supplement": lambda w, r: processing.request_supplement(
        w.facts, request=r, missing="ảnh", act=w.act(_INTAKE), calendar=CALENDAR),
    "receive_supplement": lambda w, r: requests.receive_supplement(
        w.facts, request=r, act=w.act(Role.CITIZEN), calendar=CALENDAR),
    "forward": lambda w, r: processing.forward(
        w.facts, request=r, reference="QG-1", act=w.act(_CASE)),
    "acknowledge": lambda w, r: processing.acknowledge(
        w.facts, request=r, reference="QG-1", act=w.act(Role.SYSTEM)),
    "request_lookup": lambda w, r: processing.request_lookup(
        w.facts, request=r, act=w.act(_CASE)),
    "complete_lookup": lambda w, r: processing.complete_lookup(
        w.facts, request=r, act=w.act(_CASE)),
    "request_police_check": lambda w, r: processing.request_police_check(
        w.facts, request=r, act=w.act(_CASE)),
    "complete_police_check": lambda w, r: processing.complete_police_check(
        w.facts, request=r, police=w.dice.choice(list(Police)),
        act=w.act(Role.POLICE_CHECKER)),
    "record_result": lambda w, r: processing.record_result(
        w.facts, request=r, act=w.act(_CASE), calendar=CALENDAR, explanation="trùng tên"),
    "begin_certificate": _begin_certificate,
    "drop_certificate": lambda w, r: certification.drop_certificate(
        w.facts, request=r, act=w.act(_CASE)),
    "mark_ready": _ready,
    "deliver": lambda w, r: certification.deliver(
        w.facts, request=r, delivery=Delivery.VNEID, act=w.act(Role.SYSTEM)),
    "dispatch_copy": lambda w, r: certification.dispatch_copy(
        w.facts, request=r, delivery=Delivery.POST, act=w.act(Role.SYSTEM)),
    "request_withdrawal": lambda w, r: requests.request_withdrawal(
        w.facts, request=r, act=w.act(Role.CITIZEN)),
    "accept_withdrawal": lambda w, r: processing.accept_withdrawal(
        w.facts, request=r, act=w.act(_CASE)),
    "stop": lambda w, r: processing.stop(
        w.facts, request=r, ground="g1", explanation="dừng", act=w.act(_CASE)),
    "refuse": lambda w, r: processing.refuse(
        w.facts, request=r, ground=RefusalGround.NOT_COMPETENT, explanation="không",
        act=w.act(_CASE)),
    "note_missed": lambda w, r: processing.note_missed(
        w.facts, request=r, act=w.act(Role.SYSTEM)),
    "apologise": _apologise,
    "extend_deadline": lambda w, r: processing.extend_deadline(
        w.facts, request=r, days=2, act=w.act(_CASE), calendar=CALENDAR),
    "order_refund": lambda w, r: processing.order_refund(
        w.facts, request=r, act=w.act(_CASE)),
    "complete_refund": lambda w, r: processing.complete_refund(
        w.facts, request=r, cancelled_receipt="BL-1", act=w.act(Role.SYSTEM)),
    "recall": lambda w, r: certificates.recall(
        w.facts, certificate=_certificate(w, r), decision=written(w.at), summary="sai",
        act=w.act(Role.SIGNER)),
    "cancel": lambda w, r: certificates.cancel(
        w.facts, certificate=_certificate(w, r), decision=written(w.at), summary="sai",
        act=w.act(Role.SIGNER)),
    "correct": _correct,
    "sign_only": lambda w, r: issuing.sign(
        w.desk, certificate=_certificate(w, r), key=w.office.key, act=w.act(Role.SIGNER)),
    "supplement": lambda w, r: certificates.supplement(
        w.facts, certificate=_certificate(w, r), decision=written(w.at), addition="thêm",
        act=w.act(Role.SIGNER)),
    "outdate": lambda w, r: certificates.outdate(
        w.facts, certificate=_certificate(w, r), act=w.act(Role.SYSTEM)),
}  # fmt: skip
"""How each action of the step table is done, and what is done beside it."""

_UNDER_WAY: Final = (
    Stage.ACCEPTED, Stage.IN_REGISTRY, Stage.LOOKUP_RUNNING, Stage.POLICE_CHECK, Stage.VERIFIED,
    Stage.WITHDRAWING,
)  # fmt: skip
_WITHOUT_RESULT: Final = (Stage.REJECTED, Stage.REFUSED, Stage.STOPPED, Stage.WITHDRAWN)
BESIDE: Final[Mapping[str, tuple[Stage, ...]]] = {
    "note_missed": _UNDER_WAY,
    "apologise": _UNDER_WAY,
    "extend_deadline": _UNDER_WAY,
    "order_refund": _WITHOUT_RESULT,
    "complete_refund": _WITHOUT_RESULT,
    "recall": (Stage.RETURNED,),
    "cancel": (Stage.READY,),
    "correct": (Stage.RETURNED,),
    "sign_only": (Stage.ISSUING,),
    "supplement": (Stage.RETURNED,),
    "outdate": (Stage.RETURNED,),
}
"""What happens without a move, and in which stages it is tried."""
