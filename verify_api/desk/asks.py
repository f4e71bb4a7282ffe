"""What is asked about appointments, for the person and for the facility: read from view and facts.

The view says which asks there are; what each of them says is opened here, one stream each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.categories import Category
from ledger.certificates import lifecycle
from ledger.clinical.sensitive import categories_of
from ledger.commands import appointment_asks, certificates, health_papers
from ledger.commands.appointment_asks import AskOnFile
from ledger.commands.books import subjects_of
from ledger.commands.facilities import facility_name
from ledger.commands.held_papers import paper_categories
from ledger.errors import NotFoundError
from ledger.facts import FactStore
from ledger.personal import Erased, readable
from ledger.records.appointment_request.facts import (
    AppointmentRequestAnswered,
    Specialty,
    Wish,
)
from ledger.records.appointment_request.request import Stage
from projections.appointment_asks import AskRow
from projections.ask_queries import FIRST, MOST, asks_of, place_of, waiting_at
from projections.view_store import ViewDatabase

SHOWN: Final = 50
"""Asks of a person that are shown, and asks on a page of a facility's queue."""
MOST_OPENED: Final = 500
"""Asks that are opened to put a queue in the order of its days."""
_TELLS: Final[Mapping[Specialty, Category]] = MappingProxyType({
    Specialty.MENTAL: Category.MENTAL, Specialty.OBSTETRICS: Category.REPRODUCTIVE,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldAsk:
    """One ask as it is shown on a day."""

    found: AskOnFile
    stage: Stage

    @property
    def ask(self) -> UUID:
        """Its reference."""
        return self.found.ask

    @property
    def subject(self) -> UUID:
        """For whom it was made."""
        return self.found.subject

    @property
    def facility(self) -> str:
        """Code of who is asked."""
        return self.found.state.made.facility

    @property
    def kind(self) -> str:
        """What is asked for."""
        return self.found.state.made.kind.value

    @property
    def appointment(self) -> UUID | None:
        """The paper that is asked about."""
        return self.found.state.made.appointment

    @property
    def wish(self) -> Wish | None:
        """When, for what, and why; None once that was erased."""
        wish = self.found.state.made.wish
        return None if isinstance(wish, Erased) else wish

    @property
    def given(self) -> UUID | None:
        """The paper that was issued for it."""
        ended = self.found.state.ended
        return ended.appointment if isinstance(ended, AppointmentRequestAnswered) else None

    @property
    def note(self) -> str | None:
        """What the facility says to the person."""
        ended = self.found.state.ended
        return readable(ended.note, None) if isinstance(ended, AppointmentRequestAnswered) else None

    @property
    def made_at(self) -> datetime:
        """When it was made."""
        return self.found.history.recorded[0].act.at

    @property
    def for_another(self) -> bool:
        """Whether a representative made it."""
        return self.found.history.recorded[0].act.correlation is not None

    @property
    def drafted(self) -> UUID | None:
        """The draft that waits for its signature, or was signed."""
        taken = self.found.state.taken_up
        return None if taken is None else taken.appointment


def ask_json(told: ToldAsk) -> dict[str, Any]:
    """Return an ask as values for JSON; days and words of an erased one are null."""
    wish = told.wish
    return {
        "ask": str(told.ask),
        "kind": told.kind,
        "facility": told.facility,
        "appointment": _text(told.appointment),
        "first": None if wish is None else wish.first.isoformat(),
        "last": None if wish is None else wish.last.isoformat(),
        "part_of_day": None if wish is None else wish.part_of_day.value,
        "specialty": None if wish is None or wish.specialty is None else wish.specialty.value,
        "reason": None if wish is None else wish.reason,
        "stage": told.stage.value,
        "made_at": told.made_at.isoformat(),
        "given": _text(told.given),
        "note": told.note,
    }


def _text(reference: UUID | None) -> str | None:
    return None if reference is None else str(reference)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits at a facility: what can be answered by its first wished day, then the rest."""

    asks: tuple[ToldAsk, ...]
    whole: bool
    """Whether all that waits was looked at."""


@dataclass(frozen=True, slots=True)
class AskDesk:
    """Reads asks; nothing here decides or records."""

    facts: FactStore
    views: ViewDatabase

    def told(self, found: AskOnFile, *, at: datetime) -> ToldAsk:
        """Return an ask as it is at ``at``."""
        return ToldAsk(found, found.state.stage_on(local_day(at)))

    def of_person(self, subject: UUID, *, at: datetime) -> list[ToldAsk]:
        """Return the asks of a person under every pseudonym, the newest first, `SHOWN` at most."""
        rows = sorted(self._rows(subject, SHOWN), key=lambda row: row.made_at, reverse=True)
        return list(self._opened(rows[:SHOWN], at))

    def waiting_of(self, subject: UUID) -> int:
        """Return how many asks of a person wait for an answer."""
        return sum(row.waits for row in self._rows(subject, MOST))

    def waiting_about(self, appointment: UUID, *, at: datetime) -> ToldAsk | None:
        """Return the ask about an appointment that waits for an answer, if there is one."""
        found = appointment_asks.asked_about(self.facts, appointment).last
        told = None if found is None else self.told(found, at=at)
        return told if told is not None and told.stage in _LIVE else None

    def waiting_at(self, facility: str) -> int:
        """Return how many asks wait for an answer of a facility, `MOST` at most."""
        with self.views.reading() as session:
            return len(waiting_at(session, facility))

    def queue(self, facility: str, *, at: datetime) -> Queue:
        """Return what a facility has to answer: by first wished day, what is drafted behind.

        Days are sealed, so each ask is opened; what lapsed meanwhile is left out.
        """
        rows, whole = self._waiting(facility)
        asks = [one for one in self._opened(rows, at) if one.wish and one.stage in _LIVE]
        asks.sort(key=_urgency)
        return Queue(tuple(asks), whole)

    def _waiting(self, facility: str) -> tuple[list[AskRow], bool]:
        rows: list[AskRow] = []
        after = FIRST
        with self.views.reading() as session:
            while page := waiting_at(session, facility, after=after):
                rows += page
                if len(rows) >= MOST_OPENED:
                    return rows[:MOST_OPENED], False
                after = place_of(page[-1])
        return rows, True

    def _rows(self, subject: UUID, limit: int) -> list[AskRow]:
        everybody = dict.fromkeys((subject, *subjects_of(self.facts, subject)))
        with self.views.reading() as session:
            return [row for one in everybody for row in asks_of(session, one, limit=limit)]

    def _opened(self, rows: Iterable[AskRow], at: datetime) -> Iterable[ToldAsk]:
        for row in rows:
            try:
                yield self.told(appointment_asks.load(self.facts, UUID(row.ask)), at=at)
            except NotFoundError:  # a row that no fact stands behind is the auditor's to find
                continue

    def categories(self, told: ToldAsk) -> frozenset[Category]:
        """Return why an ask is withheld: by its words, its facility's name, and its paper."""
        found = wish_categories(self.facts, told.facility, told.wish)
        for paper in (told.appointment, told.drafted, told.given):
            found |= self._paper_categories(paper)
        return found

    def _paper_categories(self, paper: UUID | None) -> frozenset[Category]:
        if paper is None:
            return frozenset()
        known = certificates.load(self.facts, paper)
        if health_papers.is_erased(known):
            return frozenset()
        return paper_categories(lifecycle.content_of(known.certificate))


_LIVE: Final = frozenset({Stage.OPEN, Stage.TAKEN_UP})


def _urgency(told: ToldAsk) -> tuple[bool, date, datetime]:
    assert told.wish is not None, "what was erased is not in a queue"
    return told.stage is Stage.TAKEN_UP, told.wish.first, told.made_at


def wish_categories(facts: FactStore, facility: str, wish: Wish | None) -> frozenset[Category]:
    """Return why a wish is withheld: specialty, facility's name or words may tell an illness."""
    words: Sequence[str | None] = (
        facility_name(facts, facility), None if wish is None else wish.reason,
    )  # fmt: skip
    said = categories_of({"description": "\n".join(one for one in words if one)})
    tells = None if wish is None or wish.specialty is None else _TELLS.get(wish.specialty)
    return said if tells is None else said | {tells}
