import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app import System
from ledger.commands import people
from ledger.commands.loading import load_record
from ledger.errors import InvalidInputError
from ledger.records.judicial_record.facts import Conviction, PostBan
from shell import demo
from shell.commands.registry import read_entry
from shell.population import people as population

Run = Callable[..., Result]
JUDGMENT = {
    "judgment_number": "9/2024/HS-ST",
    "judgment_date": "2024-05-20",
    "court": "Tòa án nhân dân Mẫu",
    "offences": ["Tội danh mẫu"],
    "principal_penalties": ["Phạt tiền"],
}
BAN = {
    "decision_number": "7/2024/QĐ-MẪU",
    "decision_date": "2024-05-20",
    "court": "Tòa án nhân dân Mẫu",
    "posts": "Giám đốc",
    "term": "2 năm",
    "starts_on": "2024-06-01",
}
WHO = ("--actor", "registry-officer-1")


def as_json(content: object) -> bytes:
    return json.dumps(content).encode()


@pytest.fixture
def number() -> str:
    return next(iter(population(demo.SEED))).number


def test_a_judgment_is_entered_and_expunged(
    records: Run, system: System, tmp_path: Path, number: str
) -> None:
    file = tmp_path / "judgment.json"
    file.write_bytes(as_json(JUDGMENT))
    done = records("registry", "enter", "-", "--from", str(file), *WHO, typed=f"{number}\n")
    assert done.exit_code == 0, done.output
    entered = done.stdout.strip()
    done = records(
        "registry", "expunge", "-", "--conviction", entered, "--on", "2025-06-01", *WHO,
        typed=f"{number}\n",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = people.find(system.facts, system.directory, number=number)
    topics = [r.topic for r in load_record(system.facts, found.state.record).history.recorded]
    assert topics[-2:] == [
        "judicial_record.conviction_entered/1",
        "judicial_record.conviction_expunged/1",
    ]


def test_a_ban_is_entered_and_ended(records: Run, tmp_path: Path, number: str) -> None:
    file = tmp_path / "ban.json"
    file.write_bytes(as_json(BAN))
    done = records("registry", "ban", "-", "--from", str(file), *WHO, typed=f"{number}\n")
    assert done.exit_code == 0, done.output
    ended = ("--ban", done.stdout.strip(), "--on", "2025-01-01", "--reason", "đã hết")
    done = records("registry", "end-ban", "-", *ended, *WHO, typed=f"{number}\n")
    assert done.exit_code == 0, done.output
    again = records("registry", "end-ban", "-", *ended, *WHO, typed=f"{number}\n")
    assert again.exit_code == 2


def test_nobody_is_known_by_a_number_that_nobody_has(records: Run, tmp_path: Path) -> None:
    file = tmp_path / "judgment.json"
    file.write_bytes(as_json(JUDGMENT))
    done = records("registry", "enter", "-", "--from", str(file), *WHO, typed="000000000000\n")
    assert done.exit_code == 2
    assert "not_found" in done.stderr
    assert "000000000000" not in done.output


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"{", "not_json"),
        (b"\xff", "not_json"),
        (as_json([]), "wrong_form"),
        (as_json({**JUDGMENT, "colour": "red"}), "unknown_field"),
        (as_json({**JUDGMENT, "judgment_date": "soon"}), "wrong_form"),
        (as_json({"court": "x"}), "wrong_form"),
    ],
)
def test_a_file_that_is_no_entry_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_entry(content, Conviction)
    assert caught.value.rule == rule


def test_what_is_read_is_what_was_written() -> None:
    entry: Any = read_entry(as_json(BAN), PostBan)
    assert entry.posts == "Giám đốc"
