"""The demonstration's asks for appointments: one waits, one was granted, one was declined.

They are those of the citizen who can sign in, so that their page and the hospital's queue have
something to show; of a second person something waits, too. Made-up words for people who do not
exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app import System
from ledger.calendar import local_day
from ledger.commands import answering, asking
from ledger.commands.asking import Asker
from ledger.facts import Act
from ledger.records.appointment_request.facts import PartOfDay, Specialty, Wish
from shell.demo_papers import HOSPITAL, Clinic, PaperDesk, Patient

GRANTED_PAPER: Final = 900
"""Ordinal of the appointment that is given: apart from those that nobody asked for."""
DECLINED: Final = (
    "Phòng khám mắt đang sửa chữa. Bạn có thể đến cơ sở khác, hoặc đề nghị lại sau hai tuần (mẫu)."
)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_LAST: Final = 80
"""Days from an ask on that would suit: a demonstration that is some weeks old still shows it."""


@dataclass(frozen=True, slots=True)
class WhoAsks:
    """Somebody who asks, and their account."""

    patient: Patient
    account: str


def asks_told(
    system: System, clinic: Clinic, one: WhoAsks, other: WhoAsks, *, until: datetime
) -> Iterator[datetime]:
    """Tell the asks: yields the moment at which the next thing happens.

    Args:
        system: The house.
        clinic: Who answers for the hospital.
        one: Whose asks end in each way.
        other: Of whom one waits.
        until: Now; the oldest is six days old.
    """
    hospital = PaperDesk(system, clinic, HOSPITAL)
    yield (at := until - 6 * _DAY)
    declined = _ask(system, one, Specialty.EYE, "Mắt nhìn mờ khi đọc (mẫu)", at)
    yield (at := at + 5 * _HOUR)
    act = Act(at, clinic.clinician, "clinician", HOSPITAL)
    answering.decline(system.facts, ask=declined, note=DECLINED, act=act)
    yield (at := until - 3 * _DAY)
    granted = _ask(system, one, Specialty.CARDIOLOGY, "Khám lại tim mạch (mẫu)", at)
    yield (at := at + 4 * _HOUR)
    hospital.appoint(one.patient, at=at, ask=granted)
    yield (at := until - 26 * _HOUR)
    _ask(system, other, Specialty.GENERAL, "Khám tổng quát hằng năm (mẫu)", at)
    yield (at := until - 20 * _HOUR)
    _ask(system, one, Specialty.ENDOCRINOLOGY, "Xin kiểm tra đường huyết (mẫu)", at)


def _ask(system: System, who: WhoAsks, specialty: Specialty, reason: str, at: datetime) -> UUID:
    """Ask the hospital for a new appointment; return the ask."""
    ask, today = system.clockwork.new_id(), local_day(at)
    wish = Wish(
        today + 5 * _DAY, today + _LAST * _DAY, PartOfDay.MORNING, specialty, reason
    )  # fmt: skip
    asking.ask_new(
        system.facts, Asker(who.patient.subject, waiting=0), ask=ask, facility=HOSPITAL,
        wish=wish, act=Act(at, who.account, "citizen"),
    )  # fmt: skip
    return ask
