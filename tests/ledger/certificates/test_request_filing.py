import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.certificates import request_filing as filing
from ledger.certificates.kinds.judicial_record.procedure import (
    LAW_2026,
    PILOT_570,
    PILOT_OF_CITIES,
)
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import portal_code
from ledger.certificates.request_facts import (
    FeeExemptionGranted,
    FeePaid,
    RequestSubmitted,
    WithdrawalAccepted,
    WithdrawalRequested,
)
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import (
    Applicant,
    Channel,
    Declaration,
    FeeGroup,
    Form,
    NewRequest,
    Representative,
)
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.personal import Erased
from ledger.personal_details import ContactDetails, Stay
from tests_support.request_desk import (
    DETAILS,
    MONDAY,
    NEW,
    PILOT_DAY,
    after,
    by,
    declared,
    new_request,
    request_in,
)

PROXY = Representative("LÊ VĂN MẪU", "bạn", "000099005555", authorised_on=date(2026, 11, 1))
PARENT = Representative("NGUYỄN VĂN CHA MẪU", "cha")
CHILD = declared(birth_date=date(2009, 3, 1))
CITIZEN, AGENCY = by(Role.CITIZEN), by(Role.PROCEDURAL_AGENCY)


def refused_draft(new: NewRequest, act: Act = CITIZEN) -> str:
    with pytest.raises(RefusedError) as refused:
        filing.draft(new, act=act)
    return refused.value.rule


def test_a_draft_says_what_was_asked_for_and_what_it_costs() -> None:
    drafted = filing.draft(NEW, act=CITIZEN)
    assert (drafted.form, drafted.fee, drafted.complex_case) == (Form.ONE, 200_000, False)
    assert drafted.declaration == NEW.declaration
    state = after(None, (drafted,))
    assert (state.stage, portal_code(state)) == (Stage.DRAFTED, None)


@pytest.mark.parametrize(
    ("changes", "place", "rule"),
    [
        ({"authority": "công an"}, "authority", "authority_code"),
        ({"dossier_code": "12"}, "dossier_code", "dossier_code"),
        ({"province": "03"}, "province", "unknown_province"),
        ({"province": "1"}, "province", "province_code"),
        ({"purpose": "vì tôi muốn"}, "purpose", "code"),
        ({"copies": -1}, "copies", "copies"),
        ({"copies": 21}, "copies", "copies"),
        ({"declared_convictions": ""}, "declared_convictions", "not_blank"),
        ({"contact": ContactDetails(phone="x")}, "contact.phone", "phone"),
        ({"declaration": declared(number="0000990012345")}, "declaration.number",
         "personal_number"),
        ({"declaration": declared(birth_date=date(2027, 1, 1))}, "declaration.birth_date",
         "not_in_the_future"),
        ({"declaration": declared(name=unicodedata.normalize("NFD", DETAILS.name))},
         "declaration.name", "nfc"),
        ({"declaration": Declaration(DETAILS, purpose=" ")}, "declaration.purpose", "not_blank"),
        ({"declaration": Declaration(DETAILS, (Stay("", None, "Mẫu"),))},
         "declaration.stays[0].since", "not_blank"),
        ({"declaration": Declaration(DETAILS, (Stay("2020", None, "Mẫu"),) * 101)},
         "declaration.stays", "too_many"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_its_place(
    changes: dict[str, Any], place: str, rule: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        filing.draft(new_request(**changes), act=CITIZEN)
    assert (refused.value.place, refused.value.rule) == (place, rule)


def test_form_2_is_never_requested_by_a_proxy() -> None:
    new = new_request(form=Form.TWO, applicant=Applicant.PROXY, representative=PROXY)
    assert refused_draft(new, by(Role.GUARDIAN)) == Rule.FORM_2_NEVER_BY_PROXY


def test_form_1_may_be_requested_by_a_proxy_with_a_written_authorisation() -> None:
    new = new_request(
        applicant=Applicant.PROXY, representative=PROXY, channel=Channel.PROVINCIAL_PORTAL
    )
    assert filing.draft(new, act=CITIZEN).representative == PROXY
    for day in (None, date(2026, 11, 10)):
        without = replace(new, representative=replace(PROXY, authorised_on=day))
        assert refused_draft(without) == Rule.AUTHORISATION_MISSING
    with pytest.raises(InvalidInputError) as refused:
        filing.draft(replace(new, representative=replace(PROXY, number="1")), act=CITIZEN)
    assert refused.value.place == "representative.number"


def test_a_representative_is_named_if_and_only_if_there_is_one() -> None:
    assert refused_draft(new_request(applicant=Applicant.PARENT)) == Rule.REPRESENTATIVE_MISSING
    assert refused_draft(new_request(representative=PARENT)) == Rule.REPRESENTATIVE_MISSING


def test_a_parent_asks_for_a_minor_of_the_age_that_the_law_requires() -> None:
    new = new_request(
        applicant=Applicant.PARENT, representative=PARENT, declaration=CHILD, form=Form.TWO
    )
    assert filing.draft(new, act=by(Role.GUARDIAN)).applicant is Applicant.PARENT
    assert (
        refused_draft(replace(new, declaration=NEW.declaration), by(Role.GUARDIAN))
        == Rule.PARENT_ONLY_FOR_MINORS
    )
    fifteen = replace(new, declaration=declared(birth_date=date(2010, 11, 10)))
    assert refused_draft(fifteen, by(Role.GUARDIAN)) == Rule.TOO_YOUNG


def test_in_the_pilot_there_was_no_least_age() -> None:
    new = new_request(
        applicant=Applicant.PARENT,
        representative=PARENT,
        declaration=declared(birth_date=date(2014, 1, 1)),
    )
    filing.draft(new, act=by(Role.GUARDIAN, PILOT_DAY))


def test_vneid_takes_accounts_of_level_2_only() -> None:
    for level in (None, 1):
        new = new_request(identification_level=level)
        assert refused_draft(new) == Rule.IDENTIFICATION_LEVEL_TOO_LOW
    filing.draft(new_request(channel=Channel.COUNTER, identification_level=None), act=CITIZEN)


def test_only_procedural_agencies_ask_for_form_2_of_others_and_only_they_are_urgent() -> None:
    new = new_request(form=Form.TWO, applicant=Applicant.AGENCY, channel=Channel.COUNTER)
    assert filing.draft(replace(new, urgent=True), act=AGENCY).urgent
    assert refused_draft(new, by(Role.INTAKE_OFFICER)) == Rule.APPLICANT_CONTRADICTS_ROLE
    filing.draft(replace(new, form=Form.ONE), act=by(Role.INTAKE_OFFICER))
    assert refused_draft(new_request(urgent=True)) == Rule.URGENT_ONLY_FOR_AGENCIES


@pytest.mark.parametrize(
    ("applicant", "role", "rule"),
    [
        (Applicant.AGENCY, Role.CITIZEN, Rule.APPLICANT_CONTRADICTS_ROLE),
        (Applicant.SELF, Role.GUARDIAN, Rule.APPLICANT_CONTRADICTS_ROLE),
        (Applicant.SELF, Role.CASE_OFFICER, Rule.ROLE_MAY_NOT),
        (Applicant.SELF, Role.SIGNER, Rule.ROLE_MAY_NOT),
    ],
)
def test_who_asks_fits_the_role(applicant: Applicant, role: Role, rule: Rule) -> None:
    assert refused_draft(new_request(applicant=applicant), by(role)) == rule


@pytest.mark.parametrize(
    ("declaration", "is_complex"),
    [
        (NEW.declaration, False),
        (declared(nationality="FR", number="000099001234"), True),
        (Declaration(DETAILS, (Stay("2020", None, "Mẫu", province="01"),)), False),
        (
            Declaration(
                DETAILS,
                (Stay("2020", "2022", "A", province="01"), Stay("2022", None, "B", province="79")),
            ),
            True,
        ),
        (Declaration(DETAILS, (Stay("2020", "2022", "Praha", abroad=True),)), True),
    ],
)
def test_several_provinces_abroad_or_a_foreigner_make_a_request_complex(
    declaration: Declaration,
    is_complex: bool,  # noqa: FBT001 (from the table above)
) -> None:
    new = new_request(declaration=declaration)
    assert filing.draft(new, act=CITIZEN).complex_case is is_complex


@pytest.mark.parametrize("channel", [c for c in Channel if c is not Channel.NATIONAL_PORTAL])
@pytest.mark.parametrize("group", [FeeGroup.REDUCED, FeeGroup.EXEMPT])
def test_a_waiver_goes_by_the_national_portal_only(channel: Channel, group: FeeGroup) -> None:
    new = new_request(channel=channel, fee_group=group)
    assert refused_draft(new) == Rule.WAIVER_NEEDS_NATIONAL_PORTAL
    drafted = filing.draft(replace(new, channel=Channel.NATIONAL_PORTAL), act=CITIZEN)
    assert drafted.fee == (100_000 if group is FeeGroup.REDUCED else 0)


def test_exactly_what_is_due_is_paid() -> None:
    state = request_in(Stage.DRAFTED)
    assert filing.pay(state, act=CITIZEN, amount=200_000, receipt="BL-1") == (
        FeePaid(200_000, "BL-1"),
    )
    for amount in (0, -200_000, 199_999, 200_001):
        with pytest.raises(RefusedError) as refused:
            filing.pay(state, act=CITIZEN, amount=amount, receipt="BL-1")
        assert refused.value.rule == Rule.WRONG_AMOUNT
    with pytest.raises(InvalidInputError):
        filing.pay(state, act=CITIZEN, amount=200_000, receipt="")


def test_who_is_exempt_pays_nothing_and_who_is_not_is_not_exempted() -> None:
    new = new_request(channel=Channel.NATIONAL_PORTAL, fee_group=FeeGroup.EXEMPT)
    state = request_in(Stage.DRAFTED, new=new)
    exempted = filing.exempt(state, act=CITIZEN, ground="poor-household")
    assert exempted == (FeeExemptionGranted("poor-household"),)
    exempt = after(state, exempted)
    assert exempt.stage is Stage.FEE_EXEMPT
    assert filing.submit(exempt, act=CITIZEN)
    with pytest.raises(RefusedError) as refused:
        filing.pay(state, act=CITIZEN, amount=0, receipt="BL-1")
    assert refused.value.rule == Rule.WRONG_AMOUNT
    for other in (
        request_in(Stage.DRAFTED, new=replace(new, fee_group=FeeGroup.STANDARD)),
        request_in(Stage.DRAFTED),
    ):
        with pytest.raises(RefusedError) as refused:
            filing.exempt(other, act=CITIZEN, ground="poor-household")
        assert refused.value.rule == Rule.NOT_EXEMPT


def test_an_unpaid_request_is_not_submitted() -> None:
    with pytest.raises(RefusedError) as refused:
        filing.submit(request_in(Stage.DRAFTED), act=CITIZEN)
    assert refused.value.rule == Rule.FEE_NOT_SETTLED


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (datetime(2026, 6, 30, 16, 59, tzinfo=UTC), PILOT_570.code),
        (datetime(2026, 6, 30, 17, 0, tzinfo=UTC), LAW_2026.code),
        (datetime(2024, 9, 30, 17, 0, tzinfo=UTC), PILOT_570.code),
        (datetime(2024, 9, 30, 16, 59, tzinfo=UTC), PILOT_OF_CITIES.code),
        (datetime(2024, 4, 21, 17, 0, tzinfo=UTC), PILOT_OF_CITIES.code),
    ],
)
def test_the_day_of_submission_in_vietnam_chooses_the_procedure(at: datetime, code: str) -> None:
    (submitted,) = filing.submit(request_in(Stage.PAID, at=at), act=by(Role.CITIZEN, at))
    assert isinstance(submitted, RequestSubmitted)
    assert submitted.procedure == code


def test_a_dossier_received_before_the_change_falls_under_the_old_procedure() -> None:
    received = datetime(2026, 6, 30, 3, 0, tzinfo=UTC)
    state = request_in(Stage.PAID, at=received)
    late = by(Role.PORTAL_SYSTEM, received + timedelta(days=3), occurred_at=received)
    assert filing.submit(state, act=late) == (RequestSubmitted(date(2026, 6, 30), "570-2024"),)


def test_before_the_pilot_no_procedure_holds() -> None:
    act = by(Role.CITIZEN, datetime(2024, 4, 21, 16, 0, tzinfo=UTC))
    assert refused_draft(NEW, act) == Rule.NO_PROCEDURE_IN_FORCE


def test_who_was_old_enough_for_the_pilot_may_be_too_young_at_submission() -> None:
    june = datetime(2026, 6, 30, 3, 0, tzinfo=UTC)
    new = new_request(declaration=declared(birth_date=date(2011, 1, 1)))
    state = request_in(Stage.PAID, new=new, at=june)
    with pytest.raises(RefusedError) as refused:
        filing.submit(state, act=by(Role.CITIZEN, june + timedelta(days=1)))
    assert refused.value.rule == Rule.TOO_YOUNG
    erased = replace(state, declaration=Erased(bytes(16)))
    assert filing.submit(erased, act=by(Role.CITIZEN, june + timedelta(days=1)))


def test_nothing_happens_in_the_future() -> None:
    act = by(Role.CITIZEN, occurred_at=MONDAY + timedelta(seconds=1))
    assert refused_draft(NEW, act) == Rule.IN_THE_FUTURE


@pytest.mark.parametrize("stage", [Stage.DRAFTED, Stage.PAID, Stage.SUBMITTED])
def test_before_acceptance_a_withdrawal_takes_nobodys_consent(stage: Stage) -> None:
    facts = filing.request_withdrawal(request_in(stage), act=CITIZEN)
    assert facts == (
        WithdrawalRequested(MONDAY.date()),
        WithdrawalAccepted(MONDAY.date()),
    )
    withdrawn = after(request_in(stage), facts)
    assert withdrawn.stage is Stage.WITHDRAWN
    assert portal_code(withdrawn) == (7 if stage is Stage.SUBMITTED else None)


def test_once_accepted_a_withdrawal_waits_for_consent() -> None:
    facts = filing.request_withdrawal(request_in(Stage.LOOKUP_RUNNING), act=CITIZEN)
    assert facts == (WithdrawalRequested(MONDAY.date()),)


@pytest.mark.parametrize("stage", [Stage.ISSUING, Stage.READY, Stage.RETURNED])
def test_once_a_certificate_is_begun_nothing_is_withdrawn(stage: Stage) -> None:
    with pytest.raises(RefusedError) as refused:
        filing.request_withdrawal(request_in(stage), act=CITIZEN)
    assert refused.value.rule == Rule.STEP_OUT_OF_ORDER
