"""A citizen's own request: ask, check, follow, send, answer what is missing, withdraw.

What was typed goes from page to page in forms, never in an address; each form carries a key of
its own, so that what is sent twice acts once.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request

from keys.base64url import to_base64url
from ledger.certificates.fees import FEES
from ledger.certificates.kind import Wording
from ledger.certificates.request_rules import RULES, Rule
from ledger.errors import ConflictError, InvalidInputError, RefusedError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.citizen_desk import CitizenDesk
from verify_api.citizen_form_words import (
    ASK,
    FEE_GROUPS,
    FORMS,
    PURPOSES,
    RECEIVINGS,
    WRONG,
)
from verify_api.citizen_forms import (
    ASKED_FIELDS,
    MOST_STAY_LINES,
    STAY_LINES,
    Faults,
    faults_of,
    read_request,
    read_supplement,
    typed_of,
)
from verify_api.citizen_words import (
    CITIZEN,
    DECISIONS,
    DELIVERIES,
    GROUNDS,
    NEXT,
    ORDERS,
    REASONS,
    STANDINGS,
    vnd,
)
from verify_api.desk.citizen_file import masked
from verify_api.errors import MalformedRequestError
from verify_api.ports import Seen
from verify_api.problems import problem_of
from verify_api.running import the_ports
from verify_api.said import tell
from verify_api.sent_file_words import FILE_FAULTS, FILE_TYPES, SENT_FILES
from verify_api.sent_files import read_files
from verify_api.throttle import throttle
from verify_api.uploads import ACCEPTED, takes_files

ONCE_BYTES = 16
_WRONG: Final = {**WRONG, **FILE_FAULTS}
_UNCONFIRMED: Final[Faults] = {"confirmed": "confirmed"}

own = access(who_may(Action.FOLLOW_OWN), scope=Reach.OWN, purpose="own_record", reads_personal=True)
acts_on_own = access(
    who_may(Action.MANAGE_OWN), scope=Reach.OWN, purpose="manage_own", reads_personal=True
)


def citizen_request_routes(desk: CitizenDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("citizen_requests", __name__, url_prefix="/my/requests")
    _asking(blueprint, desk)
    _following(blueprint, desk)
    _supplementing(blueprint, desk)
    _withdrawing(blueprint, desk)
    return blueprint


def _asking(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/new")
    @own
    def new() -> Disclosed:
        """Show the form, filled from the register; who has an open request is led to it."""
        open_request = desk.requests.registered(the_scope()).open_request
        if open_request is not None:
            return Disclosed(seen_other(f"/my/requests/{open_request}", "one_request"))
        return _form(desk, {})

    @blueprint.post("/change")
    @acts_on_own
    def change() -> Disclosed:
        """Show the form again with what was typed before."""
        return _form(desk, typed_values())

    @blueprint.post("/check")
    @acts_on_own
    def check() -> Disclosed:
        """Show what will be asked for, with its fee, before anything is recorded."""
        return _checked(desk)

    @blueprint.post("")
    @takes_files
    @acts_on_own
    def begin() -> Disclosed:
        """Make the request with the files sent along, and go on to its payment."""
        return _begun(desk)


def _checked(desk: CitizenDesk) -> Disclosed:
    typed = typed_values()
    read = read_request(typed)
    if read.asked is None:
        return _form(desk, typed, read.faults)
    try:
        fee = desk.requests.quoted(the_scope(), the_caller(), read.asked, at=_now())
    except (InvalidInputError, RefusedError) as error:
        return _refused_form(desk, typed, error)
    return _check_page(desk, typed, fee)


def _begun(desk: CitizenDesk) -> Disclosed:
    throttle("own_request", the_ports().settings.rates.paper)
    sent = read_files()
    typed, key = typed_values(), form_key()
    read = read_request(typed)
    if read.asked is None:
        return _form(desk, typed, read.faults)
    faults = {**({} if request.form.get("confirmed") == "yes" else _UNCONFIRMED), **sent.faults}
    try:
        if faults:
            fee = desk.requests.quoted(the_scope(), the_caller(), read.asked, at=_now())
            return _check_page(desk, typed, fee, faults, sent.failed)
        made = desk.requests.begin(
            the_scope(), the_caller(), read.asked, key, at=_now(), files=sent.files
        )
    except (InvalidInputError, RefusedError) as error:
        return _refused_form(desk, typed, error)
    return Disclosed(seen_other(f"/my/requests/{made}/pay", "request_made"))


def _form(
    desk: CitizenDesk, typed: Mapping[str, str], faults: Faults | None = None,
    problem: Wording | None = None,
) -> Disclosed:  # fmt: skip
    known = desk.requests.registered(the_scope())
    filled = {
        "phone": known.contact.phone or "", "email": known.contact.email or "",
        "address": known.contact.current_address or known.contact.permanent_address or "",
        "fee_group": "standard", "copies": "1",
    }  # fmt: skip
    wrong = bool(faults) or problem is not None
    answer = page(
        "request_new.html", words=ASK, mine=CITIZEN, wrong=WRONG, known=known,
        number_shown=masked(known.details.number), typed={**filled, **typed}, faults=faults or {},
        problem=problem, forms_offered=FORMS, purposes=PURPOSES, receivings=RECEIVINGS,
        fee_groups=[(code, title, what, vnd(FEES[group]))
                    for group in FEES for code, (title, what) in FEE_GROUPS.items()
                    if code == group.value],
        authorities=[(one.code, one.name) for one in desk.requests.authorities],
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
    )  # fmt: skip
    return Disclosed(answer, (Seen(RecordKind.PERSON, the_scope().subject),))


def _refused_form(
    desk: CitizenDesk, typed: Mapping[str, str], error: InvalidInputError | RefusedError
) -> Disclosed:
    faults = faults_of(error)
    return _form(desk, typed, faults, None if faults else words_of_problem(error))


def _check_page(
    desk: CitizenDesk, typed: Mapping[str, str], fee: int, faults: Faults | None = None,
    failed: str = "",
) -> Disclosed:  # fmt: skip
    known = desk.requests.registered(the_scope())
    authority = next(
        one.name for one in desk.requests.authorities if one.code == typed["authority"]
    )
    answer = page(
        "request_check.html", words=ASK, mine=CITIZEN, wrong=_WRONG, known=known, sent=SENT_FILES,
        number_shown=masked(known.details.number), typed=typed, faults=faults or {},
        fields=ASKED_FIELDS, form=FORMS[typed["form"]][0], purpose=PURPOSES[typed["purpose"]],
        receiving=RECEIVINGS[typed["receiving"]][0], authority=authority, fee=vnd(fee),
        once=new_key(), accepted=ACCEPTED, failed=failed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )  # fmt: skip
    return Disclosed(answer, (Seen(RecordKind.PERSON, the_scope().subject),))


def _following(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/<uuid:request_id>")
    @own
    def file(request_id: UUID) -> Disclosed:
        """Show one request: what to do now, when it is due and why, its result and checks."""
        return file_page(desk, request_id)

    @blueprint.post("/<uuid:request_id>/submit")
    @acts_on_own
    def submit(request_id: UUID) -> Disclosed:
        """Send a paid request to its authority."""
        key = form_key()
        try:
            desk.requests.submit(the_scope(), the_caller(), request_id, key, at=_now())
        except (RefusedError, ConflictError) as error:
            return file_page(desk, request_id, error)
        return Disclosed(seen_other(f"/my/requests/{request_id}", "request_sent"))


def file_page(desk: CitizenDesk, request_id: UUID, error: Exception | None = None) -> Disclosed:
    """Return the page of one request, with what was just refused."""
    shown = desk.files.file(the_scope(), request_id, at=_now())
    draft = shown.state.draft
    answer = page(
        "my_request.html", words=CITIZEN, ask=ASK, shown=shown, file=shown.view, once=new_key(),
        problem=None if error is None else words_of_problem(error), next=NEXT[shown.stage],
        form=FORMS[str(draft.form.value)][0],
        purpose=PURPOSES.get(draft.purpose, Wording(draft.purpose, draft.purpose)),
        standings=STANDINGS, decisions=DECISIONS, reasons=REASONS, grounds=GROUNDS,
        deliveries=DELIVERIES, orders=ORDERS, vnd=vnd,
        sent_files=desk.sent.own(the_scope(), request_id), file_types=FILE_TYPES, sent=SENT_FILES,
        status=HTTPStatus.OK if error is None else problem_of(error).status,
    )  # fmt: skip
    return Disclosed(answer, (Seen(RecordKind.REQUEST, the_scope().subject, reference=request_id),))


def _supplementing(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/<uuid:request_id>/supplement")
    @own
    def supplement_form(request_id: UUID) -> Disclosed:
        """Show what the authority found missing, and the declaration to complete."""
        return _supplement(desk, request_id, None)

    @blueprint.post("/<uuid:request_id>/supplement")
    @takes_files
    @acts_on_own
    def supplement(request_id: UUID) -> Disclosed:
        """Answer what was found missing, with files; the clock runs on."""
        sent = read_files()
        typed, key = typed_values(), form_key()
        read = read_supplement(typed, desk.requests.registered(the_scope()))
        if read.given is None or sent.faults:
            both = {**read.faults, **sent.faults}
            return _supplement(desk, request_id, typed, both, sent.failed)
        given = replace(read.given, files=sent.files)
        try:
            desk.requests.supplement(the_scope(), the_caller(), request_id, given, key, at=_now())
        except InvalidInputError as error:
            faults = faults_of(error)
            if not faults:
                raise
            return _supplement(desk, request_id, typed, faults)
        except (RefusedError, ConflictError) as error:
            return file_page(desk, request_id, error)
        return Disclosed(seen_other(f"/my/requests/{request_id}", "supplement_sent"))


def _supplement(
    desk: CitizenDesk, request_id: UUID, typed: Mapping[str, str] | None,
    faults: Faults | None = None, failed: str = "",
) -> Disclosed:  # fmt: skip
    shown = desk.files.file(the_scope(), request_id, at=_now())
    if "receive_supplement" not in shown.acts:
        raise RefusedError(
            Rule.RESUBMISSION_ONLY_IN_SUPPLEMENT, "expected a request that waits for one"
        )
    declared = desk.requests.declared(the_scope(), request_id)
    known = desk.requests.registered(the_scope())
    lines = min(len(declared.stays) + STAY_LINES, MOST_STAY_LINES)
    answer = page(
        "request_supplement.html", words=ASK, mine=CITIZEN, wrong=_WRONG, shown=shown,
        sent=SENT_FILES,
        typed=typed_of(declared, known.contact) if typed is None else typed,
        faults=faults or {}, lines=lines, once=new_key(), accepted=ACCEPTED, failed=failed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )  # fmt: skip
    return Disclosed(answer, (Seen(RecordKind.REQUEST, the_scope().subject, reference=request_id),))


def _withdrawing(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/<uuid:request_id>/withdraw")
    @own
    def withdraw_form(request_id: UUID) -> Disclosed:
        """Say what withdrawing means, before it is done."""
        return _withdrawal(desk, request_id)

    @blueprint.post("/<uuid:request_id>/withdraw")
    @acts_on_own
    def withdraw(request_id: UUID) -> Disclosed:
        """Ask to withdraw."""
        key = form_key()
        if request.form.get("confirmed") != "yes":
            return _withdrawal(desk, request_id)
        try:
            desk.requests.withdraw(the_scope(), the_caller(), request_id, key, at=_now())
        except (RefusedError, ConflictError) as error:
            return file_page(desk, request_id, error)
        return Disclosed(seen_other(f"/my/requests/{request_id}", "withdrawn"))


def _withdrawal(desk: CitizenDesk, request_id: UUID) -> Disclosed:
    shown = desk.files.file(the_scope(), request_id, at=_now())
    answer = page(
        "request_withdraw.html", words=CITIZEN, shown=shown, once=new_key(),
        at_once=shown.state.deadline is None, paid=shown.fee.paid > 0,
    )  # fmt: skip
    return Disclosed(answer, (Seen(RecordKind.REQUEST, the_scope().subject, reference=request_id),))


def typed_values() -> dict[str, str]:
    """Return what was typed, but the form's own keys."""
    request.max_content_length = LARGEST_TEXT
    return {
        name: value.strip()
        for name, value in request.form.items()
        if name not in {"csrf", "once", "confirmed"}
    }


def form_key() -> str:
    """Return the key by which a form that is sent twice acts once.

    Raises:
        MalformedRequestError: The form has none.
    """
    request.max_content_length = LARGEST_TEXT
    key = request.form.get("once", "")
    if not key:
        raise MalformedRequestError("once_missing", "expected the form's own key: load it again")
    return f"{the_caller().account}:{key}"


def new_key() -> str:
    """Return the key of a form about to be shown."""
    return to_base64url(the_ports().random_bytes(ONCE_BYTES))


def words_of_problem(error: Exception) -> Wording:
    """Return why something was refused: the rule's own words, or the class's."""
    if isinstance(error, RefusedError) and error.rule in set(Rule):
        return RULES[Rule(error.rule)]
    if isinstance(error, RefusedError) and error.rule in WRONG:
        return WRONG[error.rule]
    return problem_of(error).title


def seen_other(address: str, said: str | None = None) -> Response:
    """Return the way to ``address``, where ``said`` is told."""
    answer: Any = redirect(address, HTTPStatus.SEE_OTHER, Response=Response)
    assert isinstance(answer, Response)
    if said is not None:
        tell(answer, said, https=the_ports().settings.https)
    return answer


def _now() -> datetime:
    return the_ports().clock()
