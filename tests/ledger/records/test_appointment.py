from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Erased
from ledger.records.appointment import use
from ledger.records.appointment.use import Appointment, Stage

AT = datetime(2026, 12, 1, 3, tzinfo=UTC)
DAY = date(2026, 12, 21)
BEFORE, AFTER = date(2026, 12, 18), date(2026, 12, 23)
HERE, THERE = "79A02", "79A01"
NEW = UUID(int=2)


def issued() -> Appointment:
    fact = use.issue(certificate=UUID(int=1), facility=HERE, day=DAY, today=date(2026, 11, 23))
    return use.evolve(None, fact)


def used(state: Appointment | None = None, today: date = DAY) -> Appointment:
    before = state or issued()
    fact = use.consume(before, facility=HERE, today=today, at=AT, agreed=True, abnormal_signs=True)
    return use.evolve(before, fact)


def refused(rule: str, state: Appointment, today: date = DAY, facility: str = HERE) -> None:
    with pytest.raises(RefusedError) as error:
        use.consume(state, facility=facility, today=today, at=AT)
    assert error.value.rule == rule


def test_it_is_used_on_its_day_and_once() -> None:
    fact = use.consume(issued(), facility=HERE, today=DAY, at=AT)
    assert fact.early is False
    state = use.evolve(issued(), fact)
    assert (state.stage, state.used_by, state.used_at) == (Stage.CONSUMED, HERE, AT)
    refused("double_use", state)
    refused("double_use", state, facility=THERE)
    tried = use.evolve(state, use.refuse_double_use(state, facility=THERE, at=AT))
    assert (tried.double_uses, tried.stage) == (1, Stage.CONSUMED)


def test_it_is_used_earlier_only_for_abnormal_signs() -> None:
    refused("too_early", issued(), BEFORE)
    fact = use.consume(issued(), facility=HERE, today=BEFORE, at=AT, abnormal_signs=True)
    assert fact.early is True


def test_after_its_day_the_facility_has_to_agree() -> None:
    refused("missed", issued(), AFTER)
    assert used(issued(), AFTER).stage is Stage.CONSUMED


def test_another_facility_does_not_use_it() -> None:
    refused("other_facility", issued(), facility=THERE)


def test_what_was_missed_may_still_be_used_or_moved() -> None:
    missed = use.evolve(issued(), use.miss(issued(), facility=HERE, today=AFTER, at=AT))
    assert missed.stage is Stage.MISSED
    assert used(missed, AFTER).stage is Stage.CONSUMED
    moved = use.evolve(missed, use.reschedule(missed, facility=HERE, replaced_by=NEW, at=AT))
    assert (moved.stage, moved.replaced_by) == (Stage.RESCHEDULED, NEW)
    with pytest.raises(RefusedError, match="known"):
        use.miss(missed, facility=HERE, today=AFTER, at=AT)


def test_nobody_misses_a_day_that_is_not_over() -> None:
    with pytest.raises(RefusedError) as error:
        use.miss(issued(), facility=HERE, today=DAY, at=AT)
    assert error.value.rule == "not_over"


def test_what_has_ended_is_neither_used_nor_moved_nor_cancelled() -> None:
    cancelled = use.evolve(issued(), use.cancel(issued(), facility=HERE, reason="sai", at=AT))
    refused("is_cancelled", cancelled)
    moved = use.evolve(issued(), use.reschedule(issued(), facility=HERE, replaced_by=NEW, at=AT))
    refused("is_rescheduled", moved)
    for state in (cancelled, moved, used()):
        with pytest.raises(RefusedError):
            use.reschedule(state, facility=HERE, replaced_by=NEW, at=AT)
        with pytest.raises(RefusedError):
            use.cancel(state, facility=HERE, reason="sai", at=AT)


def test_only_who_gave_it_changes_it() -> None:
    for decide in (
        lambda: use.cancel(issued(), facility=THERE, reason="sai", at=AT),
        lambda: use.reschedule(issued(), facility=THERE, replaced_by=NEW, at=AT),
        lambda: use.miss(issued(), facility=THERE, today=AFTER, at=AT),
    ):
        with pytest.raises(RefusedError) as error:
            decide()
        assert error.value.rule == "not_the_issuer"


def test_a_day_that_is_not_ahead_is_refused() -> None:
    with pytest.raises(RefusedError, match="after today"):
        use.issue(certificate=UUID(int=1), facility=HERE, day=DAY, today=DAY)
    with pytest.raises(InvalidInputError):
        use.issue(certificate=UUID(int=1), facility="không", day=DAY, today=BEFORE)


def test_of_somebody_forgotten_nothing_is_used() -> None:
    forgotten = Appointment(UUID(int=1), HERE, Erased(bytes(16)))
    refused("content_erased", forgotten)
