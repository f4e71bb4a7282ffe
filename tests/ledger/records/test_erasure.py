import json
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Purpose
from ledger.records.erasure import decisions as erasure
from ledger.records.erasure.decisions import (
    EMPTY,
    TERM,
    Circumstances,
    Erasure,
    Phase,
    evolve,
    fold,
)
from ledger.records.erasure.facts import (
    TOPICS,
    DestroyedKey,
    ErasureApproved,
    ErasureBegun,
    ErasureOrdered,
    ErasureRefused,
    ErasureRequested,
    ErasureWithdrawn,
    Fact,
    HoldKind,
    RetentionEnded,
    RetentionHoldLifted,
    RetentionHoldPlaced,
    SubjectErased,
)
from ledger.store.fact_codec import StoredFields
from ledger.store.fact_types import FactTypes

TODAY = date(2026, 11, 24)
REQUEST, HOLD = UUID(int=1), UUID(int=2)
BASIS = "Law 91/2025, article 14"
FREE = Circumstances(TODAY)
ON_FILE = Circumstances(TODAY, frozenset({Purpose.IDENTITY, Purpose.JUDICIAL}))
BUSY = Circumstances(TODAY, request_open=True)

REQUESTED = ErasureRequested(REQUEST, (Purpose.CONTACT,), BASIS, "citizen-1", TODAY + TERM)
ORDERED = ErasureOrdered(REQUEST, (Purpose.CONTACT,), BASIS, ("officer-1", "officer-2"))
APPROVED = (
    REQUESTED,
    ErasureApproved(REQUEST, "officer-1"),
    ErasureApproved(REQUEST, "officer-2"),
    ORDERED,
)
ERASED = SubjectErased(
    REQUEST, (DestroyedKey(Purpose.CONTACT, bytes(16), bytes(32)),), BASIS,
    ("officer-1", "officer-2"), 1, 2, "removed", None, "software",
)  # fmt: skip
DONE = (*APPROVED, ErasureBegun(REQUEST), ERASED)


def hold(
    purpose: Purpose = Purpose.CONTACT,
    *,
    kind: HoldKind = HoldKind.LEGAL,
    until: date | None = None,
) -> RetentionHoldPlaced:
    return RetentionHoldPlaced(HOLD, kind, purpose, "Criminal Procedure Code, article 88", until)


def ask(
    *purposes: Purpose,
    given: tuple[Fact, ...] = (),
    around: Circumstances = FREE,
    request: UUID = REQUEST,
    by: str = "citizen-1",
) -> tuple[Fact, ...]:
    return erasure.request(
        fold(given), request=request, purposes=purposes, legal_basis=BASIS, by=by,
        circumstances=around,
    )  # fmt: skip


def refused(given: tuple[Fact, ...], by: str, around: Circumstances = FREE) -> str:
    with pytest.raises(RefusedError) as caught:
        erasure.approve(fold(given), request=REQUEST, by=by, circumstances=around)
    return caught.value.rule


def test_contact_data_that_nothing_orders_to_keep_may_be_asked_for() -> None:
    assert ask(Purpose.CONTACT) == (REQUESTED,)
    assert REQUESTED.due == TODAY + timedelta(days=20)


@pytest.mark.parametrize("purpose", [Purpose.IDENTITY, Purpose.JUDICIAL])
def test_what_the_register_keeps_is_refused_by_retention(purpose: Purpose) -> None:
    asked, answer = ask(purpose, Purpose.CONTACT, around=ON_FILE)
    assert isinstance(asked, ErasureRequested)
    assert answer == ErasureRefused(REQUEST, "retention_hold", (purpose,))


def test_a_refused_request_stays_refused() -> None:
    given = ask(Purpose.JUDICIAL, around=ON_FILE)
    assert fold(given).requests[REQUEST].phase is Phase.REFUSED
    assert refused(given, "officer-1") == "erasure_not_pending"


def test_retention_that_has_ended_is_no_obstacle() -> None:
    ended = erasure.end_retention(EMPTY, purpose=Purpose.JUDICIAL, legal_basis="archive decision")
    assert ended == (RetentionEnded(Purpose.JUDICIAL, "archive decision"),)
    assert len(ask(Purpose.JUDICIAL, given=ended, around=ON_FILE)) == 1
    again = erasure.end_retention(fold(ended), purpose=Purpose.JUDICIAL, legal_basis="again")
    assert again == ()


def test_the_rule_says_which_kind_of_hold_it_is() -> None:
    assert ask(Purpose.CONTACT, given=(hold(),))[1] == ErasureRefused(
        REQUEST, "legal_hold", (Purpose.CONTACT,)
    )
    kept = hold(kind=HoldKind.RETENTION)
    assert ask(Purpose.CONTACT, given=(kept,))[1] == ErasureRefused(
        REQUEST, "retention_hold", (Purpose.CONTACT,)
    )


def test_a_hold_for_another_purpose_is_no_obstacle() -> None:
    assert len(ask(Purpose.CONTACT, given=(hold(Purpose.HEALTH),))) == 1


def test_a_hold_holds_until_its_day_and_no_longer() -> None:
    assert len(ask(Purpose.CONTACT, given=(hold(until=TODAY + timedelta(days=1)),))) == 2
    assert len(ask(Purpose.CONTACT, given=(hold(until=TODAY),))) == 1


def test_a_lifted_hold_is_no_obstacle() -> None:
    lifted = erasure.lift_hold(fold([hold()]), hold=HOLD, legal_basis="court order 7")
    assert lifted == RetentionHoldLifted(HOLD, "court order 7")
    assert len(ask(Purpose.CONTACT, given=(hold(), lifted))) == 1
    with pytest.raises(RefusedError) as caught:
        erasure.lift_hold(fold([hold(), lifted]), hold=HOLD, legal_basis="court order 7")
    assert caught.value.rule == "unknown_hold"


def test_while_a_request_is_open_the_person_must_be_reached() -> None:
    assert ask(Purpose.CONTACT, around=BUSY)[1] == ErasureRefused(
        REQUEST, "request_open", (Purpose.CONTACT,)
    )


def test_asking_again_changes_nothing_and_asking_otherwise_is_refused() -> None:
    assert ask(Purpose.CONTACT, given=(REQUESTED,)) == ()
    for by, purposes in (("citizen-1", (Purpose.HEALTH,)), ("citizen-2", (Purpose.CONTACT,))):
        with pytest.raises(RefusedError) as caught:
            ask(*purposes, given=(REQUESTED,), by=by)
        assert caught.value.rule == "request_differs"


def test_nothing_to_erase_and_no_law_are_bad_input() -> None:
    with pytest.raises(InvalidInputError) as caught:
        ask()
    assert (caught.value.place, caught.value.rule) == ("purposes", "purposes_empty")
    with pytest.raises(InvalidInputError) as caught:
        erasure.request(
            EMPTY, request=REQUEST, purposes=[Purpose.CONTACT], legal_basis=" ", by="citizen-1",
            circumstances=FREE,
        )  # fmt: skip
    assert caught.value.rule == "legal_basis_missing"


def test_two_officers_order_it() -> None:
    first = erasure.approve(fold([REQUESTED]), request=REQUEST, by="officer-1", circumstances=FREE)
    assert first == APPROVED[1:2]
    second = erasure.approve(
        fold([REQUESTED, *first]), request=REQUEST, by="officer-2", circumstances=FREE
    )
    assert second == APPROVED[2:]


def test_approvals_count_only_by_different_people_other_than_who_asked() -> None:
    assert refused((REQUESTED,), "citizen-1") == "approver_is_requester"
    assert refused(APPROVED[:2], "officer-1") == "approver_approved_before"
    assert refused((), "officer-1") == "erasure_not_pending"
    assert refused(APPROVED, "officer-3") == "erasure_not_pending"


def test_a_hold_that_came_after_the_request_stops_the_approval() -> None:
    assert refused((REQUESTED, hold()), "officer-1") == "legal_hold"
    assert refused(APPROVED[:2], "officer-2", BUSY) == "request_open"


def test_an_ordered_erasure_begins_once() -> None:
    begun = erasure.begin(fold(APPROVED), request=REQUEST, circumstances=FREE)
    assert begun == (ErasureBegun(REQUEST),)
    for known in ((*APPROVED, *begun), DONE):
        assert erasure.begin(fold(known), request=REQUEST, circumstances=FREE) == ()


def test_nothing_begins_without_an_order_or_against_a_hold() -> None:
    for known, rule in ((APPROVED[:2], "erasure_not_ordered"), ((), "erasure_not_ordered"),
                        ((*APPROVED, hold()), "legal_hold")):  # fmt: skip
        with pytest.raises(RefusedError) as caught:
            erasure.begin(fold(known), request=REQUEST, circumstances=FREE)
        assert caught.value.rule == rule


def test_a_hold_comes_too_late_once_the_erasure_has_begun() -> None:
    for known in ((*APPROVED, ErasureBegun(REQUEST)), DONE):
        with pytest.raises(RefusedError) as caught:
            place(fold(known))
        assert caught.value.rule == "already_erased"


def place(
    state: Erasure, *, until: date | None = None, purpose: Purpose = Purpose.CONTACT
) -> tuple[RetentionHoldPlaced, ...]:
    return erasure.place_hold(
        state, hold=HOLD, kind=HoldKind.LEGAL, purpose=purpose,
        legal_basis="Criminal Procedure Code, article 88", until=until, on=TODAY,
    )  # fmt: skip


def test_a_hold_is_placed_once() -> None:
    assert place(EMPTY) == (hold(),)
    assert place(fold([hold()])) == ()


def test_a_hold_in_the_past_is_bad_input() -> None:
    with pytest.raises(InvalidInputError) as caught:
        place(EMPTY, until=TODAY)
    assert (caught.value.place, caught.value.rule) == ("until", "hold_in_the_past")


def test_what_is_gone_cannot_be_asked_for_again() -> None:
    with pytest.raises(RefusedError) as caught:
        ask(Purpose.CONTACT, given=DONE, request=UUID(int=9))
    assert caught.value.rule == "already_erased"
    assert len(ask(Purpose.HEALTH, given=DONE, request=UUID(int=9))) == 1


EVERYTHING: tuple[Fact, ...] = (
    hold(),
    RetentionHoldLifted(HOLD, BASIS),
    RetentionEnded(Purpose.HEALTH, BASIS),
    *DONE[:-1],
    ERASED,
    ErasureRequested(UUID(int=5), (Purpose.IDENTITY,), BASIS, "citizen-1", TODAY),
    ErasureRefused(UUID(int=5), "retention_hold", (Purpose.IDENTITY,)),
    ErasureRequested(UUID(int=6), (Purpose.IDENTITY,), BASIS, "citizen-1", TODAY),
    ErasureWithdrawn(UUID(int=6)),
)


@given(st.integers(0, len(EVERYTHING)))
def test_folding_in_two_parts_is_folding_at_once(cut: int) -> None:
    state = fold(EVERYTHING[:cut])
    for fact in EVERYTHING[cut:]:
        state = evolve(state, fact)
    assert state == fold(EVERYTHING)
    assert state.gone == {Purpose.CONTACT}


TYPES = FactTypes(TOPICS)
GOLDEN = Path(__file__).parents[2] / "golden" / "erasure_facts.json"
"""Stored name to the fields' bytes, in hex: what is in a ledger is read by these for ever."""


@pytest.mark.parametrize("topic", TOPICS)
def test_a_stored_fact_has_the_bytes_it_always_had(topic: str) -> None:
    fact = next(fact for fact in EVERYTHING if TYPES.topic_of(fact) == topic)
    golden = bytes.fromhex(json.loads(GOLDEN.read_text())[topic])
    stored = TYPES.codec(topic).fields_of(fact)
    assert canonical.encode([stored.clear, stored.sealed]) == golden
    assert TYPES.reader(topic)(StoredFields(*canonical.decode(golden))) == fact


def test_every_fact_that_is_stored_has_its_golden_bytes() -> None:
    assert set(json.loads(GOLDEN.read_text())) == set(TOPICS)
