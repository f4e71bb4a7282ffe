"""Commands on reports of misuse: a citizen reports a look, an officer answers."""

from uuid import UUID

from ledger.calendar import WorkingCalendar, local_day
from ledger.commands.access import who_looked
from ledger.commands.deciding import take
from ledger.errors import NotFoundError
from ledger.facts import Act, FactStore, RecordedFact
from ledger.identifiers import misuse_stream
from ledger.records import misuse
from ledger.records.misuse import ANSWER_TERM, Finding, Reports


def load_reports(facts: FactStore, subject: UUID) -> Reports:
    """Return the reports of a person, oldest first."""
    return misuse.fold(facts.history(misuse_stream(subject)).recorded)


def report(
    facts: FactStore,
    *,
    subject: UUID,
    report_id: UUID,
    look: UUID,
    words: str,
    calendar: WorkingCalendar,
    act: Act,
) -> None:
    """Record that a person does not see why somebody looked; ``look`` is the look's event id.

    Raises:
        InvalidInputError: No words, or too many.
        NotFoundError: The look is not in their history.
        RefusedError: ``already_reported`` or ``too_many_reports``.
    """
    _look(facts, subject, look)
    due = calendar.end_of(ANSWER_TERM, local_day(act.at))
    take(
        facts, misuse_stream(subject),
        lambda history: (
            misuse.report(
                misuse.fold(history.recorded), report=report_id, look=look, words=words, due=due
            ),
        ),
        subject=subject, act=act,
    )  # fmt: skip


def answer(
    facts: FactStore, *, subject: UUID, report_id: UUID, finding: Finding, words: str, act: Act
) -> None:
    """Record the answer to a report.

    Raises:
        RefusedError: ``unknown_report``, ``already_answered`` or ``answers_for_oneself``.
    """
    known = {one.reported.report: one.reported.look for one in load_reports(facts, subject)}
    looked = _look(facts, subject, known[report_id]).act.actor if report_id in known else ""
    take(
        facts, misuse_stream(subject),
        lambda history: (
            misuse.answer(
                misuse.fold(history.recorded), report=report_id, finding=finding, words=words,
                by=act.actor, looked=looked,
            ),
        ),
        subject=subject, act=act,
    )  # fmt: skip


def _look(facts: FactStore, subject: UUID, look: UUID) -> RecordedFact:
    for recorded in who_looked(facts, subject=subject):
        if recorded.event_id == look:
            return recorded
    raise NotFoundError("no such look is in this person's history")
