"""What somebody has to do about people's health data, and until when: reviews, answers, requests.

    review           an emergency look has to be reviewed
    misuse           a citizen's report waits for its answer
    rights-answer    a request waits for the word that it is in work
    rights           a request waits for its end

Pseudonyms and facilities' codes alone. A task that is done stays, so that what was late is seen.
"""

from typing import Final, NamedTuple
from uuid import UUID

from ledger.calendar import local_day
from ledger.facts import RecordedFact
from ledger.records.emergency import EmergencyOpened, EmergencyReviewed
from ledger.records.misuse import MisuseAnswered, MisuseReported
from ledger.records.rights import (
    RightsAnswered,
    RightsCompleted,
    RightsErased,
    RightsExtended,
    RightsOpened,
    RightsRefused,
    RightsWithdrawn,
)
from projections.view import Rows, Table, View

REVIEW, MISUSE, ANSWER, RIGHTS = "review", "misuse", "rights-answer", "rights"
OPEN, DONE = 0, 1
"""Values of `TaskRow.state`."""


class TaskRow(NamedTuple):
    """One task."""

    kind: str
    task: str
    """The emergency, report or request."""
    subject: str
    facility: str
    """Whose task it is; empty if it is the data protection officer's alone."""
    right_asked: str
    """Of a request: which right; else empty."""
    due: str
    """Day, as ISO text."""
    opened_on: str
    done_on: str | None
    state: int


TASKS = Table(
    "health_tasks",
    TaskRow,
    keys=2,
    indexes=(("state", "due", "task"), ("facility", "state", "due")),
)


def _opened(recorded: RecordedFact, rows: Rows) -> None:
    day = local_day(recorded.act.at).isoformat()

    def put(
        kind: str, task: UUID, due: str, *, facility: str | None = None, right: str = ""
    ) -> None:
        subject = str(recorded.subject)
        row = TaskRow(kind, str(task), subject, facility or "", right, due, day, None, OPEN)
        rows.put(TASKS, row)

    match recorded.fact:
        case EmergencyOpened() as fact:
            due = fact.review_due.isoformat()
            put(REVIEW, fact.emergency, due, facility=recorded.act.organisation)
        case MisuseReported() as fact:
            put(MISUSE, fact.report, fact.due.isoformat())
        case RightsOpened() as fact:
            right = fact.right.value
            put(ANSWER, fact.request, fact.answer_due.isoformat(), right=right)
            put(RIGHTS, fact.request, fact.due.isoformat(), facility=fact.facility, right=right)
        case _:
            raise AssertionError("no other fact opens a task")


def _done(recorded: RecordedFact, rows: Rows) -> None:
    day = local_day(recorded.act.at).isoformat()
    done: tuple[tuple[str, UUID], ...]
    match recorded.fact:
        case EmergencyReviewed(emergency=task):
            done = ((REVIEW, task),)
        case MisuseAnswered(report=task):
            done = ((MISUSE, task),)
        case RightsAnswered(request=task):
            done = ((ANSWER, task),)
        case (
            RightsCompleted(request=task)
            | RightsRefused(request=task)
            | RightsErased(request=task)
            | RightsWithdrawn(request=task)
        ):
            done = ((ANSWER, task), (RIGHTS, task))
        case _:
            raise AssertionError("no other fact ends a task")
    for kind, one in done:
        row = rows.get(TASKS, (kind, str(one)), TaskRow)
        if row is not None and row.state == OPEN:
            rows.put(TASKS, row._replace(state=DONE, done_on=day))


def _extended(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RightsExtended)
    row = rows.get(TASKS, (RIGHTS, str(fact.request)), TaskRow)
    assert row is not None, "what is extended was opened"
    rows.put(TASKS, row._replace(due=fact.due.isoformat()))


_ENDS: Final = (
    EmergencyReviewed, MisuseAnswered, RightsAnswered, RightsCompleted, RightsRefused,
    RightsErased, RightsWithdrawn,
)  # fmt: skip

VIEW = View(
    name="health_tasks",
    version=3,
    tables=(TASKS,),
    handlers={
        **dict.fromkeys((EmergencyOpened, MisuseReported, RightsOpened), _opened),
        **dict.fromkeys(_ENDS, _done),
        RightsExtended: _extended,
    },
)
