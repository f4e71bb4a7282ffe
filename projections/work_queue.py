"""Which file waits where, for whom, and which limit is near. No names: open a file to see them.

Files whose processing has ended leave the queue when their result was handed over. What desks ask
of these rows stands in `projections.queue_queries`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.procedure import BACK, Role, Stage
from ledger.certificates.request_custody import RequestAssigned, RequestHandedBack, RequestTaken
from ledger.certificates.request_facts import (
    ApologyIssued,
    CertificateReady,
    DeadlineMissed,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
    DeadlineSuspended,
    RequestDrafted,
    RequestSubmitted,
    StepFact,
    SupplementRequested,
)
from ledger.facts import RecordedFact
from projections.columns import microseconds, stream_text
from projections.view import Key, Rows, Table, View


class FileRow(NamedTuple):
    """One file. Days are ISO text, in Vietnam; times microseconds since 1970 UTC."""

    request: str
    subject: str
    """Pseudonym of the person whom it is about."""
    dossier_code: str
    authority: str
    province: str
    form: int
    channel: str
    urgent: int
    stage: str
    asked_in: str | None
    """The stage in which a pending supplement was asked for."""
    portal_code: int | None
    waits_for: str
    """Roles that may take the next step, sorted, separated by spaces."""
    since: int
    """When the file came into this stage."""
    submitted_on: str | None
    appointed_on: str | None
    due: str
    """The appointed day, or `NO_DAY`: the order in which a desk takes its files."""
    legal_limit_on: str | None
    suspended: int
    """1 while the clock stands still."""
    missed: int
    apologised: int
    supplements: int
    certificate: str | None
    open: int
    """0 once nothing is left to do."""
    intake_has: str
    """Account of the intake officer who has it; empty: nobody, or processing has ended."""
    case_has: str
    """The same of the case officer."""
    police_has: str
    """The same of the police record unit."""


HAS: Final[Mapping[Role, str]] = MappingProxyType({
    Role.INTAKE_OFFICER: "intake_has",
    Role.CASE_OFFICER: "case_has",
    Role.POLICE_CHECKER: "police_has",
})  # fmt: skip
"""From the role of a desk to the column of who has the file there."""
NO_DAY: Final = "9999-12-31"
"""Sorts after every day that is appointed."""

FILES = Table(
    "work_queue",
    FileRow,
    indexes=(("authority", "open", "due", "request"), ("subject",), ("dossier_code",)),
)
_ASIDE = frozenset({"request_withdrawal", "stop", "refuse", "request_supplement", "reject"})
"""Actions that end or interrupt: a file does not wait for them."""
_DONE = PROCEDURE.ended - {Stage.READY}


def waits_for(stage: Stage) -> tuple[Role, ...]:
    """Return who may take the step that comes next in ``stage``, sorted."""
    steps = [s for s in PROCEDURE.steps if stage in s.moves and s.action not in _ASIDE]
    onward = [s for s in steps if s.moves[stage] is not stage]
    return tuple(sorted({role for step in onward for role in step.roles}))


def _row(recorded: RecordedFact, rows: Rows) -> FileRow:
    row = rows.get(FILES, (stream_text(recorded.stream_id),), FileRow)
    assert row is not None, "a request begins with its draft"
    return row


def _placed(row: FileRow, stage: Stage, recorded: RecordedFact) -> FileRow:
    submitted = row.submitted_on is not None
    if stage in PROCEDURE.ended:
        row = row._replace(intake_has="", case_has="", police_has="")
    return row._replace(
        stage=stage.value,
        portal_code=PROCEDURE.portal_codes.get(stage) if submitted else None,
        waits_for=" ".join(role.value for role in waits_for(stage)),
        since=microseconds(recorded.act.at),
        open=int(stage not in _DONE),
    )


def _drafted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RequestDrafted)
    row = FileRow(
        request=stream_text(recorded.stream_id),
        subject=str(fact.subject),
        dossier_code=fact.dossier_code,
        authority=fact.authority,
        province=fact.province,
        form=fact.form.value,
        channel=fact.channel.value,
        urgent=int(fact.urgent),
        stage=Stage.DRAFTED.value,
        asked_in=None,
        portal_code=None,
        waits_for="",
        since=0,
        submitted_on=None,
        appointed_on=None,
        due=NO_DAY,
        legal_limit_on=None,
        suspended=0,
        missed=0,
        apologised=0,
        supplements=0,
        certificate=None,
        open=1,
        intake_has="",
        case_has="",
        police_has="",
    )
    rows.put(FILES, _placed(row, Stage.DRAFTED, recorded))


def _moved(recorded: RecordedFact, rows: Rows) -> None:
    """Move the file as the step table says."""
    row = _row(recorded, rows)
    fact = recorded.fact
    before = Stage(row.stage)
    to = PROCEDURE.step_of(type(fact)).moves[before]
    if to is BACK:
        assert row.asked_in is not None, "a supplement that comes was asked for"
        to = Stage(row.asked_in)
        row = row._replace(asked_in=None)
    match fact:
        case RequestSubmitted(on):
            row = row._replace(submitted_on=on.isoformat())
        case SupplementRequested():
            row = row._replace(asked_in=before.value, supplements=row.supplements + 1)
        case CertificateReady(certificate):
            row = row._replace(certificate=str(certificate))
        case _:
            pass
    rows.put(FILES, _placed(row, to, recorded))


def _timed(recorded: RecordedFact, rows: Rows) -> None:
    """Note what became of the limit."""
    row = _row(recorded, rows)
    fact = recorded.fact
    match fact:
        case DeadlineSet() | DeadlineRecomputed() | DeadlineResumed():
            appointed, legal = fact.appointed_on.isoformat(), fact.legal_limit_on.isoformat()
            row = row._replace(appointed_on=appointed, due=appointed, legal_limit_on=legal)
            if isinstance(fact, DeadlineResumed):
                row = row._replace(suspended=0)
        case DeadlineSuspended():
            row = row._replace(suspended=1)
        case DeadlineMissed():
            row = row._replace(missed=1)
        case ApologyIssued():
            row = row._replace(apologised=1)
        case _:
            raise AssertionError(type(fact).__name__)
    rows.put(FILES, row)


def _had(recorded: RecordedFact, rows: Rows) -> None:
    """Note who has the file from now on."""
    fact = recorded.fact
    assert isinstance(fact, RequestTaken | RequestAssigned | RequestHandedBack)
    officer = "" if isinstance(fact, RequestHandedBack) else fact.officer
    row = _row(recorded, rows)
    match fact.desk:
        case Role.INTAKE_OFFICER:
            row = row._replace(intake_has=officer)
        case Role.CASE_OFFICER:
            row = row._replace(case_has=officer)
        case Role.POLICE_CHECKER:
            row = row._replace(police_has=officer)
        case _:
            raise AssertionError(f"{fact.desk} has no desk")
    rows.put(FILES, row)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(FILES, (stream_text(recorded.stream_id),))]


VIEW = View(
    name="work_queue",
    version=3,
    tables=(FILES,),
    handlers={
        RequestDrafted: _drafted,
        **dict.fromkeys(StepFact.__args__, _moved),
        **dict.fromkeys(
            (
                DeadlineSet,
                DeadlineRecomputed,
                DeadlineResumed,
                DeadlineSuspended,
                DeadlineMissed,
                ApologyIssued,
            ),
            _timed,
        ),
        **dict.fromkeys((RequestTaken, RequestAssigned, RequestHandedBack), _had),
    },
    touches=_touches,
)
