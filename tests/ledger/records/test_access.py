from datetime import UTC, datetime
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.records import access
from ledger.records.access import AccessRecorded, Channel, RecordKind

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def look(act: Act, purpose: str = "process_request") -> AccessRecorded:
    return access.record(
        act, kind=RecordKind.REQUEST, purpose=purpose, channel=Channel.PAGE, reference=UUID(int=1)
    )


def test_a_look_with_a_legal_basis_is_recorded() -> None:
    act = Act(NOW, "officer-1", "case_officer", legal_basis="law-2026")
    assert look(act) == AccessRecorded(
        RecordKind.REQUEST, "process_request", Channel.PAGE, UUID(int=1)
    )


def test_nobody_else_looks_without_a_legal_basis() -> None:
    with pytest.raises(RefusedError) as refused:
        look(Act(NOW, "officer-1", "case_officer"))
    assert refused.value.rule == "access_needs_a_legal_basis"


def test_a_person_needs_no_basis_to_see_what_is_theirs() -> None:
    assert look(Act(NOW, "citizen-1", "citizen"), "own_record").purpose == "own_record"


@pytest.mark.parametrize("purpose", ["", "x", "Because I want", "ab" * 21])
def test_a_purpose_is_a_code(purpose: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        look(Act(NOW, "citizen-1", "citizen"), purpose)
    assert refused.value.place == "purpose"


@pytest.mark.parametrize(
    "basis", ["số 000090001234", "0000 9000 1234", "B1234567\u202e", "a\x1b[2J", "l" * 121, " "]
)
def test_what_a_look_rests_on_names_no_person_and_is_short_readable_text(basis: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        look(Act(NOW, "officer-1", "case_officer", legal_basis=basis))
    assert refused.value.place == "legal_basis"
