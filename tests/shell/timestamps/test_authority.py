"""Stamping with an authority that may fail in every way, and what is kept of it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from typing_extensions import override

from app import System
from ledger.errors import InvalidInputError, NotFoundError, ProofError
from ledger.store.timestamp_files import TimestampFiles
from ledger.transparency.log import PublishedHead
from ledger.transparency.stamped_head import RENEWED_AFTER
from ledger.transparency.timestamp import NONCE_BYTES, TimestampAuthority
from shell.errors import NoAnswerError
from shell.log_figures import LogFigures
from shell.sequencer import LogState
from shell.timestamping import (
    Stamping,
    StampLife,
    beside,
    life_of,
    over_network,
    stamping_of,
)
from tests_support.time_authority import REPLY, Service, TimeAuthority, authority, honest


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
