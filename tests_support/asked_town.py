"""A town of papers whose patient asks for appointments; in memory, or on a database."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates.kinds import KINDS
from ledger.commands import answering, appointment_asks, appointments, asking
from ledger.commands.appointment_asks import AskOnFile
from ledger.commands.asking import Asker
from ledger.facts import Act, Receipt
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records.appointment_request.facts import Wish
from ledger.records.person import PersonRegistered
from tests_support.paper_town import DISTRICT, PATIENT, SALT, PaperTown, trusted

_DETAILS: Final = PersonalDetails("NGUYỄN VĂN MẪU", date(1999, 1, 1), 1, "000090001234")


@dataclass
class AskedTown:
    """The town, and what is asked there."""

    town: PaperTown = field(default_factory=PaperTown)

    def __post_init__(self) -> None:
        """Let the patient be known."""
        self.know(PATIENT)

    def know(self, subject: UUID) -> None:
        """Register somebody."""
        registered = PersonRegistered(UUID(int=5), _DETAILS, ContactDetails())
        facts = self.town.facts
        facts.append(
            Act(self.town.at, "clerk", "intake_officer"),
            facts.history(subject).then(registered, subject=subject),
        )

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return local_day(self.town.at)

    def me(self, actor: str = "citizen-1") -> Act:
        """Return an act of the patient."""
        return Act(self.town.at, actor, "citizen")

    def wish(self, first: int = 3, last: int = 10, **more: Any) -> Wish:
        """Return days from now on."""
        return Wish(self.today + timedelta(days=first), self.today + timedelta(days=last), **more)

    def new(
        self, facility: str = DISTRICT, *, subject: UUID = PATIENT, wish: Wish | None = None,
        waiting: int = 0, **more: Any,
    ) -> UUID:  # fmt: skip
        """Ask for a new appointment; return the ask."""
        return self.ask_of(asking.ask_new(
            self.town.facts, Asker(subject, waiting), ask=self.town.new_id(), facility=facility,
            wish=wish or self.wish(), act=self.me(), **more,
        ))  # fmt: skip

    def move(
        self, appointment: UUID, *, subject: UUID = PATIENT, wish: Wish | None = None, **more: Any
    ) -> UUID:
        """Ask for another day; return the ask."""
        return self.ask_of(asking.ask_to_move(
            self.town.facts, Asker(subject, 0), appointment=appointment,
            wish=wish or self.wish(), act=self.me(), **more,
        ))  # fmt: skip

    def give_up(self, appointment: UUID, *, subject: UUID = PATIENT, **more: Any) -> UUID:
        """Ask that an appointment be cancelled; return the ask."""
        given = {"reason": "Đã khỏi", **more}
        return self.ask_of(asking.ask_to_give_up(
            self.town.facts, Asker(subject, 0), appointment=appointment, act=self.me(), **given
        ))  # fmt: skip

    def withdraw(self, ask: UUID, subject: UUID = PATIENT) -> Receipt:
        """Take an ask back."""
        return asking.withdraw(self.town.facts, subject=subject, ask=ask, act=self.me())

    def ask_of(self, receipt: Receipt) -> UUID:
        """Return the ask that a receipt is about."""
        return self.town.facts.read(after=receipt.positions[0] - 1, limit=1)[0].stream_id

    def found(self, ask: UUID) -> AskOnFile:
        """Return an ask as it stands."""
        return appointment_asks.load(self.town.facts, ask)

    def stage(self, ask: UUID) -> str:
        """Return where an ask is, as facts say."""
        return self.found(ask).state.stage.value

    def decline(self, ask: UUID, facility: str = DISTRICT, note: str = "Hết chỗ") -> Receipt:
        """Let a facility say no."""
        act = self.town.act(facility)
        return answering.decline(self.town.facts, ask=ask, note=note, act=act)

    def draft_new(self, ask: UUID, facility: str = DISTRICT, **changes: Any) -> UUID:
        """Let a facility draft a new appointment for an ask; return the draft."""
        number = self.town.new_id().int
        fields = {
            "facility": facility, "number": f"HK-{number}", "episode_key": f"LK-{number}",
            "written": f"{self.town.at:%Y%m%d}", "appointed": self.day(5), **changes,
        }  # fmt: skip
        order = self.town.order(KINDS["appointment"], fields.pop("subject", PATIENT), **fields)
        act = self.town.act(facility)
        answering.draft(self.town.facts, order, ask=ask, act=act)
        return order.certificate

    def draft_move(self, ask: UUID, facility: str = DISTRICT, days: int = 5) -> UUID:
        """Let a facility draft another day for an ask; return the draft."""
        draft = self.town.new_id()
        answering.move(
            self.town.facts, ask=ask, certificate=draft, appointed=self.day(days), salt=SALT,
            act=self.town.act(facility),
        )  # fmt: skip
        return draft

    def grant_giving_up(self, ask: UUID, facility: str = DISTRICT, **more: Any) -> Receipt:
        """Let a facility cancel what is given up."""
        return answering.give_up(self.town.facts, ask=ask, act=self.town.act(facility), **more)

    def sign(self, draft: UUID, facility: str = DISTRICT) -> None:
        """Let a facility sign a draft."""
        appointments.issue(
            self.town.desk, certificate=draft, key=trusted(facility),
            act=self.town.act(facility, "signer"),
        )  # fmt: skip

    def lapse(self, ask: UUID) -> Receipt:
        """Let the worker look whether an ask was answered in time."""
        return answering.lapse(self.town.facts, ask=ask, act=Act(self.town.at, "worker", "system"))

    def day(self, days: int) -> str:
        """Return a day from now on as tables write it."""
        return f"{self.town.at + timedelta(days=days):%Y%m%d}0800"
