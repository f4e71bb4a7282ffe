"""Pages of what a person writes into the own health book, and takes back."""

from hashlib import sha256
from uuid import UUID

from flask import Blueprint

from ledger.clinical.sections import Section
from ledger.commands import books
from ledger.errors import NotFoundError
from ledger.facts import Idempotency
from verify_api.access_rules import Disclosed
from verify_api.book_questions import seen
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import (
    REFUSALS,
    Wrong,
    bounded_form,
    done,
    my_page,
    once_id,
    typed_text,
    wrong,
)
from verify_api.my_health.whose import alone, whose, whose_form
from verify_api.routes.my_health_book import read
from verify_api.routes.my_health_rules import manages, reads

_HERE = "/my/health/notes"


def note_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""

    @blueprint.get("/notes")
    @reads
    def notes() -> Disclosed:
        """Show the person's own notes, and the form that writes one."""
        return _notes(my)

    @blueprint.post("/notes")
    @reads
    def write_note() -> Disclosed:
        """Write a note into one's own book."""
        bounded_form()
        managed, note = alone(whose_form(my)).managed, typed_text("note")
        once = Idempotency(
            f"note:{managed.subject}:{once_id()}", sha256(note.encode("utf-8", "surrogatepass"))
            .digest(),
        )  # fmt: skip
        try:
            books.enter_note(
                my.governing.facts, subject=managed.subject, note=note, act=managed.act,
                idempotency=once,
            )  # fmt: skip
        except REFUSALS as error:
            return _notes(my, wrong(error), note)
        return done(_HERE, "note_written")

    @blueprint.get("/notes/<uuid:note>/withdraw")
    @reads
    def ask_withdraw(note: UUID) -> Disclosed:
        """Ask whether a note is to be taken back."""
        reading = read(my, chosen=alone(whose(my)))
        rows = reading.shower.rows(reading.items(Section.NOTES))
        found = next((row for row in rows if row.note == str(note)), None)
        if found is None:
            raise NotFoundError("no note is known under this reference")
        return Disclosed(
            my_page("my_health_note.html", reading.chosen, row=found), seen(reading.opened)
        )

    @blueprint.post("/notes/<uuid:note>/withdraw")
    @manages
    def withdraw_note(note: UUID) -> Disclosed:
        """Take a note back."""
        bounded_form()
        managed = alone(whose_form(my)).managed
        books.withdraw_note(my.governing.facts, subject=managed.subject, note=note, act=managed.act)
        return done(_HERE, "taken_back")


def _notes(my: MyHealth, refused: Wrong | None = None, note: str = "") -> Disclosed:
    reading = read(my, chosen=alone(whose(my)))
    return Disclosed(
        my_page(
            "my_health_notes.html", reading.chosen,
            rows=reading.shower.rows(reading.items(Section.NOTES)), refused=refused,
            typed={"note": note},
        ),
        seen(reading.opened),
    )  # fmt: skip
