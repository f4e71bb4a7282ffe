"""A desk with two files, a citizen with one request, and a note of every look.

What the officers may do is fixed; what they did is written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from ledger.certificates.kind import PaperLine, Wording
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.records.access import RecordKind
from projections.queue_pages import Due
from tests_support.fake_register import DOSSIER, SUBJECT
from tests_support.signed_certificates import AT, TOKEN
from verify_api.callers import Caller, Role, Scope
from verify_api.officer_desk import (
    CaseFile,
    Coded,
    Draft,
    Event,
    Hits,
    Neighbours,
    QueueAsk,
    QueuePage,
    WaitingFile,
    Whose,
)
from verify_api.ports import (
    AccessNote,
    CheckNote,
    Deed,
    Field,
    FieldSort,
    FileView,
    IssuedPaper,
    Look,
    Note,
    Offer,
    Pressure,
    Seen,
    StepView,
)

ORGANISATION = "CA01"
REQUEST = UUID(int=0xF11E)
OTHER = UUID(int=2)
STEPS = (
    Wording("Kê khai hồ sơ, nộp phí", "Declare and pay"),
    Wording("Gửi hồ sơ", "Submit"),
    Wording("Tiếp nhận hồ sơ", "Accept"),
    Wording("Chuyển dữ liệu sang phần mềm dùng chung", "Forward"),
    Wording("Phần mềm dùng chung tiếp nhận", "Acknowledge"),
    Wording("Tra cứu, xác minh", "Look up the record"),
    Wording("Công an tra cứu, xác minh", "Police check"),
    Wording("Nhận, cập nhật kết quả", "Record the result"),
    Wording("Lập Phiếu điện tử", "Make the certificate"),
    Wording("Trả kết quả", "Deliver the result"),
)
GROUNDS = (("incomplete", Wording("Thiếu giấy tờ", "Incomplete")),)
OFFERS = (
    Offer("accept", Wording("Tiếp nhận hồ sơ", "Accept")),
    Offer(
        "request_supplement",
        Wording("Yêu cầu bổ sung", "Ask for a supplement"),
        (
            Field("missing", Wording("Còn thiếu gì", "What is missing"), FieldSort.LONG_TEXT),
            Field("until", Wording("Đến ngày", "Until"), FieldSort.DATE, required=False),
        ),
    ),
    Offer(
        "reject",
        Wording("Từ chối tiếp nhận", "Reject"),
        (
            Field("ground", Wording("Lý do", "Ground"), FieldSort.CHOICE, choices=GROUNDS),
            Field("copies", Wording("Số bản", "Copies"), FieldSort.NUMBER, required=False),
        ),
        serious=True,
    ),
)
FORM_ONE = Wording("Phiếu số 1", "Form 1")
FILE = FileView(
    request=REQUEST,
    subject=SUBJECT,
    dossier_code=DOSSIER,
    title=FORM_ONE,
    stage=Wording("Chờ tiếp nhận", "Waiting to be accepted"),
    pressure=Pressure.NEAR,
    steps=(
        StepView(1, STEPS[0], AT - timedelta(hours=8)),
        StepView(2, STEPS[1], AT - timedelta(hours=7)),
        StepView(3, STEPS[2], current=True),
        *(StepView(number, title) for number, title in enumerate(STEPS[3:], 4)),
    ),
    appointed_on=date(2026, 11, 25),
    lines=(
        PaperLine(Wording("Họ và tên", "Name"), Wording(TOKEN.holder.name, TOKEN.holder.name)),
        PaperLine(Wording("Ngày sinh", "Date of birth"), Wording("02/01/1990", "2 January 1990")),
        PaperLine(Wording("Mục đích", "Purpose"), Wording("Xin việc làm", "Employment")),
    ),
    notes=(Note(AT - timedelta(hours=7), Wording("Đã gửi hồ sơ", "Submitted")),),
    offers=OFFERS,
    has_paper=True,
)
PDF = b"%PDF-1.7 the certificate"


@dataclass
class Office:
    """Two files of one organisation; what an officer does is written down."""

    deeds: list[tuple[str, Deed]] = field(default_factory=list)
    fails_with: Exception | None = None

    def queue(
        self, scope: Scope, caller: Caller, ask: QueueAsk, *, after: str, at: datetime
    ) -> QueuePage:
        """Return both, or the first alone where only one's own are asked for."""
        del after
        if scope.organisation != ORGANISATION:
            return QueuePage()
        everybody = ask.whose is Whose.ALL
        lines = [line for line in lines_at(at, caller.role) if line.mine or everybody]
        return QueuePage(tuple(lines), {Due.ALL: len(lines), Due.TODAY: len(lines)}, ("01",))

    def neighbours(
        self, scope: Scope, caller: Caller, ask: QueueAsk, request: UUID, *, at: datetime
    ) -> Neighbours:
        """Return that the other file comes next."""
        del scope, caller, ask, request, at
        return Neighbours(after=OTHER)

    def case(self, scope: Scope, caller: Caller, request: UUID, *, at: datetime) -> CaseFile:
        """Return the first."""
        offers = tuple(self.offers(scope, caller.role, request, at=at))
        events = tuple(
            Event(note.at, position, note.text, Wording("Hệ thống", "The system"))
            for position, note in enumerate(FILE.notes, 1)
        )
        looks = (Seen(RecordKind.REQUEST, SUBJECT, reference=REQUEST),)
        return CaseFile(replace(FILE, offers=offers), len(events), events, looks=looks)

    def offers(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> Sequence[Offer]:
        """Return everything to the intake officer, nothing to others."""
        del at
        if scope.organisation != ORGANISATION or request != REQUEST:
            raise NotFoundError("no such file")
        return OFFERS if role is Role.INTAKE_OFFICER else ()

    def act(self, scope: Scope, caller: Caller, deed: Deed, *, at: datetime) -> None:
        """Write it down, or refuse."""
        offered = {one.act for one in self.offers(scope, caller.role, deed.request, at=at)}
        if self.fails_with is not None:
            raise self.fails_with
        if deed.act not in offered:
            raise RefusedError("step_out_of_order", "not in this stage")
        if deed.act == "reject" and deed.values.get("ground") != "incomplete":
            raise InvalidInputError("ground", "refusal_ground", "one of the grounds")
        self.deeds.append((caller.account, deed))

    def paper(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the certificate of the first."""
        self.offers(scope, role, request, at=at)
        return IssuedPaper(SUBJECT, PDF, "LLTP-452.pdf")

    def letter(self, scope: Scope, request: UUID, number: int, *, at: datetime) -> IssuedPaper:
        """Return none."""
        del scope, request, number, at
        raise NotFoundError("no such letter")

    def to_sign(self, scope: Scope, caller: Caller, *, at: datetime) -> Sequence[Draft]:
        """Return none."""
        del scope, caller, at
        return ()

    def drafts(
        self, scope: Scope, caller: Caller, requests: Sequence[UUID], *, at: datetime
    ) -> Sequence[Draft]:
        """Return none."""
        del scope, caller, requests, at
        return ()

    def codes(self, scope: Scope, requests: Sequence[UUID]) -> Sequence[Coded]:
        """Return the first, where it is asked for."""
        asked = scope.organisation == ORGANISATION and REQUEST in requests
        return [Coded(REQUEST, DOSSIER)] if asked else []

    def search(self, scope: Scope, role: Role, typed: str, *, at: datetime) -> Hits:
        """Return nothing."""
        del scope, role, typed, at
        return Hits("dossier")


def lines_at(at: datetime, role: Role) -> tuple[WaitingFile, ...]:
    """Return the two lines of the queue."""
    waiting = WaitingFile(
        REQUEST, DOSSIER, FORM_ONE, FILE.stage, mine=True, since=at - timedelta(hours=7),
        appointed_on=date(2026, 11, 25), pressure=Pressure.NEAR, step=3, province="01",
    )  # fmt: skip
    late = replace(
        waiting, request=OTHER, dossier_code="000.00.19.H26-261101-0007",
        mine=role is Role.CASE_OFFICER, pressure=Pressure.LATE, appointed_on=date(2026, 11, 20),
        stage=Wording("Công an tra cứu", "Police check"), step=7,
    )  # fmt: skip
    return (waiting, late)


@dataclass
class OwnRecords:
    """One request of one citizen."""

    def requests(self, scope: Scope, *, at: datetime) -> Sequence[FileView]:
        """Return it to its owner."""
        del at
        return (replace(FILE, offers=()),) if scope.subject == SUBJECT else ()

    def looks(self, scope: Scope, *, at: datetime) -> Sequence[Look]:
        """Return one look."""
        if scope.subject != SUBJECT:
            return ()
        return (
            Look(
                at - timedelta(hours=1),
                Wording("Cán bộ tiếp nhận, CA01", "Intake officer, CA01"),
                Wording("Hồ sơ yêu cầu", "Request"),
                Wording("Giải quyết hồ sơ", "Processing the request"),
            ),
        )

    def passcode_reset(self, scope: Scope, *, at: datetime) -> datetime | None:
        """Return that it was yesterday, to the owner."""
        return at - timedelta(days=1) if scope.subject == SUBJECT else None

    def paper(self, scope: Scope, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the certificate to its owner."""
        del at
        if scope.subject != SUBJECT or request != REQUEST:
            raise NotFoundError("no such certificate")
        return IssuedPaper(SUBJECT, PDF, "LLTP-452.pdf")


@dataclass
class Noted:
    """Every look that was recorded, in order; fails if it is told to."""

    notes: list[AccessNote] = field(default_factory=list)
    fails_with: Exception | None = None
    calls_left: int | None = None

    def record(self, notes: Sequence[AccessNote]) -> None:
        """Record, or fail."""
        if self.calls_left is not None:
            self.calls_left -= 1
        if self.fails_with is not None and (self.calls_left is None or self.calls_left < 0):
            raise self.fails_with
        self.notes.extend(notes)


@dataclass
class Kept:
    """Every check that was recorded in somebody's history, in order; fails if it is told to."""

    notes: list[CheckNote] = field(default_factory=list)
    fails_with: Exception | None = None

    def record(self, notes: Sequence[CheckNote]) -> None:
        """Record, or fail."""
        if self.fails_with is not None:
            raise self.fails_with
        self.notes.extend(notes)
