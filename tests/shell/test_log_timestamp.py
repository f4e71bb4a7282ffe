"""Stamping heads from a shell and day by day, with an authority that may fail in every way."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from prometheus_client import CollectorRegistry, generate_latest
from typing_extensions import override

from app import Clockwork, System, build
from ledger.errors import InvalidInputError, NotFoundError, ProofError
from ledger.store.timestamp_files import TimestampFiles
from ledger.transparency.log import PublishedHead
from ledger.transparency.stamped_head import RENEWED_AFTER
from ledger.transparency.timestamp import NONCE_BYTES, TimestampAuthority
from settings import read_settings
from shell.errors import NoAnswerError
from shell.home import MODULE_FOLDER
from shell.log_figures import LogFigures
from shell.sequencer import LogState
from shell.timestamping import (
    QUERY_TYPE,
    Stamping,
    StampLife,
    beside,
    life_of,
    over_network,
    stamping_of,
)
from tests_support.time_authority import REPLY, Service, TimeAuthority, authority, honest, served

Run = Callable[..., Result]


@pytest.fixture
def tsa() -> TimeAuthority:
    return authority("ec")


@pytest.fixture
def service(tsa: TimeAuthority) -> Iterator[Service]:
    with served(honest(tsa)) as running:
        yield running


def named(tsa: TimeAuthority, service: Service) -> tuple[str, ...]:
    return ("--tsa", service.address, "--tsa-certificate", str(tsa.root))


def test_the_newest_head_is_stamped_and_kept_beside_its_token(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    said = records("log", "timestamp", *named(tsa, service))
    assert said.exit_code == 0, said.stderr
    assert "entries, stamped at" in said.stdout
    files = TimestampFiles(home / "log" / "timestamps")
    (size,) = files.sizes()
    kept = files.stamped(size)
    assert kept is not None
    assert tsa.accepts(kept.note, kept.tokens[0])
    assert service.media_types == [QUERY_TYPE]
    again = records("log", "timestamp", *named(tsa, service))
    assert again.stdout == said.stdout
    assert len(service.queries) == 1


def test_tokens_are_checked_without_asking_anybody(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    records("log", "timestamp", *named(tsa, service))
    asked = len(service.queries)
    check = ("log", "timestamp", "--check", "--tsa-certificate", str(tsa.root))
    said = records(*check)
    assert said.exit_code == 0, said.stderr
    assert "STAMPED AT" in said.stdout
    assert len(service.queries) == asked
    stranger = authority("rsa", 1)
    wrong = records("log", "timestamp", "--check", "--tsa-certificate", str(stranger.root))
    assert wrong.exit_code == 1
    assert "C3.timestamp" in wrong.stderr
    (note,) = (home / "log" / "timestamps").glob("*.note")
    note.chmod(0o644)
    note.write_bytes(note.read_bytes().replace(b"/log\n", b"/lag\n", 1))
    exchanged = records(*check)
    assert exchanged.exit_code == 1
    assert "C4.timestamp" in exchanged.stderr


def test_an_auditor_takes_the_tokens(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    records("log", "timestamp", *named(tsa, service))
    given = ("--timestamps", home / "log" / "timestamps")
    good = records("audit", "verify", *given, "--tsa-certificate", tsa.root)
    assert (good.exit_code, good.stdout) == (0, "")
    assert records("audit", "verify", *given).exit_code == 2
    wrong = records("audit", "verify", *given, "--tsa-certificate", authority("rsa", 1).root)
    assert wrong.exit_code == 1
    assert "C3.timestamp" in wrong.stdout


def test_without_an_authority_it_says_what_is_missing(records: Run, tsa: TimeAuthority) -> None:
    assert "invalid_input/tsa:" in records("log", "timestamp").stderr
    said = records("log", "timestamp", "--tsa", "http://127.0.0.1:9/")
    assert "unreadable_file" in said.stderr
    said = records("log", "timestamp", "--tsa", "ftp://x", "--tsa-certificate", tsa.root)
    assert "invalid_input/address" in said.stderr


def test_settings_name_the_authority(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    with (home / "settings.toml").open("a") as settings:
        settings.write(f'tsa = "{service.address}"\n')
    (home / "log" / "tsa.pem").write_bytes(tsa.certificate)
    assert records("log", "timestamp").exit_code == 0
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        life = life_of(system)
        assert life is not None
        assert life.round()
        assert life.state.size == system.log.latest().size  # type: ignore[union-attr]
    assert len(service.queries) == 1


def test_tokens_are_in_a_backup(
    records: Run, tmp_path: Path, tsa: TimeAuthority, service: Service
) -> None:
    records("log", "timestamp", *named(tsa, service))
    backup, secrets, restored = tmp_path / "b", tmp_path / "s", tmp_path / "restored"
    assert records("backup", backup, "--secrets-to", secrets).exit_code == 0
    assert records("restore", backup, "--secrets", secrets, on=restored).exit_code == 0
    check = ("log", "timestamp", "--check", "--tsa-certificate", str(tsa.root))
    said = records(*check, on=restored)
    assert (said.exit_code, len(said.stdout.splitlines())) == (0, 2)
    assert said.stdout == records(*check).stdout


def test_without_its_library_the_extra_is_named_and_the_log_goes_on(
    records: Run, home: Path, tsa: TimeAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ledger.transparency.timestamp", None)
    said = records("log", "timestamp", *("--tsa", "http://127.0.0.1:9/"), "--tsa-certificate",
                   tsa.root)  # fmt: skip
    assert said.exit_code == 2
    assert "missing_extra: " in said.stderr
    assert "records-ledger[timestamp]" in said.stderr
    with (home / "settings.toml").open("a") as settings:
        settings.write('tsa = "http://127.0.0.1:9/"\n')
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        life = life_of(system)
        assert life is not None
        assert not life.round()
        assert life.state.alarm == "missing_extra"


def test_the_log_s_process_stamps_beside_its_work(
    home: Path, tsa: TimeAuthority, service: Service
) -> None:
    with (home / "settings.toml").open("a") as settings:
        settings.write(f'tsa = "{service.address}"\n')
    (home / "log" / "tsa.pem").write_bytes(tsa.certificate)
    go_on, asked, honest_answer = threading.Event(), threading.Event(), service.answer

    def late(query: bytes) -> tuple[int, str, bytes]:
        asked.set()
        go_on.wait(60)
        return honest_answer(query)

    command = [sys.executable, "-m", "cli", "--home", str(home), "log", "run",
               "--witness-port", "9"]  # fmt: skip
    for answer, stamped in ((late, 0), (honest_answer, 1)):
        service.answer = answer
        with subprocess.Popen(command, cwd=MODULE_FOLDER, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:  # fmt: skip
            if stamped:
                until_stamped(process)
            else:
                assert asked.wait(60)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
            assert process.returncode == 0
        assert len(TimestampFiles(home / "log" / "timestamps").sizes()) == stamped
    go_on.set()


def until_stamped(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if b"stamped" in line:
            return
    raise AssertionError("it ended without stamping")


# An authority that fails


class Bench:
    """Stamping with a clock, a log of one head and an authority, all of them the test's own."""

    def __init__(self, folder: Path, tsa: TimeAuthority, address: str) -> None:
        self.tsa = tsa
        self.at = datetime.now(UTC)
        self.size = 40
        self.files = TimestampFiles(folder / "timestamps")
        self.ask = over_network(address, timeout=0.4)
        self.shown = True

    def latest(self) -> PublishedHead | None:
        note = f"records.example/log\n{self.size}\nAAAA\n\n".encode()
        return PublishedHead(self.size, bytes(32), note, None) if self.shown else None

    def stamping(self, **more: Any) -> Stamping:
        return Stamping(
            self.files, self.latest, self.ask, TimestampAuthority(self.tsa.certificate),
            now=lambda: self.at, random=lambda count: bytes(range(1, count + 1)), **more,
        )  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, tsa: TimeAuthority, service: Service) -> Bench:
    return Bench(tmp_path, tsa, service.address)


def swapped(
    tsa: TimeAuthority, old: bytes, new: bytes
) -> Callable[[bytes], tuple[int, str, bytes]]:
    """Answer another question than was asked."""
    return lambda query: (200, REPLY, tsa.reply(query.replace(old, new)))


def test_what_an_authority_answers_wrongly_is_refused_and_not_kept(
    bench: Bench, service: Service, tsa: TimeAuthority
) -> None:
    nonce = bytes(range(1, NONCE_BYTES + 1))
    good = honest(tsa)
    wrong: dict[str, Callable[[bytes], tuple[int, str, bytes]]] = {
        "timestamp_form": lambda _query: (200, REPLY, b"<html>"),
        "timestamp_refused": lambda _query: good(b"no question"),
        "timestamp_nonce": swapped(tsa, nonce, bytes(reversed(nonce))),
        "timestamp_signature": honest(authority("rsa", 1)),
    }
    for rule, answer in wrong.items():
        service.answer = answer
        with pytest.raises(ProofError) as raised:
            bench.stamping().now()
        assert raised.value.rule == rule
    assert bench.files.sizes() == []


def test_a_token_over_other_bytes_is_not_kept(
    bench: Bench, service: Service, tsa: TimeAuthority
) -> None:
    first: list[bytes] = []

    def answer(query: bytes) -> tuple[int, str, bytes]:
        first.append(query)
        return 200, REPLY, tsa.reply(first[0])

    service.answer = answer
    bench.stamping().now()
    bench.size += 1
    with pytest.raises(ProofError) as raised:
        bench.stamping().now()
    assert raised.value.rule == "timestamp_imprint"
    assert bench.files.sizes() == [40]


@pytest.mark.parametrize(
    "answer",
    [
        (500, REPLY, b""),
        (200, "text/html", b"<html>"),
        (302, REPLY, b""),
        (200, REPLY, bytes(70_000)),
    ],
)
def test_an_answer_of_another_kind_is_none(
    bench: Bench, service: Service, answer: tuple[int, str, bytes]
) -> None:
    service.answer = lambda _query: answer
    with pytest.raises(NoAnswerError):
        bench.stamping().now()


def test_an_authority_that_is_away_or_slow_gives_no_answer(bench: Bench, service: Service) -> None:
    go_on = threading.Event()

    def late(query: bytes) -> tuple[int, str, bytes]:
        go_on.wait(20)
        return honest(bench.tsa)(query)

    service.answer = late
    with pytest.raises(NoAnswerError, match="it took too long"):
        bench.stamping().now()
    go_on.set()
    bench.ask = over_network("http://127.0.0.1:9/", timeout=5)
    with pytest.raises(NoAnswerError, match="ConnectionRefusedError"):
        bench.stamping().now()


# Day by day


def test_one_head_a_day_is_stamped(bench: Bench, service: Service) -> None:
    stamping = bench.stamping()
    assert stamping.if_due() is not None
    bench.size += 1
    assert stamping.if_due() is None  # stamped today
    bench.at += timedelta(days=1)
    assert stamping.if_due() is not None
    bench.at += timedelta(days=1)
    assert stamping.if_due() is None  # nothing new to be stamped
    assert bench.files.sizes() == [40, 41]
    assert bench.stamping().state.size == 41  # a process that begins anew knows it
    bench.shown = False
    assert stamping.if_due() is None
    with pytest.raises(NotFoundError):
        stamping.now()


def test_a_token_is_renewed_after_a_year(bench: Bench, tsa: TimeAuthority) -> None:
    stamping = bench.stamping()
    for _ in range(3):
        stamping.now()
        bench.size += 1
    assert stamping.renew() == []
    bench.at += RENEWED_AFTER + timedelta(days=1)
    assert stamping.renew(most=2) == [40, 41]
    kept = bench.files.stamped(40)
    assert kept is not None
    assert tsa.accepts(kept.note + kept.tokens[0], kept.tokens[1])
    assert len(kept.times(TimestampAuthority(tsa.certificate).check)) == 2


def test_a_spoiled_chain_holds_no_other_back(bench: Bench, service: Service) -> None:
    stamping = bench.stamping()
    stamping.now()
    bench.files.keep_note(7, b"note")
    bench.files.keep_token(7, 0, b"spoiled")
    bench.at += RENEWED_AFTER + timedelta(days=1)
    for _ in range(2):
        with pytest.raises(ProofError):
            stamping.if_due()
    kept = bench.files.stamped(40)
    assert kept is not None
    assert len(kept.tokens) == 2 + 1  # the test's authority lives in our year: its token is old


def test_what_fails_is_told_and_tried_again_without_disturbing_anybody(
    bench: Bench, service: Service
) -> None:
    begun: list[int] = []

    def begin(state: Any) -> Stamping:
        begun.append(1)
        if len(begun) == 1:
            raise InvalidInputError("tsa_certificate", "tsa_certificate", "certificates")
        return bench.stamping(state=state)

    life = StampLife(begin)
    assert not life.round()
    assert (life.state.alarm, life.state.failures) == ("tsa_certificate", 1)
    good, service.answer = service.answer, lambda _query: (503, REPLY, b"")
    assert not life.round()
    assert (life.state.alarm, life.state.failures) == ("no_answer", 2)
    service.answer = good
    assert life.round()
    assert (life.state.alarm, life.state.size) == (None, 40)
    assert len(begun) == 2
    registry = CollectorRegistry()
    now = life.state.at + timedelta(seconds=9) if life.state.at else bench.at
    registry.register(LogFigures(LogState(), lambda: now, life.state))
    text = generate_latest(registry).decode()
    assert "records_log_timestamp_size 40.0" in text
    assert "records_log_timestamp_age_seconds 9.0" in text
    assert "records_log_timestamp_failures_total 2.0" in text
    assert "records_log_timestamp_alarm 0.0" in text


def test_stamping_goes_on_beside_a_process_and_ends_with_it(bench: Bench) -> None:
    done = threading.Event()

    class Told(StampLife):
        @override
        def round(self) -> bool:
            went = super().round()
            done.set()
            return went

    life = Told(lambda state: bench.stamping(state=state))
    with beside(life):
        assert done.wait(20)
    assert bench.files.sizes() == [40]
    with beside(None):
        pass


def test_a_newest_token_that_was_spoiled_is_told_and_a_head_is_stamped_again(bench: Bench) -> None:
    bench.files.keep_note(39, b"note")
    bench.files.keep_token(39, 0, b"spoiled")
    stamping = bench.stamping()
    assert stamping.state.alarm == "timestamp_form"
    stamping.now()
    assert stamping.state.size == 40


def test_a_home_without_a_log_has_nothing_to_stamp(system: System) -> None:
    assert life_of(system) is None
    system.log = None
    with pytest.raises(NotFoundError):
        stamping_of(system)
