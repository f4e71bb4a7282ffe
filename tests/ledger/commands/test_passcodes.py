"""A passcode: nobody guesses it, however many try at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.certificates.procedure import Role
from ledger.commands import passcodes
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, Change, Idempotency, Receipt
from ledger.records import passcode
from ledger.records.passcode import MOST_FAILURES, PAUSE, PasscodeFailed, PasscodePassed, check_new
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import MONDAY, SUBJECT, by
from tests_support.request_office import ALL_TOPICS, RequestOffice
from verify_api.identity.authentication import FRESH_FOR

RIGHT, WRONG = "482913", "482914"


@pytest.fixture
def facts() -> MemoryFacts:
    office = RequestOffice(MemoryFacts({**ALL_TOPICS, **passcode.TOPICS}))
    office.register()
    choose(office.facts)
    return office.facts


def choose(facts: MemoryFacts, hashed: str = f"hash of {RIGHT}", subject: UUID = SUBJECT) -> None:
    passcodes.choose(facts, subject=subject, hashed=hashed, act=act())


def act(at: datetime = MONDAY) -> Act:
    return by(Role.CITIZEN, at)


def is_passcode(typed: str, hashed: str) -> bool:
    return hashed == f"hash of {typed}"


def enter(facts: MemoryFacts, typed: str, at: datetime = MONDAY) -> str | None:
    """Return the rule that refuses it, None if nothing does."""
    try:
        passcodes.enter(
            facts, subject=SUBJECT, passcode=typed, is_passcode=is_passcode, act=act(at)
        )
    except RefusedError as error:
        return error.rule
    return None


def test_the_right_one_passes_and_forgets_the_wrong_ones_before(facts: MemoryFacts) -> None:
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            assert enter(facts, WRONG) == "passcode_wrong"
        assert enter(facts, RIGHT) is None


def test_after_five_wrong_ones_not_even_the_right_one_is_compared(facts: MemoryFacts) -> None:
    for _ in range(MOST_FAILURES):
        assert enter(facts, WRONG) == "passcode_wrong"
    assert enter(facts, RIGHT) == "passcode_locked"
    almost = MONDAY + PAUSE - timedelta(seconds=1)
    assert enter(facts, RIGHT, almost) == "passcode_locked"
    assert passcodes.is_locked_until(facts, SUBJECT, at=almost) == MONDAY + PAUSE
    assert enter(facts, WRONG, MONDAY + PAUSE) == "passcode_wrong"
    assert enter(facts, RIGHT, MONDAY + PAUSE) == "passcode_locked"
    assert enter(facts, RIGHT, MONDAY + 2 * PAUSE) is None


def test_of_many_guesses_at_once_five_are_answered(facts: MemoryFacts) -> None:
    guesses = [WRONG] * 20 + [RIGHT]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda typed: enter(facts, typed), guesses))
    counted = facts.history(passcode.passcode_stream(SUBJECT)).facts
    assert sum(isinstance(one, PasscodeFailed) for one in counted) == told.count("passcode_wrong")
    assert told.count("passcode_wrong") <= 2 * MOST_FAILURES
    assert told.count("passcode_locked") >= 1


def test_the_first_is_chosen_once_and_another_by_who_knows_it(facts: MemoryFacts) -> None:
    with pytest.raises(RefusedError) as refused:
        choose(facts, "hash of 111222")
    assert refused.value.rule == "passcode_exists"

    def change(former: str) -> None:
        passcodes.change(
            facts, subject=SUBJECT, former=former, hashed="hash of 705182",
            is_passcode=is_passcode, act=act(),
        )  # fmt: skip

    with pytest.raises(RefusedError):
        change(WRONG)
    change(RIGHT)
    assert enter(facts, RIGHT) == "passcode_wrong"
    assert enter(facts, "705182") is None


def reset(facts: MemoryFacts, typed: str, at: datetime = MONDAY, ago: int = 0) -> str | None:
    """Set a forgotten one anew by who showed ``ago`` seconds before who they are."""
    shown_at = at - timedelta(seconds=ago)
    try:
        passcodes.reset(
            facts, subject=SUBJECT, hashed=f"hash of {typed}", shown_at=shown_at, act=act(at)
        )
    except RefusedError as error:
        return error.rule
    return None


def test_a_forgotten_one_is_set_anew_and_the_former_ends(facts: MemoryFacts) -> None:
    assert reset(facts, "705182") is None
    assert enter(facts, RIGHT) == "passcode_wrong"
    assert enter(facts, "705182") is None
    assert passcodes.resets(facts, SUBJECT) == (MONDAY,)


def test_who_is_locked_out_may_set_it_anew_and_is_locked_out_no_more(facts: MemoryFacts) -> None:
    for _ in range(MOST_FAILURES):
        enter(facts, WRONG)
    assert passcodes.is_locked_until(facts, SUBJECT, at=MONDAY) is not None
    assert reset(facts, "705182") is None
    assert passcodes.is_locked_until(facts, SUBJECT, at=MONDAY) is None
    for _ in range(MOST_FAILURES):
        assert enter(facts, RIGHT) == "passcode_wrong"
    assert enter(facts, "705182") == "passcode_locked"


@pytest.mark.parametrize(("ago", "rule"), [
    (0, None), (299, None), (300, "identity_not_fresh"), (-1, "identity_not_fresh"),
])  # fmt: skip
def test_it_is_set_anew_by_who_has_just_shown_who_they_are(
    facts: MemoryFacts, ago: int, rule: str | None
) -> None:
    assert reset(facts, "705182", ago=ago) == rule
    assert enter(facts, RIGHT) == (None if rule else "passcode_wrong")


def test_as_long_as_before_any_other_act_of_weight() -> None:
    assert passcode.SHOWN_WITHIN == FRESH_FOR


def test_where_none_was_chosen_none_can_be_forgotten() -> None:
    office = RequestOffice(MemoryFacts({**ALL_TOPICS, **passcode.TOPICS}))
    office.register()
    assert reset(office.facts, RIGHT) == "passcode_not_set"


class ResetBehind(MemoryFacts):
    """Facts whose passcode is set anew as soon as the former one was typed."""

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        receipt = super().append(act, *changes, idempotency=idempotency)
        if any(isinstance(fact, PasscodePassed) for one in changes for fact in one.facts):
            assert reset(self, "705182") is None
        return receipt


def test_who_knew_the_former_one_changes_nothing_after_it_was_set_anew() -> None:
    """The former one is typed and right; then its owner is faster than the change."""
    behind = ResetBehind({**ALL_TOPICS, **passcode.TOPICS})
    RequestOffice(behind).register()
    choose(behind)
    with pytest.raises(RefusedError) as refused:
        passcodes.change(
            behind, subject=SUBJECT, former=RIGHT, hashed="hash of 111222",
            is_passcode=is_passcode, act=act(),
        )  # fmt: skip
    assert refused.value.rule == "passcode_wrong"
    assert enter(behind, "111222") == "passcode_wrong"
    assert passcodes.resets(behind, SUBJECT) == (MONDAY,)


def test_where_none_was_chosen_none_is_right() -> None:
    office = RequestOffice(MemoryFacts({**ALL_TOPICS, **passcode.TOPICS}))
    with pytest.raises(NotFoundError):
        choose(office.facts, subject=UUID(int=4))
    office.register()
    assert enter(office.facts, RIGHT) == "passcode_not_set"


@pytest.mark.parametrize(
    ("typed", "again", "rule"),
    [
        ("12345", "12345", "passcode"),
        ("1234567", "1234567", "passcode"),
        ("48291a", "48291a", "passcode"),
        ("48291\uff13", "48291\uff13", "passcode"),
        ("000000", "000000", "passcode_too_easy"),
        ("123456", "123456", "passcode_too_easy"),
        ("987654", "987654", "passcode_too_easy"),
        ("482913", "482914", "passcode_differs"),
    ],
)
def test_a_new_passcode_is_six_digits_that_nobody_tries_first(
    typed: str, again: str, rule: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_new(typed, again=again)
    assert refused.value.rule == rule
    assert check_new(RIGHT, again=RIGHT) == RIGHT
