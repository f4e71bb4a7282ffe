"""A citizen's own letters: which there are, and each as the document that was sent."""

from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Blueprint, Response
from msgspec import Struct, to_builtins

from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_scope
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.own_letters import OwnLetters
from verify_api.ports import Seen
from verify_api.running import the_ports

_own = access(
    who_may(Action.FOLLOW_OWN), scope=Reach.OWN, purpose="own_record", reads_personal=True
)
_TITLES: Final = ("vi", "en")


class LetterTold(Struct, frozen=True):
    """One letter."""

    number: int
    at: datetime
    title: dict[str, str]
    sha256: str | None


class LettersTold(Struct, frozen=True):
    """The letters of one request, the oldest first."""

    letters: list[LetterTold]


def citizen_letter_routes(desk: OwnLetters) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("citizen_letters", __name__)

    @blueprint.get("/v1/my/requests/<uuid:request_id>/letters")
    @_own
    def list_letters(request_id: UUID) -> Disclosed:
        """Return which letters the caller got about one of their requests."""
        told = [
            LetterTold(
                number=one.number,
                at=one.at,
                title={language: one.title.of(language) for language in _TITLES},
                sha256=None if digest is None else digest.hex(),
            )
            for one, digest in desk.letters(the_scope(), request_id)
        ]
        return Disclosed(json_answer(to_builtins(LettersTold(told))), (_seen(request_id),))

    @blueprint.get("/my/requests/<uuid:request_id>/letters/<int:number>.pdf")
    @_own
    def letter(request_id: UUID, number: int) -> Disclosed:
        """Hand out a letter: the document that was sent, whenever it is asked for."""
        made = desk.letter(the_scope(), request_id, number, at=the_ports().clock())
        answer = Response(made.pdf, mimetype="application/pdf")
        answer.headers.set("Content-Disposition", "attachment", filename=made.file_name)
        return Disclosed(answer, (_seen(request_id),))

    return blueprint


def _seen(request_id: UUID) -> Seen:
    return Seen(RecordKind.REQUEST, the_scope().subject, reference=request_id)
