"""What JSON and pages share of a citizen's asks: what is asked for, by whom, and what is told.

A representative asks for the person what they could read themselves, and sees no more of it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from msgspec import Struct

from ledger.categories import Category
from ledger.certificates import lifecycle
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.commands import asking, health_papers
from ledger.commands.asking import UNKNOWN_APPOINTMENT, UNKNOWN_ASK, Asker
from ledger.commands.held_papers import paper_categories
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import FactStore, Idempotency, Receipt
from ledger.records.access import RecordKind
from ledger.records.appointment_request.facts import AskKind, PartOfDay, Specialty, Wish
from verify_api.desk.asks import AskDesk, ToldAsk, ask_json, wish_categories
from verify_api.governing import Governing, Managed, new_id

KIND: Final = RecordKind.APPOINTMENT
"""What a look at an ask is a look at."""
_OF_ONE: Final = ("appointment",)
_OF_NEW: Final = ("facility", "specialty")
Value = TypeVar("Value")


class AskBody(Struct, forbid_unknown_fields=True):
    """What a person asks for."""

    kind: AskKind
    facility: str | None = None
    """Code of who is asked for a new appointment; one that there is has its own."""
    appointment: UUID | None = None
    """The paper that is to be moved or given up."""
    first: date | None = None
    """First day that would suit; of a new appointment, and of one that is to be moved."""
    last: date | None = None
    part_of_day: PartOfDay = PartOfDay.ANY
    specialty: Specialty | None = None
    """Of a new appointment."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Asks:
    """What these endpoints and pages need of the house."""

    governing: Governing

    @property
    def facts(self) -> FactStore:
        """The ledger."""
        return self.governing.facts

    @property
    def desk(self) -> AskDesk:
        """Reads asks."""
        return AskDesk(self.governing.facts, self.governing.views)

    def listed(self, managed: Managed) -> list[ToldAsk]:
        """Return the person's asks that the caller may see, the newest first."""
        found = self.desk.of_person(managed.subject, at=managed.act.at)
        return [one for one in found if self._may_see(managed, one)]

    def one(self, managed: Managed, ask: UUID) -> ToldAsk:
        """Return an ask of the person.

        Raises:
            NotFoundError: There is none that the caller may see.
        """
        found = asking.own(self.facts, subject=managed.subject, ask=ask)
        told = self.desk.told(found, at=managed.act.at)
        if not self._may_see(managed, told):
            raise NotFoundError(UNKNOWN_ASK)
        return told

    def waiting_about(self, managed: Managed, appointment: UUID) -> UUID | None:
        """Return the ask about an appointment that waits for an answer, if the caller sees it."""
        told = self.desk.waiting_about(appointment, at=managed.act.at)
        return told.ask if told is not None and self._may_see(managed, told) else None

    def ask(self, managed: Managed, body: AskBody, once: Idempotency | None) -> UUID:
        """Ask for the person; return the reference of the ask, also of one that is repeated.

        Raises:
            InvalidInputError: A part is missing, or has the wrong form; names the place.
            NotFoundError: There is no such appointment of the person.
            RefusedError: ``already_asked``, ``wished_in_the_past``, ``beyond_representation`` and
                others.
        """
        receipt = self._asked(managed, body, once)
        first = receipt.positions[0]
        return self.facts.read(after=first - 1, limit=1)[0].stream_id

    def _asked(self, managed: Managed, body: AskBody, once: Idempotency | None) -> Receipt:
        asker = Asker(managed.subject, self.desk.waiting_of(managed.subject))
        if body.kind is AskKind.NEW:
            _nothing_else(body, _OF_ONE)
            facility = _there("facility", body.facility)
            wish = _wish(body)
            self._check_may(managed, wish_categories(self.facts, facility, wish))
            return asking.ask_new(
                self.facts, asker, ask=new_id(), facility=facility, wish=wish, act=managed.act,
                idempotency=once,
            )  # fmt: skip
        _nothing_else(body, _OF_NEW)
        appointment = _there("appointment", body.appointment)
        self._check_paper(managed, appointment)
        if body.kind is AskKind.MOVE:
            return asking.ask_to_move(
                self.facts, asker, appointment=appointment, wish=_wish(body), act=managed.act,
                idempotency=once,
            )  # fmt: skip
        return asking.ask_to_give_up(
            self.facts, asker, appointment=appointment, reason=body.reason, act=managed.act,
            idempotency=once,
        )  # fmt: skip

    def withdraw(self, managed: Managed, ask: UUID) -> None:
        """Take an ask back.

        Raises:
            NotFoundError: There is none that the caller may see.
            RefusedError: ``ask_ended`` or ``ask_taken_up``.
        """
        self.one(managed, ask)
        asking.withdraw(self.facts, subject=managed.subject, ask=ask, act=managed.act)

    def _may_see(self, managed: Managed, told: ToldAsk) -> bool:
        return managed.representation is None or managed.may_see(self.desk.categories(told))

    @staticmethod
    def _check_may(managed: Managed, categories: frozenset[Category]) -> None:
        if not managed.may_see(categories):
            raise RefusedError("beyond_representation", "a representative asks for what they read")

    def _check_paper(self, managed: Managed, appointment: UUID) -> None:
        """Refuse a representative a paper that they may not see, as if there were none."""
        if managed.representation is None:
            return
        try:
            found = health_papers.load_issued(self.facts, appointment, APPOINTMENT.code)
        except NotFoundError:
            raise NotFoundError(UNKNOWN_APPOINTMENT) from None
        if health_papers.is_erased(found) or not managed.may_see(
            paper_categories(lifecycle.content_of(found.certificate))
        ):
            raise NotFoundError(UNKNOWN_APPOINTMENT)


def told_asks(asks: Asks, managed: Managed) -> dict[str, Any]:
    """Return the asks of the person as values for JSON."""
    return {"asks": [ask_json(one) for one in asks.listed(managed)]}


def _wish(body: AskBody) -> Wish:
    return Wish(
        _there("first", body.first), _there("last", body.last), body.part_of_day, body.specialty,
        body.reason,
    )  # fmt: skip


def _there(place: str, value: Value | None) -> Value:
    if value is None:
        raise InvalidInputError(place, "missing", "a value")
    return value


def _nothing_else(body: AskBody, places: tuple[str, ...]) -> None:
    for place in places:
        if getattr(body, place) is not None:
            raise InvalidInputError(place, "not_of_this_ask", "nothing, for what is asked")
