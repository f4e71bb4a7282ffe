"""A standing watch: what it tells and when."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.client import BadStatusLine

import pytest

from ledger.audit.findings import Finding, Severity
from ledger.audit.watching import State
from ledger.errors import InvalidInputError, StoreUnavailableError
from projections.errors import ViewsUnavailableError
from shell.watching import Drift
from tests.ledger.audit.conftest import by_sql
from tests.shell.watching.conftest import edit
from tests_support.watched_ledger import PART, WatchedLedger, WatchedRows


def test_a_clean_ledger_is_watched_in_silence(watched: WatchedLedger) -> None:
    watch = watched.begun()
    for _ in range(3):
        watch.once()
        watched.shown.ledger.grow(50)
        watched.shown.ledger.publish()
    assert watched.told() == []
    assert watch.exit_code == 0
    assert watch.state.passes == {"full": 1, "since": 2}
    assert watch.auditor.size == watched.shown.ledger.heads[-2].size


def test_a_finding_is_told_once_and_once_when_it_is_gone(watched: WatchedLedger) -> None:
    watch = watched.begun()
    watch.once()
    watched.shown.ledger.grow(40)
    watched.shown.ledger.publish()
    put_back = edit(watched.shown.ledger, 720)
    watch.once()
    assert watched.told() == [("found", "C1.row")]
    assert watch.exit_code == 1
    for _ in range(2):
        watch.once()
    assert watched.told() == []  # also by passes that do not read it again
    assert watch.exit_code == 1
    watched.begun().once()
    assert watched.told() == []  # nor by another process
    put_back()
    watched.later += timedelta(days=31)
    watched.shown.ledger.at += watched.later  # heads stay fresh
    watched.later = timedelta()
    watched.shown.ledger.grow(1)
    watched.shown.ledger.publish()
    again = watched.begun()
    again.once()
    assert watched.told() == [("gone", "C1.row")]
    assert again.exit_code == 0
    edit(watched.shown.ledger, 720)
    watched.shown.ledger.at += timedelta(days=31)
    watched.shown.ledger.publish()
    again.once()
    assert ("found", "C1.row") in watched.told()  # back again


def test_an_edit_of_old_rows_is_found_by_the_next_pass_over_everything(
    watched: WatchedLedger,
) -> None:
    watch = watched.begun()
    watch.once()
    edit(watched.shown.ledger, 100)
    watch.once()
    assert watched.told() == []
    watched.habits = replace(watched.habits, full_every=timedelta(minutes=1))
    watched.later = timedelta(minutes=2)
    watched.begun().once()
    assert watched.told() == [("found", "C1.row")]


def test_what_is_told_shows_the_state_before_and_now(watched: WatchedLedger) -> None:
    watch = watched.begun()
    watch.once()
    before = watched.shown.ledger.heads[-1]
    watched.shown.ledger.grow(10)
    head = watched.shown.ledger.publish()
    edit(watched.shown.ledger, 705)
    watch.once()
    (told,) = watched.lines
    assert told["tampered"] is True
    assert told["previous_state"]["size"] == before.size
    assert told["previous_state"]["root"] == before.root.hex()
    assert told["current_state"]["size"] == head.size
    assert told["current_state"]["root"] == head.root.hex()
    assert told["finding"]["place"]["position"] == 705
    (alarm,) = watched.waiting()
    assert alarm == {**told, "and_more": 0}


# What others hold


def test_two_heads_of_one_size_are_told(watched: WatchedLedger) -> None:
    ledger = watched.shown.ledger
    watch = watched.begun()
    size = ledger.heads[-1].size
    watched.shown.outside["http://node"] = ledger.signed(size, bytes(32)).note
    watch.once()
    watch.once()
    assert watched.told() == [("found", "C4.root")]
    assert watch.auditor.verified is None  # such a log is not remembered as verified
    watched.shown.silent.add("http://node")
    watch.once()
    assert watched.told() == [("found", "C9.unchecked")]  # who is silent takes nothing back
    watched.shown.silent.clear()
    watched.shown.outside["http://node"] = ledger.heads[-1].note
    watch.once()
    assert watched.told() == [("gone", "C4.root"), ("gone", "C9.unchecked")]


def test_a_rollback_behind_a_witness_is_told(watched: WatchedLedger) -> None:
    ledger = watched.shown.ledger
    head = ledger.signed(ledger.heads[-1].size + 5, bytes(32))
    watched.shown.outside["http://witness"] = head.note
    watched.begun().once()
    assert watched.told() == [("found", "C4.rollback")]


def test_a_log_that_goes_back_is_told_from_memory(watched: WatchedLedger) -> None:
    ledger = watched.shown.ledger
    watched.begun().once()
    last = ledger.heads[-1].size
    by_sql(ledger.url, ("DELETE FROM ledger_facts WHERE position > ?", (600,)))
    by_sql(
        ledger.log_url,
        ("UPDATE log_head SET size = ?", (600,)),
        ("DELETE FROM log_checkpoint WHERE size > ?", (600,)),
    )
    watched.begun().once()
    told = watched.told()
    assert ("found", "C4.rollback") in told
    state = json.loads((watched.folder / "state.json").read_bytes())
    assert state["size"] == last


# Late, away


def test_lateness_is_told_once_while_it_lasts(watched: WatchedLedger) -> None:
    ledger = watched.shown.ledger
    watch = watched.begun()
    watch.once()
    watched.later = timedelta(days=2)
    watch.once()
    assert watched.told() == [("found", "C9.stale")]
    ledger.grow(3)
    watched.later += timedelta(days=2)
    watch.once()
    assert watched.told() == [("found", "C9.unlogged")]
    watched.later = timedelta()
    ledger.at += timedelta(days=9)
    ledger.publish()
    watch.once()
    assert sorted(watched.told()) == [("gone", "C9.stale"), ("gone", "C9.unlogged")]


@pytest.mark.parametrize(
    "error", [StoreUnavailableError("away"), BadStatusLine("<html>"), OSError("gone")]
)
def test_what_is_away_is_told_once_and_watched_on(watched: WatchedLedger, error: Exception) -> None:
    def away() -> None:
        raise error

    watch = watched.begun()
    watch.once()
    watched.shown.before = away
    for _ in range(2):
        watch.once()
    assert watched.told() == [("found", "C9.unreachable")]
    assert watch.exit_code == 2
    assert watch.state.state is State.COULD_NOT_CHECK
    assert watch.state.failures == 2
    watched.shown.before = lambda: None
    watch.once()
    assert watched.told() == [("gone", "C9.unreachable")]
    assert watch.exit_code == 0


def test_a_database_that_goes_away_in_the_middle_costs_one_part(watched: WatchedLedger) -> None:
    looked: list[int] = []

    def told(first: int) -> None:
        looked.append(first)
        if len(looked) == 2:
            raise StoreUnavailableError("away")

    watch = watched.begun()
    with closing(WatchedRows(watched.shown.ledger.url, told)) as rows:
        watched.shown.more["ledger"] = rows
        watch.once()
        assert looked == [1, PART + 1]
        assert watched.told() == [("found", "C9.unreachable")]
        watch.once()
    assert watched.told() == [("gone", "C9.unreachable")]
    assert looked.count(1) == 1  # the first part was not read again


def test_missing_evidence_is_told_and_is_not_clean(watched: WatchedLedger) -> None:
    watched.shown.more["policy"] = None
    watch = watched.begun()
    watch.once()
    assert watched.told() == [("found", "C9.unchecked")]
    assert watch.exit_code == 2


def test_a_damaged_memory_is_told_and_not_used(watched: WatchedLedger) -> None:
    watched.begun().once()
    (watched.folder / "tiles" / "0").write_bytes(bytes(64))
    watch = watched.begun()
    watch.once()
    assert watched.told() == [("found", "C9.unreachable")]
    assert watch.exit_code == 2
    (watched.folder / "watch" / "state.json").write_text("{")
    with pytest.raises(InvalidInputError):
        watched.begun()


# Views


def test_views_are_compared_after_a_pass_over_everything(watched: WatchedLedger) -> None:
    drift = [Drift((Finding("C7.row", Severity.CRITICAL, {"view": "queue"}, "a", "b"),), "")]
    compared: list[int] = []

    def compare(report: Callable[[int], None]) -> Drift:
        report(1)
        compared.append(1)
        if not drift:
            raise ViewsUnavailableError("away")
        return drift[0]

    watched.habits = replace(watched.habits, compare=compare, full_every=timedelta(minutes=1))
    watch = watched.begun()
    watch.once()
    watch.once()
    assert watched.told() == [("found", "C7.row")]
    assert len(compared) == 1
    for given, told in (
        ([], [("found", "C9.unchecked")]),
        ([Drift((), "some view")], []),
        ([Drift((), "")], [("gone", "C7.row"), ("gone", "C9.unchecked")]),
    ):
        drift[:] = given
        watched.later += timedelta(minutes=2)
        watch.once()
        assert watched.told() == told
