"""A standing watch: what it tells and when, and that nothing is lost or told twice."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import BadStatusLine
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from ledger.audit.findings import Finding, Severity
from ledger.audit.freshness import Freshness
from ledger.audit.raw import open_raw
from ledger.audit.watching import State
from ledger.errors import InvalidInputError, StoreUnavailableError
from projections.errors import ViewsUnavailableError
from shell.watch_figures import WatchFigures
from shell.watch_telling import Standing, Teller
from shell.watching import Drift, Habits, Watch, WatchedMemory
from tests.ledger.audit.conftest import by_sql
from tests_support.audited_ledger import AuditedLedger
from tests_support.watched_ledger import PART, Shown, WatchedLedger, WatchedRows

EDIT = "UPDATE ledger_facts SET topic = ? WHERE position = ?"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditedLedger]:
    if request.param == "sqlite":
        urls = f"sqlite:///{tmp_path}/ledger.db", f"sqlite:///{tmp_path}/log.db"
    else:
        server = request.getfixturevalue("postgres_server")
        urls = server.new_database(), server.new_database()
    made = AuditedLedger(*urls)
    made.grow(700, publish_every=150)
    made.publish()
    with closing(made):
        yield made


@pytest.fixture
def watched(ledger: AuditedLedger, tmp_path: Path) -> WatchedLedger:
    return WatchedLedger(Shown(ledger), tmp_path / "memory")


def edit(ledger: AuditedLedger, position: int) -> Callable[[], None]:
    """Edit a row; return what puts it back."""
    column = topic(ledger, position)
    by_sql(ledger.url, (EDIT, ("toy.met/1", position)))
    return lambda: by_sql(ledger.url, (EDIT, (column, position)))


def topic(ledger: AuditedLedger, position: int) -> Any:
    with closing(open_raw(ledger.url)) as database:
        return database.fetch("SELECT topic FROM ledger_facts WHERE position = ?", [position])[0][0]


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


# Ended and begun again


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


# Figures


Figure = Callable[..., float | None]


def figures(watched: WatchedLedger) -> tuple[Watch, Figure]:
    """Begin a watch whose figures can be asked for."""
    watched.habits = Habits(
        part_rows=PART, canary=True, freshness=Freshness(head_seconds=1e9, tail_seconds=1e9)
    )
    watch = watched.begun()
    registry = CollectorRegistry()
    registry.register(WatchFigures(watch.state, watched.now, lambda: 4, lambda: 5))
    return watch, lambda name, **labels: registry.get_sample_value(f"records_audit_{name}", labels)


def test_figures_say_how_the_log_stands(watched: WatchedLedger) -> None:
    ledger = watched.shown.ledger
    watch, figure = figures(watched)
    assert figure("state", state="could_not_check") == 1  # nothing was looked at yet
    edit(ledger, 3)
    ledger.grow(7)
    watched.later = timedelta(seconds=30)
    watch.once()
    published = ledger.heads[-1]
    assert (figure("state", state="findings"), figure("state", state="clean")) == (1, 0)
    assert figure("alarm") == 1
    assert figure("verified_size") == figure("head_size") == published.size
    assert figure("verified_timestamp_seconds") == watched.now().timestamp()
    assert figure("position") == published.size + 7
    assert figure("unlogged_facts") == 7
    assert published.quorum_at is not None
    age = (watched.now() - published.quorum_at).total_seconds()
    assert figure("head_age_seconds") == age
    for name in ledger.policy.witnesses:
        assert figure("cosignature_age_seconds", witness=name) == age
    assert figure("findings", **{"class": "C1", "severity": "critical"}) == 1
    assert figure("findings_beyond") == 0


def test_a_witness_that_signs_no_more_grows_old(watched: WatchedLedger) -> None:
    ledger = watched.shown.ledger
    watched.shown.more["policy"] = ledger.policy
    watch, figure = figures(watched)
    watch.once()
    signed = ledger.heads[-1].quorum_at
    assert signed is not None
    *others, silent = ledger.signers.witnesses
    ledger.signers.witnesses = others
    ledger.grow(3)
    newest = ledger.publish().quorum_at
    assert newest is not None
    watched.later = timedelta(hours=3)
    watch.once()
    for one in watched.shown.more["policy"].witnesses.values():
        at = signed if one.key == silent.key else newest
        age = (watched.now() - at).total_seconds()
        assert figure("cosignature_age_seconds", witness=one.name) == age


def test_figures_say_how_the_watch_does(watched: WatchedLedger) -> None:
    watch, figure = figures(watched)
    assert figure("last_success_timestamp_seconds") is None
    watch.once()
    assert figure("last_success_timestamp_seconds") == watched.now().timestamp()
    assert figure("pass_seconds_count", mode="full") == 1
    assert figure("last_pass_seconds", mode="full") == figure("pass_seconds_sum", mode="full")
    assert figure("failures_total") == 0
    assert (figure("alarms_waiting"), figure("alarms_not_taken_total")) == (4, 5)


def test_a_canary_is_measured_once_a_head_covers_it(watched: WatchedLedger) -> None:
    ledger = watched.shown.ledger
    watch, figure = figures(watched)
    ledger.grow(7)
    noted = ledger.at
    watched.later = timedelta(seconds=30)
    watch.once()
    assert figure("canary_seconds_count") == 0
    assert figure("canary_waiting_seconds") == 30
    head = ledger.publish()
    watch.once()
    assert head.quorum_at is not None
    assert figure("canary_last_seconds") == max(0.0, (head.quorum_at - noted).total_seconds())
    watch.once()
    assert figure("canary_seconds_count") == 1  # the same fact is not measured twice


def test_the_guide_names_every_figure_and_no_other(watched: WatchedLedger) -> None:
    watched.habits = Habits(part_rows=PART, canary=True)
    watch = watched.begun()
    watched.shown.ledger.grow(1)
    watch.once()
    watched.shown.ledger.publish()
    watch.once()
    collected = [*WatchFigures(watch.state, watched.now, lambda: 0, lambda: 0).collect()]
    names = {f"{one.name}_total" if one.type == "counter" else one.name for one in collected}
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "watching.md").read_text("utf-8")
    assert set(re.findall(r"records_audit_[a-z_]+", guide)) == names


def test_a_head_that_nobody_believes_has_no_age(watched: WatchedLedger) -> None:
    size = watched.shown.ledger.heads[-1].size
    by_sql(watched.shown.ledger.log_url,
           ("UPDATE log_checkpoint SET note = ? WHERE size = ?", (b"nothing", size)))  # fmt: skip
    watch = watched.begun()
    watch.once()
    assert watch.state.sight is not None
    assert watch.state.sight.cosigned_at == {}
    assert watch.state.sight.quorum_at is None
