"""Pages of the health book: overview, timeline, sections, vital signs, visits, versions, a day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.calendar import local_day
from ledger.clinical.book import Item
from ledger.clinical.made_resources import fhir_id, made_id
from ledger.clinical.repeated import lines
from ledger.clinical.sections import Section, is_current, section, standing
from ledger.commands.reading import Moments
from ledger.errors import InvalidInputError, NotFoundError
from projections.governing_queries import newest_notices_of
from verify_api.access_rules import Disclosed, the_caller
from verify_api.book_file_json import file_json
from verify_api.book_questions import count_of, moments_from, only, page_of, seen
from verify_api.books import Opened, ShownBook
from verify_api.i18n import page_language
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.filters import GROUPS, Asked, matching, read_asked, read_group
from verify_api.my_health.pages import bounded_form, my_page, typed_fields, wrong
from verify_api.my_health.shown_entries import Shower
from verify_api.my_health.shown_papers import coming, shown_paper
from verify_api.my_health.vitals import signs
from verify_api.my_health.whose import Whose, opened_of, whose, whose_form
from verify_api.routes.looks import notice_told
from verify_api.routes.my_health_rules import reads
from verify_api.routes.records import papers_in
from verify_api.running import the_ports

NEWS: Final = 4
FEW: Final = 6
"""Entries of a part on the overview."""
MOST_FOUND: Final = 200
LISTS: Final = (
    Section.PROBLEMS, Section.MEDICINES, Section.ALLERGIES, Section.IMMUNISATIONS,
    Section.RESULTS, Section.PROCEDURES, Section.DOCUMENTS, Section.DEVICES, Section.PLANS,
)  # fmt: skip
"""Sections that are read as plain lists."""
_TIMES: Final = frozenset({"as_of", "effective", "lang"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a book for a page."""

    my: MyHealth
    chosen: Whose
    opened: Opened
    shown: ShownBook
    moments: Moments
    at: datetime
    language: str

    @property
    def shower(self) -> Shower:
        """Writes its entries."""
        return Shower(self.my, self.shown, self.language)

    @property
    def kept(self) -> str:
        """What links keep of the address: the times of the book."""
        times = {
            name: request.args[name] for name in ("as_of", "effective") if name in request.args
        }
        return f"?{urlencode(times)}" if times else ""

    def items(self, name: Section) -> tuple[Item, ...]:
        """Return the entries of a section."""
        return section(self.shown.book, name)

    def answer(self, template: str, **values: Any) -> Disclosed:
        """Return a page that is a look at the book."""
        answer = my_page(template, self.chosen, **self.common(), **values)
        return Disclosed(answer, seen(self.opened))

    def common(self) -> dict[str, Any]:
        """Return what each page of the book says of its times and limits."""
        return {
            "as_of": self.moments.as_of,
            "effective": self.moments.effective,
            "kept": self.kept,
            "withheld": bool(self.opened.withheld),
        }


def read(my: MyHealth, *more: str, chosen: Whose | None = None) -> Reading:
    """Read the book that the page is about, at the times that its address names.

    Args:
        my: The desks.
        more: Parameters that this page takes beside the times.
        chosen: Whose; as the cookie says if left out.

    Raises:
        InvalidInputError: A time is none, or lies ahead.
        MalformedRequestError: There is another parameter.
    """
    only(request, _TIMES.union(more))
    at = the_ports().clock()
    chosen = chosen or whose(my)
    as_of, effective = (request.args.get(name) or None for name in ("as_of", "effective"))
    moments = moments_from(as_of, effective, at)
    if moments.effective is not None and moments.effective > local_day(at):
        raise InvalidInputError("effective", "in_the_future", "a day up to today")
    opened = opened_of(my, chosen.subject, at)
    shown = my.books.read(opened, moments)
    return Reading(my, chosen, opened, shown, moments, at, page_language(request))


def book_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""
    _front(blueprint, my)
    _timeline(blueprint, my)
    _sections(blueprint, my)
    _visits(blueprint, my)
    _versions(blueprint, my)


def _front(blueprint: Blueprint, my: MyHealth) -> None:
    @blueprint.get("")
    @reads
    def overview() -> Disclosed:
        """Show the health book at a glance: allergies first, what is so now, what comes next."""
        return _overview(read(my))

    @blueprint.get("/then")
    @reads
    def then() -> Disclosed:
        """Show the book as it was recorded by the end of a day, or as things stood on a day."""
        typed = {name: request.args.get(name, "") for name in ("as_of", "effective")}
        if not any(typed.values()):
            return Disclosed(_then(whose(my), {}))
        try:
            return _overview(read(my))
        except InvalidInputError as error:
            return Disclosed(_then(whose(my), typed, error))


def _then(chosen: Whose, typed: dict[str, str], error: Exception | None = None) -> Response:
    refused = None if error is None else wrong(error)
    return my_page(
        "my_health_then.html", chosen, typed=typed, refused=refused,
        today=local_day(the_ports().clock()).isoformat(),
    )  # fmt: skip


def _overview(reading: Reading) -> Disclosed:
    shower, my = reading.shower, reading.my
    allergies = reading.items(Section.ALLERGIES)
    current = [line for line in lines(reading.items(Section.PROBLEMS)) if is_current(line.newest)]
    medicines = [item for item in reading.items(Section.MEDICINES) if is_current(item)]
    papers = my.books.papers(reading.opened, reading.moments, at=reading.at)
    past = reading.moments != Moments()
    died = my.books.patient(reading.opened, reading.moments).died
    return reading.answer(
        "my_health_overview.html",
        allergies=shower.rows(item for item in allergies if is_current(item)),
        allergies_stand=standing(allergies).value,
        problems=[shower.line(line) for line in current[:FEW]],
        medicines=shower.rows(medicines[:FEW]),
        papers=coming(papers, reading.language)[:FEW],
        notices=[] if past or reading.chosen.acting else _news(reading),
        past=past,
        died=died,
        lists=[one.value for one in LISTS if one is not Section.ALLERGIES],
    )  # fmt: skip


def _news(reading: Reading) -> list[dict[str, Any]]:
    desk = reading.my.governing
    with desk.views.reading() as session:
        rows = newest_notices_of(session, reading.chosen.subject, limit=NEWS)
    return [notice_told(row, desk, reading.language) for row in rows]


def _timeline(blueprint: Blueprint, my: MyHealth) -> None:
    @blueprint.get("/timeline")
    @reads
    def timeline() -> Disclosed:
        """Show what happened, month by month, the newest first; by kind if that is asked for."""
        reading = read(my, "kind", "cursor", "count")
        group = read_group(request.args.get("kind", ""))
        items = matching(reading.items(Section.TIMELINE), Asked(group))
        count = count_of(request)
        page = page_of([made_id(item) for item in items], request, count=count)
        some = items[page.first : page.first + count]
        papers = () if group or page.first else papers_in(
            my.books, reading.opened, Section.TIMELINE, reading.moments, reading.at
        )  # fmt: skip
        kept = {**_address_of(reading), **({"kind": group} if group else {})}
        following = page.after and f"?{urlencode({**kept, 'cursor': page.after})}"
        return reading.answer(
            "my_health_timeline.html",
            months=list(reading.shower.months(some)), group=group, groups=list(GROUPS),
            papers=[shown_paper(one, reading.language) for one in papers],
            following=following, first=page.first == 0, asked=None,
        )  # fmt: skip

    @blueprint.post("/timeline")
    @reads
    def search() -> Disclosed:
        """Search the timeline; what is searched for stands in no address."""
        bounded_form()
        reading = read(my, chosen=whose_form(my))
        typed = typed_fields("words", "since", "until", "kind")
        try:
            asked = read_asked(request.form)
        except InvalidInputError as error:
            return reading.answer(
                "my_health_timeline.html", months=[], group="", groups=list(GROUPS), papers=[],
                following="", first=True, asked=typed, refused=wrong(error), typed=typed, found=0,
            )  # fmt: skip
        found = matching(reading.items(Section.TIMELINE), asked)
        return reading.answer(
            "my_health_timeline.html",
            months=list(reading.shower.months(found[:MOST_FOUND])), group=asked.group,
            groups=list(GROUPS), papers=[], following="", first=True, asked=typed, typed=typed,
            found=len(found), more=len(found) > MOST_FOUND,
        )  # fmt: skip


def _address_of(reading: Reading) -> dict[str, str]:
    kept = {name: request.args[name] for name in ("as_of", "effective") if name in request.args}
    kept.setdefault("as_of", (reading.moments.as_of or reading.at).isoformat())
    return kept


def _sections(blueprint: Blueprint, my: MyHealth) -> None:
    names = ",".join(one.value for one in LISTS)

    @blueprint.get(f"/<any({names}):name>")
    @reads
    def part(name: str) -> Disclosed:
        """Show one part of the book as a list."""
        reading = read(my)
        which = Section(name)
        items, shower = reading.items(which), reading.shower
        rows = shower.rows(items)
        if which is Section.PROBLEMS:
            rows = [shower.line(line) for line in lines(items)]
        return reading.answer(
            "my_health_section.html", name=name, rows=rows, stand=standing(items).value,
            files=_files(reading) if which is Section.DOCUMENTS else [],
        )  # fmt: skip

    @blueprint.get("/vitals")
    @reads
    def vitals() -> Disclosed:
        """Show the vital signs as charts, each with its table."""
        reading = read(my)
        items = reading.items(Section.VITALS)
        shower = reading.shower
        measured = [
            {"sign": one, "rows": shower.rows(one.items)} for one in signs(items, reading.language)
        ]
        return reading.answer(
            "my_health_vitals.html", measured=measured, stand=standing(items).value
        )


def _visits(blueprint: Blueprint, my: MyHealth) -> None:
    @blueprint.get("/visits")
    @reads
    def visits() -> Disclosed:
        """Show the visits with the files beside them."""
        reading = read(my)
        files = _files(reading)
        rows = [
            {"entry": row, "files": [one for one in files if one["visit"] == row.visit]}
            for row in reading.shower.rows(reading.items(Section.VISITS))
        ]
        return reading.answer("my_health_visits.html", rows=rows)

    @blueprint.get("/visits/<uuid:visit>")
    @reads
    def visit(visit: UUID) -> Disclosed:
        """Show all that was recorded in one visit."""
        reading = read(my)
        items = [item for item in reading.items(Section.TIMELINE) if item.source.visit == visit]
        if not items:
            raise NotFoundError("no visit is known under this reference")
        files = [one for one in _files(reading) if one["visit"] == str(visit)]
        return reading.answer(
            "my_health_visit.html", rows=reading.shower.rows(items), files=files, visit=visit
        )


def _files(reading: Reading) -> list[dict[str, Any]]:
    found = reading.my.books.files(reading.shown, the_caller(), reading.moments)
    return [file_json(one) for one in found]


def _versions(blueprint: Blueprint, my: MyHealth) -> None:
    @blueprint.get("/entries/<uuid:entry>")
    @reads
    def entry(entry: UUID) -> Disclosed:
        """Show an entry in each of its versions, the newest first."""
        reading = read(my)
        found = next(
            (item for item in reading.shown.book.items if made_id(item) == str(entry)), None
        )
        if found is None:
            raise NotFoundError("no entry is known under this reference")
        versions = my.books.versions(reading.opened, fhir_id(found))
        shower = reading.shower
        rows = [
            {
                "number": one.number,
                "row": None if one.entry is None
                else shower.row(Item(one.entry, one.source, one.entry.status, 1)),
                "facility": shower.facility(one.source.facility),
                "at": datetime.fromtimestamp(one.source.recorded_at, tz=reading.at.tzinfo),
            }
            for one in reversed(versions)
        ]  # fmt: skip
        return reading.answer("my_health_entry.html", entry=shower.row(found), rows=rows)
