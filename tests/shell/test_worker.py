import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import Result
from structlog.testing import capture_logs
from typing_extensions import override

from app import Clockwork, System, build
from keys.key_store_errors import KeyStoreError
from keys.trust_list import WEBHOOK_USE
from ledger.commands import certificates, issuing, registry
from ledger.commands import keys as key_commands
from ledger.commands.loading import load_request
from ledger.facts import History
from ledger.records.judicial_record.facts import Conviction
from ledger.store.fact_store import LedgerFactStore
from projections.errors import ViewsUnavailableError
from settings import read_settings
from shell.first_start import issuing_facilities
from shell.worker import Worker
from tests_support.portal_simulator import Province, running

Run = Callable[..., Result]
THEFT = Conviction(
    judgment_number="12/2019/HS-ST",
    judgment_date=date(2019, 5, 6),
    court="Tòa án nhân dân Mẫu",
    offences=("Trộm cắp tài sản",),
    principal_penalties=("Phạt tù 12 tháng",),
)


class Shifted(Clockwork):
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    @override
    def now(self) -> datetime:  # type: ignore[override]
        """Return the time as it would be."""
        return Clockwork.now() + self.by


@pytest.fixture
def clock() -> Shifted:
    return Shifted()


@pytest.fixture
def later(home: Path, clock: Shifted) -> Iterator[System]:
    """The demonstration under a clock that can be put forward."""
    with closing(build(read_settings(home, {}), clock)) as opened:
        yield opened


def trust_version(system: System) -> int:
    held = key_commands.current_trust_list(facts=system.reading)
    assert held is not None
    return held.trust.version


def test_lists_are_signed_anew_before_they_grow_old(later: System, clock: Shifted) -> None:
    worker, before = Worker(later), trust_version(later)
    worker.round()
    assert trust_version(later) == before
    clock.by = timedelta(days=2)
    with capture_logs() as told:
        worker.round()
    assert trust_version(later) == before + 1
    assert told[0]["what"] == f"trust list {before + 1}"
    lists = later.desk.board.lists.values()
    live = [one.opened for one in lists if later.clockwork.now() < one.live_until]
    signed = [line["what"] for line in told if line["what"].startswith("status list ")]
    assert sorted(signed) == sorted(f"status list {one.uri}" for one in live)
    authorities = {authority.code for authority in later.settings.authorities}
    assert {one.authority for one in live} == authorities | {*issuing_facilities(later)}
    assert len(issuing_facilities(later)) > 1


def test_appointed_days_that_went_by_are_noted_once(later: System, clock: Shifted) -> None:
    worker = Worker(later)
    clock.by = timedelta(days=40)
    worker.round()
    later.projector.catch_up()
    with later.views.database.reading() as session:
        missed = session.execute("SELECT request FROM work_queue WHERE missed = 1")
    assert missed
    for (request,) in missed:
        deadline = load_request(later.reading, UUID(request)).state.deadline
        assert deadline is not None
        assert deadline.missed
    head = later.facts.head()
    worker.round()
    clock.by += timedelta(hours=1)
    worker.round()
    assert not [
        fact for fact in later.reading.read(after=head, limit=1000)
        if fact.topic == "request.deadline_missed/1"
    ]  # fmt: skip


def drafted(system: System, records: Run, tmp_path: Path) -> UUID:
    """Draft a correction of a certificate in force."""
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.7 decision")
    (tmp_path / "c.json").write_text("{}", "utf-8")
    day = (system.clockwork.now() - timedelta(days=1)).date().isoformat()
    for ordinal in range(1, 40):
        made = records(
            "certificate", "correct", f"{ordinal}/LLTP-CA01", "--decision", "1", "--day", day,
            "--reason", "content_wrong", "--document", tmp_path / "d.pdf", "--content",
            tmp_path / "c.json", "--legal-basis", "x", "--actor", "an",
        )  # fmt: skip
        if made.exit_code == 0:
            return UUID(made.stdout.strip())
    raise AssertionError("the demonstration has certificates in force")


def test_what_a_kill_left_between_signature_and_issue_is_finished(
    system: System, records: Run, tmp_path: Path
) -> None:
    certificate = drafted(system, records, tmp_path)
    key = system.issuing_key("CA01", 1)
    issuing.sign(system.desk, certificate=certificate, key=key, act=system.act("b", "signer"))
    Worker(system).round()
    assert certificates.load(system.facts, certificate).certificate.phase == "active"


def test_an_intent_that_cannot_be_finished_is_told_once(
    system: System, records: Run, tmp_path: Path, home: Path
) -> None:
    certificate = drafted(system, records, tmp_path)
    key = system.issuing_key("CA01", 1)
    issuing.sign(system.desk, certificate=certificate, key=key, act=system.act("b", "signer"))
    (home / "keys" / f"{key.public.kid.hex()}.key").unlink()
    with closing(build(read_settings(home, {}))) as without, capture_logs() as told:
        worker = Worker(without)
        worker.round()
        worker.round()
    assert [line["where"] for line in told] == [f"intent {certificate}"]


def one_in_force(system: System, records: Run) -> tuple[UUID, UUID]:
    """Return a certificate in force and its person."""
    for ordinal in range(1, 40):
        stream = UUID(records("certificate", "find", f"{ordinal}/LLTP-CA01").stdout.strip())
        found = certificates.load(system.reading, stream)
        if found.certificate.phase == "active":
            assert found.subject is not None
            return stream, found.subject
    raise AssertionError("the demonstration has certificates in force")


def is_current(system: System, certificate: UUID) -> bool:
    found = certificates.load(system.reading, certificate).certificate
    return found.no_longer_current_since is None


def convict(system: System, subject: UUID) -> None:
    registry.enter_conviction(
        system.facts, subject=subject, conviction=uuid4(), content=THEFT,
        act=system.act("registry", "system"),
    )  # fmt: skip


def test_certificates_whose_record_has_changed_are_marked(system: System, records: Run) -> None:
    certificate, subject = one_in_force(system, records)
    worker = Worker(system)
    worker.look_around()
    assert is_current(system, certificate)
    convict(system, subject)
    with capture_logs() as told:
        worker.round()
    assert not is_current(system, certificate)
    assert told == []


def test_a_changed_record_is_found_after_a_restart(system: System, records: Run) -> None:
    certificate, subject = one_in_force(system, records)
    convict(system, subject)
    assert records("worker", "--once").exit_code == 0
    assert not is_current(system, certificate)


class WithoutKeys:
    """A ledger whose key store does not answer for one person."""

    def __init__(self, facts: LedgerFactStore, subject: UUID) -> None:
        self._facts, self._subject = facts, subject

    def history(self, stream_id: UUID) -> History:
        if stream_id == self._subject:
            raise KeyStoreError("away")
        return self._facts.history(stream_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._facts, name)


def test_a_record_that_cannot_be_read_is_told_once_and_not_whose(
    system: System, records: Run
) -> None:
    certificate, subject = one_in_force(system, records)
    worker = Worker(system)
    worker.look_around()
    convict(system, subject)
    facts = system.facts
    broken: Any = WithoutKeys(facts, subject)
    system.facts = broken
    with capture_logs() as told:
        worker.round()
        worker.round()
    assert [(one["where"], one["code"]) for one in told] == [("records", "key_store")]
    assert str(subject) not in str(told)
    system.facts = facts
    worker.round()
    assert not is_current(system, certificate)


def test_files_that_no_fact_names_go_a_day_later(later: System, clock: Shifted) -> None:
    address = later.files.put(b"%PDF-1.7 specimen", subject=uuid4(), stream=uuid4())
    worker = Worker(later)
    worker.round()
    assert later.files.has(address)
    clock.by += timedelta(days=1, minutes=1)
    worker.round()
    assert not later.files.has(address)


def test_trouble_in_one_thing_holds_back_no_other(later: System, clock: Shifted) -> None:
    kid = later.key_in_use("status", "CA01", at=clock.now()).public.kid
    key_commands.retire(facts=later.facts, act=later.act("kim", "key_administrator"), kid=kid)
    clock.by = timedelta(days=40)
    with capture_logs() as told:
        Worker(later).round()
    assert [line["code"] for line in told if line["event"] == "trouble"] == ["refused"]
    later.projector.catch_up()
    with later.views.database.reading() as session:
        assert session.execute("SELECT 1 FROM work_queue WHERE missed = 1")


def test_a_worker_runs_until_it_is_stopped(system: System, records: Run) -> None:
    worker = Worker(system, round_seconds=0.01)
    thread = threading.Thread(target=worker.run)
    thread.start()
    files = json.loads(records("request", "list", "--json").stdout)
    code = next(file["dossier_code"] for file in files if file["stage"] == "submitted")
    done = records("request", "act", code, "accept", "--role", "intake_officer", "--actor", "an")
    assert done.exit_code == 0
    system.projector.wait("work_queue", system.facts.head(), seconds=10)
    worker.stop()
    thread.join(20)
    assert not thread.is_alive()


def test_a_province_is_told_by_the_key_in_use(home: Path, records: Run) -> None:
    with closing(build(read_settings(home, {}))) as opened:
        public = opened.key_in_use(WEBHOOK_USE, "CA01", at=opened.clockwork.now()).public
    with running(Province(key={public.kid: public}.get, now=Clockwork.now)) as province:
        (home / "settings.toml").write_text(
            'key_memory_mib = 1\n[[authorities]]\ncode = "CA01"\nprovince = "01"\n'
            f'name_vi = "Mẫu"\nname_en = "Specimen"\nwebhook = "{province.address}"\n',
            "utf-8",
        )
        with closing(build(read_settings(home, {}))) as opened:
            worker = Worker(opened, round_seconds=0.05)
            thread = threading.Thread(target=worker.run)
            thread.start()
            assert province.heard(20, seconds=20)
            worker.stop()
            thread.join(20)
    assert province.unsigned == 0


def test_views_that_are_away_are_told_and_waited_for(system: System) -> None:
    class Away:
        """A database of views that does not answer."""

        def __getattr__(self, _name: str) -> Any:
            raise ViewsUnavailableError("away")

    views = system.views
    worker = Worker(system)
    database, views.database = views.database, Away()
    with capture_logs() as told:
        worker.round()
    views.database = database
    assert ("deadlines", "views_unavailable") in [(one["where"], one["code"]) for one in told]


def test_one_look_around_from_the_shell(records: Run, home: Path) -> None:
    assert records("worker", "--once").exit_code == 0
    status = json.loads(records("projections", "status", "--json").stdout)
    assert all(row["behind"] == 0 for row in status["views"])
