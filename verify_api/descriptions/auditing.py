"""What an auditor asks and is answered, by program and by page."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from ledger.audit.coverage_map import CellState
from ledger.audit.findings import Severity
from ledger.audit.report_file import Outcome, ReportKind
from ledger.errors import InvalidInputError, NotFoundError, ProofError
from projections.errors import ViewsUnavailableError
from verify_api.auditing_forms import FiguresBody, OfficerBody, RecordBody
from verify_api.describing import BINARY, HTML, Answer, Description, Parameter, json_of, page_of
from verify_api.errors import BodyTooLargeError, MalformedRequestError


class HeadTold(Struct):
    """A published head; its note is a file of its own. The root is in hex."""

    size: int
    root: str
    quorum_at: str | None


class WitnessTold(Struct):
    """A witness of the policy, and its newest cosignature among the last heads."""

    name: str
    at: str | None
    size: int | None
    on_newest: bool


class LogTold(Struct):
    """How the log stands, as the service says itself."""

    at: str
    origin: str | None
    facts: int
    tree: int
    head: HeadTold | None
    wrong: str | None
    """Why the policy does not believe the newest head; null if it does."""
    age_seconds: int | None
    stale: bool
    quorum: str
    witnesses: list[WitnessTold]
    tail: int
    """Facts that no published head covers."""
    waiting_since: str | None
    late: bool


class DaySealTold(Struct):
    """A daily seal."""

    day: str
    position: int
    views: int
    streams_root: str
    log_size: int | None
    log_root: str | None


class LogAnswer(Struct):
    """The log, null where there is none, and the last daily seals."""

    log: LogTold | None
    seals: list[DaySealTold]


class HeadList(Struct):
    """Heads, the newest first, and where to go on."""

    heads: list[HeadTold]
    before: int | None


class FactLine(Struct):
    """One fact: who, what, when, why, and its place in the log."""

    position: int
    index: int
    covered: bool
    stream: str
    version: int
    at: str
    occurred_at: str | None
    topic: str
    actor: str
    role: str
    organisation: str | None
    legal_basis: str | None
    look: bool
    says: dict[str, Any]
    """What could not be read says ``withheld`` without a case, and ``erased`` in one."""


class StreamState(Struct):
    """A stream as of the times that were asked for."""

    stream: str
    version: int
    position: int
    later_facts: int
    state: Any


class RecordAnswer(Struct):
    """A record's history in the order of recording, looks included."""

    streams: list[str]
    subjects: list[str]
    person: bool
    by_view: bool
    case: str | None
    recorded_until: str | None
    effective_until: str | None
    covered: int
    states: list[StreamState]
    lines: list[FactLine]
    after: int | None


class ActsAnswer(Struct):
    """Acts of an account, and how often each sort came among what was walked."""

    account: str
    acts: list[FactLine]
    counts: dict[str, int]
    counts_whole: bool
    first: int
    last: int
    after: int | None


class FiledReportTold(Struct):
    """A file in the folder of reports."""

    name: str
    at: str
    kind: ReportKind | None
    outcome: Outcome | None
    findings: int
    of_this_log: bool | None
    refused: str | None


class ReportList(Struct):
    """Reports, the newest first."""

    reports: list[FiledReportTold]


class FindingTold(Struct):
    """One thing that is not as it should be."""

    code: str
    severity: Severity
    place: dict[str, str | int]
    expected: str
    found: str
    interval: Any


class ReportHead(Struct):
    """The newest head that everything agreed with."""

    size: int
    root: str


class ReportAnswer(Struct):
    """What a report says."""

    kind: ReportKind
    at: str | None
    outcome: Outcome
    origin: str | None
    head: ReportHead | None
    of_this_log: bool | None
    figures: dict[str, Any]
    counts: dict[str, int]
    unchecked: dict[str, str]
    views: list[dict[str, Any]]
    seals: list[dict[str, Any]]
    findings: list[FindingTold]
    after: int | None


class CellTold(Struct):
    """Neighbouring entries of the log: indexes, the end exclusive."""

    first: int
    until: int
    state: CellState
    verified: int
    since: str | None
    findings: int


class MapAnswer(Struct):
    """The log in cells of one width."""

    size: int
    cell_entries: int
    verified: int
    counts: dict[str, int]
    cells: list[CellTold]


class LastCount(FiledReportTold, kw_only=True):
    """The newest report of figures, and the position they hold for."""

    position: int


class CostAnswer(Struct):
    """What counting again would cost, whether it is done here, and what was counted last."""

    facts: int
    seconds: int
    allowed: bool
    last: LastCount | None


class CountedTable(Struct):
    """A published table: each row's key and its figures, by name."""

    table: str
    published_at_position: int
    compared: bool
    figures: list[dict[str, Any]]


class CountedAnswer(Struct):
    """All figures as the facts make them at a position, and where a published one differs."""

    position: int
    tables: list[CountedTable]
    findings: list[FindingTold]


_FILE: Final = {"Content-Disposition": "A name to keep it under."}
_TEXT: Final = {"type": "string"}
_FORM: Final = "application/x-www-form-urlencoded"

AUDITING: Final = MappingProxyType({
    "auditing.log": Description(
        {HTTPStatus.OK: Answer("Its state at this moment.", json_of(LogAnswer))},
        text="What the service says of its own log; whoever does not believe it reads "
        "`/log/checkpoint` with a policy of their own.",
    ),
    "auditing.heads": Description(
        {HTTPStatus.OK: Answer("Heads of trees, without their notes.", json_of(HeadList))},
        parameters=(
            Parameter("before", "Only heads of fewer entries.", {"type": "integer"}),
            Parameter("limit", "How many.", {"type": "integer", "maximum": 500, "default": 50}),
        ),
        problems=(MalformedRequestError,),
    ),
    "auditing.head": Description(
        {HTTPStatus.OK: Answer("The note as it was published.", {"text/plain": _TEXT}, _FILE)},
        problems=(NotFoundError,),
    ),
    "auditing.proof": Description(
        {HTTPStatus.OK: Answer("C2SP tlog-proof.", {"text/plain": _TEXT}, _FILE)},
        problems=(NotFoundError, ProofError),
        text="The entry of the fact at position i + 1 has index i.",
    ),
    "auditing.record": Description(
        {HTTPStatus.OK: Answer("The history, page by page.", json_of(RecordAnswer))},
        body=json_of(RecordBody),
        problems=(InvalidInputError, NotFoundError, ViewsUnavailableError),
        text="Without `case` nothing about a person is opened. With `case` and `reason` the look "
        "of each person is durable before the answer leaves, and the person sees it.",
    ),
    "auditing.officer": Description(
        {HTTPStatus.OK: Answer("The acts, page by page.", json_of(ActsAnswer))},
        body=json_of(OfficerBody),
        problems=(InvalidInputError,),
        text="At most 20,000 facts are walked for one answer. The counts of the first page are "
        "those of the whole period if `counts_whole` says so.",
    ),
    "auditing.reports": Description(
        {HTTPStatus.OK: Answer("What is in the folder of reports.", json_of(ReportList))},
    ),
    "auditing.report": Description(
        {HTTPStatus.OK: Answer("The report.", json_of(ReportAnswer))},
        parameters=(Parameter("after", "Number of findings to pass over.", {"type": "integer"}),),
        problems=(NotFoundError, MalformedRequestError),
    ),
    "auditing.read": Description(
        {HTTPStatus.OK: Answer("What it says.", json_of(ReportAnswer))},
        body={"application/json": BINARY, "application/x-ndjson": BINARY},
        problems=(InvalidInputError, BodyTooLargeError, MalformedRequestError),
    ),
    "auditing.log_map": Description(
        {HTTPStatus.OK: Answer("The map.", json_of(MapAnswer))},
        text="Joined from all reports of this log; the newer word counts.",
    ),
    "auditing.figures": Description(
        {HTTPStatus.OK: Answer("Cost, and the last count.", json_of(CostAnswer))},
    ),
    "auditing.count": Description(
        {HTTPStatus.OK: Answer("The figures.", json_of(CountedAnswer))},
        body=json_of(FiguresBody),
        problems=(MalformedRequestError, InvalidInputError, ViewsUnavailableError),
        text="Refused on a ledger of more than 50,000 facts: `records audit stats --json` counts "
        "those, and its output is read as a report.",
    ),
    "audit_pages.log": Description(
        {HTTPStatus.OK: Answer("The page.", HTML)},
        parameters=(Parameter("before", "Only heads of fewer entries.", {"type": "integer"}),),
        problems=(MalformedRequestError,),
    ),
    "audit_pages.record_form_page": page_of("The form."),
    "audit_pages.record": Description(
        {HTTPStatus.OK: Answer("The history.", HTML)},
        body={_FORM: RecordBody},
        problems=(InvalidInputError, NotFoundError, ViewsUnavailableError),
    ),
    "audit_pages.officer_form_page": page_of("The form."),
    "audit_pages.officer": Description(
        {HTTPStatus.OK: Answer("The acts.", HTML)},
        body={_FORM: OfficerBody},
        problems=(InvalidInputError,),
    ),
    "audit_pages.findings": Description(
        {HTTPStatus.OK: Answer("The page.", HTML)},
        parameters=(
            Parameter("report", "Which report is shown."),
            Parameter("after", "Number of its findings to pass over.", {"type": "integer"}),
        ),
        problems=(NotFoundError, MalformedRequestError),
    ),
    "audit_pages.sent": Description(
        {HTTPStatus.OK: Answer("What the report says.", HTML)},
        body={"multipart/form-data": {
            "type": "object",
            "properties": {"report": {"type": "string", "contentMediaType":
                                      "application/octet-stream"}},
            "required": ["report"],
        }},
        problems=(InvalidInputError, BodyTooLargeError, MalformedRequestError),
    ),
    "audit_pages.figures": page_of("The page."),
    "audit_pages.count": Description(
        {HTTPStatus.OK: Answer("The figures, and where one differs.", HTML)},
        body={_FORM: {"type": "object", "properties": {}}},
        problems=(MalformedRequestError, ViewsUnavailableError),
    ),
})  # fmt: skip
"""By endpoint."""
