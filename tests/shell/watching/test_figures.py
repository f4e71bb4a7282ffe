"""The figures of a standing watch."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry

from ledger.audit.freshness import Freshness
from shell.watch_figures import WatchFigures
from shell.watching import Habits, Watch
from tests.ledger.audit.conftest import by_sql
from tests.shell.watching.conftest import edit
from tests_support.watched_ledger import PART, WatchedLedger

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
    guide = (Path(__file__).parents[3] / "docs" / "guide" / "watching.md").read_text("utf-8")
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
