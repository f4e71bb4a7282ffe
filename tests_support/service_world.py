"""The service over fakes: a clock that stands still, officers, files, and every look that it notes.

Certificates in it are real ones of `tests_support.signed_certificates`; people are made up.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from ledger.certificates.disclosure import Asked, FiveFields, five_fields_match
from ledger.certificates.kind import PaperLine, Sex, Token, Wording
from ledger.certificates.qr_text import from_qr_text, normalise_short_code, short_code
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from tests_support.signed_certificates import AT, IN_FORCE, POLICY, TOKEN, TRUST, code
from verify_api.acceptance import Checker
from verify_api.accounts import Account, Accounts
from verify_api.api_tokens import ApiToken, ApiTokens
from verify_api.caller_database import CallerDatabase, SqliteCallers
from verify_api.callers import Caller, Role, Scope
from verify_api.limiter import Rate
from verify_api.moments import VIETNAM
from verify_api.passwords import PasswordCost
from verify_api.picture import read_codes
from verify_api.ports import (
    AccessNote,
    Condition,
    Deed,
    Document,
    Field,
    FieldSort,
    FileView,
    IssuedPaper,
    Look,
    Note,
    Offer,
    PaperFound,
    PaperQuestion,
    Ports,
    Pressure,
    Rates,
    ServiceSettings,
    StepView,
    WaitingFile,
)
from verify_api.service import create_service
from verify_api.sessions import Sessions
from verify_api.verdict import StatusEvidence, Verdict
from verify_api.verification import verify

PASSWORD = "bốn chữ ngẫu nhiên"  # noqa: S105  of nobody
ORGANISATION = "CA01"
SUBJECT = UUID(int=0x5AB)
REQUEST = UUID(int=0xF11E)
DOSSIER = "000.00.19.H26-261120-0012"
FIELDS = FiveFields(DOSSIER, TOKEN.holder.name, TOKEN.holder.birth_date, Sex.MALE, "000000000001")

CHEAP = PasswordCost(memory_kibibytes=32, iterations=1)
"""Tests sign in often, and guess nothing."""
GENEROUS = Rates(*(Rate(per_second=10_000, burst=100_000) for _ in range(4)))


@dataclass
class Clock:
    """Says what it is told to."""

    at: datetime = AT
    seconds: float = 1000.0

    def now(self) -> datetime:
        """Return the time of day."""
        return self.at

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return self.seconds

    def later(self, **by: float) -> None:
        """Let time go by."""
        step = timedelta(**by)
        self.at += step
        self.seconds += step.total_seconds()


@dataclass
class Randomness:
    """Bytes that look random and are the same every time."""

    drawn: int = 0

    def draw(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        self.drawn += 1
        return hashlib.shake_256(b"test %d" % self.drawn).digest(count)


@dataclass
class Standings:
    """What the register says, by number; everything is in force unless said otherwise."""

    by_number: dict[str, StatusEvidence] = field(default_factory=dict)
    fails_with: Exception | None = None

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what the register says."""
        del digest, at
        if self.fails_with is not None:
            raise self.fails_with
        return self.by_number.get(token.number, IN_FORCE.evidence)

    def verify(
        self,
        text: str,
        *,
        at: datetime,
        asked: Asked | None = None,
        checker: Checker | None = None,
    ) -> Verdict:
        """Return the verdict on ``text``."""
        return verify(
            text, at=at, trust=TRUST, status=self, policy=POLICY, asked=asked, checker=checker
        )


@dataclass
class Papers:
    """Knows one paper: that of `TOKEN`."""

    standings: Standings

    def by_code(self, question: PaperQuestion, *, at: datetime) -> PaperFound | None:
        """Return it for its own short code and day."""
        text = code()
        right = normalise_short_code(question.short_code) == short_code(from_qr_text(text))
        day = TOKEN.issued_at.astimezone(VIETNAM).date()
        if not right or question.issued_on != day:
            return None
        return PaperFound(self.standings.verify(text, at=at), SUBJECT)

    def by_fields(self, fields: FiveFields, *, at: datetime) -> PaperFound | None:
        """Return it for its own five fields."""
        if not five_fields_match(fields, FIELDS):
            return None
        return PaperFound(self.standings.verify(code(), at=at), SUBJECT)


class Documents:
    """Bytes that stand for signed lists."""

    def _document(self, content: bytes, media_type: str) -> Document:
        return Document(content, media_type, AT, timedelta(hours=1))

    def trust_list(self) -> Document:
        """Return a trust list."""
        return self._document(b"trust", "application/cose")

    def jwks(self) -> Document:
        """Return a key set."""
        return self._document(b'{"keys":[]}', "application/jwk-set+json")

    def status_list(self, shard: str) -> Document | None:
        """Return shard 01/1-2705-0, and no other."""
        if shard != "01/1-2705-0":
            return None
        return self._document(b"status", "application/statuslist+cwt")

    def bundle(self) -> Document:
        """Return a bundle."""
        return self._document(b"bundle", "application/cbor")


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

    def work_queue(self, scope: Scope, role: Role, *, at: datetime) -> Sequence[WaitingFile]:
        """Return both."""
        if scope.organisation != ORGANISATION:
            return ()
        waiting = WaitingFile(
            REQUEST, DOSSIER, FORM_ONE, FILE.stage, mine=True, since=at - timedelta(hours=7),
            appointed_on=date(2026, 11, 25), pressure=Pressure.NEAR,
        )  # fmt: skip
        late = replace(
            waiting, request=UUID(int=2), dossier_code="000.00.19.H26-261101-0007",
            mine=role is Role.CASE_OFFICER, pressure=Pressure.LATE, appointed_on=date(2026, 11, 20),
            stage=Wording("Công an tra cứu", "Police check"),
        )  # fmt: skip
        return (waiting, late)

    def file(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> FileView:
        """Return the first."""
        return replace(FILE, offers=tuple(self.offers(scope, role, request, at=at)))

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
        self.file(scope, role, request, at=at)
        return IssuedPaper(SUBJECT, PDF, "LLTP-452.pdf")


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


ACCOUNTS = {
    "congdan": (Role.CITIZEN, None, SUBJECT),
    "tiepnhan": (Role.INTAKE_OFFICER, ORGANISATION, None),
    "thuly": (Role.CASE_OFFICER, ORGANISATION, None),
    "khac": (Role.INTAKE_OFFICER, "CA02", None),
    "doanhnghiep": (Role.VERIFIER, "DN-MAU", None),
}


@dataclass
class World:
    """The service and everything around it."""

    ports: Ports
    app: Flask
    clock: Clock
    standings: Standings
    office: Office
    noted: Noted
    database: CallerDatabase
    conditions: list[Condition]

    def client(self) -> FlaskClient:
        """Return a browser of its own."""
        return self.app.test_client()

    def signed_in(self, name: str) -> tuple[FlaskClient, str]:
        """Return a browser in which ``name`` has signed in, and its session's form token."""
        client = self.client()
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        page = client.get("/", headers={"Accept": "text/html"}).text
        return client, page.split('name="csrf" value="')[1].split('"')[0]

    def token(self, role: Role, organisation: str = ORGANISATION) -> dict[str, str]:
        """Return the header of a machine with a token for ``role``."""
        issued = ApiToken(
            f"token-{role}", role, organisation, self.clock.at, self.clock.at + timedelta(days=30)
        )
        text = self.ports.api_tokens.issue(issued, secret=self.ports.random_bytes(32))
        return {"Authorization": f"Bearer {text}"}


def open_world(
    folder: Path,
    *,
    settings: ServiceSettings | None = None,
    database: CallerDatabase | None = None,
) -> World:
    """Return a new world; its small database lies in ``folder``."""
    clock, randomness, standings = Clock(), Randomness(), Standings()
    office, noted = Office(), Noted()
    callers = database or SqliteCallers(folder / "callers.db")
    conditions = [Condition("trust_list_fresh", holds=True, figure="3 days")]
    ports = Ports(
        settings=settings or ServiceSettings("http://localhost", rates=GENEROUS, demo=True),
        clock=clock.now,
        monotonic=clock.monotonic,
        random_bytes=randomness.draw,
        verify=standings.verify,
        read_picture=read_codes,
        papers=Papers(standings),
        documents=Documents(),
        accounts=Accounts(callers, decoy=bytes(16), cost=CHEAP),
        sessions=Sessions(callers),
        api_tokens=ApiTokens(callers),
        office=office,
        own_records=OwnRecords(),
        record_access=noted.record,
        conditions=lambda: conditions,
    )
    for name, (role, organisation, subject) in ACCOUNTS.items():
        account = Account(f"account-{name}", name, f"Tài khoản {name}", role, organisation, subject)
        ports.accounts.add(account, PASSWORD, salt=randomness.draw(16), at=clock.at)
    app = create_service(ports)
    return World(ports, app, clock, standings, office, noted, callers, conditions)
