"""Pages on which a person asks for an appointment, for another day, or gives one up."""

from datetime import date, timedelta
from typing import Final, TypeVar
from uuid import UUID

from flask import Blueprint, request

from ledger.calendar import local_day
from ledger.clinical.book_papers import BookPaper, in_section
from ledger.clinical.sections import Section
from ledger.errors import InvalidInputError, NotFoundError
from ledger.records.appointment_request.facts import AskKind, PartOfDay, Specialty
from ledger.records.appointment_request.request import FURTHEST, MAX_REASON
from verify_api.access_rules import Disclosed
from verify_api.ask_words import PARTS_OF_DAY, SPECIALTIES
from verify_api.asking import KIND, AskBody, Asks
from verify_api.desk.facility_names import NamedFacilities, find_facilities
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import (
    REFUSALS,
    Wrong,
    bounded_form,
    done,
    my_page,
    once_key,
    typed_fields,
    typed_text,
    wrong,
)
from verify_api.my_health.shown_papers import shown_paper
from verify_api.my_health.whose import Whose, whose, whose_form
from verify_api.ports import Seen
from verify_api.routes.my_health_book import Reading, read
from verify_api.routes.my_health_papers import held_paper, held_papers
from verify_api.routes.my_health_rules import manages, reads
from verify_api.shown_asks import shown_ask

OTHER: Final = "other"
"""Chosen where the facility is none of those that are offered."""
MOST_OFFERED: Final = 5
_HERE: Final = "/my/health/appointments/asks"
_FIELDS: Final = (
    "facility",
    "named",
    "code",
    "first",
    "last",
    "part_of_day",
    "specialty",
    "reason",
)
_PATHS: Final = {"move": AskKind.MOVE, "give-up": AskKind.GIVE_UP}
_DAY: Final = len("2026-11-24")
Choice = TypeVar("Choice", PartOfDay, Specialty)


def ask_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""
    asks = Asks(my.governing)
    _new(blueprint, my, asks)
    _about(blueprint, my, asks)
    _made(blueprint, my, asks)


def _new(blueprint: Blueprint, my: MyHealth, asks: Asks) -> None:
    @blueprint.get("/appointments/ask")
    @reads
    def ask_form() -> Disclosed:
        """Show the form that asks a facility for a new appointment."""
        return _form(read(my), AskKind.NEW)

    @blueprint.post("/appointments/ask")
    @reads
    def asked() -> Disclosed:
        """Ask a facility for a new appointment."""
        bounded_form()
        chosen = whose_form(my)
        if request.form.get("find"):
            return _form(read(my, chosen=chosen), AskKind.NEW, searching=True)
        once = once_key(chosen, "ask")
        try:
            body = AskBody(
                AskKind.NEW, facility=_facility(), first=_day("first"), last=_day("last"),
                part_of_day=_part_of_day(), specialty=_choice("specialty", Specialty),
                reason=typed_text("reason") or None,
            )  # fmt: skip
            ask = asks.ask(chosen.managed, body, once)
        except REFUSALS as error:
            return _form(read(my, chosen=chosen), AskKind.NEW, refused=wrong(error))
        return _sent(chosen, ask)


def _about(blueprint: Blueprint, my: MyHealth, asks: Asks) -> None:
    @blueprint.get("/appointments/<uuid:reference>/<any('move','give-up'):what>")
    @reads
    def change_form(reference: UUID, what: str) -> Disclosed:
        """Show an appointment, and the form that asks to move it or gives it up."""
        reading = read(my)
        return _form(reading, _PATHS[what], _appointment(reading, reference))

    @blueprint.post("/appointments/<uuid:reference>/<any('move','give-up'):what>")
    @reads
    def change_asked(reference: UUID, what: str) -> Disclosed:
        """Ask the facility that gave an appointment to move or to cancel it."""
        bounded_form()
        chosen, kind = whose_form(my), _PATHS[what]
        once = once_key(chosen, f"ask-{what}")
        reading = read(my, chosen=chosen)
        paper = _appointment(reading, reference)
        try:
            body = AskBody(kind, appointment=reference, reason=typed_text("reason") or None)
            if kind is AskKind.MOVE:
                body.first, body.last = _day("first"), _day("last")
                body.part_of_day = _part_of_day()
            ask = asks.ask(chosen.managed, body, once)
        except REFUSALS as error:
            return _form(reading, kind, paper, wrong(error))
        return _sent(chosen, ask)


def _made(blueprint: Blueprint, my: MyHealth, asks: Asks) -> None:
    @blueprint.get("/appointments/asks/<uuid:ask>")
    @manages
    def ask_shown(ask: UUID) -> Disclosed:
        """Show what was asked for, what the facility answered, and how to take it back."""
        return _shown(my, asks, whose(my), ask)

    @blueprint.post("/appointments/asks/<uuid:ask>/withdraw")
    @manages
    def ask_withdrawn(ask: UUID) -> Disclosed:
        """Take an ask back."""
        bounded_form()
        chosen = whose_form(my)
        try:
            asks.withdraw(chosen.managed, ask)
        except REFUSALS as error:
            return _shown(my, asks, chosen, ask, wrong(error))
        return done(f"{_HERE}/{ask}", "taken_back", *_seen(chosen, ask))


def _sent(chosen: Whose, ask: UUID) -> Disclosed:
    return done(f"{_HERE}/{ask}", "ask_made", *_seen(chosen, ask))


def _seen(chosen: Whose, ask: UUID) -> tuple[Seen, ...]:
    """Return the look that an act for somebody else is; one's own shows nothing."""
    return (chosen.managed.seen(KIND, ask),) if chosen.acting else ()


def _shown(
    my: MyHealth, asks: Asks, chosen: Whose, ask: UUID, refused: Wrong | None = None
) -> Disclosed:
    told = asks.one(chosen.managed, ask)
    answer = my_page(
        "my_health_asked.html", chosen, one=shown_ask(told, my.facility), refused=refused
    )
    return Disclosed(answer, (chosen.managed.seen(KIND, ask),))


def _form(
    reading: Reading,
    kind: AskKind,
    paper: BookPaper | None = None,
    refused: Wrong | None = None,
    *,
    searching: bool = False,
) -> Disclosed:
    today = local_day(reading.at)
    again = searching or refused is not None
    typed = typed_fields(*_FIELDS) if again else {"part_of_day": PartOfDay.ANY.value}
    found, unfound = _found(reading, typed.get("named", ""), searching=searching)
    refused = refused or unfound
    if found is not None and searching and len(found.facilities) == 1:
        typed["facility"] = found.facilities[0].code
    return reading.answer(
        "my_health_ask.html", kind=kind.value, refused=refused, typed=typed,
        offered=_offered(reading, found) if kind is AskKind.NEW else [], other=OTHER, found=found,
        shown=None if paper is None else shown_paper(paper, reading.language),
        tomorrow=(today + timedelta(days=1)).isoformat(), furthest=(today + FURTHEST).isoformat(),
        parts=PARTS_OF_DAY, specialties=SPECIALTIES, most=MAX_REASON,
    )  # fmt: skip


def _appointment(reading: Reading, reference: UUID) -> BookPaper:
    """Return an appointment of the book.

    Raises:
        NotFoundError: There is none that the reader may see.
    """
    found = held_paper(reading, reference)
    if found.section is not Section.APPOINTMENTS:
        raise NotFoundError("no appointment is known under this reference")
    return found


def _found(
    reading: Reading, named: str, *, searching: bool
) -> tuple[NamedFacilities | None, Wrong | None]:
    """Return what a name that was typed finds, or why it finds nothing; None and None without."""
    if not (named.strip() or searching):
        return None, None
    views, today = reading.my.governing.views, local_day(reading.at)
    try:
        return find_facilities(views, typed_text("named"), on=today), None
    except InvalidInputError as error:
        told = wrong(InvalidInputError("named", error.rule, error.expected))
        return None, told if searching else None


def _offered(reading: Reading, found: NamedFacilities | None) -> list[tuple[str, str]]:
    """Return facilities that treat or treated the person, as far as the reader sees of that.

    Those that were found by name are offered as such.
    """
    papers = in_section(held_papers(reading), Section.TIMELINE)
    codes = dict.fromkeys([
        *(one.issuer.code for one in papers),
        *(item.source.facility for item in reading.items(Section.TIMELINE)),
    ])  # fmt: skip
    named = {one.code for one in found.facilities} if found else set()
    known = [code for code in codes if code and code not in named][:MOST_OFFERED]
    return [(code, reading.my.facility(code).of(reading.language)) for code in known]


def _facility() -> str:
    """Return whom a form asks.

    Raises:
        InvalidInputError: Nobody.
    """
    chosen = request.form.get("facility", "")
    code = typed_text("code").upper() if chosen in {"", OTHER} else chosen
    if not code:
        raise InvalidInputError("facility", "missing", "a facility")
    return code


def _day(name: str) -> date:
    """Return a day of a form.

    Raises:
        InvalidInputError: It is none.
    """
    text = request.form.get(name, "").strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or len(text) != _DAY:
        raise InvalidInputError(name, "day_form", "a day such as 2026-11-24")
    return day


def _part_of_day() -> PartOfDay:
    return _choice("part_of_day", PartOfDay) or PartOfDay.ANY


def _choice(name: str, choices: type[Choice]) -> Choice | None:
    """Return what was chosen; None if nothing was.

    Raises:
        InvalidInputError: It is none of the choices.
    """
    text = request.form.get(name, "")
    try:
        return choices(text) if text else None
    except ValueError:
        raise InvalidInputError(name, "choice", "one of the list") from None
