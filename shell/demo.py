"""A demonstration: people who are nobody, three weeks of history, accounts to look at it with."""

import json
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from app import System
from ledger.certificates import lifecycle
from ledger.certificates.kind import Wording
from ledger.certificates.kinds import appointment, judicial_record, referral
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.request_values import Form
from ledger.commands import certificates as certificate_commands
from ledger.commands.papers import Letterhead, make_paper
from ledger.facts import Act
from ledger.paper import qr_code
from projections.certificate_status import CERTIFICATES
from shell import demo_health, demo_papers, first_start, local_witness
from shell.demo_asks import GRANTED_PAPER, WhoAsks, asks_told
from shell.demo_life import Staff, Story, convicted, life, registered, run
from shell.demo_papers import Clinic, Patient
from shell.errors import HomeTakenError
from shell.population import people
from verify_api.accounts import Account
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role

SEED: Final = 20241022
PEOPLE: Final = 48
DAYS: Final = 21
TOKEN_LIFE: Final = timedelta(days=90)
NOTE: Final = "demo.json"
JUDICIAL_KIND: Final = judicial_record.KIND.code
REFERRAL: Final = referral.KIND.code
APPOINTMENT: Final = appointment.KIND.code
ENDS: Final = (
    "delivered", "delivered", "delivered", "supplemented", "delivered", "recalled",
    "delivered", "rejected", "delivered", "withdrawn", "cancelled", "delivered",
)  # fmt: skip
"""How the older requests end, in turn."""
OPEN_ENDS: Final = (
    ("submitted", 1), ("supplement", 3), ("police", 5), ("verified", 6), ("drafted", 7),
    ("submitted", 2),
)  # fmt: skip
"""Where the newest ones still are, and how many days ago they were handed in."""


@dataclass
class Note:
    """What the demonstration tells its visitor; kept in the home, for its owner alone."""

    password: str
    accounts: dict[str, str] = field(default_factory=dict)
    """Name to what it is for."""
    portal_token: str = ""
    facility_token: str = ""
    certificates: dict[str, str] = field(default_factory=dict)
    """What it shows to the file of its paper."""
    texts: dict[str, str] = field(default_factory=dict)
    """What it shows to the text of its code."""
    scale: str = ""
    """``launch 1:1000`` where it is the launch's; empty for three weeks of a small town."""

    def write(self, home: Path) -> None:
        """Keep the note."""
        file = home / NOTE
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def read(cls, home: Path) -> "Note | None":
        """Return the note of a home that has been filled."""
        file = home / NOTE
        return cls(**json.loads(file.read_text("utf-8"))) if file.exists() else None


def fill(system: System, *, people_count: int = PEOPLE) -> Note:
    """Make the demonstration, or return the note of the one that is there.

    Raises:
        HomeTakenError: The home has facts that are no finished demonstration of this kind.
    """
    if note := taken(system):
        return note
    now = system.clockwork.now().replace(microsecond=0)
    begins = now - timedelta(days=DAYS)
    first_start.start(system, at=begins)
    local_witness.begin(system)
    note = Note(password=secrets.token_urlsafe(12))
    staff = accounts(system, note, at=now)
    clinic = facility_accounts(system, note, at=now)
    stories = _stories(system, staff, begins, now, people_count)
    patients = [story.person for story in stories[: people_count * 2 // 3]]
    demo_health.register_facilities(system, at=begins)
    demo_papers.equip(system, (demo_papers.STATION, demo_papers.HOSPITAL), at=begins)
    told = demo_papers.papers_told(system, clinic, patients[:12], until=now)
    visits = demo_health.treated(
        system, patients, begins=begins, until=now - timedelta(hours=2), seed=SEED
    )
    asks = _asks(system, clinic, stories, citizen(system, note, stories[0].subject, at=now), now)
    run([*(life(story) for story in stories), visits, told, asks], until=now)
    first_start.refresh(system, at=now)
    system.projector.catch_up()
    local_witness.publish(system)  # so that papers can be released
    papers(system, staff, note, now)
    system.projector.catch_up()  # a paper that is made is a fact, too
    local_witness.publish(system)
    note.write(system.settings.home)
    return note


def taken(system: System, scale: str = "") -> Note | None:
    """Return the note of a finished demonstration of ``scale``; None in a home that is empty.

    Raises:
        HomeTakenError: The home has facts that are none.
    """
    note = Note.read(system.settings.home)
    if note is not None and note.scale == scale:
        return note
    if note is not None:
        raise HomeTakenError("this home has another demonstration: take another --home")
    if system.facts.head():
        message = "this ledger is in use, or its demonstration was cut short: take another --home"
        raise HomeTakenError(message)
    return None


def accounts(system: System, note: Note, *, at: datetime) -> Staff:
    """Let the officers of the authorities sign in, and a province's system call."""
    wanted = (
        ("tiep-nhan", Role.INTAKE_OFFICER, "Tiếp nhận hồ sơ / intake officer"),
        ("thu-ly", Role.CASE_OFFICER, "Thụ lý hồ sơ / case officer"),
        ("ho-so", Role.POLICE_CHECKER, "Hồ sơ nghiệp vụ / police record unit"),
        ("nguoi-ky", Role.SIGNER, "Người ký / signer"),
        ("kiem-tra", Role.VERIFIER, "Đơn vị kiểm tra / employer"),
        ("van-hanh", Role.OPERATOR, "Vận hành / operator"),
    )
    made: dict[Role, str] = {}
    for name, role, title in wanted:
        made[role] = str(system.clockwork.new_id())
        organisation = None if role is Role.OPERATOR else system.settings.authorities[0].code
        account = Account(made[role], name, title, role, organisation)
        salt = system.clockwork.random(16)
        system.accounts.add(account, note.password, salt=salt, at=at)
        note.accounts[name] = title
    token = ApiToken(
        str(system.clockwork.new_id()),
        Role.PORTAL_SYSTEM,
        system.settings.authorities[0].code,
        at,
        at + TOKEN_LIFE,
    )
    note.portal_token = system.api_tokens.issue(token, secret=system.clockwork.random(32))
    return Staff(
        intake_officer=made[Role.INTAKE_OFFICER],
        case_officer=made[Role.CASE_OFFICER],
        police_checker=made[Role.POLICE_CHECKER],
        signer=made[Role.SIGNER],
    )


def facility_accounts(system: System, note: Note, *, at: datetime) -> Clinic:
    """Let people of a hospital sign in, and its system call."""
    hospital = demo_papers.HOSPITAL
    wanted = (
        ("bac-si", Role.CLINICIAN, hospital, "Bác sĩ điều trị / clinician"),
        ("ky-vien", Role.FACILITY_SIGNER, hospital, "Người ký của bệnh viện / facility's signer"),
        ("bao-ve-dl", Role.DATA_PROTECTION_OFFICER, None, "Bảo vệ dữ liệu / data protection"),
        ("du-lieu", Role.DATA_STEWARD, None, "Chất lượng dữ liệu / data steward"),
        ("kiem-toan", Role.AUDITOR, None, "Kiểm toán viên / auditor"),
    )
    made: dict[Role, str] = {}
    for name, role, facility, title in wanted:
        made[role] = str(system.clockwork.new_id())
        account = Account(made[role], name, title, role, facility)
        system.accounts.add(account, note.password, salt=system.clockwork.random(16), at=at)
        note.accounts[name] = title
    token = ApiToken(
        str(system.clockwork.new_id()), Role.FACILITY_SYSTEM, hospital, at, at + TOKEN_LIFE
    )
    note.facility_token = system.api_tokens.issue(token, secret=system.clockwork.random(32))
    return Clinic(made[Role.CLINICIAN], made[Role.FACILITY_SIGNER])


def citizen(system: System, note: Note, subject: UUID, *, at: datetime) -> str:
    """Let one of the people sign in and follow their request; return the account."""
    name, title = "cong-dan", "Công dân / citizen"
    account = Account(str(system.clockwork.new_id()), name, title, Role.CITIZEN, None, subject)
    system.accounts.add(account, note.password, salt=system.clockwork.random(16), at=at)
    note.accounts[name] = title
    return account.account_id


def _asks(
    system: System, clinic: Clinic, stories: Sequence[Story], account: str, now: datetime
) -> Iterator[datetime]:
    """Tell the asks for appointments of the citizen who can sign in, and of a second person."""
    one, other = (
        WhoAsks(Patient(story.person, story.subject, GRANTED_PAPER + number), name)
        for number, (story, name) in enumerate(
            ((stories[0], account), (stories[2], str(system.clockwork.new_id())))
        )
    )
    return asks_told(system, clinic, one, other, until=now)


def _stories(
    system: System, staff: Staff, begins: datetime, now: datetime, people_count: int
) -> list[Story]:
    dice = random.Random(SEED)  # noqa: S311 (a story, not a secret)
    stories = []
    authorities = system.settings.authorities
    for ordinal, person in enumerate(islice(people(SEED), people_count), 1):
        subject = registered(system, person, at=begins)
        if ordinal % 7 == 0:
            convicted(system, subject, at=begins, number=ordinal)
        is_open = ordinal > people_count * 3 // 4
        first = begins + timedelta(hours=2)
        spread = (now - timedelta(days=2) - first) * (ordinal / people_count)
        ends, days = OPEN_ENDS[ordinal % len(OPEN_ENDS)]
        moment = now - timedelta(days=days, hours=ordinal % 12)
        if not is_open:
            ends, moment = ENDS[ordinal % len(ENDS)], first + spread * 0.5
        story = Story(
            system=system,
            staff=staff,
            dice=dice,
            person=person,
            subject=subject,
            authority=authorities[ordinal % 10 // 9 % len(authorities)],
            ordinal=ordinal,
            begins=moment,
            ends_as=ends,
            form=Form.TWO if ordinal % 9 == 0 else Form.ONE,
        )
        stories.append(story)
    return stories


def papers(system: System, staff: Staff, note: Note, now: datetime) -> None:
    """Make the papers that a visitor can scan: one in force, one with an entry, one recalled."""
    with system.views.database.reading() as session:
        rows = session.execute(
            f"SELECT certificate, stage, authority, kind FROM {CERTIFICATES.name} "  # noqa: S608 (our own name)
            "WHERE issued_at IS NOT NULL ORDER BY issued_at DESC"
        )
    folder = system.settings.home / "papers"
    folder.mkdir(mode=0o700, exist_ok=True)
    for stage in ("active", "recalled", "cancelled"):
        found = next((row for row in rows if row[1] == stage and row[3] == JUDICIAL_KIND), None)
        if found is not None:
            _paper(system, staff, note, folder, found[:3], now)
    for kind in (REFERRAL, APPOINTMENT):
        found = next((row for row in rows if row[1] == "active" and row[3] == kind), None)
        if found is not None:
            _code(system, note, folder, kind, UUID(found[0]))


def _code(system: System, note: Note, folder: Path, name: str, certificate: UUID) -> None:
    """Draw a certificate's code."""
    found = certificate_commands.load(system.facts, certificate)
    text = to_qr_text(lifecycle.token_of(found.certificate), system.settings.host)
    (folder / f"{name}.png").write_bytes(qr_code.draw_png(text))
    note.texts[name] = text
    note.certificates[name] = str(folder / f"{name}.png")


def _paper(
    system: System,
    staff: Staff,
    note: Note,
    folder: Path,
    row: tuple[str, str, str],
    now: datetime,
) -> None:
    certificate, stage, code = row
    _code(system, note, folder, stage, UUID(certificate))
    if stage == "active":
        authority = system.settings.authority(code)
        pdf = make_paper(
            system.facts,
            certificate=UUID(certificate),
            letterhead=Letterhead(
                host=system.settings.host,
                authority=authority.name,
                officer="Người Ký Mẫu",
                office=Wording("Thủ trưởng cơ quan", "Head of the authority"),
                specimen=system.settings.specimen,
            ),
            signer=system.document_signer(code),
            act=Act(now, staff.signer, "signer", code),
            release=system.release,
        )
        (folder / f"{stage}.pdf").write_bytes(pdf)
        note.certificates[f"{stage} (PDF)"] = str(folder / f"{stage}.pdf")
