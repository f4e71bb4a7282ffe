from datetime import UTC, date, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.certificates import lifecycle
from ledger.certificates.kind import Status, StatusReference
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Certificate, Phase, Standing
from ledger.certificates.lifecycle_facts import (
    TOPICS,
    CertificateCancelled,
    CertificateCorrected,
    CertificateDrafted,
    CertificateIssued,
    CertificateNoLongerCurrent,
    CertificatePaperMade,
    CertificateRecalled,
    CertificateSealed,
    CertificateSigned,
    CertificateSupplemented,
    CertificateWithdrawn,
    Decision,
    Fact,
    Reason,
)
from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Erased

KIND = KINDS["judicial-record"]
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
STATUS = StatusReference(7, "https://kiemtra.example/s/1-2705-0")
DECISION = Decision("15/QĐ-CA01", TODAY, Reason.CONTENT_WRONG, bytes(32))
OTHER = UUID(int=2)

DRAFTED = lifecycle.draft(
    None, kind=KIND, content=KIND.specimen, holder=KIND.specimen_holder, drafter="officer-1"
)
SIGNED = CertificateSigned(
    signer="officer-2",
    authority="CA01",
    number="1/LLTP-CA01",
    kid=bytes(32),
    status=STATUS,
    issued_at=NOON,
    expires_at=NOON + KIND.validity,
    signed_digest=bytes(32),
)
SEALED = CertificateSealed(bytes(32), b"token")
ISSUED = CertificateIssued(NOON)
ACTIVE = (DRAFTED, SIGNED, SEALED, ISSUED)
RECALLED = CertificateRecalled(DECISION, NOON, STATUS, "wrong", b"%PDF")


def state(*facts: Fact) -> Certificate | None:
    return lifecycle.fold(facts)


def refusal(raised: pytest.ExceptionInfo[RefusedError]) -> str:
    return raised.value.rule


def test_a_draft_keeps_what_the_kind_has_checked() -> None:
    folded = state(DRAFTED)
    assert folded is not None
    assert folded.phase is Phase.DRAFTED
    assert lifecycle.content_of(folded) == KIND.specimen
    assert lifecycle.holder_of(folded) == KIND.specimen_holder


def test_a_content_that_the_kind_refuses_is_not_drafted() -> None:
    with pytest.raises(InvalidInputError, match=r"content\.form"):
        lifecycle.draft(None, kind=KIND, content={}, holder=KIND.specimen_holder, drafter="o")


def test_a_certificate_is_drafted_once() -> None:
    with pytest.raises(RefusedError) as raised:
        lifecycle.draft(
            state(DRAFTED), kind=KIND, content={}, holder=KIND.specimen_holder, drafter="officer-1"
        )
    assert refusal(raised) == "certificate_exists"


def test_who_drafted_does_not_sign() -> None:
    with pytest.raises(RefusedError) as raised:
        lifecycle.may_sign(state(DRAFTED), signer="officer-1")
    assert refusal(raised) == "signer_is_drafter"


def test_somebody_else_signs() -> None:
    assert lifecycle.may_sign(state(DRAFTED), signer="officer-2") == state(DRAFTED)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [((), "certificate_not_drafted"), ((DRAFTED, SIGNED), "not_drafted"), (ACTIVE, "not_drafted")],
)
def test_only_a_draft_is_signed(facts: tuple[Fact, ...], rule: str) -> None:
    with pytest.raises(RefusedError) as raised:
        lifecycle.may_sign(state(*facts), signer="officer-2")
    assert refusal(raised) == rule


def test_a_signed_certificate_is_sealed_and_issued_at_once() -> None:
    sealed = lifecycle.seal(state(DRAFTED, SIGNED), token=b"token", token_digest=bytes(32), at=NOON)
    assert sealed == (SEALED, ISSUED)


def test_a_draft_without_signature_is_not_sealed() -> None:
    with pytest.raises(RefusedError) as raised:
        lifecycle.seal(state(DRAFTED), token=b"token", token_digest=bytes(32), at=NOON)
    assert refusal(raised) == "not_signed"


def test_paper_is_made_once_and_only_of_what_is_in_force() -> None:
    made = lifecycle.file_paper(state(*ACTIVE), document=b"%PDF", document_digest=bytes(32))
    assert made == CertificatePaperMade(bytes(32), b"%PDF")
    with pytest.raises(RefusedError) as raised:
        lifecycle.file_paper(state(*ACTIVE, made), document=b"%PDF", document_digest=bytes(32))
    assert refusal(raised) == "paper_exists"
    with pytest.raises(RefusedError) as raised:
        lifecycle.file_paper(state(DRAFTED), document=b"%PDF", document_digest=bytes(32))
    assert refusal(raised) == "not_active"


def test_a_withdrawn_draft_had_no_index_and_a_withdrawn_intent_had_one() -> None:
    draft = lifecycle.withdraw(state(DRAFTED), by="officer-1", at=NOON)
    intent = lifecycle.withdraw(state(DRAFTED, SIGNED), by="officer-1", at=NOON)
    assert (draft.status, intent.status) == (None, STATUS)


@pytest.mark.parametrize("facts", [(DRAFTED, SIGNED, SEALED), ACTIVE, (*ACTIVE, RECALLED)])
def test_what_bears_a_signature_is_not_withdrawn(facts: tuple[Fact, ...]) -> None:
    with pytest.raises(RefusedError) as raised:
        lifecycle.withdraw(state(*facts), by="officer-1", at=NOON)
    assert refusal(raised) == "not_withdrawable"


def decide(action: str, before: Certificate | None, decision: Decision) -> Fact:
    match action:
        case "recall":
            return lifecycle.recall(
                before, decision=decision, summary="s", document=b"%PDF", today=TODAY, at=NOON
            )
        case "cancel":
            return lifecycle.cancel(
                before, decision=decision, summary="s", document=b"%PDF", today=TODAY, at=NOON
            )
        case _:
            return lifecycle.supplement(
                before, decision=decision, addition="a", document=b"%PDF", today=TODAY, at=NOON
            )


@pytest.mark.parametrize(
    ("action", "phase"),
    [("recall", Phase.RECALLED), ("cancel", Phase.CANCELLED), ("supplement", Phase.ACTIVE)],
)
def test_a_decision_changes_a_certificate_in_force(action: str, phase: Phase) -> None:
    fact = decide(action, state(*ACTIVE), DECISION)
    after = state(*ACTIVE, fact)
    assert after is not None
    assert after.phase is phase


@pytest.mark.parametrize("action", ["recall", "cancel", "supplement"])
@pytest.mark.parametrize(
    ("decision", "rule"),
    [
        (Decision(" ", TODAY, Reason.CONTENT_WRONG, bytes(32)), "decision_number_missing"),
        (Decision("x" * 65, TODAY, Reason.CONTENT_WRONG, bytes(32)), "decision_number_missing"),
        (
            Decision("1", TODAY + timedelta(days=1), Reason.CONTENT_WRONG, bytes(32)),
            "decision_in_the_future",
        ),
        (Decision("1", TODAY, Reason.CONTENT_WRONG, b""), "decision_document_missing"),
    ],
)
def test_a_decision_has_number_day_and_document(action: str, decision: Decision, rule: str) -> None:
    with pytest.raises(RefusedError) as raised:
        decide(action, state(*ACTIVE), decision)
    assert refusal(raised) == rule


@pytest.mark.parametrize("action", ["recall", "cancel", "supplement"])
@pytest.mark.parametrize("facts", [(DRAFTED,), (DRAFTED, SIGNED), (*ACTIVE, RECALLED)])
def test_nothing_is_decided_about_what_is_not_in_force(
    action: str, facts: tuple[Fact, ...]
) -> None:
    with pytest.raises(RefusedError) as raised:
        decide(action, state(*facts), DECISION)
    assert refusal(raised) == "not_active"


def test_a_supplement_adds_something() -> None:
    with pytest.raises(InvalidInputError, match="what is added"):
        lifecycle.supplement(
            state(*ACTIVE), decision=DECISION, addition=" ", document=b"d", today=TODAY, at=NOON
        )


def test_a_supplemented_certificate_stays_in_force() -> None:
    added = CertificateSupplemented(DECISION, NOON, "more", b"%PDF")
    after = state(*ACTIVE, added)
    assert after is not None
    assert after.supplements == (added,)
    assert lifecycle.standing(after, NOON) is Standing.IN_FORCE


def test_a_correction_names_its_successor() -> None:
    assert lifecycle.may_correct(state(*ACTIVE), decision=DECISION, today=TODAY) == state(*ACTIVE)
    corrected = lifecycle.correct(state(*ACTIVE), decision=DECISION, superseded_by=OTHER, at=NOON)
    after = state(*ACTIVE, corrected)
    assert after is not None
    assert (after.phase, after.superseded_by) == (Phase.SUPERSEDED, OTHER)
    assert lifecycle.standing(after, NOON) is Standing.SUPERSEDED


def test_changed_records_are_noted_once_and_end_nothing() -> None:
    outdated = lifecycle.outdate(state(*ACTIVE), at=NOON)
    after = state(*ACTIVE, outdated)
    assert after is not None
    assert after.no_longer_current_since == NOON
    assert lifecycle.standing(after, NOON) is Standing.IN_FORCE
    with pytest.raises(RefusedError) as raised:
        lifecycle.outdate(after, at=NOON)
    assert refusal(raised) == "already_outdated"


@pytest.mark.parametrize(
    ("after", "standing"),
    [
        (timedelta(seconds=-1), Standing.NOT_ISSUED),
        (timedelta(0), Standing.IN_FORCE),
        (timedelta(days=10, seconds=-1), Standing.IN_FORCE),
        (timedelta(days=10), Standing.RECALLED),
        (timedelta(days=180, seconds=-1), Standing.RECALLED),
        (timedelta(days=180), Standing.EXPIRED),
    ],
)
def test_standing_has_one_answer_for_every_time(after: timedelta, standing: Standing) -> None:
    recalled = CertificateRecalled(DECISION, NOON + timedelta(days=10), STATUS, "s", b"%PDF")
    folded = state(*ACTIVE, recalled)
    assert folded is not None
    assert lifecycle.standing(folded, NOON + after) is standing


def test_a_draft_and_a_withdrawn_intent_are_not_issued_at_any_time() -> None:
    for facts in ((DRAFTED,), (DRAFTED, SIGNED, CertificateWithdrawn(NOON, "o", STATUS))):
        folded = state(*facts)
        assert folded is not None
        assert lifecycle.standing(folded, NOON) is Standing.NOT_ISSUED


def test_judicial_lists_show_no_more_than_revoked() -> None:
    shown = {phase: lifecycle.published_status(KIND, phase) for phase in Phase}
    assert set(shown.values()) == {Status.VALID, Status.REVOKED}
    assert shown[Phase.ACTIVE] is Status.VALID
    assert shown[Phase.SUPERSEDED] is Status.REVOKED


def test_what_was_erased_is_refused_and_never_said_to_be_nothing() -> None:
    erased = Erased(bytes(16))
    drafted = CertificateDrafted(KIND.code, None, "o", None, erased, erased, erased)
    folded = state(drafted, SIGNED, CertificateSealed(bytes(32), erased), ISSUED)
    assert folded is not None
    for ask, rule in (
        (lifecycle.content_of, "content_erased"),
        (lifecycle.holder_of, "holder_erased"),
        (lifecycle.token_of, "token_erased"),
    ):
        with pytest.raises(RefusedError) as raised:
            ask(folded)
        assert refusal(raised) == rule


def test_a_token_is_handed_out_only_after_the_issue() -> None:
    folded = state(DRAFTED, SIGNED, SEALED)
    assert folded is not None
    with pytest.raises(RefusedError) as raised:
        lifecycle.token_of(folded)
    assert refusal(raised) == "not_issued"


def test_every_fact_has_a_stored_name() -> None:
    assert set(TOPICS.values()) == set(get_args(Fact))


FOLLOWING = st.sampled_from(
    [
        CertificatePaperMade(bytes(32), b"%PDF"),
        CertificateSupplemented(DECISION, NOON, "more", b"%PDF"),
        CertificateNoLongerCurrent(NOON),
        CertificateCorrected(DECISION, NOON, OTHER, STATUS),
        CertificateCancelled(DECISION, NOON, STATUS, "s", b"%PDF"),
        RECALLED,
    ]
)


@given(st.lists(FOLLOWING, max_size=5), st.integers(0, 9))
def test_folding_in_two_parts_is_folding(following: list[Fact], cut: int) -> None:
    facts = (*ACTIVE, *following)
    first = lifecycle.fold(facts[:cut])
    for fact in facts[cut:]:
        first = lifecycle.evolve(first, fact)
    assert first == lifecycle.fold(facts)


ACTIONS = (
    "sign",
    "seal",
    "paper",
    "withdraw",
    "supplement",
    "correct",
    "recall",
    "cancel",
    "outdate",
)


def attempt(action: str, before: Certificate | None) -> tuple[Fact, ...]:
    match action:
        case "sign":
            lifecycle.may_sign(before, signer="officer-2")
            return (SIGNED,)
        case "seal":
            return lifecycle.seal(before, token=b"token", token_digest=bytes(32), at=NOON)
        case "paper":
            return (lifecycle.file_paper(before, document=b"d", document_digest=bytes(32)),)
        case "withdraw":
            return (lifecycle.withdraw(before, by="officer-1", at=NOON),)
        case "correct":
            return (lifecycle.correct(before, decision=DECISION, superseded_by=OTHER, at=NOON),)
        case "outdate":
            return (lifecycle.outdate(before, at=NOON),)
        case _:
            return (decide(action, before, DECISION),)


@given(st.lists(st.sampled_from(ACTIONS), max_size=12))
def test_no_walk_leaves_an_ended_certificate_or_skips_a_step(actions: list[str]) -> None:
    facts: list[Fact] = [DRAFTED]
    for action in actions:
        before = lifecycle.fold(facts)
        assert before is not None
        try:
            facts += attempt(action, before)
        except RefusedError:
            continue
        after = lifecycle.fold(facts)
        assert after is not None
        ended = {Phase.SUPERSEDED, Phase.RECALLED, Phase.CANCELLED, Phase.WITHDRAWN}
        assert before.phase not in ended
        if after.phase in ended - {Phase.WITHDRAWN}:
            assert before.phase is Phase.ACTIVE
            assert after.sealed is not None
