"""Health books: read, summed up, exported, followed through time; every look is recorded first.

PERSON is the book's pseudonym, any stream that is about them, or `-`: then their number is read
from standard input, and never from the command line.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from app import System
from doors import health_books
from ledger.categories import Category
from ledger.clinical.book import Item
from ledger.clinical.book_papers import BookPaper, in_section, left_words, state_words
from ledger.clinical.book_table import to_csv
from ledger.clinical.entry import Kind
from ledger.clinical.ips import Issued, summary, to_json
from ledger.clinical.made_resources import made_id
from ledger.clinical.moments import time_of
from ledger.clinical.repeated import GROUPED, Line, lines
from ledger.clinical.sections import Section, Standing, is_current, section, standing
from ledger.clinical.words import (
    heading,
    kind_words,
    source_words,
    standing_words,
    status_words,
    value_words,
)
from ledger.commands.access import record_access
from ledger.commands.book_files import BookFile, files_of
from ledger.commands.reading import Moments
from ledger.errors import InvalidInputError, NotFoundError
from ledger.identifiers import NumberKind, health_book_stream
from ledger.paper.book_pdf import Cover, write_book
from ledger.personal import readable
from ledger.records.access import Channel, RecordKind
from ledger.records.book_access import Basis
from projections.health_queries import HealthViews
from shell.errors import UnreadableFileError
from shell.home import Home
from shell.lines import Moment, as_json, moment, pass_home, table, tell
from shell.persons import LONGEST_LINE, STANDARD_INPUT, find_person, person_argument
from verify_api.book_json import section_json
from verify_api.book_paper_json import PAPER_SECTIONS
from verify_api.books import Opened, ShownBook
from verify_api.desk.health_books import LedgerHealthBooks
from verify_api.fhir_answers import collection
from verify_api.fhir_questions import papers_as_resources

ROLE: Final = "operator"
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_FIRST: Final = (Section.ALLERGIES, Section.PROBLEMS, Section.MEDICINES)
_HEAD: Final = ("WHEN", "STATUS", "WHAT", "VALUE", "FROM", "ID")
_GROUP_HEAD: Final = ("WHEN", "STATUS", "WHAT", "TIMES", "FROM", "ID")
_PAPER_HEAD: Final = ("DAY", "STATE", "NUMBER", "FROM", "TO", "LEFT", "HELD BY", "REFERENCE")
FILE_HEAD: Final = ("CAME", "TITLE", "KIND", "BYTES", "FROM", "VISIT", "ADDRESS")
_SHOWN: Final = click.Choice([one.value for one in Section])
F = Callable[..., Any]


def _asks(command: F) -> F:
    """Take who is read, as of when, by whom and on what basis."""
    for option in (
        click.option("--as-of", type=Moment(), help="What the ledger knew at that time."),
        click.option("--effective", type=_DAY, help="What was so on that day."),
        click.option("--legal-basis", required=True, help="On what law or order the look rests."),
        click.option("--actor", default="shell", show_default=True, help="Who looks."),
        click.option("--withheld", is_flag=True, help="Also what is withheld from providers."),
    ):
        command = option(command)
    return person_argument(command)


@dataclass(frozen=True, slots=True)
class _Read:
    """A book that was opened, and the moment it is of."""

    books: LedgerHealthBooks
    system: System
    opened: Opened
    shown: ShownBook
    moments: Moments
    at: datetime


@contextmanager
def _reading(home: Home, person: str, asked: dict[str, Any]) -> Iterator[_Read]:
    """Open a book; the look is durable before anything of it is read."""
    effective: datetime | None = asked["effective"]
    with home.opened() as system:
        at = system.clockwork.now()
        day: date | None = None if effective is None else effective.date()
        moments = Moments(asked["as_of"], day)
        if moments.as_of is not None and moments.as_of > at:
            raise InvalidInputError("--as-of", "in_the_future", "a time up to now")
        subject = find_book(system, person, asked["number_kind"])
        act = system.act(asked["actor"], ROLE, legal_basis=asked["legal_basis"])
        record_access(
            system.facts, subject=subject, kind=RecordKind.HEALTH_BOOK, purpose="read_book",
            channel=Channel.SHELL, act=act,
        )  # fmt: skip
        system.projector.catch_up()
        books = health_books(system)
        hidden = frozenset() if asked["withheld"] else frozenset(Category) - {Category.GENERAL}
        opened = Opened(subject, hidden, frozenset(), Basis.ORDER.value)
        yield _Read(books, system, opened, books.read(opened, moments), moments, at)


def find_book(system: System, person: str, number_kind: str) -> UUID:
    """Return whose book is meant; somebody may have one without being registered otherwise."""
    if person == STANDARD_INPUT:
        number = sys.stdin.buffer.readline(LONGEST_LINE).decode("utf-8", "replace").strip()
        found = system.directory.find(number, kind=NumberKind(number_kind))
        if found is None:
            raise NotFoundError("nobody is known by this number")
        return found
    try:
        subject = UUID(person)
    except ValueError:
        return find_person(system, person, number_kind)
    if system.reading.tip(health_book_stream(subject)).version:
        return subject
    return find_person(system, person, number_kind)


@click.group()
def book() -> None:
    """Read health books; every look is recorded for the person to see."""


@book.command()
@click.option("--section", "name", type=_SHOWN, default="timeline", show_default=True)
@_asks
@as_json
@pass_home
def show(home: Home, /, person: str, *, name: str, as_json: bool, **asked: Any) -> None:
    """Show a section of PERSON's book."""
    with _reading(home, person, asked) as read:
        items = section(read.shown.book, Section(name))
        papers = in_section(_papers(read), Section(name)) if Section(name) in PAPER_SECTIONS else ()
        hidden, files = read.opened.withheld, _files(read, Section(name))
    if as_json:
        shown = section_json(
            Section(name), items, items, language="vi", withheld=hidden, papers=papers, files=files
        )
        tell(shown)
        return
    words = heading(Section(name))
    click.echo(f"{words.vi} · {words.en}: {_stands(items, papers or files)}")
    if files:
        table([file_line(file) for file in files], head=FILE_HEAD)
    if papers:
        table([_paper_line(paper) for paper in papers], head=_PAPER_HEAD)
    if Section(name) in GROUPED:
        table([_group_line(line) for line in lines(items)], head=_GROUP_HEAD)
    elif items or not (papers or files):
        table([_line(item) for item in items], head=_HEAD)


@book.command("summary")
@_asks
@pass_home
def sum_up(home: Home, /, person: str, **asked: Any) -> None:
    """Show on one screen what can harm, what is so now, and how much else there is."""
    with _reading(home, person, asked) as read:
        shown, papers = read.shown.book, _papers(read)
    for item in section(shown, Section.TIMELINE):
        if item.entry.kind is Kind.DEATH:
            words = kind_words(Kind.DEATH)
            click.echo(f"{words.vi} · {words.en}: {item.entry.start}")
    for name in _FIRST:
        items = section(shown, name)
        words = heading(name)
        click.echo(f"{words.vi} · {words.en}: {_stands(items)}")
        for told, item in _told_once(name, items):
            if is_current(item) or name is Section.ALLERGIES:
                click.echo("  " + "  ".join(filter(None, told[:5])))
    others = [
        (heading(one).vi, heading(one).en, len(section(shown, one)) + len(in_section(papers, one)))
        for one in Section
        if one not in _FIRST
    ]
    table(others, head=("MỤC", "SECTION", "ENTRIES"))


@book.command()
@click.option("--format", "form", type=click.Choice(["ips", "fhir", "csv", "pdf"]), default="ips")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), required=True)
@_asks
@pass_home
def export(home: Home, /, person: str, *, form: str, file: Path, **asked: Any) -> None:
    """Write PERSON's book into a file that only its owner can read."""
    with _reading(home, person, asked) as read:
        write_private(file, _EXPORTS[form](read))
    click.echo(str(file))


def write_private(file: Path, content: bytes) -> None:
    """Write what is about a person so that nobody else on the machine can read it, ever."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            os.fchmod(descriptor, 0o600)
            opened.write(content)
    except OSError as error:
        raise UnreadableFileError(f"{file}: cannot be written") from error


def _ips(read: _Read) -> bytes:
    office = read.system.settings.authorities[0].name.vi
    issued = Issued(read.moments.as_of or read.at, office, read.shown.revision)
    patient = read.books.patient(read.opened, read.moments)
    return to_json(summary(read.shown.book, patient=patient, issued=issued))


def _fhir(read: _Read) -> bytes:
    received = read.books.resources(read.shown, read.shown.book.items)
    resources = [*received, *papers_as_resources(_papers(read), read.opened)]
    base = f"https://{read.system.settings.host}/fhir"
    return to_json(collection(read.books.patient(read.opened, read.moments), resources, base=base))


def _csv(read: _Read) -> bytes:
    return to_csv(section(read.shown.book, Section.TIMELINE), _papers(read))


def _pdf(read: _Read) -> bytes:
    patient = read.books.patient(read.opened, read.moments)
    cover = Cover(
        patient.name, patient.birth, read.at, read.moments.as_of, read.moments.effective,
        read.system.settings.specimen, patient.died,
    )  # fmt: skip
    return write_book(read.shown.book, cover, _papers(read))


_EXPORTS: Final[dict[str, Callable[[_Read], bytes]]] = {
    "ips": _ips,
    "fhir": _fhir,
    "csv": _csv,
    "pdf": _pdf,
}


@book.command()
@_asks
@as_json
@pass_home
def history(home: Home, /, person: str, *, as_json: bool, **asked: Any) -> None:
    """Show which facts made PERSON's book what it is: recorded, corrected, voided, moved."""
    with _reading(home, person, asked) as read:
        views = HealthViews(read.system.views.database, read.system.subject_keys)
        until = read.moments.as_of_seconds
        facts = sorted(
            (one for one in views.known(views.subjects(read.opened.subject, as_of=until))
             if until is None or one.recorded_at <= until),
            key=lambda one: (one.position, one.event),
        )  # fmt: skip
    rows = [
        {
            "position": one.position,
            "at": moment(time_of(one.recorded_at)),
            "event": one.event.name.lower(),
            "facility": one.facility,
            "visit": str(one.visit),
            "version": one.version,
            "entries": len(one.entries),
        }
        for one in facts
    ]
    if as_json:
        tell(rows)
        return
    head = ("POSITION", "AT", "EVENT", "FACILITY", "VISIT", "VERSION", "ENTRIES")
    table([tuple(row.values()) for row in rows], head=head)


def _papers(read: _Read) -> tuple[BookPaper, ...]:
    """Return the papers that were issued to the person."""
    return read.books.papers(read.opened, read.moments, at=read.at)


def _files(read: _Read, name: Section) -> tuple[BookFile, ...]:
    """Return the files beside the visits; a file may show anything, so not to just anybody."""
    if name is not Section.DOCUMENTS or read.opened.withheld:
        return ()
    visits = (item.source.visit for item in read.shown.book.items)
    return files_of(read.system.facts, visits, as_of=read.moments.as_of_seconds)


def file_line(file: BookFile) -> tuple[object, ...]:
    """Return a file as a line of a table."""
    title = readable(file.named.title, "")
    return (
        moment(file.at), title, file.named.media_type, file.named.size, file.facility,
        str(file.visit), file.named.address.hex(),
    )  # fmt: skip


def _paper_line(paper: BookPaper) -> tuple[str, ...]:
    left = left_words(paper)
    return (
        f"{paper.last_day.isoformat()} {paper.clock}".strip(),
        state_words(paper.state).vi,
        paper.number,
        paper.issuer.name,
        "; ".join(one.name for one in paper.to),
        "" if left is None else left.vi,
        "" if paper.at is None else paper.at.name,
        str(paper.reference),
    )


def _group_line(line: Line) -> tuple[str, ...]:
    when, status, what, _, _, number = _line(line.newest)
    times = len(line.items)
    if times > 1:
        when = line.first if line.first == line.last else f"{line.first} - {line.last}"
    return when, status, what, str(times), line.newest.source.facility, number


def _told_once(name: Section, items: tuple[Item, ...]) -> Iterator[tuple[tuple[str, ...], Item]]:
    """Yield what a screen says of a section: of what is sent again and again, one line."""
    if name in GROUPED:
        yield from ((_group_line(line), line.newest) for line in lines(items))
    else:
        yield from ((_line(item), item) for item in items)


def _stands(items: tuple[Item, ...], beside: Sequence[object] = ()) -> str:
    words = standing_words(Standing.SOME if beside else standing(items))
    return f"{words.vi} · {words.en}"


def _line(item: Item) -> tuple[str, ...]:
    return (
        item.entry.start or item.entry.recorded,
        status_words(item.status).vi,
        item.entry.text,
        value_words(item),
        source_words(item),
        made_id(item),
    )
