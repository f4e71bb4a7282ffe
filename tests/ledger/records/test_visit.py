"""A visit's decisions, and that its facts fold the same however they are cut."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import RefusedError
from ledger.records import visit
from ledger.records.visit import (
    Fact,
    Form,
    Packed,
    RestrictedPartKept,
    RuleCount,
    Sent,
    Visit,
    VisitCorrected,
    VisitRecorded,
    VisitRecordedInParts,
    VisitVoided,
)

ONE, OTHER = UUID(int=1), UUID(int=2)
BYTES = (b"a", b"b", b"c")


def sent(received: bytes, *, restricted: bool = False) -> Sent:
    shown = Packed(1, b"shown" if restricted else received)
    whole = Packed(1, received) if restricted else None
    apart = Packed(2, b"apart") if restricted else None
    return Sent(Form.FHIR_VISIT, "r4-test", received, shown, whole, apart)


def recorded(received: bytes = b"a") -> Visit:
    state = visit.fold(visit.take_in(None, sent=sent(received)))
    assert state is not None
    return state


def rule_of(*, state: Visit, received: bytes, known: list[bytes], reason: str | None) -> str:
    with pytest.raises(RefusedError) as refused:
        visit.take_in(state, sent=sent(received), known=known, reason=reason)
    return refused.value.rule


def test_the_first_time_is_a_recording() -> None:
    assert visit.take_in(None, sent=sent(b"a")) == (
        VisitRecorded(Form.FHIR_VISIT, "r4-test", 1, b"a"),
    )
    assert visit.take_in(None, sent=sent(b"a", restricted=True)) == (
        VisitRecordedInParts(Form.FHIR_VISIT, "r4-test", 1, b"shown", 2, b"apart"),
    )


def test_a_correction_keeps_the_whole_in_a_fact_of_its_own() -> None:
    facts = visit.take_in(recorded(), sent=sent(b"b", restricted=True), known=[b"a"], reason="sửa")
    assert facts == (
        VisitCorrected(Form.FHIR_VISIT, "r4-test", 1, "sửa", b"shown"),
        RestrictedPartKept(1, b"b"),
    )
    state = visit.fold((VisitRecordedInParts(Form.FHIR_VISIT, "r4-test", 1, b"a", 2, b"x"), *facts))
    assert state is not None
    first, second = state.revisions
    assert (first.withheld, first.restricted) == ((2, b"x"), None)
    assert (second.withheld, second.restricted) == (None, (1, b"b"))


def test_other_bytes_are_a_correction_with_a_reason() -> None:
    state = recorded()
    assert rule_of(state=state, received=b"b", known=[b"a"], reason=None) == (
        "correction_needs_a_reason"
    )
    assert rule_of(state=state, received=b"b", known=[b"a"], reason="  ") == (
        "correction_needs_a_reason"
    )
    facts = visit.take_in(state, sent=sent(b"b"), known=[b"a"], reason="sửa")
    assert facts == (VisitCorrected(Form.FHIR_VISIT, "r4-test", 1, "sửa", b"b"),)


def test_erased_revisions_compare_as_nothing_known() -> None:
    facts = visit.take_in(recorded(), sent=sent(b"a"), known=[None], reason="gửi lại")
    assert isinstance(facts[0], VisitCorrected)


def test_a_void_visit_takes_nothing_but_a_correction() -> None:
    state = visit.evolve(recorded(), VisitVoided("nhầm"))
    with pytest.raises(RefusedError):
        visit.void(state, reason="nhầm")
    with pytest.raises(RefusedError):
        visit.reassign(
            state, origin=ONE, to=OTHER, document=Packed(1, b"a"), restricted=None, reason="nhầm"
        )
    facts = visit.take_in(state, sent=sent(b"a"), known=[b"a"], reason="đúng")
    back = visit.evolve(state, facts[0])
    assert (back.voided, back.revision) == (False, 2)


def test_a_visit_is_reassigned_to_another_person_only() -> None:
    with pytest.raises(RefusedError) as refused:
        visit.reassign(
            recorded(), origin=ONE, to=ONE, document=Packed(1, b"a"), restricted=None, reason="x"
        )
    assert refused.value.rule == "same_person"


def test_each_revision_is_assessed_once() -> None:
    state = recorded()
    counts = [RuleCount("b", 1), RuleCount("a", 2)]
    facts = visit.assess(state, assessor="l3-1", errors=0, warnings=3, late=False, rules=counts)
    assert [count.rule for count in facts[0].rules] == ["a", "b"]
    after = visit.evolve(state, facts[0])
    assert visit.assess(
        after, assessor="l3-1", errors=0, warnings=3, late=False, rules=counts
    ) == ()  # fmt: skip


def walked(steps: list[tuple[int, bool]]) -> list[Fact]:
    """Return what a facility's messages and mistakes lead to."""
    facts: list[Fact] = []
    known: list[bytes] = []
    owner = ONE
    for number, restricted in steps:
        state = visit.fold(facts)
        try:
            if number == len(BYTES) and state is not None:
                facts.append(visit.void(state, reason="nhầm"))
            elif number == len(BYTES) + 1 and state is not None:
                to = OTHER if owner == ONE else ONE
                moved = visit.reassign(
                    state, origin=owner, to=to, document=Packed(1, b"m"), restricted=None,
                    reason="nhầm người",
                )  # fmt: skip
                facts += moved
                known.append(known[-1])
                owner = to
            elif number < len(BYTES):
                new = visit.take_in(
                    state, sent=sent(BYTES[number], restricted=restricted), known=known,
                    reason="sửa",
                )  # fmt: skip
                facts += new
                known += [BYTES[number]] if new else []
        except RefusedError:
            continue
    return facts


STEPS = st.lists(st.tuples(st.integers(0, len(BYTES) + 1), st.booleans()), max_size=12)


@given(STEPS, st.integers(0, 24))
def test_a_fold_in_two_parts_is_the_fold(steps: list[tuple[int, bool]], cut: int) -> None:
    facts = walked(steps)
    state = visit.fold(facts[:cut])
    for fact in facts[cut:]:
        state = visit.evolve(state, fact)
    assert state == visit.fold(facts)


@given(STEPS)
def test_nothing_ever_takes_a_revision_away(steps: list[tuple[int, bool]]) -> None:
    facts = walked(steps)
    seen: tuple[object, ...] = ()
    for number in range(1, len(facts) + 1):
        state = visit.fold(facts[:number])
        assert state is not None
        documents = tuple(revision.document for revision in state.revisions)
        assert documents[: len(seen)] == seen
        seen = documents
