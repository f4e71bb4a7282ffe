"""A person's death: recorded by who treats them or keeps who persons are, taken back by the latter.

A facility records the death of somebody whose book it may read, and names the document that says
so. Nobody learns from a refusal whether there is such a person.
"""

from datetime import date
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, request
from msgspec import Struct

from ledger.commands import books as book_commands
from ledger.commands.deciding import check_known
from ledger.facts import FactStore
from ledger.identifiers import health_book_stream
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.book_questions import opened_for
from verify_api.books import HealthBooks
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import act_of_caller, done
from verify_api.json_bodies import read_json
from verify_api.running import the_ports

LEGAL_BASIS: Final = "60/2014/QH13"
"""The Law on Civil Status, articles 32 to 34: who registers a death, and on which notice."""

_records = access(
    who_may(Action.RECORD_DEATH), scope=Reach.GRANTED, purpose="record_death",
    reads_personal=False,
)  # fmt: skip
_takes_back = access(
    who_may(Action.CLEAN_DATA), scope=Reach.SERVICE, purpose="record_death", reads_personal=False
)  # fmt: skip


class DeathBody(Struct, forbid_unknown_fields=True):
    """A death and what proves it."""

    on: date
    evidence: str
    """Which document says so: its kind and number; sealed."""


class DeathWithdrawal(Struct, forbid_unknown_fields=True):
    """Why a recorded death is none."""

    reason: str


def death_routes(facts: FactStore, books: HealthBooks) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("deaths", __name__, url_prefix="/v1/records/<uuid:subject>/death")

    @blueprint.post("")
    @_records
    def record_death(subject: UUID) -> Disclosed:
        """Record that a person died; nothing new is allowed in their name from then on."""
        body, caller = read_json(request, DeathBody), the_caller()
        if caller.role in who_may(Action.CLEAN_DATA):
            check_known(facts, subject, book=health_book_stream(subject))
        else:
            opened_for(books, caller, subject, the_ports().clock())
        book_commands.record_death(
            facts, subject=subject, on=body.on, evidence=body.evidence,
            act=act_of_caller(LEGAL_BASIS),
        )  # fmt: skip
        return done({"death": body.on.isoformat()}, HTTPStatus.CREATED)

    @blueprint.post("/withdrawal")
    @_takes_back
    def withdraw_death(subject: UUID) -> Disclosed:
        """Take back a death that was recorded in error."""
        body = read_json(request, DeathWithdrawal)
        book_commands.withdraw_death(
            facts, subject=subject, reason=body.reason, act=act_of_caller(LEGAL_BASIS)
        )
        return done({"death": None})

    return blueprint
