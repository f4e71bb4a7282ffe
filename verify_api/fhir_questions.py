"""What the FHIR endpoints ask in the same way: whose book, which resource, from when on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Response, request

from ledger.clinical.book import Version
from ledger.clinical.book_papers import BookPaper
from ledger.clinical.made_resources import subject_of_id
from ledger.clinical.paper_resources import TYPES, paper_id, paper_resource, paper_type
from ledger.commands.reading import NOW
from ledger.errors import InvalidInputError, NotFoundError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, the_caller
from verify_api.book_questions import opened_for, seen, subject_of
from verify_api.books import HealthBooks, Opened, ShownBook
from verify_api.running import the_ports

UNKNOWN = "no resource is known under this reference"
PAPERS: Final = frozenset(TYPES.values())
"""Types of resources that papers are, too."""


def opened_by_address(books: HealthBooks, who: str) -> Opened:
    """Return what the caller may read of the book that the address names."""
    caller = the_caller()
    return opened_for(books, caller, subject_of(who, caller), the_ports().clock())


def patient_asked() -> UUID:
    """Return whose resources are searched.

    Raises:
        InvalidInputError: ``patient`` is missing: nothing is found over several persons.
    """
    typed = request.args.get("patient", "").removeprefix("Patient/")
    if not typed:
        raise InvalidInputError("patient", "patient_required", "the patient whose book is searched")
    return subject_of(typed, the_caller())


def paper_asked(books: HealthBooks, kind: str, number: str) -> tuple[Opened, BookPaper] | None:
    """Return a referral or an appointment by its identifier as a resource; None if it is none."""
    subject, at = subject_of_id(number), the_ports().clock()
    if subject is None or kind not in PAPERS:
        return None
    opened = opened_for(books, the_caller(), subject, at)
    for paper in books.papers(opened, at=at):
        if (paper_type(paper), paper_id(paper)) == (kind, number):
            return opened, paper
    return None


def papers_as_resources(papers: Iterable[BookPaper], opened: Opened) -> tuple[dict[str, Any], ...]:
    """Return papers as resources about whom the book is."""
    return tuple(paper_resource(one, f"Patient/{opened.subject}") for one in papers)


def all_versions(books: HealthBooks, kind: str, number: str) -> tuple[ShownBook, Sequence[Version]]:
    """Return a book and the versions of one of its resources.

    Raises:
        NotFoundError: There is none that the caller may see.
    """
    subject = subject_of_id(number)
    if subject is None:
        raise NotFoundError(UNKNOWN)
    opened = opened_for(books, the_caller(), subject, the_ports().clock())
    versions = books.versions(opened, number)
    kinds = {one.entry.type for one in versions if one.entry is not None}
    if kinds != {kind}:
        raise NotFoundError(UNKNOWN)
    return books.read(opened, NOW), versions


def newest(books: HealthBooks, kind: str, number: str) -> tuple[ShownBook, Version]:
    """Return a book and the newest version of one of its resources."""
    shown, versions = all_versions(books, kind, number)
    return shown, versions[-1]


def since() -> int | None:
    """Return the second that ``_since`` names, if it is given.

    Raises:
        InvalidInputError: It is no instant.
    """
    typed = request.args.get("_since")
    if typed is None:
        return None
    try:
        return int(datetime.fromisoformat(typed.replace(" ", "+")).timestamp())
    except (ValueError, OverflowError):
        raise InvalidInputError("_since", "time_form", "an instant with its zone") from None


def disclosed(
    answer: Response, opened: Opened, kind: RecordKind = RecordKind.HEALTH_BOOK
) -> Disclosed:
    """Return the answer with the look that it is."""
    return Disclosed(answer, seen(opened, kind))


def base() -> str:
    """Return the address of the FHIR side."""
    return f"{the_ports().settings.public_url}/fhir"


def links(after: str | None) -> dict[str, str | None]:
    """Return the links of a page."""
    public = the_ports().settings.public_url
    return {
        "self": public + request.full_path.rstrip("?"),
        "next": None if after is None else public + after,
    }
