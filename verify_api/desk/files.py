"""One request as a file: its stage, its ten steps, its limit, its history. Pure folds of facts."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates.kind import Wording
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_facts import StepFact
from ledger.certificates.request_values import Channel
from ledger.commands import corrections
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import Loaded
from ledger.errors import NotFoundError
from ledger.facts import FactStore, RecordedFact
from verify_api.desk.words import NOTES, STAGES, custody_note, decision_note, details_lines
from verify_api.ports import FileView, Note, Pressure, StepView

NO_REQUEST: Final = "no request is known under this reference"
"""What everybody is told of a file that is not there, or not theirs."""


def require_organisation(state: Request, organisation: str | None) -> None:
    """Refuse a file of another authority, and one that no authority has been sent yet.

    Raises:
        NotFoundError: In the words for a file that is not there.
    """
    if organisation is None or state.draft.authority != organisation:
        raise NotFoundError(NO_REQUEST)
    if not is_at_authority(state.submitted_on, state.draft.channel):
        raise NotFoundError(NO_REQUEST)


def is_at_authority(submitted_on: object, channel: str) -> bool:
    """Tell whether an authority knows of a file: once it is sent, or filled in at its counter."""
    return submitted_on is not None or channel == Channel.COUNTER


def certificates_of(facts: FactStore, state: Request) -> tuple[CertificateOnFile, ...]:
    """Return the certificate that was made for a request, and those that corrected it."""
    return () if state.certificate is None else corrections.chain(facts, state.certificate)


def certificate_of(facts: FactStore, state: Request) -> CertificateOnFile | None:
    """Return the certificate that is being made for a request, or that counts now."""
    made = certificates_of(facts, state)
    return made[-1] if made else None


def file_view(
    found: Loaded[Request],
    certificate: CertificateOnFile | None,
    *,
    at: datetime,
    calendar: WorkingCalendar,
    corrected: tuple[CertificateOnFile, ...] = (),
) -> FileView:
    """Return a request as a file, without offers.

    Args:
        found: The request.
        certificate: Its certificate that counts now.
        at: Now.
        calendar: The working days.
        corrected: Its certificates that were superseded, where their history is to be told, too.
    """
    state, deadline = found.state, found.state.deadline
    appointed = deadline.appointed_on if deadline else None
    standing = pressure(
        appointed, paused=state.asked_on is not None, today=local_day(at), calendar=calendar
    )
    made = (*corrected, certificate) if certificate is not None else ()
    return FileView(
        request=found.history.stream_id,
        subject=state.draft.subject,
        dossier_code=state.draft.dossier_code,
        title=KIND.title,
        stage=STAGES[state.stage],
        pressure=Pressure.NONE if state.stage in PROCEDURE.ended else standing,
        steps=_steps(found),
        appointed_on=appointed,
        lines=details_lines(state, state.declaration),
        notes=tuple(
            Note(one.act.at, text)
            for one, text in noted(history_of(found, made))
            if custody_note(one.fact) is None  # who has it is the office's own matter
        ),
        has_paper=certificate is not None and certificate.certificate.issued_at is not None,
    )


def pressure(
    appointed: date | None, *, paused: bool, today: date, calendar: WorkingCalendar
) -> Pressure:
    """Return how a file stands to its limit ``today``."""
    if paused:
        return Pressure.PAUSED
    if appointed is None:
        return Pressure.NONE
    if appointed < today:
        return Pressure.LATE
    return Pressure.NEAR if appointed <= calendar.add_working_days(today, 1) else Pressure.EASY


def step_waiting(stage: Stage, asked_in: Stage | None = None) -> int | None:
    """Return the number of the step that comes next, None where nothing does.

    A file that waits for a supplement stands where it was asked for.
    """
    here = asked_in or stage
    ahead = [s.number for s in PROCEDURE.steps if s.number and s.moves.get(here, here) is not here]
    return min(ahead, default=None)


def _steps(found: Loaded[Request]) -> tuple[StepView, ...]:
    """Return the ten steps, each with the moment at which it was done; the next one is not."""
    done: dict[int, datetime] = {}
    for recorded in found.history.recorded:
        if isinstance(recorded.fact, StepFact):
            done[PROCEDURE.step_of(type(recorded.fact)).number] = recorded.act.at
    current = step_waiting(found.state.stage, found.state.asked_in)
    titles: dict[int, Wording] = {}
    for step in PROCEDURE.steps:
        titles.setdefault(step.number, step.title)
    blank = [StepView(number, titles[number]) for number in sorted(titles) if number]
    return tuple(
        replace(view, current=True)
        if view.number == current
        else replace(view, done_at=done.get(view.number))
        for view in blank
    )


def history_of(
    found: Loaded[Request], made: tuple[CertificateOnFile, ...]
) -> tuple[RecordedFact, ...]:
    """Return what happened to a request and its certificates, in the order of the ledger."""
    later = [recorded for one in made for recorded in one.history.recorded]
    return tuple(sorted((*found.history.recorded, *later), key=lambda one: one.position))


def noted(recorded: tuple[RecordedFact, ...]) -> tuple[tuple[RecordedFact, Wording], ...]:
    """Return what is worth a line in a file's history, and the words of that."""
    told = ((one, _words_of(one.fact)) for one in recorded)
    return tuple((one, text) for one, text in told if text is not None)


def newest(notes: tuple[tuple[RecordedFact, Wording], ...]) -> int:
    """Return the position of the last fact that a file's history tells; 0 without any."""
    return max((one.position for one, _ in notes), default=0)


def _words_of(fact: object) -> Wording | None:
    if isinstance(fact, StepFact):
        return PROCEDURE.step_of(type(fact)).title
    told = custody_note(fact) or decision_note(fact)
    return told if told is not None else NOTES.get(type(fact))
