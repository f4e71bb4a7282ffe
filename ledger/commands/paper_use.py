"""Which paper a visit was made by: what the visit's own report says becomes the paper's use.

Table 1 of a visit quotes the number of a referral or an appointment, and who referred. The visit
has happened: nothing here is refused. What was right becomes an acceptance and a use, what was not
is flagged on the paper, and what is not known is answered as that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.commands import appointments, health_papers, referrals
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore


class Noted(StrEnum):
    """What came of it."""

    USED = "used"
    FLAGGED = "flagged"
    """The paper was not good for this visit; that is recorded on it."""
    OTHER_PERSON = "other_person"
    """The paper is another patient's: nothing was recorded."""
    UNKNOWN = "unknown"
    """No paper of ours has this number."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a visit says of the paper that it was made by."""

    number: str
    """GIAY_CHUYEN_TUYEN."""
    came_from: Sequence[str]
    """MA_NOI_DI: facilities that the patient came through, the last one last."""
    visit: UUID
    """The visit's stream."""
    subject: UUID
    arrived: datetime | None = None
    """When the patient came; None: when it is reported."""


def note_use_by_visit(facts: FactStore, quoted: Quoted, *, act: Act) -> Noted:
    """Mark the paper that a visit of the acting facility quotes; the same again changes nothing.

    Args:
        facts: The ledger.
        quoted: What the visit's report says.
        act: Who reports, for which facility.

    Raises:
        InvalidInputError: A facility's code is none.
        RefusedError: ``no_facility``.
    """
    here, year = health_papers.acting_facility(act), local_day(act.at).year
    for facility in reversed(quoted.came_from):
        found = health_papers.find_paper(
            facts, kind=REFERRAL.code, facility=facility, number=quoted.number, year=year
        )
        if found is not None:
            return _by_referral(facts, found, quoted, act)
    for facility in dict.fromkeys((here, *quoted.came_from)):
        found = health_papers.find_paper(
            facts, kind=APPOINTMENT.code, facility=facility, number=quoted.number, year=year
        )
        if found is not None:
            return _by_appointment(facts, found, quoted, act)
    return Noted.UNKNOWN


def _by_referral(facts: FactStore, referral: UUID, quoted: Quoted, act: Act) -> Noted:
    state = referrals.load(facts, referral)
    if not health_papers.same_person(facts, state.subject, quoted.subject):
        return Noted.OTHER_PERSON
    here = health_papers.acting_facility(act)
    if any(quoted.visit in use.visits for use in (*state.state.past, state.state.use) if use):
        return Noted.USED
    if state.state.use is None or state.state.use.facility != here:
        referrals.admit_unverified(
            facts, certificate=referral, admitted_at=quoted.arrived or act.at,
            offline_number=str(quoted.visit), act=act,
        )  # fmt: skip
    try:
        referrals.use(facts, certificate=referral, visit=quoted.visit, act=act)
    except RefusedError:
        return Noted.FLAGGED
    return Noted.USED


def _by_appointment(facts: FactStore, appointment: UUID, quoted: Quoted, act: Act) -> Noted:
    found = appointments.load(facts, appointment)
    if not health_papers.same_person(facts, found.subject, quoted.subject):
        return Noted.OTHER_PERSON
    try:
        appointments.note_visit(facts, certificate=appointment, visit=quoted.visit, act=act)
    except RefusedError:
        return Noted.FLAGGED
    return Noted.USED
