"""A police authority at work: files in every stage, officers of every role, its doors in a browser.

Everything is real but the clock: the ledger, the views, the log, the pages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from ledger.audit.evidence import Evidence
from ledger.audit.memory import AuditorMemory
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import verify
from ledger.commands import certificates, processing
from ledger.commands.loading import load_request
from ledger.facts import Act
from tests_support.browser_site import Site, served
from tests_support.cheap_accounts import cheap_accounts
from tests_support.service_world import PASSWORD, World, open_world
from tests_support.whole_house import House, open_house
from verify_api.accounts import Account
from verify_api.callers import Role

AUTHORITY: Final = "CA01"
NAMES: Final = (
    "Nguyễn Văn Mẫu", "Đặng Thị Bích Ngọc", "Trần Quốc Đạt", "Lê Hoàng Yến Nhi", "Phạm Đức Ánh",
    "Vũ Thị Thuỷ", "Hoàng Gia Bảo", "Bùi Xuân Trường",
)  # fmt: skip
OFFICERS: Final = {
    "tiepnhan": (Role.INTAKE_OFFICER, "Lê Thị Tiếp Nhận"),
    "thuly": (Role.CASE_OFFICER, "Trần Văn Thụ Lý"),
    "thuly2": (Role.CASE_OFFICER, "Ngô Thị Thụ Lý"),
    "congan": (Role.POLICE_CHECKER, "Đỗ Hồ Sơ"),
    "nguoiky": (Role.SIGNER, "Phan Người Ký"),
}
"""Who works here, by the name that is typed to sign in."""


@dataclass
class OfficerHouse:
    """An authority with files, over a whole house."""

    house: House
    files: dict[str, UUID] = field(default_factory=dict)
    """By what is special about each."""

    def file(self, number: int, **declared: object) -> UUID:
        """Hand in a dossier of the person with this number; ``declared`` changes what they say."""
        name = NAMES[number % len(NAMES)]
        return self.house.file(toKhai={
            "nycHoTen": name, "nycSoGiayTo": f"00009000{number + 1:04}", **declared,
        })  # fmt: skip

    def ready_to_sign(self, number: int) -> UUID:
        """Return a file whose draft waits for a signature."""
        request = self.file(number)
        self.house.walk(request, to="begin_certificate")
        return request

    def catch_up(self) -> None:
        """Let the views take in what has happened."""
        self.house.system.projector.catch_up()

    def later(self, **by: float) -> None:
        """Let time go by."""
        self.house.clock.at += timedelta(**by)

    def miss(self, request: UUID) -> None:
        """Let the clockwork note that a day went by."""
        system = self.house.system
        act = Act(self.house.clock.at, "clockwork", "system", AUTHORITY)
        processing.note_missed(system.facts, request=request, act=act)

    def code(self, request: UUID) -> str:
        """Return the dossier code of a file."""
        return load_request(self.house.system.facts, request).state.draft.dossier_code

    def certificate(self, request: UUID) -> certificates.CertificateOnFile:
        """Return the certificate that was begun for a request."""
        found = load_request(self.house.system.facts, request).state.certificate
        assert found is not None
        return certificates.load(self.house.system.facts, found)

    def replay(self) -> None:
        """Read every fact again, check every entry and the log's tree, build every view anew."""
        system = self.house.system
        facts, head = system.facts, system.facts.head()
        read = [one.position for one in facts.read(after=0, limit=1_000_000)]
        assert read == list(range(1, head + 1))
        assert {one.check for one in facts.integrity(deep=True) if not one.holds} <= {"fsync"}
        log = system.log
        assert log is not None
        log.covering(head - 1)
        settings = system.settings
        memory = AuditorMemory(settings.home.parent / "auditor")
        evidence = Evidence(settings.ledger, settings.log, system.policy)
        checked = verify(evidence, Scope(Mode.FULL), at=self.house.clock.at, memory=memory)
        assert checked.findings == ()
        self.catch_up()
        store = system.projector.store
        for name, view in store.views.items():
            before = store.digest(view, store.in_force(name).number)
            rebuilt = system.projector.rebuild(name)
            assert store.digest(view, rebuilt.number) == before


@contextmanager
def open_officer_house(home: Path) -> Iterator[OfficerHouse]:
    """Open a house with officers and no files."""
    with open_house(home) as house:
        for name, (role, title) in OFFICERS.items():
            account = Account(f"id-{name}", name, title, role, AUTHORITY)
            salt = house.system.clockwork.random(16)
            cheap_accounts(house.system).add(account, PASSWORD, salt=salt, at=house.clock.at)
        yield OfficerHouse(house)


def fill(made: OfficerHouse) -> None:
    """Let an authority have worked for some days."""
    files, house = made.files, made.house
    files["late"] = made.file(0)
    house.walk(files["late"], to="request_lookup")
    files["issued"] = made.file(1)
    house.walk(files["issued"])
    made.later(days=3)
    files["today"] = made.file(2)
    house.walk(files["today"], to="accept")
    made.later(days=1)
    files["week"] = made.file(8)
    house.walk(files["week"], to="forward")
    made.later(days=6)
    made.miss(files["late"])
    files["easy"] = made.file(3)
    house.walk(files["easy"], to="accept")
    files["paused"] = made.file(4)
    house.walk(files["paused"], to="complete_lookup")
    house.do(
        files["paused"], "request_supplement", Role.CASE_OFFICER,
        missing="Bản sao Giấy khai sinh và văn bản uỷ quyền có chứng thực",
    )  # fmt: skip
    files["fresh"] = made.file(5)
    files["police"] = made.file(6)
    house.walk(files["police"], to="request_police_check")
    files["answered"] = made.file(7)
    house.walk(files["answered"], to="complete_police_check")
    for number in range(3):
        files[f"draft-{number}"] = made.ready_to_sign(10 + number)
    made.catch_up()


@dataclass
class OfficerSite:
    """The authority as an officer's browser reaches it."""

    site: Site
    made: OfficerHouse


@contextmanager
def open_officer_site(folder: Path) -> Iterator[OfficerSite]:
    """Serve an authority that is at work; afterwards everything is read again."""
    with open_officer_house(folder / "home") as made:
        fill(made)

        def open_at(url: str) -> World:
            del url
            return replace(open_world(folder), app=made.house.app)

        with served(open_at) as site:
            yield OfficerSite(site, made)
        made.replay()
