"""Eight writing processes and a reading one: every fact once, in order, over both databases."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests_support.toy_ledger import toy_ledger

ROOT = Path(__file__).parents[3]
WRITERS = 8
APPENDS = 500
FACTS = 25
ALL = WRITERS * APPENDS * FACTS


def start(url: str, *task: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests_support.toy_process", url, *map(str, task)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def answer(process: "subprocess.Popen[str]") -> dict[str, object]:
    try:
        out, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0
    told: dict[str, object] = json.loads(out)
    return told


@pytest.mark.many_cases
def test_a_reader_beside_eight_writers_sees_every_fact_once_in_order(ledger_url: str) -> None:
    # Nobody has made the tables yet: all nine begin at once, as the workers of a server do.
    reader = start(ledger_url, "tail", ALL)
    writers = [start(ledger_url, "write", number, APPENDS, FACTS) for number in range(WRITERS)]
    assert [answer(writer) for writer in writers] == [{"written": APPENDS * FACTS}] * WRITERS
    assert answer(reader) == {"seen": ALL, "wrong": 0, "writers": WRITERS}
    with toy_ledger(ledger_url) as store:
        findings = {finding.check: finding for finding in store.integrity(deep=True)}
    assert findings["gapless"].holds
    assert findings["gapless"].found == f"{ALL} facts, last {ALL}, removed up to 0"
    assert findings["entries"].holds
    assert findings["entries"].found == f"{ALL} entries"


def test_many_processes_may_begin_a_ledger_at_the_same_moment(
    new_ledger: Callable[[], str],
) -> None:
    for _ in range(4):
        told = answer(start(new_ledger(), "begin", 12))
        assert told == {"failed": 0, "facts": 12}


def test_a_store_may_be_used_on_both_sides_of_a_fork(ledger_url: str) -> None:
    assert answer(start(ledger_url, "fork")) == {"status": 0, "gapless": True}
