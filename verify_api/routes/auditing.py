"""What an auditor asks as a program: log, records, officers, reports of audits, figures.

Nothing about a person is opened but in a case; then each person's look is durable before the
answer leaves, with the case as its basis, and the person sees it.
"""

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from ledger.audit.report_file import LARGEST_REPORT, ReportRead, read_report
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import json_answer
from verify_api.auditing_forms import (
    FiguresBody,
    OfficerBody,
    RecordAsked,
    RecordBody,
    account_asked,
    number_in_query,
    period_asked,
    position_asked,
    record_asked,
)
from verify_api.auditing_json import acts_json, filed_json, record_json, report_json
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.auditing import Auditing, FoundRecord
from verify_api.desk.auditing_acts import acts_page
from verify_api.desk.auditing_records import PURPOSE, looks_of
from verify_api.errors import BodyTooLargeError, MalformedRequestError
from verify_api.governing import LAW
from verify_api.json_bodies import read_json
from verify_api.ports import Seen
from verify_api.running import the_ports

HEADS_A_PAGE: Final = 50
MOST_HEADS: Final = 500
_TEXT: Final = "text/plain; charset=utf-8"

audits = access(
    who_may(Action.AUDIT), scope=Reach.SERVICE, purpose="audit", reads_personal=False
)  # fmt: skip
"""Declares an endpoint that opens nothing about anybody."""
audits_records = access(
    who_may(Action.AUDIT), scope=Reach.SERVICE, purpose=PURPOSE, reads_personal=True,
    legal_basis=LAW,
)  # fmt: skip
"""Declares one that opens what is about persons, where a case is given."""


def auditing_routes(desk: Auditing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("auditing", __name__, url_prefix="/v1/audit")
    _log(blueprint, desk)
    _records(blueprint, desk)
    _reports(blueprint, desk)
    _figures(blueprint, desk)
    return blueprint


def _log(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("/log")
    @audits
    def log() -> Response:
        """Return how the log stands: newest head, witnesses, what waits, the last daily seals."""
        return json_answer(log_json(desk))

    @blueprint.get("/heads")
    @audits
    def heads() -> Response:
        """List published heads, the newest first."""
        limit = number_in_query(request, "limit") or HEADS_A_PAGE
        if limit > MOST_HEADS:
            raise MalformedRequestError("limit", f"limit: expected at most {MOST_HEADS}")
        found, following = desk.log.heads(before=number_in_query(request, "before"), limit=limit)
        return json_answer({"heads": found, "before": following})

    @blueprint.get("/heads/<int:size>")
    @audits
    def head(size: int) -> Response:
        """Hand out the signed note of one head."""
        return _file(desk.log.note(_stored(size)), f"head-{size}.txt", _TEXT)

    @blueprint.get("/proofs/<int:index>")
    @audits
    def proof(index: int) -> Response:
        """Hand out the .tlog-proof of one entry, under the oldest head that covers it."""
        return _file(desk.log.proof(_stored(index)), f"{index}.tlog-proof", _TEXT)


def _records(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.post("/record")
    @audits_records
    def record() -> Disclosed:
        """Return a record's history with its places in the log, and its state at a time."""
        ports = the_ports()
        body = read_json(request, RecordBody)
        asked = record_asked(body, account=the_caller().account, at=ports.clock())
        found = desk.find(asked.record, at=ports.clock())
        answer = json_answer(record_json(desk, found, asked, ports.clock()))
        return disclosed(desk, found, asked, answer)

    @blueprint.post("/officer")
    @audits
    def officer() -> Response:
        """Return what was recorded in the name of an account, looks included, and how often."""
        return json_answer(officer_json(desk, read_json(request, OfficerBody)))


def _reports(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("/reports")
    @audits
    def reports() -> Response:
        """List the reports of audits that the service can see, the newest first."""
        return json_answer({"reports": [filed_json(desk, one) for one in desk.reports.all()]})

    @blueprint.get("/reports/<path:name>")
    @audits
    def report(name: str) -> Response:
        """Return what one of them says; its findings from number ``after`` on."""
        filed = desk.reports.find(name)
        if filed.report is None:
            raise MalformedRequestError("report_form", filed.refused)
        after = number_in_query(request, "after") or 0
        return json_answer(report_json(desk, filed.report, after=after))

    @blueprint.post("/reports")
    @audits
    def read() -> Response:
        """Return what a report says that the caller sends; it is not kept."""
        return json_answer(report_json(desk, sent_report(), after=0))

    @blueprint.get("/map")
    @audits
    def log_map() -> Response:
        """Return which parts of the log were verified when, in at most 512 cells."""
        return json_answer(desk.reports.map(desk.log.covered()).as_json())


def _figures(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("/figures")
    @audits
    def figures() -> Response:
        """Say what counting the published figures again would cost, and what was counted last."""
        return json_answer(figures_json(desk))

    @blueprint.post("/figures")
    @audits
    def count() -> Response:
        """Count every published figure again from the facts, and name those that differ."""
        body = read_json(request, FiguresBody)
        return json_answer(counted_json(desk, position_asked(body.position, "position")))


def disclosed(
    desk: Auditing, found: FoundRecord, asked: RecordAsked, answer: Response
) -> Disclosed:
    """Return an answer with the looks that it means: none without a case."""
    seen: tuple[Seen, ...] = ()
    if asked.case.number is not None:
        seen = looks_of(desk.reading, found.record)
    return Disclosed(answer, seen, asked.case.basis)


def log_json(desk: Auditing) -> dict[str, Any]:
    """Return the log's state and the last daily seals."""
    state = desk.log.state(the_ports().clock())
    return {"log": None if state is None else state.as_json(), "seals": desk.log.seals()}


def officer_json(desk: Auditing, body: OfficerBody) -> dict[str, Any]:
    """Return a page of an account's acts."""
    account, period = account_of(account_asked(body)), period_asked(body)
    after = position_asked(body.after, "after")
    return acts_json(desk, account, acts_page(desk.reading, account, period, after=after))


def account_of(typed: str) -> str:
    """Return the reference of the account that signs in as ``typed``; or what was typed.

    An account that belongs to a person is known by its reference alone: nobody is looked up here
    by a name.
    """
    account = the_ports().accounts.named(typed)
    return typed if account is None or account.subject is not None else account.account_id


def figures_json(desk: Auditing) -> dict[str, Any]:
    """Return what counting again would cost, and the newest report of it."""
    cost, last = desk.cost(), desk.last_figures()
    told = None
    if last is not None and last.report is not None:
        told = {**filed_json(desk, last), "position": last.report.figures["position"]}
    return {
        "facts": cost.facts,
        "seconds": cost.seconds,
        "allowed": cost.allowed,
        "last": told,
    }


def counted_json(desk: Auditing, position: int | None) -> dict[str, Any]:
    """Return the figures, counted now.

    Raises:
        MalformedRequestError: ``too_large_to_count``: it would take too long here.
    """
    cost = desk.cost()
    if not cost.allowed:
        message = f"{cost.facts} facts: run `records audit stats --json` and read its report"
        raise MalformedRequestError("too_large_to_count", message)
    return desk.figures(position or None)


def sent_report() -> ReportRead:
    """Return the report in a request's body or in its form's file; nothing of it is kept.

    Raises:
        BodyTooLargeError: It is longer than `LARGEST_REPORT`.
        InvalidInputError: It is none.
    """
    if (request.content_length or 0) > LARGEST_REPORT:
        raise BodyTooLargeError(LARGEST_REPORT)
    request.max_content_length = LARGEST_REPORT
    if request.mimetype != "multipart/form-data":
        return read_report(request.get_data(cache=False))
    file = request.files.get("report")
    if file is None:
        raise MalformedRequestError("report", "expected a file named report")
    return read_report(file.read())


def _stored(number: int) -> int:
    """Return a number of an address as a database can hold it."""
    if number >= 1 << 63:
        raise NotFound
    return number


def _file(content: bytes, name: str, media_type: str) -> Response:
    answer = Response(content, status=HTTPStatus.OK, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
