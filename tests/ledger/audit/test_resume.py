import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.memory import AuditorMemory
from ledger.audit.verify import verify
from ledger.errors import InvalidInputError
from ledger.transparency.policy import write_policy
from tests.ledger.audit.conftest import Begin, by_sql
from tests_support.audited_ledger import AuditedLedger
from tests_support.killed_audit import PART_ROWS, run

KILLS = 20


def said(ledger: AuditedLedger, folder: Path, name: str) -> dict[str, Any]:
    return {
        "ledger": ledger.url,
        "log": ledger.log_url,
        "policy": write_policy(ledger.policy),
        "memory": str(folder / name),
        "notes": str(folder / f"{name}.notes"),
        "at": ledger.at.isoformat(),
        "rows": None,
    }


def test_an_audit_that_is_killed_twenty_times_finds_the_same(begin: Begin, tmp_path: Path) -> None:
    ledger = begin(4)
    ledger.grow(24 * PART_ROWS, most=100, publish_every=400)
    ledger.publish()
    by_sql(
        ledger.url,
        ("UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position IN (70, 3000, 6000)", ()),
        ("DELETE FROM ledger_facts WHERE position = 2000", ()),
    )
    undisturbed = run(said(ledger, tmp_path, "undisturbed"))
    assert len(undisturbed) >= 4

    dice = random.Random(1)
    told = said(ledger, tmp_path, "killed")
    for _ in range(KILLS):
        told["rows"] = dice.randint(PART_ROWS // 4, 2 * PART_ROWS)
        ended = subprocess.run(
            [sys.executable, "-m", "tests_support.killed_audit", json.dumps(told)],
            check=False, cwd=Path(__file__).parents[3], capture_output=True,
        )  # fmt: skip
        assert ended.returncode == -9, ended.stderr.decode()
    assert run({**told, "rows": None}) == undisturbed

    begun = Counter((tmp_path / "killed.notes").read_text("ascii").split())
    assert len(begun) == 24
    assert sum(begun.values()) - len(begun) <= KILLS


def test_a_scan_is_not_resumed_where_none_was_begun(begin: Begin, tmp_path: Path) -> None:
    ledger = begin()
    with pytest.raises(InvalidInputError) as refused:
        verify(ledger.evidence, at=ledger.at, memory=AuditorMemory(tmp_path / "m"), resume=True)
    assert refused.value.rule == "nothing_to_resume"


def test_the_memory_stays_where_it_was_until_a_scan_is_whole(begin: Begin, tmp_path: Path) -> None:
    ledger = begin()
    ledger.grow(600)
    ledger.publish()
    memory = AuditorMemory(tmp_path / "m")

    class EndedError(Exception):
        pass

    def end(progress: object) -> None:
        raise EndedError

    with pytest.raises(EndedError):
        verify(ledger.evidence, at=ledger.at, memory=memory, part_rows=PART_ROWS, tell=end)
    assert memory.size == 0
    assert memory.running() is not None
    report = verify(ledger.evidence, at=ledger.at, memory=memory, resume=True)
    assert report.moved_on
    assert memory.size == ledger.heads[-1].size
    assert memory.running() is None


def test_findings_are_written_before_the_memory_moves_on(begin: Begin, tmp_path: Path) -> None:
    ledger = begin()
    ledger.grow(300)
    ledger.publish()
    by_sql(ledger.url, ("UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position = 70", ()))
    memory = AuditorMemory(tmp_path / "m")
    report = verify(ledger.evidence, at=ledger.at, memory=memory, part_rows=PART_ROWS)
    assert report.moved_on
    lines = (tmp_path / "m" / "findings.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["code"] for line in lines] == [one.code for one in report.findings]


def test_a_damaged_memory_is_not_believed(begin: Begin, tmp_path: Path) -> None:
    ledger = begin()
    ledger.grow(600)
    ledger.publish()
    memory = AuditorMemory(tmp_path / "m")
    verify(ledger.evidence, at=ledger.at, memory=memory, part_rows=PART_ROWS)
    file = tmp_path / "m" / "tiles" / "1"
    file.write_bytes(bytes(len(file.read_bytes())))
    with pytest.raises(InvalidInputError) as refused:
        verify(ledger.evidence, at=ledger.at, memory=memory, part_rows=PART_ROWS)
    assert refused.value.rule == "memory_damaged"


def test_one_memory_serves_one_audit_at_a_time(tmp_path: Path) -> None:
    memory = AuditorMemory(tmp_path / "m")
    with memory.alone(), pytest.raises(InvalidInputError) as refused, memory.alone():
        pass
    assert refused.value.rule == "memory_in_use"
