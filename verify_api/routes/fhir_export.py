"""Exports of a health book as NDJSON, and validation of what somebody means to send.

An export keeps nothing on the server: its address says whose book and as of when, and what may be
read is decided anew with every file.
"""

import base64
import binascii
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request

from ledger.clinical.book_papers import BookPaper
from ledger.clinical.fhir_quality import assess
from ledger.clinical.fhir_validation import Refused, validate_document
from ledger.clinical.findings import Finding, Level, Severity, operation_outcome
from ledger.clinical.paper_resources import paper_type
from ledger.commands.reading import Moments
from ledger.errors import NotFoundError
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.book_questions import only, opened_for
from verify_api.books import HealthBooks, ShownBook
from verify_api.callers import Action, Reach, who_may
from verify_api.fhir_answers import NDJSON, fhir_answer, patient_resource
from verify_api.fhir_capability import EVERY_TYPE
from verify_api.fhir_questions import (
    base,
    disclosed,
    opened_by_address,
    papers_as_resources,
)
from verify_api.fhir_search import in_order
from verify_api.routes.records import reads_book
from verify_api.running import the_ports

LARGEST: Final = 1 << 20
"""Bytes of a document that is validated here."""
_validates = access(
    who_may(Action.SEND_VISITS) | who_may(Action.FOLLOW_OWN) | who_may(Action.READ_BOOK),
    scope=Reach.PUBLIC, purpose="validate", reads_personal=False,
)  # fmt: skip


class _Job(NamedTuple):
    """An export: whose book, as it was when it was asked for."""

    subject: UUID
    as_of: datetime


def export_routes(blueprint: Blueprint, books: HealthBooks) -> None:
    """Add the endpoints of exports."""

    @blueprint.get("/Patient/<who>/$export")
    @reads_book
    def export(who: str) -> Disclosed:
        """Begin an export of the book as NDJSON, as of now: 202 and where its status is."""
        only(request, ())
        opened = opened_by_address(books, who)
        job = _written(_Job(opened.subject, the_ports().clock().replace(microsecond=0)))
        answer = Response(status=HTTPStatus.ACCEPTED)
        answer.headers["Content-Location"] = f"{base()}/$export-status/{job}"
        return disclosed(answer, opened)

    @blueprint.get("/$export-status/<job>")
    @reads_book
    def export_status(job: str) -> Disclosed:
        """Return which files an export has: one for each type in the book."""
        only(request, ())
        read_job = _read_job(job)
        shown = _exported(books, read_job)
        kinds = sorted(_kinds(books, shown, read_job) - {"Patient"})
        body = {
            "transactionTime": read_job.as_of.isoformat(),
            "request": f"{base()}/Patient/{read_job.subject}/$export",
            "requiresAccessToken": True,
            "output": [
                {"type": kind, "url": f"{base()}/$export-file/{job}/{kind}"}
                for kind in ("Patient", *kinds)
            ],
            "error": [],
        }
        answer = Response(msgspec.json.encode(body), mimetype="application/json")
        return disclosed(answer, shown.opened)

    @blueprint.get("/$export-file/<job>/<kind>")
    @reads_book
    def export_file(job: str, kind: str) -> Disclosed:
        """Return one file of an export."""
        only(request, ())
        read_job = _read_job(job)
        shown = _exported(books, read_job)
        if kind == "Patient":
            resources = [patient_resource(books.patient(shown.opened))]
        elif kind in _kinds(books, shown, read_job):
            resources = _resources(books, shown, read_job, kind)
        else:
            raise NotFoundError("this export has no such file")
        content = b"".join(msgspec.json.encode(one) + b"\n" for one in resources)
        return disclosed(Response(content, content_type=NDJSON), shown.opened)


def _written(job: _Job) -> str:
    packed = job.subject.bytes + int(job.as_of.timestamp()).to_bytes(8, "big")
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def _read_job(text: str) -> _Job:
    """Return what an export's address says; what may be read is decided anew each time."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        subject = UUID(bytes=packed[:16])
        as_of = datetime.fromtimestamp(
            int.from_bytes(packed[16:24], "big"), the_ports().clock().tzinfo
        )
    except (ValueError, OverflowError, OSError, binascii.Error):
        raise NotFoundError("no export is known under this reference") from None
    if as_of > the_ports().clock():
        raise NotFoundError("no export is known under this reference")
    return _Job(subject, as_of)


def _exported(books: HealthBooks, job: _Job) -> ShownBook:
    opened = opened_for(books, the_caller(), job.subject, the_ports().clock())
    return books.read(opened, Moments(as_of=job.as_of))


def _kinds(books: HealthBooks, shown: ShownBook, job: _Job) -> set[str]:
    """Return the types of resources in a book; the person's own words are none."""
    received = {item.entry.type for item in shown.book.items if item.entry.type}
    return received | {paper_type(one) for one in _papers(books, shown, job)}


def _resources(books: HealthBooks, shown: ShownBook, job: _Job, kind: str) -> list[dict[str, Any]]:
    items = in_order(item for item in shown.book.items if item.entry.type == kind)
    papers = [one for one in _papers(books, shown, job) if paper_type(one) == kind]
    return [*papers_as_resources(papers, shown.opened), *books.resources(shown, items)]


def _papers(books: HealthBooks, shown: ShownBook, job: _Job) -> tuple[BookPaper, ...]:
    """Return the papers as they were when the export was asked for."""
    return books.papers(shown.opened, Moments(as_of=job.as_of), at=job.as_of)


def validate_route(blueprint: Blueprint) -> None:
    """Add the endpoint that looks at a document and keeps nothing of it."""

    @blueprint.post(f"/<any({EVERY_TYPE}):kind>/$validate")
    @_validates
    def validate(kind: str) -> Response:
        """Say what is wrong with a resource, at all four levels; nothing of it is kept."""
        only(request, ())
        request.max_content_length = LARGEST
        at = the_ports().clock()
        judged = validate_document(request.get_data(), at=at, largest=LARGEST)
        if isinstance(judged, Refused):
            return fhir_answer(operation_outcome(judged.findings))
        found = judged.notes
        if judged.value["resourceType"] != kind:
            expected = f"a resource of type {kind}, as the address says"
            wrong = Finding(Level.RULES, Severity.ERROR, "resourceType", "other_type", expected)
            found = (wrong, *found)
        return fhir_answer(operation_outcome((*found, *assess(judged.value, at=at))))
