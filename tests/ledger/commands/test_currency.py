from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.certificates import lifecycle
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_values import Form, NewRequest
from ledger.commands import certificates, certification, issuing, processing, registry
from ledger.commands.currency import RecordChanges, outdate_certificates, outdate_changed
from ledger.errors import ConflictError, StoreUnavailableError
from ledger.facts import Act, Change, History, Idempotency, Receipt
from ledger.personal import Erased
from ledger.records.judicial_record.facts import Amnesty, Conviction, ConvictionEntered, PostBan
from tests_support.issuing_office import Office, decision, open_office
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import CALENDAR, CERTIFICATE, RECORD, SUBJECT, by, new_request
from tests_support.request_office import ALL_TOPICS, RequestOffice

CASE, SIGNER = by(Role.CASE_OFFICER), by(Role.SIGNER)
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
CORRECTED = UUID(int=0xC0)
THEFT = Conviction(
    judgment_number="12/2019/HS-ST",
    judgment_date=date(2019, 5, 6),
    court="Tòa án nhân dân Mẫu",
    offences=("Trộm cắp tài sản",),
    principal_penalties=("Phạt tù 12 tháng",),
)
BAN = PostBan(
    decision_number="3/QĐ-PS",
    decision_date=date(2025, 1, 2),
    court="Tòa án nhân dân Mẫu",
    posts="Quản lý doanh nghiệp",
    term="03 năm",
    starts_on=date(2025, 2, 1),
)


@dataclass
class Desk:
    """A ledger with a person, and a desk that issues."""

    ledger: RequestOffice
    office: Office

    @property
    def facts(self) -> MemoryFacts:
        return self.ledger.facts

    @property
    def act(self) -> Act:
        return Act(self.office.at, "worker", "system")

    def drafted(self, new: NewRequest | None = None, certificate: UUID = CERTIFICATE) -> UUID:
        """Bring a request to its draft."""
        request = self.ledger.bring_to(Stage.VERIFIED, new or new_request())
        certification.draft_certificate(
            self.facts, request=request, certificate=certificate, act=CASE
        )
        return request

    def issue(self, certificate: UUID = CERTIFICATE) -> None:
        act = Act(self.office.at, SIGNER.actor, SIGNER.role)
        issuing.issue(self.office.desk, certificate=certificate, key=self.office.key, act=act)

    def issued(self, new: NewRequest | None = None, certificate: UUID = CERTIFICATE) -> None:
        """Issue a certificate for a new request."""
        request = self.drafted(new, certificate)
        self.issue(certificate)
        certification.mark_ready(self.facts, request=request, certificate=certificate, act=SIGNER)

    def enter(self, entry: UUID = A, content: Conviction = THEFT) -> None:
        registry.enter_conviction(
            self.facts, subject=SUBJECT, conviction=entry, content=content, act=self.act
        )

    def outdated(self) -> tuple[UUID, ...]:
        """Look at the person; return what was marked."""
        return outdate_certificates(self.facts, subject=SUBJECT, act=self.act)

    def is_current(self, certificate: UUID = CERTIFICATE) -> bool:
        found = certificates.load(self.facts, certificate).certificate
        return found.no_longer_current_since is None


def open_desk(facts: MemoryFacts | None = None) -> Desk:
    office = open_office()
    if facts is not None:
        facts.topics = office.facts.topics
        office.facts = office.desk.facts = facts
    office.facts.topics = {**office.facts.topics, **ALL_TOPICS}
    ledger = RequestOffice(facts=office.facts)
    ledger.register()
    return Desk(ledger, office)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def test_a_conviction_entered_after_the_issue_is_noted_once_with_what_led_to_it(
    desk: Desk,
) -> None:
    desk.issued()
    assert desk.outdated() == ()
    desk.enter()
    led_to = desk.facts.recorded[-1].event_id
    assert desk.outdated() == (CERTIFICATE,)
    noted = desk.facts.recorded[-1]
    assert (noted.topic, noted.act.causation) == ("certificate.no_longer_current/1", led_to)
    assert noted.subject == SUBJECT
    head = desk.facts.head()
    assert desk.outdated() == ()
    assert desk.facts.head() == head


def test_an_entry_made_while_the_certificate_was_being_made_is_noted_after_the_issue(
    desk: Desk,
) -> None:
    desk.drafted()
    desk.enter()
    assert desk.outdated() == ()
    desk.issue()
    assert desk.outdated() == (CERTIFICATE,)


def expunged(desk: Desk) -> None:
    day = desk.office.at.date()
    registry.expunge(desk.facts, subject=SUBJECT, conviction=A, expunged_on=day, act=desk.act)


def amnestied(desk: Desk) -> None:
    registry.apply_amnesty(
        desk.facts, subject=SUBJECT, conviction=A, amnesty=Amnesty.GENERAL,
        applied_on=desk.office.at.date(), decision="1/QĐ", act=desk.act,
    )  # fmt: skip


def struck_out(desk: Desk) -> None:
    registry.make_correction(desk.facts, subject=SUBJECT, entry=A, decision="1/QĐ", act=desk.act)


def enforced(desk: Desk) -> None:
    registry.update_enforcement(
        desk.facts, subject=SUBJECT, conviction=A, enforcement="Đã chấp hành", act=desk.act
    )


def issued_with_a_conviction(desk: Desk, form: Form = Form.ONE) -> None:
    """Issue a certificate that rests on a record with one conviction."""
    desk.enter()
    request = desk.ledger.bring_to(Stage.POLICE_CHECKED, new_request(form=form))
    processing.record_result(desk.facts, request=request, act=CASE, calendar=CALENDAR)
    certification.draft_certificate(desk.facts, request=request, certificate=CERTIFICATE, act=CASE)
    desk.issue()


@pytest.mark.parametrize("change", [expunged, amnestied, struck_out, enforced])
def test_what_becomes_of_a_conviction_is_noted(desk: Desk, change: Callable[[Desk], None]) -> None:
    issued_with_a_conviction(desk)
    assert desk.outdated() == ()
    change(desk)
    assert desk.outdated() == (CERTIFICATE,)


def test_what_the_form_never_says_is_not_given_away(desk: Desk) -> None:
    desk.issued()
    registry.enter_post_ban(desk.facts, subject=SUBJECT, ban=B, content=BAN, act=desk.act)
    assert desk.outdated() == ()
    desk.enter()
    expunged(desk)
    assert desk.outdated() == ()
    assert desk.is_current()


def test_form_2_says_bans_and_expunctions_so_they_are_noted(desk: Desk) -> None:
    desk.issued(new_request(form=Form.TWO))
    registry.enter_post_ban(desk.facts, subject=SUBJECT, ban=B, content=BAN, act=desk.act)
    assert desk.outdated() == (CERTIFICATE,)


@pytest.mark.parametrize(("until", "noted"), [(None, (CERTIFICATE,)), (date(2026, 11, 25), ())])
def test_a_ban_that_ended_early_is_noted_and_one_that_ran_out_by_itself_is_not(
    desk: Desk, until: date | None, noted: tuple[UUID, ...]
) -> None:
    ban = replace(BAN, until=until)
    registry.enter_post_ban(desk.facts, subject=SUBJECT, ban=B, content=ban, act=desk.act)
    new = new_request(include_post_bans=True)
    request = desk.ledger.bring_to(Stage.POLICE_CHECKED, new)
    processing.record_result(desk.facts, request=request, act=CASE, calendar=CALENDAR)
    certification.draft_certificate(desk.facts, request=request, certificate=CERTIFICATE, act=CASE)
    desk.issue()
    desk.office.later(days=10)
    registry.end_post_ban(
        desk.facts, subject=SUBJECT, ban=B, ended_on=date(2026, 11, 25), reason="mẫu",
        act=desk.act,
    )  # fmt: skip
    assert desk.outdated() == noted


def test_somebody_asking_for_a_correction_changes_nothing(desk: Desk) -> None:
    issued_with_a_conviction(desk)
    ask = partial(registry.request_correction, desk.facts, subject=SUBJECT, act=desk.act)
    ask(correction=C, entry=A, request="mẫu")
    registry.refuse_correction(
        desk.facts, subject=SUBJECT, correction=C, reason="mẫu", act=desk.act
    )
    assert desk.outdated() == ()


def test_a_correction_rests_on_what_was_known_when_it_was_drafted(desk: Desk) -> None:
    desk.issued()
    desk.enter()
    wrong = certificates.load(desk.facts, CERTIFICATE).certificate
    certificates.draft_correction(
        desk.facts, certificate=CORRECTED, corrects=CERTIFICATE,
        decision=decision(at=desk.office.at), kind=KIND,
        content=lifecycle.content_of(wrong), holder=lifecycle.holder_of(wrong),
        act=Act(desk.office.at, CASE.actor, CASE.role),
    )  # fmt: skip
    desk.issue(CORRECTED)
    assert desk.outdated() == ()
    assert desk.is_current(CORRECTED)
    desk.enter(B, replace(THEFT, judgment_number="13/2019/HS-ST"))
    assert desk.outdated() == (CORRECTED,)


def test_what_is_not_in_force_is_left_alone(desk: Desk) -> None:
    desk.issued()
    desk.office.recall(CERTIFICATE)
    desk.enter()
    assert desk.outdated() == ()


def test_of_every_certificate_of_the_person_each_is_judged_by_its_own(desk: Desk) -> None:
    desk.issued()
    second = UUID(int=0xCE28)
    desk.issued(new_request(dossier_code="000.00.19.H26-261109-0013"), second)
    desk.enter()
    assert set(desk.outdated()) == {CERTIFICATE, second}


class ErasedRecord(MemoryFacts):
    """Reads convictions as erased."""

    @override
    def history(self, stream_id: UUID) -> History:
        known = super().history(stream_id)
        read = tuple(
            replace(one, fact=replace(one.fact, content=Erased(bytes(16))))
            if isinstance(one.fact, ConvictionEntered)
            else one
            for one in known.recorded
        )
        return replace(known, recorded=read)


def test_of_what_was_erased_nothing_is_said() -> None:
    desk = open_desk(ErasedRecord({}))
    desk.issued()
    desk.enter()
    assert desk.outdated() == ()


def test_a_result_that_was_erased_is_passed_over(desk: Desk) -> None:
    desk.issued()
    desk.enter()
    request = desk.facts
    for number, one in enumerate(request.recorded):
        if hasattr(one.fact, "record_version"):
            lost: object = replace(one.fact, record_version=Erased(bytes(16)))  # type: ignore[type-var]
            request.recorded[number] = replace(one, fact=lost)
    assert desk.outdated() == ()


def test_whoever_is_not_registered_has_no_record(desk: Desk) -> None:
    assert outdate_certificates(desk.facts, subject=UUID(int=99), act=desk.act) == ()


class Overtaken(MemoryFacts):
    """Another worker is faster once."""

    overtaken = False

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        if act.actor == "worker" and changes[0].stream_id == CERTIFICATE and not self.overtaken:
            self.overtaken = True
            super().append(replace(act, actor="another"), *changes)
            raise ConflictError("somebody was faster")
        return super().append(act, *changes, idempotency=idempotency)


def test_two_workers_note_it_once() -> None:
    desk = open_desk(Overtaken({}))
    desk.issued()
    desk.enter()
    assert desk.outdated() == ()
    noted = [one for one in desk.facts.recorded if one.topic == "certificate.no_longer_current/1"]
    assert [one.act.actor for one in noted] == ["another"]


def look_around(desk: Desk, changes: RecordChanges) -> int:
    """Do one round; return for how many it failed."""
    changes.catch_up(desk.facts)
    return len(outdate_changed(desk.facts, changes, act=lambda: desk.act))


def test_the_walk_finds_what_is_new_and_what_was_left_before(desk: Desk) -> None:
    desk.issued()
    desk.enter()
    changes = RecordChanges()
    assert look_around(desk, changes) == 0
    assert not desk.is_current()
    second = UUID(int=0xCE28)
    desk.issued(new_request(dossier_code="000.00.19.H26-261109-0013"), second)
    look_around(desk, changes)
    assert changes.pending == {}
    assert not desk.is_current(second)


def test_what_is_new_does_not_wait_for_a_long_past(desk: Desk) -> None:
    desk.enter()
    for _ in range(4):
        registry.update_enforcement(
            desk.facts, subject=SUBJECT, conviction=A, enforcement="Đang chấp hành", act=desk.act
        )
    changes = RecordChanges(batch=1)
    look_around(desk, changes)
    assert not changes.is_through
    desk.issued()
    look_around(desk, changes)
    assert not desk.is_current()
    for _ in range(4):
        look_around(desk, changes)
    assert changes.is_through


class Away(MemoryFacts):
    """Does not answer for the judicial record while it is away."""

    away = False

    @override
    def history(self, stream_id: UUID) -> History:
        if self.away and stream_id == RECORD:
            raise StoreUnavailableError("away")
        return super().history(stream_id)


def test_whoever_could_not_be_looked_at_is_looked_at_again() -> None:
    facts = Away({})
    desk = open_desk(facts)
    desk.issued()
    desk.enter()
    changes = RecordChanges()
    facts.away = True
    assert look_around(desk, changes) == 1
    facts.away = False
    assert look_around(desk, changes) == 0
    assert not desk.is_current()
