"""Sequencers are killed at any moment, and two run at once: one history, every head part of it."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path

from ledger.store.fact_store import LedgerFactStore
from ledger.store.log_store import LogStore, open_log
from ledger.store.log_writer import LogWriter
from ledger.transparency.log import connect
from ledger.transparency.merkle import leaf_hash, root_of, verify_consistency
from ledger.transparency.policy import Policy
from tests_support import log_process
from tests_support.toy_ledger import Counted, new_stream, toy_act

ROOT = Path(__file__).parents[3]
KILLS = 12


@contextmanager
def sequencer(ledger: str, log: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a sequencer, and kill it at the end, however that comes about."""
    command = [sys.executable, "-m", "tests_support.log_process", ledger, log, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def happen(facts: LedgerFactStore, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        facts.append(toy_act(), new_stream(*map(Counted, range(7))))


def judge(facts: LedgerFactStore, log: LogStore, policy: Policy) -> int:
    """Check that the log is the ledger's, and each head a beginning of it; return their number."""
    entries = facts.entries(after=0, limit=1_000_000)
    assert LogWriter(facts, log).integrate() == len(entries)
    leaves = [leaf_hash(entry) for entry in entries]
    assert log.edge().root == root_of(leaves)
    heads = log.heads(after=0, limit=100_000)
    for old, new in pairwise(heads):
        assert policy.judge(new.note).checkpoint.size == new.size > old.size
        verify_consistency(
            old=old.size, size=new.size, old_root=old.root, root=new.root,
            proof=connect(log, old.size, new),
        )  # fmt: skip
    assert heads[-1].root == root_of(leaves[: heads[-1].size])
    return len(heads)


def test_a_sequencer_that_is_killed_again_and_again_leaves_one_log(
    store: LedgerFactStore, ledger_url: str, tmp_path: Path
) -> None:
    log_url = ledger_url.replace("ledger.db", "log.db")
    log_process.begin(tmp_path)
    dice = random.Random(11)
    for _ in range(KILLS):
        with sequencer(ledger_url, log_url, tmp_path) as process:
            assert process.stdout is not None
            store.append(toy_act(), new_stream(Counted(1)))
            assert process.stdout.readline()  # only now is it surely at work
            happen(store, dice.uniform(0.005, 0.2))
    log = open_log(log_url)
    assert judge(store, log, log_process.policy_of(tmp_path)) >= KILLS
    log.close()


def test_two_sequencers_at_once_do_no_harm(
    store: LedgerFactStore, ledger_url: str, tmp_path: Path
) -> None:
    log_url = ledger_url.replace("ledger.db", "log.db")
    log_process.begin(tmp_path)
    store.append(toy_act(), new_stream(Counted(1)))
    run = partial(sequencer, ledger_url, log_url, tmp_path)
    with run() as one, run() as other, closing(open_log(log_url)) as log:
        assert log.wait_for(1, 60) is not None
        happen(store, 3.0)
        assert log.wait_for(store.head(), 60) is not None
        assert [process.poll() for process in (one, other)] == [None, None]
    log = open_log(log_url)
    assert judge(store, log, log_process.policy_of(tmp_path)) > 1
    log.close()
