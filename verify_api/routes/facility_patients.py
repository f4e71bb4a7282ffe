"""A patient's health book for who treats them; and in an emergency for who has nobody to ask.

The book opens on a care relation or on the person's consent. Without either it opens by breaking
the glass: with a reason, for at most four hours, and everybody concerned is told.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.calendar import local_day
from ledger.clinical.sections import Section, section
from ledger.clinical.words import heading
from ledger.commands import emergencies
from ledger.commands.books import load_book
from ledger.errors import InvalidInputError, NotFoundError
from ledger.identifiers import NumberKind, check_number, emergency_day_stream
from ledger.records.book_access import Basis
from ledger.records.emergency import (
    LONGEST,
    MOST_A_DAY,
    REVIEW_TERM,
    SHORTEST_REASON,
    EmergencyReason,
    ReasonCode,
)
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import language
from verify_api.book_json import section_json
from verify_api.book_questions import count_of, moments_of, opened_for, page_of, seen
from verify_api.books import Opened
from verify_api.callers import Action, Reach, who_may
from verify_api.errors import ForbiddenError
from verify_api.facility.book_view import overview
from verify_api.facility.forms import (
    PEOPLE,
    REFUSALS,
    Refused,
    act_now,
    facility,
    go_on,
    refused,
    required,
    show,
    typed,
)
from verify_api.facility.house import FacilityHouse
from verify_api.facility.orders import NUMBER_KINDS
from verify_api.facility.words import BASES, REASON_CODES
from verify_api.governing import new_id
from verify_api.my_health.sent_times import sent_words
from verify_api.routes.records import LEGAL_BASIS
from verify_api.running import the_ports
from verify_api.unit_words import measured_words

READERS: Final = who_may(Action.READ_BOOK) & PEOPLE
_SECTIONS: Final = ",".join(sorted(one.value for one in Section))
MINUTES: Final = (30, 60, 120, 240)

_finds = access(READERS, scope=Reach.ORGANISATION, purpose="read_book", reads_personal=False)
_reads = access(
    READERS, scope=Reach.ORGANISATION, purpose="read_book", reads_personal=True,
    legal_basis=LEGAL_BASIS,
)  # fmt: skip
_breaks = access(
    who_may(Action.BREAK_GLASS) & PEOPLE, scope=Reach.ORGANISATION, purpose="treatment",
    reads_personal=False,
)  # fmt: skip


def patient_routes(house: FacilityHouse) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("facility_patients", __name__, url_prefix="/facility/patients")
    _find(blueprint, house)
    _book(blueprint, house)
    _emergency(blueprint, house)
    return blueprint


def _find(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("")
    @_finds
    def find() -> Response:
        """Show the form that finds a patient by a number on a paper of theirs."""
        return _find_page(None, {"number_kind": "personal"})

    @blueprint.post("")
    @_finds
    def found() -> Response:
        """Go on to the patient's book; whether it opens is decided there."""
        values = typed()
        try:
            subject = _subject(house, values)
        except REFUSALS as error:
            return _find_page(refused(error), values)
        return go_on(f"/facility/patients/{subject}", "patient_found")


def _subject(house: FacilityHouse, values: Mapping[str, str]) -> UUID:
    required(values, ["number_kind", "patient_number"])
    kind, number = values["number_kind"], values["patient_number"]
    if kind not in NUMBER_KINDS:
        raise InvalidInputError("number_kind", "missing", "one of the kinds")
    if kind in set(NumberKind):
        number = check_number(number, NumberKind(kind), place="patient_number")
    found = house.numbers.find_many([(kind, number)]).get((kind, number))
    if found is None or not load_book(house.papers.facts, found).state.is_open:
        raise InvalidInputError("patient_number", "no_such_book", "the number of a known patient")
    return found


def _find_page(problem: Refused | None, values: Mapping[str, str]) -> Response:
    return show(
        "facility_patients.html", problem=problem, typed=values, numbers=NUMBER_KINDS,
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip


def _book(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/<uuid:subject>")
    @_reads
    def book(subject: UUID) -> Disclosed:
        """Show the book on one screen; or that it does not open, and what can be done then."""
        at = the_ports().clock()
        try:
            opened = opened_for(house.books, the_caller(), subject, at)
        except ForbiddenError:
            return Disclosed(_closed_page(subject))
        shown, tongue = house.books.read(opened), language()
        answer = show(
            "facility_book.html", view=overview(shown, facility(), tongue),
            **_around(house, opened), papers=house.books.papers(opened, at=at),
        )  # fmt: skip
        return Disclosed(answer, seen(opened))

    @blueprint.get(f"/<uuid:subject>/<any({_SECTIONS}):name>")
    @_reads
    def book_section(subject: UUID, name: str) -> Disclosed:
        """Show one section of the book whole, page by page."""
        at = the_ports().clock()
        opened = opened_for(house.books, the_caller(), subject, at)
        moments = moments_of(request, at)
        shown = house.books.read(opened, moments)
        whole = section(shown.book, Section(name))
        page = page_of([_key(item.key) for item in whole], request, count=count_of(request))
        told = section_json(
            Section(name), whole, whole[page.first : page.first + page.count],
            language=language(), withheld=opened.withheld,
        )  # fmt: skip
        answer = show(
            "facility_section.html", section=told, after=page.after, **_around(house, opened)
        )
        return Disclosed(answer, seen(opened))


def _around(house: FacilityHouse, opened: Opened) -> dict[str, Any]:
    """Return what stands around any part of a book: whose, on what ground, where it came from.

    And what writes its rows in the reader's language: times and values as they were sent.
    """
    until, tongue = None, language()
    if opened.basis == Basis.EMERGENCY.value:
        known = emergencies.load_emergencies(house.papers.facts, opened.subject)
        until = next(
            (one.opened.until for one in known if one.opened.emergency == opened.reference), None
        )
    return {
        "subject": opened.subject, "patient": house.books.patient(opened), "basis": opened.basis,
        "bases": BASES, "until": until, "name_of": house.books.organisation,
        "headings": {one.value: heading(one) for one in Section},
        "sent": partial(sent_words, language=tongue),
        "measured": partial(measured_words, language=tongue),
    }  # fmt: skip


def _key(parts: tuple[str, str, str]) -> str:
    return "|".join(parts).encode().hex()


def _closed_page(subject: UUID) -> Response:
    return show(
        "facility_closed_book.html", subject=subject, status=HTTPStatus.FORBIDDEN,
        breaks=the_caller().role in who_may(Action.BREAK_GLASS),
    )  # fmt: skip


def _emergency(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/<uuid:subject>/emergency")
    @_breaks
    def glass(subject: UUID) -> Response:
        """Show what breaking the glass means, and its form."""
        _known(house, subject)
        return _glass_page(house, subject, None, {})

    @blueprint.post("/<uuid:subject>/emergency")
    @_breaks
    def break_glass(subject: UUID) -> Response:
        """Open the book in an emergency, for at most four hours, before everybody's eyes."""
        values = typed()
        _known(house, subject)
        try:
            required(values, ["reason", "what", "minutes", "agreed"])
            emergencies.open_book(
                house.papers.facts, subject=subject, emergency_id=new_id(),
                reason=EmergencyReason(_reason(values), values["what"]),
                lasting=timedelta(minutes=_minutes(values)),
                calendar=house.papers.calendar, act=act_now(Basis.EMERGENCY.value),
            )  # fmt: skip
        except REFUSALS as error:
            return _glass_page(house, subject, refused(error), values)
        return go_on(f"/facility/patients/{subject}", "glass_broken")


def _known(house: FacilityHouse, subject: UUID) -> None:
    if not load_book(house.papers.facts, subject).state.is_open:
        raise NotFoundError("no health book is known under this reference")


def _reason(values: Mapping[str, str]) -> ReasonCode:
    try:
        return ReasonCode(values["reason"])
    except ValueError:
        raise InvalidInputError("reason", "missing", "one of the reasons") from None


def _minutes(values: Mapping[str, str]) -> int:
    if values["minutes"] not in {str(one) for one in MINUTES}:
        raise InvalidInputError("minutes", "emergency_too_long", "1 to 240 minutes")
    return int(values["minutes"])


def _glass_page(
    house: FacilityHouse, subject: UUID, problem: Refused | None, values: Mapping[str, str]
) -> Response:
    act, today = act_now(), local_day(the_ports().clock())
    used = house.papers.facts.tip(emergency_day_stream(act.actor, today)).version
    return show(
        "facility_emergency.html", subject=subject, problem=problem, typed=values,
        reasons=REASON_CODES, minutes=MINUTES, used=used, most=MOST_A_DAY,
        hours=LONGEST // timedelta(hours=1), least=SHORTEST_REASON,
        review_due=house.papers.calendar.end_of(REVIEW_TERM, today),
        name=house.books.organisation(facility()),
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
