"""The facilities' interface: send visits, one or a stream of them, and the insurance's files.

A token or account belongs to one facility, and everything is recorded as that facility's. Nothing
about a person is answered: a receipt says what became of a message and where in the ledger it is.
"""

from collections.abc import Iterator
from hashlib import sha256
from http import HTTPStatus
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

import orjson
from flask import Blueprint, Response, request, stream_with_context

from ledger.clinical.fhir_bytes import LARGEST_DOCUMENT
from ledger.clinical.findings import operation_outcome
from ledger.commands.deliveries import Outcome
from ledger.errors import LedgerError
from ledger.facts import Act, Idempotency
from ledger.importers.pieces import Rejected
from ledger.names import check_text
from ledger.records.visit import MAX_REASON
from verify_api.access_rules import access, the_caller
from verify_api.answers import json_answer, language
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.intake import Answered, LedgerIntake, Resent, receipt
from verify_api.errors import (
    BodyTooLargeError,
    MalformedRequestError,
    ServiceError,
    UnsupportedMediaError,
)
from verify_api.fhir_answers import fhir_answer
from verify_api.problems import document, problem_of
from verify_api.running import the_ports

NDJSON: Final = "application/x-ndjson"
FHIR: Final = frozenset({"application/fhir+json", "application/json"})
LINES: Final = frozenset({NDJSON, "application/fhir+ndjson", "application/jsonl"})
XML: Final = frozenset({"application/xml", "text/xml"})
LARGEST_FILE: Final = 16 << 20
"""Bytes of one insurance file over HTTP; larger ones are imported from disk."""
LARGEST_STREAM: Final = 1 << 30
LINES_A_BATCH: Final = 100
"""Visits that are recorded together, and whose receipts leave together."""
PLAIN_ONLY: Final = "expected a body that is not compressed"
LONGEST_KEY: Final = 200
LONGEST_REVISION: Final = 6
_STATUSES: Final = {
    Outcome.ACCEPTED: HTTPStatus.CREATED,
    Outcome.CORRECTED: HTTPStatus.OK,
    Outcome.REPEATED: HTTPStatus.OK,
}
_send = access(
    who_may(Action.SEND_VISITS),
    scope=Reach.ORGANISATION,
    purpose="send_visits",
    reads_personal=False,
)


def intake_routes(intake: LedgerIntake) -> Blueprint:
    """Return the endpoints, which hand on to ``intake``."""
    blueprint = Blueprint("intake", __name__)

    @blueprint.post("/v1/visits")
    @_send
    def send_visits() -> Response:
        """Take in one visit (a FHIR Bundle), or a stream of them, a line each."""
        act = _act()
        intake.check(act)
        if request.mimetype in LINES:
            return _streamed(intake, act)
        answer = _one_visit(intake, act)
        return _receipt_answer(answer)

    @blueprint.post("/v1/intake/bhyt")
    @_send
    def send_insurance_file() -> Response:
        """Take in the treatment episodes of an insurance file (XML); a receipt for each."""
        act = _act()
        intake.check(act)
        data = _body(XML, LARGEST_FILE, "expected application/xml")
        answers = intake.insurance(data, reason=_reason(), act=act)
        return json_answer({"receipts": [receipt(answer) for answer in answers]})

    @blueprint.post("/fhir")
    @_send
    def send_transaction() -> Response:
        """Take in one visit as a FHIR transaction; answers in FHIR."""
        act = _act()
        intake.check(act)
        answer = _one_visit(intake, act)
        if isinstance(answer, Rejected):
            return fhir_answer(operation_outcome(answer.findings), HTTPStatus.UNPROCESSABLE_ENTITY)
        return _transaction_answer(answer)

    return blueprint


def _one_visit(intake: LedgerIntake, act: Act) -> Answered:
    data = _body(FHIR, LARGEST_DOCUMENT, "expected application/fhir+json")
    resent = Resent(_reason(), _revision())
    return intake.visit(data, resent=resent, act=act, idempotency=_idempotency(act, data))


def _receipt_answer(answer: Answered) -> Response:
    if isinstance(answer, Rejected):
        return json_answer(receipt(answer), HTTPStatus.UNPROCESSABLE_ENTITY)
    response = json_answer(receipt(answer), _STATUSES[answer.outcome])
    response.headers["ETag"] = f'W/"{answer.revision}"'
    return response


def _transaction_answer(answer: Answered) -> Response:
    assert not isinstance(answer, Rejected), "a refusal is an OperationOutcome"
    status = _STATUSES[answer.outcome]
    response: dict[str, Any] = {
        "status": f"{status.value} {status.phrase}",
        "etag": f'W/"{answer.revision}"',
    }
    return fhir_answer({
        "resourceType": "Bundle",
        "type": "transaction-response",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{answer.stream}"},
        "entry": [{"response": response}],
    })  # fmt: skip


def _streamed(intake: LedgerIntake, act: Act) -> Response:
    """Answer receipts as the lines come in; each leaves after it is durable."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaError(PLAIN_ONLY)
    if (request.content_length or 0) > LARGEST_STREAM:
        raise BodyTooLargeError(LARGEST_STREAM)
    request.max_content_length = LARGEST_STREAM
    reason, tongue = _reason(), language()

    def parts() -> Iterator[bytes]:
        try:
            lines = _lines()
            while some := list(islice(lines, LINES_A_BATCH)):
                answers = intake.visits(some, reason=reason, act=act)
                yield b"".join(orjson.dumps(receipt(answer)) + b"\n" for answer in answers)
        except (ServiceError, LedgerError) as error:
            problem = document(problem_of(error), tongue)
            yield orjson.dumps({"problem": problem}) + b"\n"

    return Response(stream_with_context(parts()), mimetype=NDJSON)


def _lines() -> Iterator[bytes]:
    """Yield the lines of the body; one that is too long ends the stream.

    Raises:
        BodyTooLargeError: A line is longer than a visit may be.
    """
    while line := request.stream.readline(LARGEST_DOCUMENT + 2):
        if len(line) > LARGEST_DOCUMENT + 1:
            raise BodyTooLargeError(LARGEST_DOCUMENT)
        if line.strip():
            yield line.strip()


def _act() -> Act:
    caller = the_caller()
    return Act(the_ports().clock(), caller.account, caller.role, caller.organisation)


def _body(media_types: frozenset[str], largest: int, expected: str) -> bytes:
    """Return the body; what was compressed is not taken, so that nothing swells."""
    if request.mimetype not in media_types:
        raise UnsupportedMediaError(expected)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaError(PLAIN_ONLY)
    if (request.content_length or 0) > largest:
        raise BodyTooLargeError(largest)
    request.max_content_length = largest
    return request.get_data(cache=False)


def _reason() -> str | None:
    """Return why the message differs from an earlier one: UTF-8, percent-encoded as URLs are."""
    said = request.headers.get("Correction-Reason")
    if said is None:
        return None
    return check_text(unquote(said), place="Correction-Reason", longest=MAX_REASON)


def _revision() -> int | None:
    said = request.headers.get("If-Match")
    if said is None:
        return None
    number = said.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_REVISION):
        raise MalformedRequestError("if_match", 'expected a revision such as W/"1"')
    return int(number)


def _idempotency(act: Act, data: bytes) -> Idempotency | None:
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return None
    if not 0 < len(said) <= LONGEST_KEY:
        raise MalformedRequestError(
            "idempotency_key", f"expected a key of at most {LONGEST_KEY} characters"
        )
    return Idempotency(f"visit:{act.organisation}:{said}", sha256(data).digest())
