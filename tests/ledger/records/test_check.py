from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.records import check
from ledger.records.check import CheckRecorded, PersonCompared

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
DESK = Act(NOW, "account-7", "verifier", "DN-MAU")
CERTIFICATE = UUID(int=1)


def test_a_check_says_what_was_answered_and_of_which_paper() -> None:
    fact = check.record(
        DESK, state="valid", channel="page", kind="judicial-record", certificate=CERTIFICATE,
        code_digest=bytes(32), person=PersonCompared.MATCHES,
    )  # fmt: skip
    assert fact == CheckRecorded(
        "valid", "judicial-record", CERTIFICATE, bytes(32), PersonCompared.MATCHES, "page"
    )


def test_of_a_forgery_nothing_but_the_answer_and_the_code_is_kept() -> None:
    fact = check.record(DESK, state="altered", channel="api", code_digest=bytes(32))
    assert (fact.kind, fact.certificate) == (None, None)
    assert fact.person is PersonCompared.NOT_COMPARED


def test_a_check_for_no_organisation_is_nobodys_history() -> None:
    with pytest.raises(RefusedError) as refused:
        check.record(Act(NOW, "citizen-1", "citizen"), state="valid", channel="page")
    assert refused.value.rule == "check_needs_an_organisation"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("state", "Nguyễn Văn Mẫu"), ("state", "x"), ("state", "a" * 41), ("channel", ""),
        ("kind", "000090001234"), ("code_digest", b""), ("code_digest", bytes(31)),
    ],
)  # fmt: skip
def test_what_is_kept_for_ever_in_the_clear_is_codes_and_whole_digests(
    place: str, value: object
) -> None:
    given: dict[str, Any] = {"state": "valid", "channel": "page", place: value}
    with pytest.raises(InvalidInputError) as refused:
        check.record(DESK, **given)
    assert refused.value.place == place
