"""What a person writes into the own health book, and takes back: by the person alone.

Shown as theirs, never as a facility's. What was taken back is shown no longer; asked for as of an
earlier moment, the book still has it.
"""

from hashlib import sha256
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, request
from msgspec import Struct

from ledger.commands import books
from ledger.facts import Idempotency
from verify_api.access_rules import Disclosed
from verify_api.governing import Governing, act_of_caller, done, my_subject
from verify_api.json_bodies import read_json
from verify_api.routes.consents import manages_own


class NoteBody(Struct, forbid_unknown_fields=True):
    """What the person writes."""

    note: str
    id: UUID | None = None
    """Chosen by the caller, so that sending twice is one note."""


def own_word_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("own_words", __name__, url_prefix="/v1/records/me/notes")

    @blueprint.post("")
    @manages_own
    def write_note() -> Disclosed:
        """Write a note into one's own health book."""
        body, subject = read_json(request, NoteBody), my_subject()
        once = None
        if body.id is not None:
            digest = sha256(body.note.encode("utf-8", "surrogatepass")).digest()
            once = Idempotency(f"note:{subject}:{body.id}", digest)
        receipt = books.enter_note(
            desk.facts, subject=subject, note=body.note, act=act_of_caller(), idempotency=once
        )
        return done({"note": str(receipt.event_ids[-1])}, HTTPStatus.CREATED)

    @blueprint.delete("/<uuid:note>")
    @manages_own
    def withdraw_note(note: UUID) -> Disclosed:
        """Take a note back: it is shown no longer."""
        books.withdraw_note(desk.facts, subject=my_subject(), note=note, act=act_of_caller())
        return done({"note": str(note), "standing": "withdrawn"})

    return blueprint
