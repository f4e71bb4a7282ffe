"""A receipt for a check, to keep; and whether a receipt that somebody shows is genuine."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request

from ledger.errors import InvalidInputError
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import json_answer, page, wants_page
from verify_api.bodies import receipt_question, refuse_query, shown_receipt
from verify_api.callers import Action, Reach, who_may
from verify_api.check_notes import Answered, note_checks
from verify_api.check_receipt import JudgedReceipt, receipt_json
from verify_api.checking import check, seen_by
from verify_api.desk.receipts import ReceiptDesk
from verify_api.governing import new_id
from verify_api.receipt_file import receipt_in
from verify_api.receipt_words import COMPARED, FINDINGS, RECEIPT_FAULTS, TITLES
from verify_api.running import the_ports, the_running
from verify_api.throttle import throttle
from verify_api.verdict import Overall, State
from verify_api.verdict_json import Json
from verify_api.wording import OVERALLS, STATES

PURPOSE: Final = "verify_certificate"
LEGAL_BASIS: Final = "presented_by_holder"
_PDF: Final = "application/pdf"

_judges = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="check_receipt", reads_personal=False
)


def receipt_routes(desk: ReceiptDesk) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("receipts", __name__)

    @blueprint.post("/v1/receipts")
    @access(
        who_may(Action.VERIFY),
        scope=Reach.PUBLIC,
        purpose=PURPOSE,
        reads_personal=True,
        legal_basis=LEGAL_BASIS,
    )
    def make() -> Disclosed:
        """Check one code, and hand out a signed receipt for that check, as JSON or PDF."""
        return _made(desk)

    @blueprint.get("/receipts")
    @_judges
    def form() -> Response:
        """Show the form for a receipt's file."""
        refuse_query(request)
        return page("receipts.html", judged=None, wrong=None)

    @blueprint.post("/v1/receipts/check")
    @_judges
    def judge() -> Response:
        """Answer whether a receipt is genuine, and what it says."""
        refuse_query(request)
        throttle("verify", the_ports().settings.rates.verify)
        shown = shown_receipt(request)
        try:
            judged = desk.judge(_document(shown), at=the_ports().clock())
        except InvalidInputError as error:
            if not wants_page():
                raise
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return page(
                "receipts.html", judged=None, wrong=error, faults=RECEIPT_FAULTS, status=status
            )
        return _shown(judged) if wants_page() else json_answer(_judged_json(judged))

    return blueprint


def _made(desk: ReceiptDesk) -> Disclosed:
    refuse_query(request)
    running, caller = the_running(), the_caller()
    rates = running.ports.settings.rates
    throttle("verify", rates.verify)
    submitted, person = receipt_question(request)
    assert submitted.text is not None, "a receipt is for a text"
    at, number = running.ports.clock(), new_id()
    (checked,) = check(submitted, running, at, caller)
    receipt = desk.sign_check(
        checked.verdict, submitted.text, receipt=number, person=person,
        organisation=caller.organisation,
    )  # fmt: skip
    if printed := _wants_pdf():
        throttle("receipt_paper", rates.picture)
    content = receipt.print() if printed else receipt.document
    note_checks([Answered(checked.verdict, submitted.text, person, number)])
    answer = Response(content, mimetype=_PDF if printed else "application/json")
    name = f"check-{number}.{'pdf' if printed else 'json'}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return Disclosed(answer, seen_by(caller, [checked.verdict]))


def _judged_json(judged: JudgedReceipt) -> dict[str, Json]:
    return {
        "finding": judged.finding.value,
        "reason": judged.reason.value,
        "receipt": receipt_json(judged.receipt),
    }


def _wants_pdf() -> bool:
    if "as" in request.form:
        return request.form["as"] == "pdf"
    return request.accept_mimetypes.best_match(("application/json", _PDF)) == _PDF


def _document(shown: bytes) -> bytes:
    """Return the signed document in what is ``shown``; a PDF counts as a picture."""
    running = the_running()

    def read_pdf(pdf: bytes) -> list[str]:
        throttle("picture", running.ports.settings.rates.picture)
        return running.metrics.reading(running.ports.read_picture, pdf)

    return receipt_in(shown, read_pdf)


def _shown(judged: JudgedReceipt) -> Response:
    receipt = judged.receipt
    heading, sentence = FINDINGS[judged.finding]
    state = State(str(receipt.answer["state"]))
    return page(
        "receipts.html", wrong=None, judged=judged, heading=heading, sentence=sentence,
        state=STATES[state], overall=OVERALLS[Overall(str(receipt.answer["overall"]))],
        compared=COMPARED[receipt.person], titles=TITLES,
    )  # fmt: skip
