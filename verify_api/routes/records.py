"""Health books: sections, who looked, exports. For the person, and for whoever may read.

Each answer is as of a moment and says which; each look at it is a fact before it leaves.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import orjson
from flask import Blueprint, Response, request

from ledger.clinical.book_papers import BookPaper, beside, in_section
from ledger.clinical.book_table import to_csv
from ledger.clinical.ips import Issued, summary, to_json
from ledger.clinical.sections import Section, section
from ledger.commands.reading import Moments
from ledger.errors import InvalidInputError
from ledger.paper.book_pdf import Cover, write_book
from ledger.records.access import RecordKind
from ledger.records.book_access import Basis
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import json_answer, language
from verify_api.book_json import look_json, section_json
from verify_api.book_paper_json import PAPER_SECTIONS
from verify_api.book_questions import (
    count_of,
    moments_of,
    next_address,
    only,
    opened_for,
    page_of,
    seen,
    subject_of,
    tagged,
)
from verify_api.books import HealthBooks, Opened, ShownBook
from verify_api.callers import Action, Reach, who_may
from verify_api.errors import ForbiddenError
from verify_api.fhir_answers import MEDIA_TYPE, collection
from verify_api.fhir_questions import papers_as_resources
from verify_api.running import the_ports

LEGAL_BASIS: Final = "15/2023/QH15"
"""The Law on Medical Examination and Treatment, article 69: who may read a patient's records. The
ground of the single look stands in its fact."""
READERS: Final = who_may(Action.FOLLOW_OWN) | who_may(Action.READ_BOOK)
_SECTIONS: Final = ",".join(sorted(section.value for section in Section))
_THEIRS: Final = frozenset({Basis.OWN.value, Basis.REPRESENTATIVE.value})
"""On what the person reads, and who acts for them."""
_WITH_FILES: Final = frozenset({Section.DOCUMENTS.value})
_LANGUAGES: Final = frozenset({"vi", "en"})

Export = Callable[[HealthBooks, ShownBook, Moments, datetime, str], Response]
"""Writes a book as a file: book, moments, now, the office that authors summaries."""

reads_book = access(
    READERS, scope=Reach.GRANTED, purpose="read_book", reads_personal=True, legal_basis=LEGAL_BASIS
)
"""The rule of every endpoint that shows a part of a health book."""


def records_routes(books: HealthBooks, *, office: str) -> Blueprint:
    """Return the endpoints over ``books``; ``office`` is the author of summaries."""
    blueprint = Blueprint("records", __name__, url_prefix="/v1/records")
    _sections(blueprint, books)
    _files(blueprint, books, office)
    return blueprint


def _sections(blueprint: Blueprint, books: HealthBooks) -> None:
    @blueprint.get(f"/<who>/<any({_SECTIONS}):name>")
    @reads_book
    def book_section(who: str, name: str) -> Disclosed:
        """Return one section of a health book, page by page."""
        only(request, {"as_of", "effective", "lang", "cursor", "count"})
        at, spoken, count = the_ports().clock(), _language(), count_of(request)
        moments = moments_of(request, at)
        opened = opened_for(books, the_caller(), subject_of(who, the_caller()), at)
        shown = books.read(opened, moments)
        whole = section(shown.book, Section(name))
        papers = papers_in(books, opened, Section(name), moments, at)
        files = books.files(shown, the_caller(), moments) if name in _WITH_FILES else ()
        page = page_of([_key(item.key) for item in whole], request, count=count)
        here = papers
        if Section(name) is Section.TIMELINE:
            here = beside(papers, whole, slice(page.first, page.first + count))
        elif page.first:  # they stand on the first page
            here, files = (), ()
        body = {
            "subject": str(opened.subject),
            "as_of": (moments.as_of or at).isoformat(),
            "effective": moments.effective and moments.effective.isoformat(),
            **section_json(
                Section(name), whole, whole[page.first : page.first + count],
                language=spoken, withheld=opened.withheld, papers=here,
                own=opened.basis in _THEIRS, files=files,
            ),
            "next": next_address(request, page.after, moments.as_of or at),
        }  # fmt: skip
        return _disclosed(tagged(json_answer(body), shown, request, (*papers, *files)), opened)

    @blueprint.get("/<who>/access-log")
    @reads_book
    def book_looks(who: str) -> Disclosed:
        """Return who looked at the data of the person, the newest look first."""
        only(request, {"lang", "cursor", "count"})
        at, spoken, count = the_ports().clock(), _language(), count_of(request)
        opened = _own(books, who, at)
        looks = books.looks(opened)
        page = page_of([str(look.event) for look in looks], request, count=count)
        some = looks[page.first : page.first + count]
        named = {
            one: books.organisation(one) for one in {look.organisation for look in some} if one
        }
        entries = [look_json(look, spoken, named.get(look.organisation or "")) for look in some]
        body = {
            "subject": str(opened.subject),
            "looks": entries,
            "next": _plain_next(page.after),
        }
        return _disclosed(json_answer(body), opened, RecordKind.ACCESS)


def papers_in(
    books: HealthBooks, opened: Opened, name: Section, moments: Moments, at: datetime
) -> tuple[BookPaper, ...]:
    """Return the papers of a section; of one that has none, nothing is even looked for."""
    if name not in PAPER_SECTIONS:
        return ()
    return in_section(books.papers(opened, moments, at=at), name)


def _files(blueprint: Blueprint, books: HealthBooks, office: str) -> None:
    @blueprint.get("/<who>/export")
    @reads_book
    def book_export(who: str) -> Disclosed:
        """Return the whole book as a file: IPS, FHIR, CSV or PDF."""
        only(request, {"format", "as_of", "effective"})
        at = the_ports().clock()
        write = export_named(request.args.get("format", "ips"))
        moments = moments_of(request, at)
        opened = opened_for(books, the_caller(), subject_of(who, the_caller()), at)
        return exported(books, opened, write, moments, at, office)


def export_named(form: str) -> Export:
    """Return what writes a book in a form.

    Raises:
        InvalidInputError: There is no such form.
    """
    write = _EXPORTS.get(form)
    if write is None:
        raise InvalidInputError("format", "export_format", "ips, fhir, csv or pdf")
    return write


def exported(
    books: HealthBooks, opened: Opened, write: Export, moments: Moments, at: datetime, office: str
) -> Disclosed:
    """Return the whole book as a file, to be saved."""
    answer = write(books, books.read(opened, moments), moments, at, office)
    answer.headers["Cache-Control"] = "private, no-store"
    return _disclosed(answer, opened)


def _disclosed(
    answer: Response, opened: Opened, kind: RecordKind = RecordKind.HEALTH_BOOK
) -> Disclosed:
    return Disclosed(answer, seen(opened, kind))


def _own(books: HealthBooks, who: str, at: datetime) -> Opened:
    """Return the book for whom it is about, or who represents them: the list of looks is theirs.

    Raises:
        ForbiddenError: The caller treats the person, or reads on another ground.
    """
    caller = the_caller()
    opened = opened_for(books, caller, subject_of(who, caller), at)
    if opened.basis not in _THEIRS:
        raise ForbiddenError("who looked is shown to the person and their representative")
    return opened


def _key(parts: tuple[str, str, str]) -> str:
    return orjson.dumps(parts).hex()


def _plain_next(after: str | None) -> str | None:
    return None if after is None else f"{request.path}?cursor={after}"


def _language() -> str:
    typed = request.args.get("lang")
    if typed is None:
        return language()
    if typed not in _LANGUAGES:
        raise InvalidInputError("lang", "language", "vi or en")
    return typed


def _ips(
    books: HealthBooks, shown: ShownBook, moments: Moments, at: datetime, office: str
) -> Response:
    issued = Issued(moments.as_of or at, office, shown.revision)
    patient = books.patient(shown.opened, moments)
    bundle = summary(shown.book, patient=patient, issued=issued)
    return _file(to_json(bundle), MEDIA_TYPE, "ips.json")


def _fhir(
    books: HealthBooks, shown: ShownBook, moments: Moments, at: datetime, _office: str
) -> Response:
    papers = papers_as_resources(books.papers(shown.opened, moments, at=at), shown.opened)
    bundle = collection(
        books.patient(shown.opened, moments),
        [*books.resources(shown, shown.book.items), *papers],
        base=f"{the_ports().settings.public_url}/fhir",
    )
    return _file(to_json(bundle), MEDIA_TYPE, "fhir.json")


def _csv(
    books: HealthBooks, shown: ShownBook, moments: Moments, at: datetime, _office: str
) -> Response:
    items = section(shown.book, Section.TIMELINE)
    papers = books.papers(shown.opened, moments, at=at)
    return _file(to_csv(items, papers), "text/csv; charset=utf-8", "so-suc-khoe.csv")


def _pdf(
    books: HealthBooks, shown: ShownBook, moments: Moments, at: datetime, _office: str
) -> Response:
    patient = books.patient(shown.opened, moments)
    demo = the_ports().settings.demo
    cover = Cover(
        patient.name, patient.birth, at, moments.as_of, moments.effective, demo, patient.died
    )
    papers = books.papers(shown.opened, moments, at=at)
    return _file(write_book(shown.book, cover, papers), "application/pdf", "so-suc-khoe.pdf")


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


_EXPORTS: Final[dict[str, Export]] = {"ips": _ips, "fhir": _fhir, "csv": _csv, "pdf": _pdf}
