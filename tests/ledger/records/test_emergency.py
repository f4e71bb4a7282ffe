from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import RecordedFact
from ledger.records import emergency
from ledger.records.emergency import (
    LONGEST,
    MOST_A_DAY,
    EmergencyOpened,
    EmergencyReason,
    EmergencyReviewed,
    Outcome,
    ReasonCode,
)
from tests_support.health_people import FACILITY, NOW, OTHER_FACILITY, PATIENT, clinician

ONE = UUID(int=1)
REASON = EmergencyReason(ReasonCode.UNCONSCIOUS, "bệnh nhân mẫu bất tỉnh")
DUE = date(2026, 12, 2)


def opened(
    *, lasting: timedelta = LONGEST, reason: EmergencyReason = REASON, today: int = 0
) -> EmergencyOpened:
    return emergency.open_book(
        emergency=ONE, reason=reason, lasting=lasting, today=today, at=NOW, review_due=DUE
    )


def recorded(*facts: emergency.Fact, account: str = "doctor-1") -> list[RecordedFact]:
    return [
        RecordedFact(
            number, UUID(int=number), UUID(int=9), number, "emergency", fact, clinician(account),
            PATIENT, b"",
        )
        for number, fact in enumerate(facts, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("account", "facility", "at", "is_open"),
    [
        ("doctor-1", FACILITY, NOW, True),
        ("doctor-1", FACILITY, NOW + LONGEST - timedelta(seconds=1), True),
        ("doctor-1", FACILITY, NOW + LONGEST, False),
        ("doctor-1", FACILITY, NOW - timedelta(seconds=1), False),
        ("doctor-2", FACILITY, NOW, False),
        ("doctor-1", OTHER_FACILITY, NOW, False),
    ],
)
def test_it_opens_the_book_to_who_opened_it_for_its_time(
    account: str, facility: str, at: datetime, *, is_open: bool
) -> None:
    state = emergency.fold(recorded(opened()))
    found = emergency.open_for(state, account=account, facility=facility, at=at)
    assert (found is not None) is is_open


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("minutes", {"lasting": LONGEST + timedelta(seconds=1)}),
        ("minutes", {"lasting": timedelta(0)}),
        ("minutes", {"lasting": timedelta(minutes=-5)}),
        ("reason.text", {"reason": EmergencyReason(ReasonCode.OTHER_URGENT, "")}),
        ("reason.text", {"reason": EmergencyReason(ReasonCode.OTHER_URGENT, "   gấp    ")}),
        ("reason.text", {"reason": EmergencyReason(ReasonCode.OTHER_URGENT, "a" * 501)}),
    ],
)
def test_it_needs_a_reason_and_ends_after_four_hours(
    place: str, changes: dict[str, object]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        opened(**changes)  # type: ignore[arg-type]
    assert refused.value.place == place


def test_one_account_opens_so_many_a_day() -> None:
    assert opened(today=MOST_A_DAY - 1).emergency == ONE
    with pytest.raises(RefusedError) as refused:
        opened(today=MOST_A_DAY)
    assert refused.value.rule == "too_many_emergencies"


def test_somebody_else_reviews_it_once() -> None:
    state = emergency.fold(recorded(opened()))

    def review(state: emergency.Emergencies, by: str, what: UUID = ONE) -> EmergencyReviewed:
        return emergency.review(
            state, emergency=what, by=by, outcome=Outcome.JUSTIFIED, note="đã xem hồ sơ mẫu"
        )

    reviewed = review(state, "dpo-1")
    after = emergency.fold(recorded(opened(), reviewed))
    assert after[0].reviewed == reviewed
    for rule, known, by, what in (
        ("reviewer_opened_it", state, "doctor-1", ONE),
        ("unknown_emergency", state, "dpo-1", UUID(int=7)),
        ("already_reviewed", after, "dpo-2", ONE),
    ):
        with pytest.raises(RefusedError) as refused:
            review(known, by, what)
        assert refused.value.rule == rule
