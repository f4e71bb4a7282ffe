"""A whole file as an officer works with it: history with who did it, look-ups, days, letters.

`verify_api.desk.files` says what anybody may know of a file; here stands what a role is shown
beside that. What the look-ups found is for who verifies, and for the police unit its own answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, assert_never
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.certificates.kind import PaperLine, Wording
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_custody import RequestAssigned
from ledger.certificates.request_facts import (
    ApologyIssued,
    DeadlineFact,
    DeadlineMissed,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
    DeadlineSuspended,
    PoliceCheckCompleted,
    RecordLookupCompleted,
    VerificationResultRecorded,
)
from ledger.certificates.request_values import Lookup, Police
from ledger.commands.loading import Loaded, load_person, load_record
from ledger.facts import FactStore, RecordedFact
from ledger.personal import Erased
from ledger.records.access import RecordKind
from ledger.records.judicial_record.extract import form_2_extract
from projections.queue_queries import of_subject
from projections.view_store import ViewStore
from projections.work_queue import FileRow
from verify_api.callers import Caller, Role
from verify_api.desk import custody, letters, signing
from verify_api.desk.case_words import (
    EARLIER,
    ERASED,
    LOOKED_UP,
    NONE_EARLIER,
    NOT_ASKED,
    POLICE,
    POLICE_SAID,
    REGISTER,
    REGISTER_SAID,
    WAITING,
    WHY_DAYS,
    WHY_MOVED,
)
from verify_api.desk.files import certificates_of, history_of, is_at_authority, newest, noted
from verify_api.desk.looks import WHO
from verify_api.desk.request_files import OPENS, told_files
from verify_api.desk.words import FORMS, STAGES
from verify_api.officer_desk import CaseFile, DayMoved, Event, LookUp, Message
from verify_api.ports import FileView, Seen

_OFFICERS: Final = frozenset(
    {Role.INTAKE_OFFICER, Role.CASE_OFFICER, Role.POLICE_CHECKER, Role.SIGNER}
)
_SEES_REGISTER: Final = frozenset({Role.CASE_OFFICER})
_SEES_POLICE: Final = frozenset({Role.CASE_OFFICER, Role.POLICE_CHECKER})
_SEES_EARLIER: Final = frozenset({Role.CASE_OFFICER, Role.INTAKE_OFFICER})
_SEES_DRAFT: Final = frozenset({Role.CASE_OFFICER, Role.SIGNER})
_SYSTEM: Final = Wording("Hệ thống", "The system")
_MARKS: Final[Mapping[object, str]] = MappingProxyType({
    Lookup.NOTHING: "good", Lookup.ENTRIES: "unsure",
    Police.NONE: "good", Police.POSSIBLE: "unsure", Police.HIT: "unsure",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asks:
    """Who opens the file, when, and what it takes to show it."""

    facts: FactStore
    views: ViewStore
    caller: Caller
    at: datetime
    officer_name: Callable[[str], str]
    calendar: WorkingCalendar


def case_of(found: Loaded[Request], view: FileView, asks: Asks) -> CaseFile:
    """Return the file with all that its reader may see of it."""
    made = certificates_of(asks.facts, found.state)
    notes = noted(history_of(found, made))
    recorded = found.history.recorded
    role, subject = asks.caller.role, found.state.draft.subject
    draft = signing.draft_of(found, asks.facts, asks.caller, asks.officer_name)
    looks = [Seen(RecordKind.REQUEST, subject, reference=view.request)]
    if role in _SEES_REGISTER and found.state.lookup is not None:
        looks.append(Seen(RecordKind.JUDICIAL_RECORD, subject))
    if draft is not None and role in _SEES_DRAFT:
        looks.append(Seen(RecordKind.CERTIFICATE, subject, reference=draft.certificate))
    return CaseFile(
        view=view,
        seen=newest(notes),
        events=tuple(_event(one, text, asks) for one, text in notes),
        look_ups=_look_ups(found, asks),
        days=tuple(_days(recorded)),
        messages=tuple(_messages(recorded, asks)),
        letters=letters.kept(recorded),
        files=told_files(recorded) if role in OPENS else (),
        draft=draft if role in _SEES_DRAFT else None,
        holders=custody.holders_of(found.state, asks.caller.account, asks.officer_name),
        looks=tuple(looks),
    )


def who_did(one: RecordedFact, officer_name: Callable[[str], str]) -> Wording:
    """Return who did something, as colleagues may know it: the role, and an officer's name."""
    role = next((role for role in Role if role.value == one.act.role), None)
    if role is Role.CITIZEN:
        return Wording("Người yêu cầu", "The applicant")
    if role not in _OFFICERS:
        return _SYSTEM if role is None else WHO[role]
    name = officer_name(one.act.actor)
    return Wording(f"{WHO[role].vi} · {name}", f"{WHO[role].en} · {name}")


def day_moved(at: datetime, fact: DeadlineFact) -> DayMoved:
    """Return what a fact did to the limit, and why."""
    why = WHY_DAYS.get(type(fact))
    match fact:
        case DeadlineSet() | DeadlineResumed():
            assert why is not None
            return DayMoved(at, why, fact.appointed_on, legal_limit_on=fact.legal_limit_on)
        case DeadlineRecomputed():
            return DayMoved(
                at, WHY_MOVED[fact.reason], fact.appointed_on, fact.former_on, fact.legal_limit_on
            )
        case DeadlineSuspended():
            assert why is not None
            return DayMoved(at, why)
        case DeadlineMissed():
            assert why is not None
            return DayMoved(at, why, former_on=fact.appointed_on)
        case ApologyIssued():
            assert why is not None
            return DayMoved(at, why, fact.promised_on)
        case _:
            assert_never(fact)


def _days(recorded: tuple[RecordedFact, ...]) -> list[DayMoved]:
    facts = ((one.act.at, one.fact) for one in recorded)
    return [day_moved(at, fact) for at, fact in facts if isinstance(fact, DeadlineFact)]


def _event(one: RecordedFact, text: Wording, asks: Asks) -> Event:
    yours = one.act.actor == asks.caller.account
    if isinstance(one.fact, RequestAssigned):
        officer = asks.officer_name(one.fact.officer)
        text = Wording(f"{text.vi} {officer}", f"{text.en} {officer}")
    return Event(one.act.at, one.position, text, who_did(one, asks.officer_name), yours)


def _messages(recorded: tuple[RecordedFact, ...], asks: Asks) -> list[Message]:
    """Return what was written to the applicant; of the explanation of a hit, who verifies alone."""
    told: list[Message] = []
    for one in recorded:
        written = letters.written(one.fact)
        if written is not None:
            title, text = written
            letter = one.version if letters.is_letter(one.fact) else None
            who = who_did(one, asks.officer_name)
            told.append(Message(one.act.at, title, text, who, letter))
        elif isinstance(one.fact, VerificationResultRecorded):
            told += _explained(one, one.fact.explanation, asks)
    return told


def _explained(one: RecordedFact, text: str | Erased | None, asks: Asks) -> list[Message]:
    if text is None or asks.caller.role not in _SEES_REGISTER:
        return []
    shown = ERASED.vi if isinstance(text, Erased) else text
    return [Message(one.act.at, LOOKED_UP, shown, who_did(one, asks.officer_name))]


def _look_ups(found: Loaded[Request], asks: Asks) -> tuple[LookUp, ...]:
    role, shown = asks.caller.role, []
    if role in _SEES_REGISTER:
        shown.append(_register(found, asks))
    if role in _SEES_POLICE:
        shown.append(_police(found))
    if role in _SEES_EARLIER:
        shown.append(_earlier(found, asks))
    return tuple(shown)


def _register(found: Loaded[Request], asks: Asks) -> LookUp:
    answer, version = found.state.lookup, found.state.record_version
    at = _when(found, RecordLookupCompleted)
    if answer is None:
        asked = found.state.stage is Stage.LOOKUP_RUNNING
        return LookUp(REGISTER, "wait", WAITING if asked else NOT_ASKED)
    if isinstance(answer, Erased) or isinstance(version, Erased):
        return LookUp(REGISTER, "lock", ERASED, at)
    lines = _entries(asks.facts, found.state.draft.subject, version)
    return LookUp(REGISTER, _MARKS[answer], REGISTER_SAID[answer], at, lines)


def _entries(facts: FactStore, subject: UUID, version: int | None) -> tuple[PaperLine, ...]:
    """Return every entry of the register, as Form 2 would print it; nothing if there is none."""
    record = load_record(facts, load_person(facts, subject).state.record, version=version).state
    if not (record.convictions or record.post_bans):
        return ()
    paper = KIND.paper(form_2_extract(record))
    return paper.lines[1:]


def _police(found: Loaded[Request]) -> LookUp:
    answer = found.state.police
    at = _when(found, PoliceCheckCompleted)
    if answer is None:
        asked = found.state.stage is Stage.POLICE_CHECK
        return LookUp(POLICE, "wait", WAITING if asked else NOT_ASKED)
    if isinstance(answer, Erased):
        return LookUp(POLICE, "lock", ERASED, at)
    return LookUp(POLICE, _MARKS[answer], POLICE_SAID[answer], at)


def _earlier(found: Loaded[Request], asks: Asks) -> LookUp:
    """Return the person's other files of this authority, the latest first."""
    state, own = found.state, str(found.history.stream_id)
    with asks.views.database.reading() as session:
        rows = of_subject(session, state.draft.subject)
    others = [
        row for row in rows
        if row.request != own and row.authority == state.draft.authority
        and is_at_authority(row.submitted_on, row.channel)
    ]  # fmt: skip
    if not others:
        return LookUp(EARLIER, "good", NONE_EARLIER)
    count = Wording(f"{len(others)} hồ sơ khác", f"{len(others)} other files")
    return LookUp(EARLIER, "info", count, lines=tuple(_earlier_line(row) for row in others))


def _earlier_line(row: FileRow) -> PaperLine:
    form, stage = FORMS[row.form], STAGES[Stage(row.stage)]
    sent = "" if row.submitted_on is None else f", {date.fromisoformat(row.submitted_on):%d/%m/%Y}"
    return PaperLine(
        Wording(row.dossier_code, row.dossier_code),
        Wording(f"{form.vi}, {stage.vi.lower()}{sent}", f"{form.en}, {stage.en.lower()}{sent}"),
    )


def _when(found: Loaded[Request], fact: type) -> datetime | None:
    return next(
        (one.act.at for one in reversed(found.history.recorded) if isinstance(one.fact, fact)), None
    )
