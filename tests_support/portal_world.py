"""A ledger with real stores, seals, views and endpoints, and a province that talks to it."""

import json
import os
import random
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from keys.algorithms import ESP256, PrivateKey
from keys.root_key import MemoryRootKey
from keys.subject_keys import open_subject_keys
from ledger.calendar import standard_calendar
from ledger.certificates.kind import Wording
from ledger.certificates.kinds import KINDS
from ledger.commands.papers import Letterhead, make_paper
from ledger.commands.status_lists import StatusBoard
from ledger.facts import Act
from ledger.identifiers import request_stream
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.mapper import Seals
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from ledger.store.withheld import WithheldParts
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from projections.views import VIEWS
from tests_support.issuing_office import document_signer, open_office
from tests_support.portal_simulator import Province, running
from tests_support.request_walks import ACTIONS, Walk
from tests_support.service_world import World, open_world
from tests_support.toy_ledger import fresh_id
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role
from verify_api.desk.access_notes import LedgerAccessNotes
from verify_api.portal_desk import PortalAuthority, PortalDesk
from verify_api.portal_webhook import Webhook
from verify_api.portal_worker import PortalWorker
from verify_api.routes.portal import portal_routes
from verify_api.service import create_service

BEGIN: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday, 10:00 in Vietnam."""
AUTHORITIES: Final = {
    "CA01": PortalAuthority("CA01", "01"),
    "CA46": PortalAuthority("CA46", "46"),
}
TEN_STEPS: Final = (
    "accept", "forward", "acknowledge", "request_lookup", "complete_lookup",
    "request_police_check", "complete_police_check", "record_result", "begin_certificate",
    "mark_ready", "deliver",
)  # fmt: skip
"""What the authority does with a dossier that nothing is wrong with."""
WEBHOOK_KEY: Final = PrivateKey.generate(ESP256)


def dossier(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a dossier as a province sends it; ``toKhai`` changes the declaration."""
    declaration: dict[str, Any] = {
        "loaiPhieu": 1,
        "nycHoTen": "Nguyễn Văn Mẫu",
        "nycGioiTinh": 1,
        "nycNgaySinh": "01/02/1990",
        "nycLoaiGiayTo": 1,
        "nycSoGiayTo": f"00009000{number:04}",
        "nycDienThoai": "0000123456",
        "thongTinThanhToan": {"nhomDoiTuong": 1, "phiLLTP": 200_000, "tongPhi": 200_000},
        "quaTrinhCTNNNLV": [{"tuThangNam": "01/2010", "noiThuongTru": "Số 1 Đường Mẫu Một"}],
    }
    declaration |= changes.pop("toKhai", {})
    return {
        "maTinh": "01",
        "maHoSoMCDT": f"000.00.19.H26-261123-{number:04}",
        "ngayTiepNhan": "23/11/2026",
        "nguonDangKy": 1,
        "toKhai": declaration,
        "thongTinBienLai": {"trangThaiGD": 1, "soBienLai": f"BL-{number}"},
        **changes,
    }


@dataclass
class PortalWorld:
    """Everything that a province meets."""

    service: World
    facts: LedgerFactStore
    reading: LedgerFactStore
    projector: Projector
    desk: PortalDesk
    client: FlaskClient
    province: Province
    worker: PortalWorker
    walk: Walk
    tokens: dict[str, str] = field(default_factory=dict)

    def post(self, content: Mapping[str, Any], authority: str = "CA01") -> tuple[int, Any]:
        """Hand a dossier in; return the status, and the answer."""
        answer = self.client.post(
            "/v1/portal/dossiers",
            data=json.dumps(content, ensure_ascii=False).encode(),
            content_type="application/json",
            headers=self.token(Role.PORTAL_SYSTEM, authority),
        )
        return answer.status_code, answer.get_json(force=True)

    def get(self, path: str, authority: str = "CA01") -> tuple[int, Any]:
        """Ask something in an authority's name."""
        headers = self.token(Role.PORTAL_SYSTEM, authority)
        answer = self.client.get(f"/v1/portal/{path}", headers=headers)
        return answer.status_code, answer.get_json(force=True)

    def token(self, role: Role, organisation: str = "CA01") -> dict[str, str]:
        """Return the header of a machine in ``role``."""
        name, at, ports = f"{role}-{organisation}", self.service.clock.at, self.service.ports
        if name not in self.tokens:
            token = ApiToken(name, role, organisation, at, at + timedelta(days=30))
            self.tokens[name] = ports.api_tokens.issue(token, secret=ports.random_bytes(32))
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def do(self, code: str, *actions: str, authority: str = "CA01") -> UUID:
        """Let officers do ``actions`` of the step table, an hour after one another."""
        request = request_stream(authority, code)
        for action in actions:
            self.later(hours=1)
            ACTIONS[action](self.walk, request)
        self.projector.catch_up()
        return request

    def deliver(self, *, rounds: int = 1) -> int:
        """Tell the province what is due, in so many rounds; return how much was recorded."""
        recorded = 0
        for _ in range(rounds):
            self.projector.catch_up()
            recorded += len(self.worker.deliver("CA01"))
        self.projector.catch_up()
        return recorded

    def later(self, **by: float) -> None:
        """Let time go by."""
        self.service.clock.later(**by)
        self.walk.at = self.service.clock.at

    def replay(self) -> None:
        """Read every fact again, check every entry, and build every view anew."""
        read = [r.position for r in self.facts.read(after=0, limit=1_000_000)]
        assert read == list(range(1, self.facts.head() + 1))
        broken = {f.check for f in self.facts.integrity(deep=True) if not f.holds}
        assert broken <= {"fsync"}, "a test's server does without it, for speed"
        self.projector.catch_up()
        for name, view in self.projector.store.views.items():
            before = self.projector.store.digest(view, self.projector.store.in_force(name).number)
            rebuilt = self.projector.rebuild(name)
            assert self.projector.store.digest(view, rebuilt.number) == before


@contextmanager
def portal_world(folder: Path, url: str) -> Iterator[PortalWorld]:
    """Open a ledger and its views at ``url``; everything small lies in ``folder``."""
    with ExitStack() as stack:
        service = open_world(folder)
        stack.callback(service.database.close)
        service.clock.at = BEGIN
        keys = open_subject_keys(
            f"sqlite:///{folder / 'keys.db'}", MemoryRootKey(os.urandom), random=os.urandom
        )
        stack.callback(keys.close)
        facts = _store(stack, url, SealedParts(keys, os.urandom))
        reading = _store(stack, url, WithheldParts())
        views = ViewStore(open_views(_views_url(folder, url)), VIEWS)
        stack.callback(views.database.close)
        views.prepare()
        desk = PortalDesk(
            facts, reading, keys.numbers, views.database, standard_calendar(), uuid4,
            partial(_paper, facts), AUTHORITIES,
        )  # fmt: skip
        province = stack.enter_context(_province(service))
        webhook = Webhook(province.address, WEBHOOK_KEY.public.kid, WEBHOOK_KEY.sign)
        worker = PortalWorker(
            facts,
            views.database,
            {"CA01": webhook},
            lambda: Act(service.clock.at, "portal-worker", "system"),
            idle_seconds=0.01,
        )
        projector = Projector(reading, views)
        client = _client(service, facts, desk)
        yield PortalWorld(
            service, facts, reading, projector, desk, client, province, worker, _walk(facts)
        )


def _store(stack: ExitStack, url: str, seals: Seals) -> LedgerFactStore:
    store = open_store(url, types=FACT_TYPES, seals=seals, ids=fresh_id)
    stack.callback(store.close)
    return store


def _views_url(folder: Path, url: str) -> str:
    return f"sqlite:///{folder / 'views.db'}" if url.startswith("sqlite") else url


def _paper(facts: LedgerFactStore, certificate: UUID, *, act: Act) -> bytes:
    letterhead = Letterhead("kiemtra.example", Wording("Mẫu", "Specimen"), "Người ký mẫu")
    signer = document_signer()
    return make_paper(facts, certificate=certificate, letterhead=letterhead, signer=signer, act=act)


def _province(service: World) -> AbstractContextManager[Province]:
    known = {WEBHOOK_KEY.public.kid: WEBHOOK_KEY.public}
    return running(Province(key=known.get, now=service.clock.now))


def _client(service: World, facts: LedgerFactStore, desk: PortalDesk) -> FlaskClient:
    ports = replace(service.ports, record_access=LedgerAccessNotes(facts))
    return create_service(ports, more=[portal_routes(desk)]).test_client()


def _walk(facts: LedgerFactStore) -> Walk:
    office = open_office()
    issuing = replace(office.desk, facts=facts, board=StatusBoard(KINDS), numbered={})
    return Walk(facts, random.Random(1), issuing, office, at=BEGIN)
