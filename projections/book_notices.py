"""What a person is to be told: what happened to their health book, and to their passcode.

A notice is born of the fact that it tells. It says what happened, when, and where: nothing of the
content, and nobody's name. An application asks for what came after the last one that it has shown.
"""

from typing import Final, NamedTuple

from ledger.facts import RecordedFact
from ledger.records.emergency import EmergencyOpened, EmergencyReviewed
from ledger.records.erasure.facts import SubjectErased
from ledger.records.misuse import MisuseAnswered
from ledger.records.passcode import PasscodeReset
from ledger.records.rights import (
    RightsAnswered,
    RightsCompleted,
    RightsErased,
    RightsExtended,
    RightsHandedOn,
    RightsRefused,
)
from ledger.records.share import PasscodeFailed, ShareOpened
from ledger.records.visit import VisitReassigned
from projections.columns import microseconds, stream_text
from projections.numbered import CountRow, forget_counted, next_number
from projections.view import Key, Rows, Table, View


class NoticeRow(NamedTuple):
    """One notice."""

    subject: str
    number: int
    """1, 2, 3 … within the person: the cursor."""
    at: int
    """Microseconds since 1970 UTC."""
    what: str
    """`WHAT`, `MOVED_AWAY` or `MOVED_HERE`."""
    reference: str
    """The emergency, link, report, request, visit or passcode."""
    organisation: str | None
    """Code of where it happened."""


NOTICES = Table("book_notices", NoticeRow, keys=2)
COUNTS = Table("book_notice_counts", CountRow)

WHAT: Final[dict[type, str]] = {
    EmergencyOpened: "emergency_opened",
    EmergencyReviewed: "emergency_reviewed",
    ShareOpened: "share_opened",
    PasscodeFailed: "share_passcode_failed",
    MisuseAnswered: "misuse_answered",
    RightsAnswered: "rights_answered",
    RightsExtended: "rights_extended",
    RightsCompleted: "rights_completed",
    RightsRefused: "rights_refused",
    RightsHandedOn: "rights_handed_on",
    RightsErased: "rights_erased",
    PasscodeReset: "passcode_reset",
}
"""What is told to the person whom its fact is about."""
MOVED_AWAY: Final = "visit_moved_away"
"""A visit stood in the person's book and is another's."""
MOVED_HERE: Final = "visit_moved_here"
"""A visit stood in another's book and is the person's."""


def _told(recorded: RecordedFact, rows: Rows) -> None:
    _tell(recorded, rows, str(recorded.subject), WHAT[type(recorded.fact)])


def _moved(recorded: RecordedFact, rows: Rows) -> None:
    """Tell both: in whose book a visit stood wrongly, and whose it is."""
    fact = recorded.fact
    assert isinstance(fact, VisitReassigned)
    _tell(recorded, rows, str(fact.origin), MOVED_AWAY)
    _tell(recorded, rows, str(fact.to), MOVED_HERE)


def _tell(recorded: RecordedFact, rows: Rows, subject: str, what: str) -> None:
    number = next_number(rows, COUNTS, subject)
    rows.put(
        NOTICES,
        NoticeRow(
            subject, number, microseconds(recorded.act.at), what, _reference(recorded),
            recorded.act.organisation,
        ),
    )  # fmt: skip


def _reference(recorded: RecordedFact) -> str:
    match recorded.fact:
        case EmergencyOpened(emergency=named) | EmergencyReviewed(emergency=named):
            return str(named)
        case MisuseAnswered(report=named):
            return str(named)
        case ShareOpened() | PasscodeFailed() | VisitReassigned() | PasscodeReset():
            return stream_text(recorded.stream_id)
        case RightsAnswered() | RightsExtended() | RightsCompleted() | RightsRefused() as fact:
            return str(fact.request)
        case RightsHandedOn(request=named) | RightsErased(request=named):
            return str(named)
        case _:
            raise AssertionError("no other fact is told")


def _erased(recorded: RecordedFact, rows: Rows) -> None:
    """Forget what somebody was told, with their health data; a later notice begins anew."""
    for key in forget_counted(recorded, rows, COUNTS):
        rows.remove(NOTICES, key)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    fact = recorded.fact
    if isinstance(fact, VisitReassigned):
        return [(COUNTS, (str(fact.origin),)), (COUNTS, (str(fact.to),))]
    return [(COUNTS, (str(recorded.subject),))]


VIEW = View(
    name="book_notices",
    version=4,
    tables=(NOTICES, COUNTS),
    handlers={**dict.fromkeys(WHAT, _told), VisitReassigned: _moved, SubjectErased: _erased},
    touches=_touches,
)
