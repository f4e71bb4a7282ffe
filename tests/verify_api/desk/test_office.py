from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.lifecycle import Phase
from ledger.certificates.procedure import Stage
from ledger.certificates.request_values import Channel, FeeGroup
from ledger.commands import issuing, requests
from ledger.commands.requests import Settlement
from ledger.errors import (
    IdempotencyMismatchError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
)
from ledger.facts import Act
from ledger.identifiers import request_stream
from tests_support.desk_home import (
    AUTHORITY,
    OTHER_AUTHORITY,
    PEOPLE,
    SCOPE,
    STRAIGHT_WAY,
    DeskHome,
    officer,
)
from verify_api.callers import Action, Role, Scope, who_may
from verify_api.desk.actions import ACTS, ON_CERTIFICATES
from verify_api.desk.beside import BESIDE
from verify_api.desk.corrections import ON_CORRECTIONS
from verify_api.desk.custody import ON_CUSTODY
from verify_api.desk.office import offers
from verify_api.officer_desk import QueueAsk, QueuePage, Whose
from verify_api.ports import Pressure

OFFICERS = sorted(who_may(Action.SEE_WORK))
INTAKE, CASE, SIGNER = Role.INTAKE_OFFICER, Role.CASE_OFFICER, Role.SIGNER


def names(found: Iterable[object]) -> set[str]:
    return {getattr(offer, "act", "") for offer in found}


def test_every_act_that_the_table_gives_to_an_officer_has_a_form() -> None:
    acts = {s.action for s in PROCEDURE.steps if {str(r) for r in s.roles} & {*map(str, OFFICERS)}}
    beside = ON_CERTIFICATES.keys() | BESIDE.keys() | ON_CORRECTIONS.keys() | ON_CUSTODY.keys()
    assert acts == ACTS.keys() - beside


@pytest.mark.parametrize("role", OFFICERS)
def test_a_role_is_offered_exactly_what_the_step_table_says(home: DeskHome, role: Role) -> None:
    request = home.file()
    for act, who in STRAIGHT_WAY:
        state = home.request(request)
        signed = set(ON_CERTIFICATES) if role is SIGNER and state.stage is Stage.READY else set()
        expected = {step.action for step in PROCEDURE.possible(state.stage, role.value)} | signed
        offered = names(home.ports.office.offers(SCOPE, role, request, at=home.at))
        assert offered - BESIDE.keys() - ON_CORRECTIONS.keys() - ON_CUSTODY.keys() == expected
        home.do(request, act, officer(who))
    signed = set(ON_CERTIFICATES) if role is SIGNER else set()
    expected = {step.action for step in PROCEDURE.possible(Stage.RETURNED, role.value)} | signed
    offered = names(home.ports.office.file(SCOPE, role, request, at=home.at).offers)
    assert offered - ON_CORRECTIONS.keys() == expected


def test_a_file_goes_all_ten_steps_by_forms_alone(home: DeskHome) -> None:
    request = home.bring_to(Stage.RETURNED)
    view = home.ports.office.file(SCOPE, CASE, request, at=home.at)
    assert view.has_paper
    assert [step.number for step in view.steps] == list(range(1, 11))
    assert all(step.done_at == home.at and not step.current for step in view.steps)
    assert view.pressure is Pressure.NONE
    assert len(view.notes) == 13


def test_the_next_step_is_the_current_one_and_is_not_done(home: DeskHome) -> None:
    request = home.bring_to(Stage.LOOKUP_RUNNING)
    steps = home.ports.office.file(SCOPE, CASE, request, at=home.at).steps
    assert [step.number for step in steps if step.current] == [6]
    assert [step.number for step in steps if step.done_at] == [1, 2, 3, 4, 5]


def test_a_file_in_supplement_stands_where_it_was_asked_for_and_comes_back(home: DeskHome) -> None:
    request = home.bring_to(Stage.POLICE_CHECK)
    home.do(request, "request_supplement", officer(CASE))
    view = home.ports.office.file(SCOPE, INTAKE, request, at=home.at)
    assert view.pressure is Pressure.PAUSED
    assert [step.number for step in view.steps if step.current] == [7]
    home.do(request, "receive_supplement", officer(INTAKE))
    assert home.request(request).stage is Stage.POLICE_CHECK


def test_every_other_end_is_reached_by_its_form(home: DeskHome) -> None:
    ends = [
        ("reject", INTAKE, Stage.SUBMITTED, Stage.REJECTED),
        ("stop", CASE, Stage.ACCEPTED, Stage.STOPPED),
        ("refuse", CASE, Stage.LOOKED_UP, Stage.REFUSED),
    ]
    for person, (act, role, before, after) in zip(PEOPLE, ends, strict=False):
        request = home.bring_to(before, person)
        home.do(request, act, officer(role))
        assert home.request(request).stage is after
        view = home.ports.office.file(SCOPE, role, request, at=home.at)
        assert not any(step.current for step in view.steps)


def test_a_citizen_at_the_counter_pays_submits_and_withdraws(home: DeskHome) -> None:
    request = home.draft(channel=Channel.COUNTER)
    home.do(request, "pay", officer(INTAKE), amount="200000", receipt="BL-1")
    home.do(request, "submit", officer(INTAKE))
    with pytest.raises(InvalidInputError):
        home.do(request, "require_payment", officer(INTAKE), amount="50000")
    home.do(request, "accept", officer(INTAKE))
    home.do(request, "request_withdrawal", officer(INTAKE))
    home.do(request, "accept_withdrawal", officer(INTAKE))
    assert home.request(request).stage is Stage.WITHDRAWN


def test_a_waiver_that_the_national_portal_did_not_check_is_refused(home: DeskHome) -> None:
    request = home.draft(channel=Channel.COUNTER)
    with pytest.raises(RefusedError):
        home.do(request, "exempt", officer(INTAKE), ground="POOR")


def test_a_certificate_that_is_being_made_can_be_dropped_and_begun_anew(home: DeskHome) -> None:
    request = home.bring_to(Stage.ISSUING)
    first = home.request(request).certificate
    home.do(request, "drop_certificate", officer(SIGNER))
    home.do(request, "begin_certificate", officer(CASE))
    assert home.request(request).certificate not in {first, None}


def test_a_paper_copy_goes_by_post_with_its_tracking_number(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    home.do(request, "dispatch_copy", officer(INTAKE), delivery="post", tracking="VN-1")
    with pytest.raises(InvalidInputError) as refused:
        home.do(request, "dispatch_copy", officer(INTAKE), delivery="vneid")
    assert refused.value.place == "delivery"
    assert home.request(request).stage is Stage.READY


def test_a_step_out_of_order_or_of_another_role_is_refused(home: DeskHome) -> None:
    request = home.file()
    for act, role in (("forward", CASE), ("mark_ready", SIGNER), ("accept", SIGNER)):
        with pytest.raises(RefusedError) as refused:
            home.do(request, act, officer(role))
        assert refused.value.rule == "step_out_of_order"
    with pytest.raises(NotFoundError):
        home.do(request, "burn", officer(CASE))


def test_who_drafted_a_certificate_does_not_sign_it(home: DeskHome) -> None:
    request = home.bring_to(Stage.VERIFIED)
    home.do(request, "begin_certificate", officer(CASE, name="the-same-person"))
    with pytest.raises(RefusedError) as refused:
        home.do(request, "mark_ready", officer(SIGNER, name="the-same-person"))
    assert refused.value.rule == "signer_is_drafter"
    assert home.certificate(request).certificate.phase is Phase.DRAFTED


@pytest.mark.parametrize(
    ("field", "typed", "act", "stage", "role"),
    [
        ("reference", " ", "forward", Stage.ACCEPTED, CASE),
        ("police", "perhaps", "complete_police_check", Stage.POLICE_CHECK, Role.POLICE_CHECKER),
        ("ground", "because", "reject", Stage.SUBMITTED, INTAKE),
        ("amount", "mười", "require_payment", Stage.SUBMITTED, INTAKE),
        ("amount", "٣٠٠٠", "require_payment", Stage.SUBMITTED, INTAKE),
        ("amount", "9" * 5000, "require_payment", Stage.SUBMITTED, INTAKE),
        ("decision_date", "31/02/2026", "recall", Stage.READY, SIGNER),
        ("decision_date", "hôm qua", "cancel", Stage.READY, SIGNER),
        ("reason", "no_reason", "recall", Stage.READY, SIGNER),
        ("decision_text", "", "recall", Stage.READY, SIGNER),
        ("addition", "", "supplement", Stage.READY, SIGNER),
    ],
)
def test_a_field_of_another_form_is_named(
    home: DeskHome, field: str, typed: str, act: str, stage: Stage, role: Role
) -> None:
    request = home.bring_to(stage)
    head = home.system.facts.head()
    with pytest.raises(InvalidInputError) as refused:
        home.do(request, act, officer(role), **{field: typed})
    assert refused.value.place == field
    assert home.system.facts.head() == head


@pytest.mark.parametrize(
    ("act", "phase"), [("recall", Phase.RECALLED), ("cancel", Phase.CANCELLED)]
)
def test_a_certificate_is_taken_back_by_a_decision_once(
    home: DeskHome, act: str, phase: Phase
) -> None:
    request = home.bring_to(Stage.RETURNED)
    home.do(request, act, officer(SIGNER), key="form-1", decision_date="09/11/2026")
    head = home.system.facts.head()
    home.do(request, act, officer(SIGNER), key="form-1")
    home.do(request, act, officer(SIGNER), key="form-2")
    assert home.system.facts.head() == head
    assert home.certificate(request).certificate.phase is phase
    notes = home.ports.office.file(SCOPE, CASE, request, at=home.at).notes
    assert "15/QĐ-MẪU" in notes[-1].text.vi
    with pytest.raises(RefusedError):
        home.do(request, act, officer(SIGNER), decision_number="16/QĐ-MẪU")
    with pytest.raises(RefusedError):
        home.do(request, act, officer(CASE))


def test_a_certificate_is_supplemented_by_a_decision_once_for_each_form(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    home.do(request, "supplement", officer(SIGNER), key="form-1")
    home.do(request, "supplement", officer(SIGNER), key="form-1")
    assert len(home.certificate(request).certificate.supplements) == 1
    home.do(request, "supplement", officer(SIGNER), addition="nội dung khác")
    assert len(home.certificate(request).certificate.supplements) == 2


def test_nothing_is_decided_about_a_certificate_before_its_request_is_told(home: DeskHome) -> None:
    request = home.bring_to(Stage.ISSUING)
    issue(home, request, "account-signer")
    found = home.ports.office.offers(SCOPE, SIGNER, request, at=home.at)
    assert names(found) == {"drop_certificate", "mark_ready"}


def issue(home: DeskHome, request: UUID, account: str) -> None:
    issuing.issue(
        home.system.desk,
        certificate=home.certificate(request).id,
        key=home.system.issuing_key(AUTHORITY, 1),
        act=Act(home.at, account, "signer", AUTHORITY),
    )


@pytest.mark.parametrize("who", ["account-signer", "another-signer"])
def test_a_kill_between_issue_and_readiness_is_taken_up_by_any_signer(
    home: DeskHome, who: str
) -> None:
    request = home.bring_to(Stage.ISSUING)
    issue(home, request, "account-signer")
    home.restarted().do(request, "mark_ready", officer(SIGNER, name=who))
    assert home.request(request).stage is Stage.READY


@pytest.mark.parametrize("who", ["account-signer", "another-signer"])
def test_a_kill_between_intent_and_signature_is_taken_up_by_any_signer(
    home: DeskHome, who: str
) -> None:
    request = home.bring_to(Stage.ISSUING)
    issuing.sign(
        home.system.desk,
        certificate=home.certificate(request).id,
        key=home.system.issuing_key(AUTHORITY, 1),
        act=Act(home.at, "account-signer", "signer", AUTHORITY),
    )
    home.do(request, "mark_ready", officer(SIGNER, name=who))
    assert home.request(request).stage is Stage.READY
    assert home.certificate(request).certificate.phase is Phase.ACTIVE


@pytest.mark.parametrize(("act", "role"), STRAIGHT_WAY)
def test_a_form_that_is_sent_twice_acts_once(home: DeskHome, act: str, role: Role) -> None:
    request = home.file()
    for step, who in STRAIGHT_WAY:
        if step == act:
            break
        home.do(request, step, officer(who))
    home.do(request, act, officer(role), key="once")
    head = home.system.facts.head()
    home.do(request, act, officer(role), key="once")
    assert home.system.facts.head() == head
    with pytest.raises(IdempotencyMismatchError):
        home.do(request, act, officer(role), key="once", reference="QG-2")


def test_what_lies_outside_is_not_there_in_the_same_words(home: DeskHome) -> None:
    theirs = home.file(authority=OTHER_AUTHORITY)
    unsent = home.draft(PEOPLE[1])
    office, at = home.ports.office, home.at
    said = set()
    for request in (theirs, unsent, home.system.clockwork.new_id()):
        for scope in (SCOPE, Scope(), Scope(subject=home.register())):
            with pytest.raises(NotFoundError) as error:
                office.file(scope, CASE, request, at=at)
            said.add(str(error.value))
            with pytest.raises(NotFoundError) as error:
                office.offers(scope, CASE, request, at=at)
            said.add(str(error.value))
            with pytest.raises(NotFoundError) as error:
                office.paper(scope, Role.SIGNER, request, at=at)
            said.add(str(error.value))
        with pytest.raises(NotFoundError) as error:
            home.do(request, "accept", officer(INTAKE))
        said.add(str(error.value))
    assert len(said) == 1


def test_the_queue_has_ones_own_files_first_by_their_limit_and_no_one_elses(home: DeskHome) -> None:
    late = home.bring_to(Stage.ACCEPTED, PEOPLE[0])
    home.later(days=3)
    near = home.bring_to(Stage.ACCEPTED, PEOPLE[1])
    home.later(days=6)
    easy = home.bring_to(Stage.ACCEPTED, PEOPLE[2])
    paused = home.bring_to(Stage.ACCEPTED, PEOPLE[3])
    home.do(paused, "request_supplement", officer(INTAKE))
    fresh = home.file(PEOPLE[4])
    home.file(PEOPLE[5], authority=OTHER_AUTHORITY)
    home.draft(PEOPLE[6])
    counter = home.draft(PEOPLE[7], channel=Channel.COUNTER)
    home.system.projector.catch_up()
    lines = queue(home, QueueAsk(whose=Whose.ALL)).files
    by_request = {line.request: line for line in lines}
    assert by_request.keys() == {late, near, easy, paused, fresh, counter}
    assert [line.request for line in lines[:3]] == [late, near, easy]
    assert [by_request[one].pressure for one in (late, near, easy, paused, fresh)] == [
        Pressure.LATE,
        Pressure.NEAR,
        Pressure.EASY,
        Pressure.PAUSED,
        Pressure.NONE,
    ]
    assert by_request[late].mine
    assert not by_request[paused].mine
    own = {line.request for line in queue(home, QueueAsk()).files}
    assert own == {late, near, easy, fresh}
    assert (
        home.ports.office.queue(Scope(), officer(CASE), QueueAsk(), after="", at=home.at).files
        == ()
    )


def queue(home: DeskHome, ask: QueueAsk, after: str = "") -> QueuePage:
    return home.ports.office.queue(SCOPE, officer(CASE), ask, after=after, at=home.at)


def test_acts_rest_on_the_law_of_the_requests_own_procedure(home: DeskHome) -> None:
    request = home.bring_to(Stage.ACCEPTED)
    history = home.system.facts.history(request)
    assert history.recorded[-1].act.legal_basis == "107/2025/QH15"
    assert history.recorded[-1].act.correlation == request
    assert offers(home.request(request), None, Role.VERIFIER) == ()


def test_a_fee_that_was_too_low_is_asked_for_and_paid_at_the_counter(home: DeskHome) -> None:
    new = replace(home.new(), channel=Channel.NATIONAL_PORTAL, fee_group=FeeGroup.REDUCED)
    act = Act(home.at, "citizen-1", "citizen")
    requests.file(home.system.facts, new=new, settlement=Settlement(100_000, "BL-1"), act=act)
    request = request_stream(AUTHORITY, new.dossier_code)
    home.do(request, "require_payment", officer(INTAKE), amount="100000")
    view = home.ports.office.file(SCOPE, INTAKE, request, at=home.at)
    assert [step.number for step in view.steps if step.current] == [1]
    home.do(request, "pay", officer(INTAKE), amount="100000", receipt="BL-2")
    assert home.request(request).stage is Stage.SUBMITTED


def test_two_who_send_one_form_at_once_both_find_it_done(home: DeskHome) -> None:
    request = home.bring_to(Stage.RETURNED)
    head = home.system.facts.head()
    with ThreadPoolExecutor(4) as pool:
        sent = [
            pool.submit(home.do, request, "recall", officer(SIGNER), key="once") for _ in range(4)
        ]
        for one in sent:
            one.result(timeout=30)
    assert home.system.facts.head() == head + 1


def test_who_is_overtaken_by_another_decision_is_told_so(home: DeskHome) -> None:
    request = home.bring_to(Stage.RETURNED)
    home.do(request, "cancel", officer(SIGNER))
    with pytest.raises(RefusedError):
        home.do(request, "recall", officer(SIGNER))
    with pytest.raises(RefusedError):
        home.do(home.file(PEOPLE[3]), "recall", officer(SIGNER))
