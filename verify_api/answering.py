"""What JSON and pages share of a facility's answers: what waits, who asks, and what is done.

Whoever asks a facility lets it know who they are: name, birth date, sex and the end of a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import Struct

from ledger.certificates.health_paper import SALT_BYTES
from ledger.certificates.kind import Holder
from ledger.commands import answering, health_papers
from ledger.commands.health_papers import Draft
from ledger.commands.holders import holder_of
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act, FactStore, Idempotency
from ledger.records.access import RecordKind
from ledger.records.appointment_request.facts import AskKind
from verify_api.desk.asks import AskDesk, ToldAsk, ask_json
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.ports import Seen


class GrantBody(Struct, forbid_unknown_fields=True):
    """What a facility does for who asks."""

    content: dict[str, Any] | None = None
    """Of a new appointment, field by field, as `POST /v1/appointments` takes it."""
    appointed: str | None = None
    """The other day, YYYYMMDDHHMM; of one that is moved."""


class DeclineBody(Struct, forbid_unknown_fields=True):
    """Why it cannot be, in words to the person."""

    note: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What these endpoints and pages need of the house."""

    papers: HealthPaperDesk
    asks: AskDesk

    @property
    def facts(self) -> FactStore:
        """The ledger."""
        return self.papers.facts

    def one(self, ask: UUID, act: Act) -> ToldAsk:
        """Return an ask that the acting facility was asked.

        Raises:
            NotFoundError: There is none, or another one was asked; the same words.
        """
        facility = health_papers.acting_facility(act)
        return self.asks.told(answering.asked_here(self.facts, ask, facility), at=act.at)

    def holder(self, told: ToldAsk) -> Holder | None:
        """Return who asks, as a paper would name them; None if too little is known."""
        return holder_of(self.facts, told.subject)

    def order(self, told: ToldAsk, content: Mapping[str, object]) -> Draft:
        """Return the order of a new appointment for who asks.

        Raises:
            RefusedError: ``holder_unknown``: too little is known of them for a paper's code.
        """
        holder = self.holder(told)
        if holder is None:
            expected = "a person whose birth date, sex and number are known"
            raise RefusedError("holder_unknown", expected)
        salt = self.papers.random(SALT_BYTES)
        return Draft(self.papers.new_id(), told.subject, holder, content, salt)

    def grant(
        self, ask: UUID, body: GrantBody, *, act: Act, once: Idempotency | None
    ) -> UUID | None:
        """Do what was asked for; return the draft that is to be signed, None if none is needed.

        Raises:
            NotFoundError: There is no such ask here.
            InvalidInputError: A part is missing or wrong; names the place.
            RefusedError: ``ask_ended``, ``ask_lapsed``, ``holder_unknown`` and others.
        """
        told = self.one(ask, act)
        kind = told.found.state.made.kind
        if kind is AskKind.GIVE_UP:
            answering.give_up(self.facts, ask=ask, act=act, idempotency=once)
            return None
        if kind is AskKind.MOVE:
            receipt = answering.move(
                self.facts, ask=ask, certificate=self.papers.new_id(),
                appointed=_there("appointed", body.appointed),
                salt=self.papers.random(SALT_BYTES), act=act, idempotency=once,
            )  # fmt: skip
        else:
            order = self.order(told, _there("content", body.content))
            receipt = answering.draft(self.facts, order, ask=ask, act=act, idempotency=once)
        return UUID(self.papers.drafted(receipt))

    def decline(self, ask: UUID, note: str, *, act: Act, once: Idempotency | None) -> None:
        """Tell the person that it cannot be.

        Raises:
            NotFoundError: There is no such ask here.
            InvalidInputError: No note, or too long a one.
            RefusedError: ``ask_ended``, ``ask_lapsed`` and others.
        """
        answering.decline(self.facts, ask=ask, note=note, act=act, idempotency=once)


def look(told: ToldAsk) -> Seen:
    """Return the look that showing an ask is."""
    return Seen(RecordKind.APPOINTMENT, told.subject, reference=told.ask)


def facility_json(told: ToldAsk, holder: Holder | None) -> dict[str, Any]:
    """Return an ask as the facility sees it: with who asks, and the draft that waits."""
    return {
        **ask_json(told),
        "draft": None if told.drafted is None else str(told.drafted),
        "for_another": told.for_another,
        "person": None if holder is None else {
            "name": holder.name,
            "birth_date": holder.birth_date.isoformat(),
            "sex": int(holder.sex),
            "id_tail": holder.id_tail,
        },
    }  # fmt: skip


def _there(place: str, value: Any) -> Any:
    if value is None:
        raise InvalidInputError(place, "missing", "a value")
    return value
