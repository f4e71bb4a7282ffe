"""Pages of referrals and appointments: days left, code, what it allows, PDF, calendar file."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.clinical.book_papers import OPEN, BookPaper, in_section
from ledger.clinical.sections import Section
from ledger.commands.reading import Moments
from ledger.errors import NotFoundError, NotYetLoggedError
from ledger.paper.qr_code import draw_svg
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed
from verify_api.asking import Asks
from verify_api.book_questions import seen
from verify_api.desk.paper_codes import code_of
from verify_api.governing import my_subject
from verify_api.health_paper_acts import holders_document
from verify_api.my_health.calendar_file import MEDIA_TYPE, write_calendar
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import my_page
from verify_api.my_health.shown_papers import event_of, shown_paper
from verify_api.routes.my_health_book import Reading, read
from verify_api.routes.my_health_rules import reads
from verify_api.running import the_ports
from verify_api.shown_asks import ShownAsk, shown_ask

_KINDS = {Section.REFERRALS: REFERRAL.code, Section.APPOINTMENTS: APPOINTMENT.code}
_RECORDS = {
    Section.REFERRALS: RecordKind.REFERRAL, Section.APPOINTMENTS: RecordKind.APPOINTMENT,
}  # fmt: skip


def paper_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""
    asks = Asks(my.governing)

    @blueprint.get("/<any(referrals,appointments):name>")
    @reads
    def papers(name: str) -> Disclosed:
        """Show the referrals or the appointments: what can be used first."""
        reading, which = read(my), Section(name)
        shown = [
            shown_paper(one, reading.language) for one in in_section(held_papers(reading), which)
        ]
        return reading.answer(
            "my_health_papers.html", name=name,
            usable=[one for one in shown if one.open],
            over=[one for one in shown if not one.open],
            rows=reading.shower.rows(reading.items(which)),
            asks=_asked(asks, reading) if which is Section.APPOINTMENTS else [],
        )  # fmt: skip

    @blueprint.get("/papers/<uuid:reference>")
    @reads
    def paper(reference: UUID) -> Disclosed:
        """Show one paper with its code, if it can be used."""
        reading = read(my)
        found = held_paper(reading, reference)
        code, waits = _code(my, reading, found)
        drawn = None if code is None else draw_svg(code["text"], label=found.number)
        answer = my_page(
            "my_health_paper.html", reading.chosen, **reading.common(),
            shown=shown_paper(found, reading.language), code=code, drawn=drawn, waits=waits,
            asked=asks.waiting_about(reading.chosen.managed, reference),
        )  # fmt: skip
        return Disclosed(answer, seen(reading.opened, _RECORDS[found.section]))

    @blueprint.get("/papers/<uuid:reference>/calendar.ics")
    @reads
    def calendar(reference: UUID) -> Disclosed:
        """Hand out an appointment as a calendar file, with its alarms."""
        reading = read(my)
        found = held_paper(reading, reference)
        if found.section is not Section.APPOINTMENTS:
            raise NotFoundError("no appointment is known under this reference")
        settings = the_ports().settings
        event = event_of(
            found, host=settings.host, url=settings.public_url, language=reading.language
        )
        answer = Response(write_calendar(event, at=reading.at), content_type=MEDIA_TYPE)
        answer.headers.set("Content-Disposition", "attachment", filename="hen-kham-lai.ics")
        return Disclosed(answer, seen(reading.opened, RecordKind.APPOINTMENT))

    @blueprint.get("/papers/<uuid:reference>.pdf")
    @reads
    def paper_pdf(reference: UUID) -> Disclosed:
        """Hand out the signed PDF of a paper to its holder, or who acts for them."""
        return holders_document(my.papers, reference)


def held_papers(reading: Reading) -> tuple[BookPaper, ...]:
    """Return the papers of the book, as far as the reader may see them."""
    return reading.my.books.papers(reading.opened, reading.moments, at=reading.at)


def held_paper(reading: Reading, reference: UUID) -> BookPaper:
    """Return a paper of the book.

    Raises:
        NotFoundError: There is none that the reader may see.
    """
    found = next((one for one in held_papers(reading) if one.reference == reference), None)
    if found is None:
        raise NotFoundError("no paper is known under this reference")
    return found


def _asked(asks: Asks, reading: Reading) -> list[ShownAsk]:
    if reading.moments != Moments():  # what was asked is told as it is now, or not at all
        return []
    found = asks.listed(reading.chosen.managed)
    return [shown_ask(one, reading.my.facility) for one in found]


def _code(my: MyHealth, reading: Reading, paper: BookPaper) -> tuple[dict[str, Any] | None, bool]:
    """Return the code of a paper that can be used; None, and whether it only waits for the log."""
    if paper.state not in OPEN:
        return None, False
    try:
        code = code_of(
            my.papers, _KINDS[paper.section], paper.reference, reader=my_subject(), at=reading.at
        )
    except NotYetLoggedError:
        return None, True
    return code._asdict(), False
