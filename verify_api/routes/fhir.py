"""Health books for programs that read FHIR R4: read, history, search, everything, summary, export.

Resources are those that were received, under our identifiers; every answer is a look that the
person sees. What the service can do is said from the routes themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from ledger.clinical.balp import Proof, audit_event, provenance
from ledger.clinical.book import Item, Version
from ledger.clinical.book_papers import BookPaper
from ledger.clinical.ips import Issued, summary
from ledger.clinical.moments import seconds, time_of
from ledger.commands.reading import Moments
from ledger.errors import NotFoundError
from ledger.records.access import RecordKind
from ledger.records.book_access import Basis
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.book_questions import (
    count_of,
    moments_of,
    next_address,
    only,
    opened_for,
    page_of,
    tagged,
)
from verify_api.books import HealthBooks, Opened, ShownBook
from verify_api.callers import Action, Reach, who_may
from verify_api.errors import ForbiddenError
from verify_api.fhir_answers import (
    fhir_answer,
    history_entry,
    outcome_answer,
    patient_resource,
    searchset,
)
from verify_api.fhir_capability import TYPES, capability
from verify_api.fhir_questions import (
    PAPERS,
    UNKNOWN,
    all_versions,
    base,
    disclosed,
    links,
    newest,
    opened_by_address,
    paper_asked,
    papers_as_resources,
    patient_asked,
    since,
)
from verify_api.fhir_search import PARAMETERS, found, found_papers, in_order, page_in
from verify_api.problems import problem_of
from verify_api.routes.fhir_export import export_routes, validate_route
from verify_api.routes.records import reads_book
from verify_api.running import the_ports

_public = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="interface", reads_personal=False
)
_PLACE: Final = "records.fhir.capability"
_SELF: Final = frozenset({Basis.OWN.value, Basis.REPRESENTATIVE.value})


def fhir_routes(books: HealthBooks, *, office: str) -> Blueprint:
    """Return the endpoints over ``books``; ``office`` is the author of summaries."""
    blueprint = Blueprint("fhir", __name__, url_prefix="/fhir")
    _statement(blueprint)
    _resources(blueprint, books)
    _versions(blueprint, books)
    _patient(blueprint, books, office)
    export_routes(blueprint, books)
    validate_route(blueprint)
    blueprint.register_error_handler(Exception, _failed)
    return blueprint


def _failed(error: Exception) -> AnyResponse:
    """Answer an error in FHIR's own form; a fault of ours is written down by the service."""
    problem = problem_of(error)
    if problem.ours:
        raise error
    return outcome_answer(problem)


def _statement(blueprint: Blueprint) -> None:
    @blueprint.get("/metadata")
    @_public
    def metadata() -> Response:
        """Say what can be asked of this service: made of its routes, so that it is true."""
        made = current_app.extensions.get(_PLACE)
        if made is None:
            made = capability(current_app.url_map.iter_rules(), base=base())
            current_app.extensions[_PLACE] = made
        return fhir_answer(made)


def _resources(blueprint: Blueprint, books: HealthBooks) -> None:
    @blueprint.get(f"/<any({TYPES}):kind>/<number>")
    @reads_book
    def read(kind: str, number: str) -> Disclosed:
        """Return one resource in its newest version."""
        only(request, ())
        if (held := paper_asked(books, kind, number)) is not None:
            opened, paper = held
            (as_paper,) = papers_as_resources((paper,), opened)
            return disclosed(_tagged_as_it_is(as_paper), opened)
        shown, version = newest(books, kind, number)
        resource = books.version_resource(shown, version)
        if resource is None:
            raise NotFoundError(UNKNOWN)
        answer = fhir_answer(resource)
        answer.set_etag(str(version.number), weak=True)
        answer.make_conditional(request.environ)
        return disclosed(answer, shown.opened)

    @blueprint.get(f"/<any({TYPES}):kind>")
    @reads_book
    def search(kind: str) -> Disclosed:
        """Return the resources of a type in a person's book, page by page."""
        only(request, PARAMETERS | {"as_of"})
        at, count = the_ports().clock(), count_of(request, "_count")
        moments = moments_of(request, at)
        opened = opened_for(books, the_caller(), patient_asked(), at)
        if kind == "AuditEvent":
            return _audit(books, opened, count)
        shown = books.read(opened, moments)
        items = found(shown.book, kind, request)
        papers: tuple[BookPaper, ...] = ()
        if kind in PAPERS and "cursor" not in request.args:  # they stand on the first page
            papers = found_papers(books.papers(opened, moments, at=at), kind, request)
        first = papers_as_resources(papers, opened)
        return _page(books, shown, items, count, moments.as_of or at, first)


def _audit(books: HealthBooks, opened: Opened, count: int) -> Disclosed:
    """Return who looked, to the person or their representative."""
    if opened.basis not in _SELF:
        raise ForbiddenError("who looked is shown to the person and their representative")
    looks = books.looks(opened)
    page = page_of([str(look.event) for look in looks], request, count=count)
    events = [audit_event(look, opened.subject) for look in looks[page.first : page.first + count]]
    after = page.after and f"{request.path}?{urlencode({**request.args, 'cursor': page.after})}"
    bundle = searchset(events, base=base(), links=links(after))
    return disclosed(fhir_answer(bundle), opened, RecordKind.ACCESS)


def _page(
    books: HealthBooks, shown: ShownBook, items: Sequence[Item], count: int, as_of: datetime,
    first: Iterable[Mapping[str, Any]] = (),
) -> Disclosed:  # fmt: skip
    page = page_in(items, request, count=count)
    resources = books.resources(shown, items[page.first : page.first + count])
    after = next_address(request, page.after, as_of)
    bundle = searchset([*first, *resources], base=base(), links=links(after))
    return disclosed(tagged(fhir_answer(bundle), shown, request, [*first]), shown.opened)


def _tagged_as_it_is(resource: Mapping[str, Any]) -> Response:
    """Return a paper, which changes with a day and without a fact, tagged by what it says."""
    answer = fhir_answer(resource)
    answer.set_etag(sha256(answer.get_data()).hexdigest()[:16], weak=True)
    answer.make_conditional(request.environ)
    return answer


def _versions(blueprint: Blueprint, books: HealthBooks) -> None:
    @blueprint.get(f"/<any({TYPES}):kind>/<number>/_history")
    @reads_book
    def history(kind: str, number: str) -> Disclosed:
        """Return the versions of one resource, the newest first; what was taken back is marked."""
        only(request, {"_count", "cursor", "_since"})
        count = count_of(request, "_count")
        shown, versions = all_versions(books, kind, number)
        since_then = since()
        told = [
            one
            for one in reversed(versions)
            if since_then is None or one.source.recorded_at >= since_then
        ]
        page = page_of([str(one.number) for one in told], request, count=count)
        some = told[page.first : page.first + count]
        after = page.after and f"{request.path}?{urlencode({**request.args, 'cursor': page.after})}"
        bundle = searchset([], base=base(), links=links(after), kind="history")
        bundle["entry"] = [_told(books, shown, f"{kind}/{number}", one) for one in some]
        return disclosed(fhir_answer(bundle), shown.opened)

    @blueprint.get(f"/<any({TYPES}):kind>/<number>/_history/<int:version>")
    @reads_book
    def vread(kind: str, number: str, version: int) -> Disclosed:
        """Return one version of a resource."""
        only(request, ())
        shown, versions = all_versions(books, kind, number)
        one = next((known for known in versions if known.number == version), None)
        resource = None if one is None else books.version_resource(shown, one)
        if resource is None:
            raise NotFoundError("no such version is known, or it was taken back")
        answer = fhir_answer(resource)
        answer.set_etag(str(version), weak=True)
        return disclosed(answer, shown.opened)


def _told(books: HealthBooks, shown: ShownBook, address: str, version: Version) -> dict[str, Any]:
    resource = books.version_resource(shown, version)
    at = time_of(version.source.recorded_at)
    return history_entry(base(), address, resource, number=version.number, at=at)


def _patient(blueprint: Blueprint, books: HealthBooks, office: str) -> None:
    @blueprint.get("/Patient/<who>")
    @reads_book
    def patient(who: str) -> Disclosed:
        """Return whose book it is, as far as it is known."""
        only(request, ())
        opened = opened_by_address(books, who)
        return disclosed(fhir_answer(patient_resource(books.patient(opened))), opened)

    @blueprint.get("/Patient/<who>/$everything")
    @reads_book
    def everything(who: str) -> Disclosed:
        """Return the whole book, resource by resource, page by page."""
        only(request, {"_since", "_count", "cursor", "as_of"})
        at, count = the_ports().clock(), count_of(request, "_count")
        moments = moments_of(request, at)
        opened = opened_by_address(books, who)
        shown = books.read(opened, moments)
        since_then = since()
        items = in_order(
            item for item in shown.book.items
            if item.entry.type != "Patient"
            and (since_then is None or item.source.recorded_at >= since_then)
        )  # fmt: skip
        first = () if "cursor" in request.args else _first(books, opened, moments, at)
        return _page(books, shown, items, count, moments.as_of or at, first)

    @blueprint.get("/Patient/<who>/$summary")
    @reads_book
    def patient_summary(who: str) -> Disclosed:
        """Return the International Patient Summary as a document Bundle."""
        only(request, {"as_of", "effective"})
        at = the_ports().clock()
        moments = moments_of(request, at)
        opened = opened_by_address(books, who)
        shown = books.read(opened, moments)
        issued = Issued(moments.as_of or at, office, shown.revision)
        bundle = summary(shown.book, patient=books.patient(opened, moments), issued=issued)
        return disclosed(tagged(fhir_answer(bundle), shown, request), opened)

    @blueprint.get("/Provenance")
    @reads_book
    def provenances() -> Disclosed:
        """Return who sent each version of one resource, and which fact holds it."""
        only(request, {"target"})
        kind, _, number = request.args.get("target", "").partition("/")
        shown, versions = all_versions(books, kind, number)
        made = [_provenance(f"{kind}/{number}", one) for one in versions]
        bundle = searchset(made, base=base(), links=links(None))
        return disclosed(fhir_answer(bundle), shown.opened)


def _first(
    books: HealthBooks, opened: Opened, moments: Moments, at: datetime
) -> tuple[dict[str, Any], ...]:
    """Return what stands before everything else: whose book it is, and the papers issued since."""
    since_then = since()
    papers = [
        one for one in books.papers(opened, moments, at=at)
        if since_then is None or seconds(one.issued_at) >= since_then
    ]  # fmt: skip
    whose = patient_resource(books.patient(opened, moments))
    return (whose, *papers_as_resources(papers, opened))


def _provenance(address: str, version: Version) -> dict[str, Any]:
    source = version.source
    proof = Proof(source.position, source.visit, source.version, time_of(source.recorded_at),
                  source.facility)  # fmt: skip
    made = provenance(proof, f"{address}/_history/{version.number}")
    return {"id": f"{source.visit.hex}-{source.version}", **made}
