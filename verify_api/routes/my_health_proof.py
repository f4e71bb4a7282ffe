"""Pages of what a person takes away: the book as a file, and the proof that nothing is missing."""

from typing import Any

import orjson
from flask import Blueprint, Response, request

from ledger.audit.completeness import Bundle
from ledger.errors import InvalidInputError, NotFoundError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed
from verify_api.book_questions import moments_from, only
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import my_page, wrong
from verify_api.my_health.whose import Whose, alone, opened_of, whose
from verify_api.ports import Seen
from verify_api.routes.my_health_rules import manages, reads
from verify_api.routes.records import export_named, exported
from verify_api.running import the_ports

FORMS = ("pdf", "csv", "ips", "fhir")


def proof_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""

    @blueprint.get("/export")
    @reads
    def export_form() -> Disclosed:
        """Show in which forms the book can be taken away."""
        return Disclosed(_export(whose(my)))

    @blueprint.get("/export/file")
    @reads
    def export_file() -> Disclosed:
        """Hand out the whole book as a file."""
        only(request, {"format", "as_of", "effective", "lang"})
        chosen, at = whose(my), the_ports().clock()
        try:
            write = export_named(request.args.get("format", ""))
            as_of, effective = (request.args.get(name) or None for name in ("as_of", "effective"))
            moments = moments_from(as_of, effective, at)
        except InvalidInputError as error:
            return Disclosed(_export(chosen, error))
        opened = opened_of(my, chosen.subject, at)
        return exported(my.books, opened, write, moments, at, my.office)

    @blueprint.get("/completeness")
    @manages
    def completeness() -> Disclosed:
        """Say what the proof of completeness proves, and of how much."""
        chosen = alone(whose(my))
        try:
            bundle = my.completeness.bundle(chosen.subject)
        except NotFoundError:
            return Disclosed(my_page("my_health_completeness.html", chosen, proof=None))
        answer = my_page("my_health_completeness.html", chosen, proof=_proof(bundle))
        return Disclosed(answer, (Seen(RecordKind.PERSON, chosen.subject),))

    @blueprint.get("/completeness.json")
    @manages
    def completeness_file() -> Disclosed:
        """Hand out the proof of completeness as a file."""
        subject = alone(whose(my)).subject
        content = orjson.dumps(my.completeness.bundle(subject).as_json())
        answer = Response(content, mimetype="application/json")
        answer.headers.set("Content-Disposition", "attachment", filename="chung-minh-day-du.json")
        return Disclosed(answer, (Seen(RecordKind.PERSON, subject),))


def _proof(bundle: Bundle) -> dict[str, Any]:
    return {
        "streams": len(bundle.streams),
        "facts": sum(one.head.version for one in bundle.streams),
        "logged": bundle.seal.proof is not None,
    }


def _export(chosen: Whose, error: Exception | None = None) -> Response:
    typed = {name: request.args.get(name, "") for name in ("format", "as_of", "effective")}
    return my_page(
        "my_health_export.html", chosen, forms_offered=FORMS, typed=typed,
        refused=None if error is None else wrong(error),
    )  # fmt: skip
