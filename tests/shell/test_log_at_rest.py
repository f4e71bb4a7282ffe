"""The log's process on a ledger at rest: heads stay fresh, witnesses that come get the newest."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typing_extensions import override

from app import Clockwork, System, build
from ledger.errors import InvalidInputError
from ledger.transparency.witness_request import AskWitness, Reply
from settings import read_settings
from shell import local_witness
from shell.sequencer import Sequencer
from shell.witness_home import WitnessHome

Run = Callable[..., Result]
OTHER = "http://127.0.0.1:9/"


@dataclass
class MovedClock(Clockwork):
    """The world's clock, put forward by hand."""

    ahead: timedelta = timedelta()

    @override
    def now(self) -> datetime:  # type: ignore[override]
        return super().now() + self.ahead


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def system(home: Path, clock: MovedClock) -> Iterator[System]:
    with closing(build(read_settings(home, {}), clock)) as opened:
        yield opened


@pytest.fixture
def ask(home: Path, clock: MovedClock) -> Iterator[AskWitness]:
    """The home's own witness, with the same clock."""
    with WitnessHome(home / local_witness.FOLDER, clockwork=clock).opened() as local:
        yield local.add_checkpoint


def test_a_head_is_renewed_once_it_is_an_hour_old(
    system: System, clock: MovedClock, ask: AskWitness
) -> None:
    assert system.log is not None
    first = system.log.latest()
    assert first is not None
    with closing(Sequencer(system, clients=lambda _: ask)) as sequencer:
        assert sequencer.once() is None
        clock.ahead += timedelta(minutes=61)
        renewed = sequencer.once()
        assert renewed is not None
        assert renewed.size == first.size
        assert renewed.quorum_at is not None
        assert first.quorum_at is not None
        assert renewed.quorum_at - first.quorum_at >= timedelta(hours=1)
        assert sequencer.state.head == system.log.latest() == renewed
        assert sequencer.once() is None
    assert system.log.covering(first.size - 1) == first


def test_a_witness_whose_clock_is_late_is_not_asked_without_end(
    system: System, clock: MovedClock, ask: AskWitness
) -> None:
    asked: list[bytes] = []

    def late(body: bytes) -> Reply:
        now, clock.ahead = clock.ahead, timedelta()
        try:
            asked.append(body)
            return ask(body)
        finally:
            clock.ahead = now

    with closing(Sequencer(system, clients=lambda _: late)) as sequencer:
        clock.ahead += timedelta(hours=5)
        assert sequencer.once() is not None
        count = len(asked)
        assert sequencer.once() is None
        assert len(asked) == count


def test_a_witness_that_is_added_while_the_log_runs_gets_the_newest_head(
    system: System, records: Run, tmp_path: Path, ask: AskWitness
) -> None:
    assert system.log is not None
    other = WitnessHome(tmp_path / "other")
    other.begin("other.example/w", key_memory_mib=8)
    origin = system.log_files.origin()
    assert system.policy is not None
    other.follow(tuple(log.key for log in system.policy.logs), origin, needs_all=True)
    with other.opened() as local:
        clients = {OTHER: local.add_checkpoint}
        with closing(Sequencer(system, clients=lambda at: clients.get(at, ask))) as sequencer:
            assert sequencer.round()
            vkeys = [key.vkey for key in other.settings.keys]
            added = records("log", "witness", "add", "other", *vkeys, OTHER)
            assert added.exit_code == 0, added.stderr
            assert "with its next round" in added.stderr
            assert sequencer.round()
            head = local.store.head(origin)
    assert head is not None
    assert head.checkpoint.size == system.reading.head()
    shown = records("log", "status").stdout
    assert "other-ed25519" in shown


def test_the_time_to_a_renewal_is_a_setting_within_limits(home: Path) -> None:
    file = home / "settings.toml"
    said = file.read_text("utf-8")
    file.write_text(said + "log_renewal_minutes = 15\n", "utf-8")
    assert read_settings(home, {}).log_renewal_minutes == 15
    for wrong in ("0", "721", '"15"', "true", "1.5"):
        file.write_text(said + f"log_renewal_minutes = {wrong}\n", "utf-8")
        with pytest.raises(InvalidInputError, match="log_renewal_minutes from 1 to 720"):
            read_settings(home, {})
