from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ledger.certificates import lifecycle
from ledger.certificates.kind import StatusReference
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Certificate, Course, Phase
from ledger.certificates.lifecycle_facts import (
    STEPS,
    TOPICS,
    CertificateSigned,
    Decision,
    Fact,
    Reason,
    Step,
)
from ledger.errors import RefusedError

KIND = KINDS["judicial-record"]
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
STATUS = StatusReference(7, "https://kiemtra.example/s/1-2705-0")
DECISION = Decision("15/QĐ-CA01", TODAY, Reason.CONTENT_WRONG, bytes(32))
DRAFTED = lifecycle.draft(
    None, kind=KIND, content=KIND.specimen, holder=KIND.specimen_holder, drafter="officer-1"
)

Act = Callable[[Certificate, datetime], tuple[Fact, ...]]

ACTS: dict[str, Act] = {
    "sign": lambda _, at: (
        CertificateSigned("officer-2", "CA01", "1/LLTP-CA01", bytes(32), STATUS, at,
                          at + KIND.validity, bytes(32)),
    ),
    "seal": lambda state, at: lifecycle.seal(
        state, token=b"token", token_digest=bytes(32), at=at
    ),
    "paper": lambda state, _: (
        lifecycle.file_paper(state, document=b"%PDF", document_digest=bytes(32)),
    ),
    "withdraw": lambda state, at: (lifecycle.withdraw(state, by="officer-2", at=at),),
    "supplement": lambda state, at: (
        lifecycle.supplement(
            state, decision=DECISION, addition="more", document=b"%PDF", today=TODAY, at=at
        ),
    ),
    "correct": lambda state, at: (
        lifecycle.correct(state, decision=DECISION, superseded_by=UUID(int=2), at=at),
    ),
    "recall": lambda state, at: (
        lifecycle.recall(
            state, decision=DECISION, summary="wrong", document=b"%PDF", today=TODAY, at=at
        ),
    ),
    "cancel": lambda state, at: (
        lifecycle.cancel(
            state, decision=DECISION, summary="void", document=b"%PDF", today=TODAY, at=at
        ),
    ),
    "outdate": lambda state, at: (lifecycle.outdate(state, at=at),),
}  # fmt: skip


def life(tried: list[str]) -> list[Fact]:
    """Return the facts of a life in which all of ``tried`` was tried and some was refused."""
    facts: list[Fact] = [DRAFTED]
    for hours, name in enumerate(tried):
        state = lifecycle.fold(facts)
        assert state is not None
        if name == "sign" and state.phase is not Phase.DRAFTED:
            continue
        try:
            facts += ACTS[name](state, NOON + timedelta(hours=hours))
        except RefusedError:
            continue
    return facts


def steps(facts: list[Fact]) -> list[Step]:
    return [fact for fact in facts if isinstance(fact, get_args(Step))]


LIVES = st.lists(st.sampled_from(sorted(ACTS)), max_size=9).flatmap(
    lambda tried: st.sampled_from([life(tried), life(["sign", "seal", *tried])])
)


@given(LIVES)
def test_the_steps_alone_tell_as_much_as_the_whole_life(facts: list[Fact]) -> None:
    whole, light = lifecycle.fold(facts), lifecycle.course(steps(facts))
    assert whole is not None
    for field in fields(Course):
        assert getattr(light, field.name) == getattr(whole, field.name), field.name


@given(LIVES, st.data())
def test_a_seal_without_issue_is_a_step_not_taken(facts: list[Fact], data: st.DataObject) -> None:
    part = facts[: data.draw(st.integers(1, len(facts)))]
    whole, light = lifecycle.fold(part), lifecycle.course(steps(part))
    assert whole is not None
    assert light.phase is (Phase.SIGNED if whole.phase is Phase.SEALED else whole.phase)


def test_random_lives_come_to_every_end() -> None:
    ends = ["withdraw", "correct", "recall", "cancel", "paper"]
    phases = {lifecycle.course(steps(life(["sign", "seal", end]))).phase for end in ends}
    phases |= {lifecycle.course(steps(life(tried))).phase for tried in ([], ["sign"], ["withdraw"])}
    assert phases == set(Phase) - {Phase.SEALED}


def test_every_step_has_its_stored_name_and_nothing_else_is_one() -> None:
    assert {TOPICS[topic] for topic in STEPS} == set(get_args(Step))
    held = {"drafted", "sealed", "paper_made", "supplemented"}
    assert set(TOPICS) - set(STEPS) == {f"certificate.{name}/1" for name in held}
