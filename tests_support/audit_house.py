"""A house with two health books, a request, a published log and an auditor at its doors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from ledger.calendar import local_day
from shell.day_seals import seal_day
from shell.sequencer import Sequencer
from tests_support.book_doors import door
from tests_support.book_house import ANN, BEN, BookHouse, open_book_house
from tests_support.book_house import problem as illness
from tests_support.governing_world import Door
from verify_api.callers import Role

DIAGNOSES: Final = ("Viêm gan vi rút B mạn", "Hen phế quản")
NAMES: Final = ("TRẦN THỊ MẪU", "LÊ VĂN MẪU")
HTML: Final = {"Accept": "text/html"}


@dataclass
class AuditHouse:
    """The house, and the auditor."""

    books: BookHouse
    request: UUID
    visit: UUID

    @property
    def auditor(self) -> Door:
        """The auditor, signed in."""
        return door(self.books, Role.AUDITOR)

    @property
    def reports(self) -> Path:
        """The folder of reports, made."""
        folder = self.books.house.system.settings.home / "audits"
        folder.mkdir(exist_ok=True)
        return folder

    def publish(self) -> None:
        """Bring every fact under a published head, and let the views see it."""
        system = self.books.house.system
        system.projector.catch_up()
        life = Sequencer(system)
        try:
            life.once()
        finally:
            life.close()

    def seal(self) -> None:
        """Let a day go by and seal it."""
        system = self.books.house.system
        self.books.house.clock.at += timedelta(days=1)
        system.projector.catch_up()
        act = system.act("worker", "system")
        seal_day(system, local_day(act.at), act=act)

    def page(self, path: str, form: dict[str, str] | None = None, language: str = "en") -> Any:
        """Open a page, or post a form to it, as the auditor's browser does."""
        auditor = self.auditor
        headers = HTML | {"Cookie": f"lang={language}"}
        auditor.client.set_cookie("lang", language)
        del headers["Cookie"]
        if form is None:
            return auditor.client.get(path, headers=headers)
        return auditor.client.post(path, data={**form, "csrf": auditor.csrf}, headers=headers)

    def record(self, record: object, **more: Any) -> Any:
        """Ask about a record as a program."""
        return self.auditor.post("/v1/audit/record", {"record": str(record), **more})


@contextmanager
def open_audit_house(home: Path) -> Iterator[AuditHouse]:
    """Open a house in which a request was handed in and two persons were treated."""
    with open_book_house(home) as books:
        visit = books.visit(ANN, "1", illness(DIAGNOSES[0], "c1"))
        books.visit(BEN, "2", illness(DIAGNOSES[1], "c2"))
        request = books.house.file()
        made = AuditHouse(books, request, visit)
        made.publish()
        yield made
