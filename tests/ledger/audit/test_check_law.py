"""A check's stream has one answer, and an auditor finds a second one."""

from datetime import UTC, datetime
from uuid import UUID

from ledger.audit.lawful import judge_stream
from ledger.audit.rows import RawRow
from ledger.facts import Act, RecordedFact
from ledger.records.check import CheckRecorded, PersonCompared
from tests_support.many_facts import stored

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
STREAM = UUID(int=7)


def answered(version: int, state: str, organisation: str | None = "DN-MAU") -> RecordedFact:
    fact = CheckRecorded(state, None, None, bytes(32), PersonCompared.NOT_COMPARED, "page")
    act = Act(AT, "account-7", "verifier", organisation)
    return RecordedFact(
        version, UUID(int=version), STREAM, version, "check.recorded/1", fact, act, None, b""
    )


def found(*facts: RecordedFact) -> list[tuple[str, object]]:
    rows = [
        RawRow(row.position, row.event_id.bytes, row.stream_id.bytes, row.version, row.topic,
               row.state, row.entry)
        for row in stored(list(facts))
    ]  # fmt: skip
    return [(one.code, one.place["version"]) for one in judge_stream(rows).findings]


def test_one_answer_is_lawful() -> None:
    assert found(answered(1, "altered")) == []


def test_a_second_answer_is_named() -> None:
    assert found(answered(1, "altered"), answered(2, "valid")) == [("C10.order", 2)]


def test_a_check_for_nobody_is_named() -> None:
    assert found(answered(1, "valid", organisation=None)) == [("C10.role", 1)]
