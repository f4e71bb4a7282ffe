"""A standing watch that is ended at any moment: nothing is lost, and nothing told twice."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.findings import Finding, Severity
from ledger.errors import StoreUnavailableError
from shell.watch_telling import Standing, Teller
from shell.watching import WatchedMemory
from tests.shell.watching.conftest import edit
from tests_support.watched_ledger import WatchedLedger, WatchedRows


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("at", ["outbox", "line", "state", "memory"])
def test_whenever_it_is_killed_a_finding_is_told(watched: WatchedLedger, at: str) -> None:
    watched.begun().once()
    watched.shown.ledger.grow(40)
    watched.shown.ledger.publish()
    edit(watched.shown.ledger, 720)
    watch = watched.begun()

    def killed(*_: Any, **__: Any) -> Any:
        raise Killed

    teller = watch.teller
    if at == "outbox":
        teller.outbox.put = killed  # type: ignore[method-assign]
    elif at == "line":
        teller._write_line = killed
    elif at == "state":
        put = teller.outbox.put

        def last(number: int, told: dict[str, Any]) -> None:
            put(number, told)
            raise Killed

        teller.outbox.put = last  # type: ignore[method-assign]
    else:
        watch.auditor._move_on = killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        watch.once()
    watched.begun().once()
    assert [one["finding"]["code"] for one in watched.waiting()] == ["C1.row"]
    assert watched.told() == [("found", "C1.row")]
    verified = WatchedMemory(watched.folder, lambda found: found)
    assert verified.size == watched.shown.ledger.heads[-1].size


def test_a_pass_that_is_stopped_goes_on_with_the_next_part(watched: WatchedLedger) -> None:
    looked: list[int] = []
    watch = watched.begun()

    def told(first: int) -> None:
        looked.append(first)
        if len(looked) == 1:
            watch.stop()

    with closing(WatchedRows(watched.shown.ledger.url, told)) as rows:
        watched.shown.more["ledger"] = rows
        watch.run()
        assert looked == [1]
        assert watch.exit_code == 2
        assert watch.auditor.running() is not None
        again = watched.begun()
        again.once()
    assert sorted(set(looked)) == looked  # nothing was read twice
    assert again.auditor.size == watched.shown.ledger.heads[-1].size
    assert watched.told() == []


def test_processes_that_were_ended_with_the_watch_are_no_alarm(watched: WatchedLedger) -> None:
    watch = watched.begun()

    def ended() -> None:
        watch.stop()
        raise StoreUnavailableError("a process of the audit has died")

    watched.shown.before = ended
    watch.once()
    assert watched.told() == []


def test_very_many_findings_do_not_fill_the_box(tmp_path: Path) -> None:
    found = [
        Finding("C1.row", Severity.CRITICAL, {"position": number}, "a", "b")
        for number in range(1, 16)
    ]
    lines: list[str] = []
    teller = Teller(tmp_path, lines.append, most=10)
    teller.alarmed = lambda: None
    teller.standing = Standing(datetime(2026, 11, 2, tzinfo=UTC))
    teller.found(found)
    assert len(lines) == 15
    alarms = [json.loads(teller.outbox.read(number)) for number in teller.outbox.waiting()]
    assert [one["and_more"] for one in alarms] == [0] * 9 + [5]
    teller.found([*found, replace(found[0], code="C5.missing")])
    assert list(teller.outbox.waiting(teller.committed))[-1] == 15


def test_without_an_alarm_nothing_waits(watched: WatchedLedger) -> None:
    watched.alarms = False
    edit(watched.shown.ledger, 3)
    watched.begun().once()
    assert watched.told() == [("found", "C1.row")]
    assert watched.waiting() == []


def test_the_file_of_findings_does_not_grow_by_what_is_known(watched: WatchedLedger) -> None:
    edit(watched.shown.ledger, 3)
    watch = watched.begun()
    for _ in range(3):
        watch.once()
    assert len((watched.folder / "findings.jsonl").read_bytes().splitlines()) == 1


def test_a_pause_is_as_long_as_told_and_long_where_nothing_is_verified(
    watched: WatchedLedger,
) -> None:
    watch = watched.begun()
    assert watch.pause(5) == 60
    assert watch.pause(600) == 600
    watch.once()
    assert watch.pause(600) == 60
    for drawn, pause in ((0, 54), (999, 65.988)):
        watch._draw = lambda _most, drawn=drawn: drawn  # type: ignore[misc]
        assert watch.pause(5) == pytest.approx(pause)
