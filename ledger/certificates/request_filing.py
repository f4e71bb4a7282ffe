"""What the applicant's side decides: draft, pay, submit, supplement, withdraw. Decisions.

Each takes the request and the act and returns facts, or refuses with a rule of `request_rules` or
with the place of the wrong value. Who may ask for what:

=========  ====================  =====================================================
applicant  form                  also
=========  ====================  =====================================================
self       1, 2                  on VNeID with an account of level 2
proxy      1                     named, with the date of the written authorisation
parent     1, 2                  named; for a child under eighteen
agency     1; 2 if procedural    may be urgent if procedural
=========  ====================  =====================================================
"""

from datetime import date
from typing import Final

from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates import fees
from ledger.certificates.kinds.judicial_record.procedure import DRAFTING, PROCEDURE
from ledger.certificates.procedure import ProcedureVersion, Role, Stage
from ledger.certificates.request import Request, began_on, check_role, ended_on, may
from ledger.certificates.request_deadlines import resume
from ledger.certificates.request_facts import (
    Fact,
    FeeExemptionGranted,
    FeePaid,
    RequestDrafted,
    RequestSubmitted,
    SupplementReceived,
    WithdrawalAccepted,
    WithdrawalRequested,
)
from ledger.certificates.request_files import FileReceived
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import (
    Applicant,
    Channel,
    Declaration,
    Form,
    NewRequest,
)
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.identifiers import AUTHORITY, CODE, DOSSIER_CODE, PERSONAL_NUMBER, check_province
from ledger.names import check_name, check_text
from ledger.personal import Erased
from ledger.personal_details import age, check_contact, check_details, check_stay

MAJORITY: Final = 18
"""Completed years. Source: Civil Code 2015, article 20."""
ACCOUNT_LEVEL: Final = 2
MAX_COPIES: Final = 20
MAX_STAYS: Final = 100
VIETNAM: Final = "VN"

_ROLES: Final = {
    Applicant.SELF: {Role.CITIZEN, Role.PORTAL_SYSTEM, Role.INTAKE_OFFICER},
    Applicant.PROXY: {Role.CITIZEN, Role.GUARDIAN, Role.PORTAL_SYSTEM, Role.INTAKE_OFFICER},
    Applicant.PARENT: {Role.CITIZEN, Role.GUARDIAN, Role.PORTAL_SYSTEM, Role.INTAKE_OFFICER},
    Applicant.AGENCY: {Role.PROCEDURAL_AGENCY, Role.PORTAL_SYSTEM, Role.INTAKE_OFFICER},
}
"""In which role each applicant comes; systems and counters pass anybody's request on."""
_BEFORE_ACCEPTANCE: Final = frozenset({
    Stage.DRAFTED, Stage.PAID, Stage.FEE_EXEMPT, Stage.SUBMITTED, Stage.PAYMENT_REQUIRED,
})  # fmt: skip


def draft(new: NewRequest, *, act: Act) -> RequestDrafted:
    """Return the draft of a request.

    Raises:
        InvalidInputError: A value has the wrong form; names the place.
        RefusedError: Who asks may not ask for this.
    """
    check_role(act, DRAFTING, "draft")
    day = began_on(act)
    _check_codes(new, day)
    _check_declaration(new.declaration, act)
    check_contact(new.contact, place="contact")
    version = PROCEDURE.in_force(day)
    _check_applicant(new, act)
    _check_age(new.declaration, new.applicant, version, day)
    fees.check_group(new.fee_group, new.channel)
    return RequestDrafted(
        authority=new.authority,
        dossier_code=new.dossier_code,
        subject=new.subject,
        province=new.province,
        form=new.form,
        include_post_bans=new.include_post_bans,
        purpose=new.purpose,
        channel=new.channel,
        applicant=new.applicant,
        fee_group=new.fee_group,
        fee=version.fees[new.fee_group],
        copies=new.copies,
        complex_case=_is_complex(new.declaration),
        urgent=new.urgent,
        declaration=new.declaration,
        contact=new.contact,
        representative=new.representative,
        declared_convictions=new.declared_convictions,
    )


def pay(state: Request, *, act: Act, amount: int, receipt: str) -> tuple[Fact, ...]:
    """Return the payment of exactly what is due, in VND."""
    may(state, FeePaid, act)
    return (fees.pay(state.fee, amount=amount, receipt=receipt),)


def exempt(state: Request, *, act: Act, ground: str) -> tuple[Fact, ...]:
    """Return the exemption, which the national portal has checked."""
    may(state, FeeExemptionGranted, act)
    fees.check_group(state.draft.fee_group, state.draft.channel)
    return (fees.exempt(state.fee, ground=ground),)


def submit(state: Request, *, act: Act) -> tuple[Fact, ...]:
    """Return the submission; its day chooses the procedure version for good."""
    may(state, RequestSubmitted, act)
    day = began_on(act)
    version = PROCEDURE.in_force(day)
    if not isinstance(state.declaration, Erased):
        _check_age(state.declaration, state.draft.applicant, version, day)
    return (RequestSubmitted(day, version.code),)


def receive_supplement(
    state: Request,
    *,
    act: Act,
    calendar: WorkingCalendar,
    declaration: Declaration | None = None,
    files: tuple[FileReceived, ...] = (),
) -> tuple[Fact, ...]:
    """Return what came, with its files and the declaration as it now reads; the clock runs on."""
    may(state, SupplementReceived, act)
    if declaration is not None:
        _check_declaration(declaration, act)
    day = max(began_on(act), state.asked_on or began_on(act))
    resumed = resume(state.deadline, on=day, calendar=calendar) if state.deadline else ()
    return (SupplementReceived(day, declaration), *files, *resumed)


def request_withdrawal(state: Request, *, act: Act) -> tuple[Fact, ...]:
    """Return the wish to withdraw; before acceptance that is the withdrawal itself."""
    may(state, WithdrawalRequested, act)
    day = ended_on(act)
    asked = WithdrawalRequested(day)
    before = state.stage in _BEFORE_ACCEPTANCE or state.asked_in is Stage.SUBMITTED
    return (asked, WithdrawalAccepted(day)) if before else (asked,)


def _check_codes(new: NewRequest, day: date) -> None:
    AUTHORITY.check(new.authority, place="authority")
    DOSSIER_CODE.check(new.dossier_code, place="dossier_code")
    check_province(new.province, on=day, place="province")
    CODE.check(new.purpose, place="purpose")
    if not 0 <= new.copies <= MAX_COPIES:
        raise InvalidInputError("copies", "copies", f"0 to {MAX_COPIES}")
    if new.declared_convictions is not None:
        check_text(new.declared_convictions, place="declared_convictions")


def _check_declaration(declaration: Declaration, act: Act) -> None:
    check_details(declaration.details, at=act.at, place="declaration")
    if len(declaration.stays) > MAX_STAYS:
        raise InvalidInputError("declaration.stays", "too_many", f"at most {MAX_STAYS}")
    for number, stay in enumerate(declaration.stays):
        check_stay(stay, place=f"declaration.stays[{number}]")
    if declaration.purpose is not None:
        check_text(declaration.purpose, place="declaration.purpose", longest=500)


def _is_complex(declaration: Declaration) -> bool:
    """Several provinces, abroad, or a foreigner. Source: the 2009 law, article 48.2."""
    provinces = {stay.province for stay in declaration.stays if stay.province}
    abroad = any(stay.abroad for stay in declaration.stays)
    return abroad or len(provinces) > 1 or declaration.details.nationality != VIETNAM


def _check_applicant(new: NewRequest, act: Act) -> None:
    if act.role not in _ROLES[new.applicant]:
        raise RefusedError(
            Rule.APPLICANT_CONTRADICTS_ROLE, f"applicant {new.applicant} as {act.role}"
        )
    _check_form(new, act)
    _check_representative(new, act)
    by_account = new.applicant in {Applicant.SELF, Applicant.PARENT}
    if new.channel is Channel.VNEID and by_account and new.identification_level != ACCOUNT_LEVEL:
        raise RefusedError(Rule.IDENTIFICATION_LEVEL_TOO_LOW, "expected an account of level 2")


def _check_form(new: NewRequest, act: Act) -> None:
    procedural = new.applicant is Applicant.AGENCY and act.role == Role.PROCEDURAL_AGENCY
    if new.form is Form.TWO and new.applicant is Applicant.PROXY:
        raise RefusedError(Rule.FORM_2_NEVER_BY_PROXY, "form 2: expected no proxy")
    if new.form is Form.TWO and new.applicant is Applicant.AGENCY and not procedural:
        raise RefusedError(
            Rule.APPLICANT_CONTRADICTS_ROLE, "form 2 for an agency: expected a procedural one"
        )
    if new.urgent and not procedural:
        raise RefusedError(Rule.URGENT_ONLY_FOR_AGENCIES, "urgent: expected a procedural agency")


def _check_representative(new: NewRequest, act: Act) -> None:
    representative, represented = new.representative, {Applicant.PROXY, Applicant.PARENT}
    if (representative is not None) != (new.applicant in represented):
        raise RefusedError(
            Rule.REPRESENTATIVE_MISSING, f"applicant {new.applicant}: somebody named, or nobody"
        )
    if representative is None:
        return
    check_name(representative.name, place="representative.name")
    check_text(representative.relation, place="representative.relation", longest=100)
    if representative.number is not None:
        PERSONAL_NUMBER.check(representative.number, place="representative.number")
    authorised = representative.authorised_on
    if new.applicant is Applicant.PROXY and (authorised is None or authorised > local_day(act.at)):
        raise RefusedError(Rule.AUTHORISATION_MISSING, "expected the day of the authorisation")


def _check_age(
    declaration: Declaration, applicant: Applicant, version: ProcedureVersion, day: date
) -> None:
    years = age(declaration.details.birth_date, day)
    if years < version.minimum_age:
        raise RefusedError(Rule.TOO_YOUNG, f"expected at least {version.minimum_age} years")
    if applicant is Applicant.PARENT and years >= MAJORITY:
        raise RefusedError(Rule.PARENT_ONLY_FOR_MINORS, f"expected under {MAJORITY} years")
