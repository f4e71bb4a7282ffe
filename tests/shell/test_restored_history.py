"""A restore is held against what others hold of the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typing_extensions import override

from ledger.transparency.policy import Policy, parse_policy
from shell.errors import BackupError
from shell.restored_history import check_history, held_by_witnesses
from tests_support.memory_log import ORIGIN, MemoryLog

Run = Callable[..., Result]

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@dataclass
class Ledger:
    """So many entries."""

    held: list[bytes]

    def head(self) -> int:
        return len(self.held)

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        return self.held[after : after + limit]


def entries(count: int) -> list[bytes]:
    return [b"\x01" + number.to_bytes(64) for number in range(count)]


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    log = MemoryLog()
    for count in (300, 400):
        log.add(*entries(700)[log.size() : log.size() + count])
        log.publish(AT)
    return log


@pytest.fixture
def notes(log: MemoryLog) -> list[bytes]:
    return [head.note for head in log.published]


@pytest.mark.parametrize("count", [700, 900])
def test_a_ledger_that_goes_on_from_every_head_passes(
    log: MemoryLog, notes: list[bytes], count: int
) -> None:
    assert check_history(Ledger(entries(count)), log.policy, ORIGIN, notes) == 700


def test_an_older_copy_is_refused(log: MemoryLog, notes: list[bytes]) -> None:
    with pytest.raises(BackupError, match="699 facts, and a head over 700"):
        check_history(Ledger(entries(699)), log.policy, ORIGIN, notes)


@pytest.mark.parametrize("place", [0, 299, 300, 699])
def test_another_history_is_refused(log: MemoryLog, notes: list[bytes], place: int) -> None:
    changed = entries(900)
    changed[place] = changed[place][::-1]
    with pytest.raises(BackupError, match="not those of the head"):
        check_history(Ledger(changed), log.policy, ORIGIN, notes)


def test_a_ledger_with_a_hole_is_refused(log: MemoryLog, notes: list[bytes]) -> None:
    class Holed(Ledger):
        @override
        def head(self) -> int:
            return 700

    with pytest.raises(BackupError, match="missing after position"):
        check_history(Holed(entries(650)), log.policy, ORIGIN, notes)


def test_a_head_that_the_log_has_not_signed_counts_for_nothing(
    log: MemoryLog, notes: list[bytes]
) -> None:
    stranger = MemoryLog()
    stranger.add(*entries(700))
    head = stranger.publish(AT)
    ledger = Ledger(entries(900))
    for spoiled in (head.note, b"no note", notes[0].replace(b"\n300\n", b"\n301\n")):
        with pytest.raises(BackupError):
            check_history(ledger, log.policy, ORIGIN, [spoiled])
    with pytest.raises(BackupError):
        check_history(ledger, log.policy, "another.example/log", notes)
    with pytest.raises(BackupError):
        check_history(ledger, log.policy, ORIGIN, [])


def test_a_witness_that_does_not_answer_is_no_yes(log: MemoryLog) -> None:
    (witness,) = log.witnesses
    policy: Policy = parse_policy(
        f"log {log.keys[0].key.vkey}\nwitness w {witness.key.vkey} http://127.0.0.1:9\nquorum w\n"
    )
    with pytest.raises(BackupError, match="gives no head"):
        held_by_witnesses(policy, ORIGIN)


@pytest.fixture
def backed_up(records: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "held"
    done = records("backup", folder / "copy", "--secrets-to", folder / "apart")
    assert done.exit_code == 0, done.stderr
    newest = records("log", "export", folder / "log")
    assert newest.exit_code == 0, newest.stderr
    return folder


def test_a_backup_is_restored_beside_a_head_that_it_goes_on_from(
    records: Run, backed_up: Path, tmp_path: Path
) -> None:
    head = backed_up / "log" / "checkpoint"
    restored = ("restore", backed_up / "copy", "--secrets", backed_up / "apart")
    done = records(*restored, "--checkpoint", head, on=tmp_path / "good")
    assert done.exit_code == 0, done.stderr
    assert "goes on from the head over" in done.stdout
    spoiled = tmp_path / "spoiled"
    spoiled.write_bytes(head.read_bytes().replace(b"/log\n", b"/other\n", 1))
    refused = records(*restored, "--checkpoint", spoiled, on=tmp_path / "bad")
    assert refused.exit_code != 0
    assert not (tmp_path / "bad" / "ledger.db").exists()
    unasked = records(*restored, "--verify", on=tmp_path / "unasked")
    assert unasked.exit_code != 0
    assert "gives no head" in unasked.stderr
