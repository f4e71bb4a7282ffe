from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keys.algorithms import ESP256, PrivateKey
from keys.trust_judgement import (
    Finding,
    KeyJudgement,
    KeyNote,
    KeyReason,
    Signed,
    judge,
)
from keys.trust_list import KeyState, TrustedKey, TrustList

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ISSUED = datetime(2026, 11, 1, 8, tzinfo=UTC)
NOW = ISSUED + 10 * DAY
KEY = TrustedKey(
    public=PrivateKey.generate(ESP256).public,
    issuer="MOJ",
    names=("Cơ quan mẫu", "Specimen authority"),
    uses=frozenset({1, "status"}),
    sign_from=ISSUED - 30 * DAY,
    sign_until=ISSUED + 30 * DAY,
    verify_until=ISSUED + 200 * DAY,
    state=KeyState.ACTIVE,
)
TRUST = TrustList(
    version=1,
    list_id="vn-records",
    issued=NOW - DAY,
    next_update=NOW + DAY,
    previous=None,
    keys=(KEY,),
    officers=(),
    threshold=1,
)
SIGNED = Signed(algorithm=-9, use=1, issuer="MOJ", issued_at=ISSUED)
COMPROMISED: dict[str, Any] = {
    "state": KeyState.REVOKED,
    "revoked_at": NOW - DAY,
    "compromised_since": ISSUED + timedelta(hours=1),
}

COUNTS, DOES_NOT, CANNOT = Finding.COUNTS, Finding.DOES_NOT_COUNT, Finding.CANNOT_TELL

# What differs from a plain good case: of the key, of what was signed; and what is judged then.
TABLE: dict[str, tuple[dict[str, Any], dict[str, Any], Finding, KeyReason]] = {
    "a good certificate": ({}, {}, COUNTS, KeyReason.TRUSTED),
    "a status list of the same issuer": ({}, {"use": "status"}, COUNTS, KeyReason.TRUSTED),
    "another algorithm": ({}, {"algorithm": -7}, DOES_NOT, KeyReason.OTHER_ALGORITHM),
    "another document type": ({}, {"use": 2}, DOES_NOT, KeyReason.OTHER_USE),
    "a checkpoint by a certificate's key": (
        {}, {"use": "checkpoint"}, DOES_NOT, KeyReason.OTHER_USE,
    ),
    "another issuer": ({}, {"issuer": "MOH"}, DOES_NOT, KeyReason.OTHER_ISSUER),
    "a pending key": ({"state": KeyState.PENDING}, {}, DOES_NOT, KeyReason.NOT_ACTIVE),
    "a retired key, signed before": ({"state": KeyState.RETIRED}, {}, COUNTS, KeyReason.TRUSTED),
    "signed before the window": (
        {"sign_from": ISSUED + SECOND}, {}, DOES_NOT, KeyReason.OUTSIDE_WINDOW,
    ),
    "signed as the window opens": ({"sign_from": ISSUED}, {}, COUNTS, KeyReason.TRUSTED),
    "signed as the window closes": (
        {"sign_until": ISSUED}, {}, DOES_NOT, KeyReason.OUTSIDE_WINDOW,
    ),
    "verified as verification ends": (
        {"verify_until": NOW}, {}, DOES_NOT, KeyReason.PAST_VERIFICATION,
    ),
    "verified a second before": ({"verify_until": NOW + SECOND}, {}, COUNTS, KeyReason.TRUSTED),
    "logged 300 seconds before its date": (
        {}, {"logged_at": ISSUED - 300 * SECOND}, COUNTS, KeyReason.TRUSTED,
    ),
    "logged earlier than that": (
        {}, {"logged_at": ISSUED - 301 * SECOND}, DOES_NOT, KeyReason.LOGGED_AT_ANOTHER_TIME,
    ),
    "logged a day after its date": ({}, {"logged_at": ISSUED + DAY}, COUNTS, KeyReason.TRUSTED),
    "logged later than that": (
        {}, {"logged_at": ISSUED + DAY + SECOND}, DOES_NOT, KeyReason.LOGGED_AT_ANOTHER_TIME,
    ),
    "revoked without a date of compromise": (
        {"state": KeyState.REVOKED, "revoked_at": NOW}, {}, DOES_NOT, KeyReason.REVOKED,
    ),
    "compromised, logged before": (
        COMPROMISED, {"logged_at": ISSUED}, COUNTS, KeyReason.TRUSTED,
    ),
    "compromised, logged at that instant": (
        COMPROMISED, {"logged_at": ISSUED + 3600 * SECOND}, DOES_NOT, KeyReason.COMPROMISED,
    ),
    "compromised, logged after": (
        COMPROMISED, {"logged_at": ISSUED + 7200 * SECOND}, DOES_NOT, KeyReason.COMPROMISED,
    ),
    "compromised, backdated and logged long after": (
        COMPROMISED, {"logged_at": NOW}, DOES_NOT, KeyReason.LOGGED_AT_ANOTHER_TIME,
    ),
    "compromised, not known to the log": (
        COMPROMISED, {}, CANNOT, KeyReason.COMPROMISE_NEEDS_LOG,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("key", "signed", "finding", "reason"), TABLE.values(), ids=TABLE.keys())
def test_a_key_is_judged_by_the_table(
    key: dict[str, Any], signed: dict[str, Any], finding: Finding, reason: KeyReason
) -> None:
    judgement = judge(TRUST, replace(KEY, **key), replace(SIGNED, **signed), at=NOW)
    assert (judgement.finding, judgement.reason) == (finding, reason)


def test_an_unknown_key_does_not_count() -> None:
    assert judge(TRUST, None, SIGNED, at=NOW) == KeyJudgement(DOES_NOT, KeyReason.UNKNOWN_KEY)


def test_what_was_logged_before_a_compromise_counts_and_says_so() -> None:
    judgement = judge(TRUST, replace(KEY, **COMPROMISED), replace(SIGNED, logged_at=ISSUED), at=NOW)
    assert judgement.notes == {KeyNote.LATER_COMPROMISED}


def test_a_stale_list_marks_every_answer_and_after_the_grace_tells_nothing() -> None:
    stale = TRUST.next_update
    mark = {KeyNote.LIST_STALE_WITHIN_GRACE}
    assert judge(TRUST, KEY, SIGNED, at=stale) == KeyJudgement(
        COUNTS, KeyReason.TRUSTED, frozenset(mark)
    )
    assert judge(TRUST, None, SIGNED, at=stale).notes == mark
    for key in (KEY, None, replace(KEY, **COMPROMISED)):
        beyond = judge(TRUST, key, SIGNED, at=stale + 7 * DAY)
        assert beyond == KeyJudgement(CANNOT, KeyReason.LIST_STALE)
