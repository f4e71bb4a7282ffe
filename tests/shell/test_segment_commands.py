"""`records audit segments`: exit codes, findings, and that both engines say the same."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from ledger.audit.segments.names import segments_in
from ledger.audit.stats import DAILY, Counting, disagreements
from ledger.store.rows import Row
from ledger.transparency.policy import write_policy
from projections.segment_fold import stored_facts
from tests_support.local_cluster import local_cluster
from tests_support.memory_log import MemoryLog
from tests_support.segment_folders import export, fill, history, paths_in

Run = Callable[..., Result]
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def town() -> list[Row]:
    """A few hundred facts by the real commands."""
    return history(seed=14, steps=500)


@pytest.fixture
def ledger(tmp_path: Path, town: list[Row]) -> Path:
    """Their ledger."""
    fill(f"sqlite:///{tmp_path / 'ledger.db'}", town)
    return tmp_path / "ledger.db"


@pytest.fixture
def segments(tmp_path: Path) -> Run:
    """Run `records audit segments`."""

    def run(*arguments: str | Path) -> Result:
        words = ["--home", str(tmp_path / "none"), "audit", "segments", *map(str, arguments)]
        return CliRunner().invoke(main, words)

    return run


@pytest.fixture
def cosigned(tmp_path: Path, ledger: Path, town: list[Row]) -> tuple[Path, Path, Path]:
    """Segments with the head of a log beside them; the policy's file; the head's file."""
    log = MemoryLog()
    log.add(*(row.entry for row in town))
    head = log.publish(NOON)
    assert export(f"sqlite:///{ledger}", tmp_path / "out", log) == []
    (tmp_path / "policy").write_text(write_policy(log.policy), "utf-8")
    (tmp_path / "checkpoint").write_bytes(head.note)
    return tmp_path / "out", tmp_path / "policy", tmp_path / "checkpoint"


def test_a_ledger_is_exported_verified_and_counted(
    segments: Run, ledger: Path, tmp_path: Path, town: list[Row]
) -> None:
    out = tmp_path / "out"
    assert segments("export", ledger, out).exit_code == 0
    assert segments_in(out) == []  # nothing is closed yet
    done = segments("export", ledger, out, "--tail")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"{len(town):,} facts" in done.stderr
    verified = segments("verify", out)
    assert (verified.exit_code, verified.stdout) == (2, "")
    assert "not checked: C4: no policy was given" in verified.stderr
    counted = json.loads(segments("stats", out).stdout)
    assert counted == json.loads(segments("stats", out, "--engine", "python").stdout)
    assert counted["position"] == len(town)
    assert sum(counted["topics"].values()) == len(town)


def test_the_sql_and_the_auditors_own_count_of_the_facts_agree(
    segments: Run, ledger: Path, tmp_path: Path
) -> None:
    assert segments("export", ledger, tmp_path / "out", "--tail").exit_code == 0
    counted = json.loads(segments("stats", tmp_path / "out").stdout)
    counting = Counting()
    for path in paths_in(tmp_path / "out"):
        counting.take_in(stored_facts(path))
    figures = counting.figures()
    assert figures.position == counted["position"]
    published, sums = counted["daily_figures"], figures.tables[DAILY]
    assert len(published) == len(sums)
    assert list(disagreements(DAILY, sums, published, 2, figures.position)) == []


def test_segments_are_the_history_of_a_head_that_the_policy_believes(
    segments: Run, cosigned: tuple[Path, Path, Path], town: list[Row]
) -> None:
    out, policy, head = cosigned
    for given in ((), ("--checkpoint", head)):
        verified = segments("verify", out, "--policy", policy, *given)
        assert verified.exit_code == 0, verified.stderr
        assert f"{len(town):,} facts are those of a head" in verified.stderr
    assert segments("verify", out, "--policy", policy, "--processes", "2").exit_code == 0


def test_the_workers_of_a_cluster_verify_fold_and_export(
    segments: Run, cosigned: tuple[Path, Path, Path], ledger: Path, tmp_path: Path
) -> None:
    out, policy, _ = cosigned
    with local_cluster() as address:
        verified = segments("verify", out, "--policy", policy, "--cluster", address)
        folded = segments("stats", out, "--engine", "python", "--cluster", address)
        written = segments("export", ledger, tmp_path / "new", "--tail", "--cluster", address)
    assert (verified.exit_code, written.exit_code) == (0, 0)
    assert folded.stdout == segments("stats", out).stdout
    assert segments("stats", tmp_path / "new").stdout == folded.stdout


def test_what_was_changed_is_listed_and_the_exit_code_says_so(
    segments: Run, cosigned: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    out, policy, _ = cosigned
    other = paths_in(out)[3]
    shutil.copy(paths_in(out)[2], other)
    verified = segments("verify", out, "--policy", policy, "--json", tmp_path / "found")
    assert verified.exit_code == 1
    found = [json.loads(line) for line in (tmp_path / "found").read_text("utf-8").splitlines()]
    assert {"code": "C2.segment", "file": other.name} in [
        {"code": one["code"], "file": one["place"].get("segment")} for one in found
    ]
    assert verified.stdout == ""


def test_a_head_that_nobody_believes_is_a_finding(
    segments: Run, cosigned: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    out, _, _ = cosigned
    (tmp_path / "stranger").write_text(write_policy(MemoryLog().policy), "utf-8")
    verified = segments("verify", out, "--policy", tmp_path / "stranger")
    assert verified.exit_code == 1
    assert json.loads(verified.stdout)["code"] == "C3.head"
    (out / "head").write_bytes(b"no head")
    broken = segments("verify", out, "--policy", tmp_path / "stranger")
    assert json.loads(broken.stdout.splitlines()[0])["code"] == "C3.head"


def test_behind_a_segment_that_cannot_be_read_nothing_is_said_of_streams(
    segments: Run, cosigned: tuple[Path, Path, Path]
) -> None:
    out, policy, _ = cosigned
    paths_in(out)[1].write_bytes(b"PAR1")
    verified = segments("verify", out, "--policy", policy)
    assert verified.exit_code == 1
    assert [json.loads(line)["code"] for line in verified.stdout.splitlines()] == ["C1.unreadable"]
    assert "not checked: C5: streams could be followed to position 32 only" in verified.stderr


def test_a_changed_ledger_is_not_exported(segments: Run, ledger: Path, tmp_path: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TRIGGER ledger_facts_never_change")
        connection.execute("UPDATE ledger_facts SET state = x'00' WHERE position = 9")
    connection.close()
    done = segments("export", ledger, tmp_path / "out", "--tail")
    assert done.exit_code == 1
    assert {json.loads(line)["place"]["position"] for line in done.stdout.splitlines()} == {9}


@pytest.mark.usefixtures("impatient")
def test_what_cannot_be_done_is_told_with_its_code(
    segments: Run, ledger: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    nothing = segments("stats", tmp_path / "empty")
    assert (nothing.exit_code, nothing.stderr.split(":")[1].strip()) == (
        2, "refused/segments_missing",
    )  # fmt: skip
    assert segments("stats", tmp_path / "empty", "--engine", "python").exit_code == 2
    assert segments("verify", tmp_path / "empty").exit_code == 2
    segments("export", ledger, tmp_path / "out", "--tail")
    memory = segments("stats", tmp_path / "out", "--memory", "much")
    assert "invalid_input/engine_limits" in memory.stderr
    alone = segments("verify", tmp_path / "out", "--checkpoint", ledger)
    assert alone.exit_code == 3
    nobody = segments("verify", tmp_path / "out", "--cluster", "tcp://127.0.0.1:1")
    assert (nobody.exit_code, "store_unavailable" in nobody.stderr) == (2, True)


def test_a_missing_extra_is_named(
    segments: Run, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ledger.audit.segments.cluster", None)
    segments("export", ledger, tmp_path / "out", "--tail")
    missing = segments("verify", tmp_path / "out", "--cluster", "tcp://127.0.0.1:1")
    assert missing.exit_code == 2
    assert (
        "missing_extra: this needs libraries that are not installed: records-ledger[cluster]"
        in (missing.stderr)
    )
