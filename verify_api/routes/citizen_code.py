"""Showing the own certificate: its code on the screen, its document; and the passcode of Form 2.

The passcode is posted, never kept in a page or an address, counted when it is wrong, and what it
opens is the answer to that one request.
"""

from base64 import b64encode
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.errors import InvalidInputError, RefusedError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, the_caller, the_scope
from verify_api.answers import page
from verify_api.bodies import LARGEST_TEXT
from verify_api.citizen_desk import CitizenDesk
from verify_api.citizen_form_words import WRONG
from verify_api.citizen_words import CITIZEN
from verify_api.desk.citizen_code import ShownCode
from verify_api.ports import IssuedPaper, Seen
from verify_api.routes.citizen_requests import acts_on_own, own, seen_other, words_of_problem
from verify_api.running import the_ports
from verify_api.throttle import throttle

PASSCODE_RULES = frozenset({"passcode_wrong", "passcode_locked", "passcode_not_set"})


def citizen_code_routes(desk: CitizenDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("citizen_code", __name__, url_prefix="/my")
    _codes(blueprint, desk)
    _papers(blueprint, desk)
    _passcodes(blueprint, desk)
    return blueprint


def _codes(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/requests/<uuid:request_id>/code")
    @own
    def code(request_id: UUID) -> Disclosed:
        """Show the code of the own certificate, or ask for the passcode of Form 2."""
        if desk.codes.needs_passcode(the_scope(), request_id):
            return _ask(desk, request_id)
        return _shown(desk, request_id, None)

    @blueprint.post("/requests/<uuid:request_id>/code")
    @own
    def opened_code(request_id: UUID) -> Disclosed:
        """Show the code to who typed the passcode."""
        passcode = _posted("passcode")
        try:
            return _shown(desk, request_id, passcode)
        except (InvalidInputError, RefusedError) as error:
            return _ask(desk, request_id, error)


def _shown(desk: CitizenDesk, request_id: UUID, passcode: str | None) -> Disclosed:
    try:
        shown = desk.codes.code(the_scope(), the_caller(), request_id, passcode=passcode, at=_now())
    except RefusedError as error:
        if error.rule in PASSCODE_RULES:
            raise
        answer = page(
            "request_code.html", words=CITIZEN, request_id=request_id, code=None, png="",
            refused=words_of_problem(error), status=HTTPStatus.CONFLICT,
        )  # fmt: skip
        return Disclosed(answer)
    answer = page(
        "request_code.html", words=CITIZEN, request_id=request_id, code=shown,
        png=b64encode(shown.png).decode(), refused=None,
    )  # fmt: skip
    return Disclosed(answer, (_seen(shown),))


def _seen(shown: ShownCode) -> Seen:
    return Seen(RecordKind.CERTIFICATE, shown.subject, reference=shown.certificate)


def _papers(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/requests/<uuid:request_id>/certificate.pdf")
    @own
    def paper(request_id: UUID) -> Disclosed:
        """Hand out the own certificate, or ask for the passcode of Form 2."""
        if desk.codes.needs_passcode(the_scope(), request_id):
            return _ask(desk, request_id)
        return _document(desk, request_id, None)

    @blueprint.post("/requests/<uuid:request_id>/certificate.pdf")
    @own
    def opened_paper(request_id: UUID) -> Disclosed:
        """Hand out the own certificate to who typed the passcode."""
        passcode = _posted("passcode")
        try:
            return _document(desk, request_id, passcode)
        except (InvalidInputError, RefusedError) as error:
            return _ask(desk, request_id, error)


def _document(desk: CitizenDesk, request_id: UUID, passcode: str | None) -> Disclosed:
    issued = desk.codes.paper(the_scope(), the_caller(), request_id, passcode=passcode, at=_now())
    return Disclosed(pdf_answer(issued), (Seen(RecordKind.CERTIFICATE, issued.subject),))


def pdf_answer(issued: IssuedPaper) -> Response:
    """Return a certificate as a file to keep."""
    answer = Response(issued.pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=issued.file_name)
    return answer


def _ask(
    desk: CitizenDesk, request_id: UUID, error: InvalidInputError | RefusedError | None = None
) -> Disclosed:
    if error is not None and _fault(error) not in WRONG:
        raise error
    has_one = desk.codes.has_passcode(the_scope())
    answer = page(
        "request_passcode.html", words=CITIZEN, wrong=WRONG, request_id=request_id,
        fault=None if error is None else _fault(error), has_one=has_one,
        until=desk.codes.locked_until(the_scope(), at=_now()),
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
    )  # fmt: skip
    return Disclosed(answer)


def _fault(error: InvalidInputError | RefusedError) -> str:
    return error.place if isinstance(error, InvalidInputError) else error.rule


def _passcodes(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/passcode")
    @own
    def passcode_form() -> Disclosed:
        """Show the form to choose the passcode, or another one."""
        return _choosing(desk, {})

    @blueprint.post("/passcode")
    @acts_on_own
    def choose() -> Disclosed:
        """Choose the passcode; another one is chosen by who types the present one."""
        has_one = desk.codes.has_passcode(the_scope())
        passcode, again = _posted("passcode"), request.form.get("again", "").strip()
        former = request.form.get("former", "").strip() if has_one else None
        try:
            desk.codes.choose(
                the_scope(), the_caller(), passcode=passcode, again=again, former=former, at=_now()
            )
        except (InvalidInputError, RefusedError) as error:
            return _choosing(desk, _faults(error))
        return Disclosed(seen_other("/my", "passcode_set"))


def _faults(error: InvalidInputError | RefusedError) -> dict[str, str]:
    if isinstance(error, RefusedError):
        return {"former": error.rule}
    return {error.place: error.rule if error.rule in WRONG else error.place}


def _choosing(desk: CitizenDesk, faults: dict[str, str]) -> Disclosed:
    answer = page(
        "passcode.html", words=CITIZEN, wrong=WRONG, faults=faults,
        has_one=desk.codes.has_passcode(the_scope()),
        until=desk.codes.locked_until(the_scope(), at=_now()),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )  # fmt: skip
    return Disclosed(answer)


def _posted(name: str) -> str:
    """Return what was typed; counted, however it is answered."""
    request.max_content_length = LARGEST_TEXT
    throttle("passcode", the_ports().settings.rates.paper)
    return request.form.get(name, "").strip()


def _now() -> datetime:
    return the_ports().clock()
