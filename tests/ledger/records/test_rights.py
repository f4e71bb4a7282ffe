from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.records import rights
from ledger.records.rights import CLOCKS, MOST_OPEN, Right, Rights, RightsDetails, RightsOpened
from tests_support.health_people import CALENDAR

ONE = UUID(int=1)
TODAY = date(2026, 11, 20)
"""A Friday; Tuesday the 24th is Vietnam Culture Day."""
DETAILS = RightsDetails("yêu cầu mẫu")


def opened(
    right: Right = Right.VIEW, *, state: Rights = rights.EMPTY, with_others: bool = False,
    request: UUID = ONE, on: date = TODAY, details: RightsDetails = DETAILS,
) -> tuple[RightsOpened, ...]:  # fmt: skip
    return rights.open_request(
        state, request=request, right=right, details=details, facility=None,
        with_others=with_others, on=on, calendar=CALENDAR,
    )  # fmt: skip


def rule(error: pytest.ExceptionInfo[RefusedError]) -> str:
    return error.value.rule


@pytest.mark.parametrize(
    ("right", "due", "with_others", "extended"),
    [
        (Right.VIEW, date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 10)),
        (Right.CORRECT, date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 10)),
        (Right.PROVIDE, date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 10)),
        (Right.WITHDRAW, date(2026, 12, 7), date(2026, 12, 10), date(2026, 12, 22)),
        (Right.RESTRICT, date(2026, 12, 7), date(2026, 12, 10), date(2026, 12, 22)),
        (Right.ERASE, date(2026, 12, 10), date(2026, 12, 21), date(2026, 12, 30)),
    ],
)
def test_each_right_has_the_clock_of_the_decree(
    right: Right, due: date, with_others: date, extended: date
) -> None:
    (first,) = opened(right)
    assert first.due == due
    assert opened(right, with_others=True)[0].due == with_others
    later = rights.extend(
        rights.fold([first]), request=ONE, reason="cần thêm thời gian", on=TODAY, calendar=CALENDAR
    )
    assert later.due == extended
    # Two working days: Saturday, Sunday and the holiday of Tuesday do not count.
    assert first.answer_due == date(2026, 11, 25)


def test_every_right_has_a_clock() -> None:
    assert set(CLOCKS) == set(Right)


def test_a_request_is_extended_once_and_in_time() -> None:
    (first,) = opened()

    def extend(state: Rights, on: date) -> rights.RightsExtended:
        return rights.extend(state, request=ONE, reason="lý do", on=on, calendar=CALENDAR)

    once = extend(rights.fold([first]), first.due)
    with pytest.raises(RefusedError) as refused:
        extend(rights.fold([first, once]), TODAY)
    assert rule(refused) == "extended_before"
    with pytest.raises(RefusedError) as refused:
        extend(rights.fold([first]), first.due + timedelta(days=1))
    assert rule(refused) == "already_overdue"


def test_a_completed_restriction_restricts_until_a_completed_lifting() -> None:
    restrict = opened(Right.RESTRICT)
    assert not rights.fold(restrict).restricted
    done = rights.complete(rights.fold(restrict), request=ONE, words="đã hạn chế")
    restricted = rights.fold([*restrict, done])
    assert restricted.restricted
    lift = opened(Right.LIFT_RESTRICTION, state=restricted, request=UUID(int=2))
    lifting = rights.fold([*restrict, done, *lift])
    assert lifting.restricted
    lifted = rights.complete(lifting, request=UUID(int=2), words="đã bỏ")
    assert not rights.fold([*restrict, done, *lift, lifted]).restricted


def test_a_refused_restriction_restricts_nothing() -> None:
    restrict = opened(Right.RESTRICT)
    no = rights.refuse(rights.fold(restrict), request=ONE, rule="not_the_person", words="lý do")
    assert not rights.fold([*restrict, no]).restricted


def test_nothing_happens_after_the_end() -> None:
    first = opened()
    done = rights.complete(rights.fold(first), request=ONE, words="xong")
    ended = rights.fold([*first, done])
    for attempt in (
        lambda: rights.answer(ended, request=ONE, words="a"),
        lambda: rights.complete(ended, request=ONE, words="a"),
        lambda: rights.refuse(ended, request=ONE, rule="r", words="a"),
        lambda: rights.extend(ended, request=ONE, reason="a", on=TODAY, calendar=CALENDAR),
    ):
        with pytest.raises(RefusedError) as refused:
            attempt()
        assert rule(refused) == "request_ended"


def test_an_answer_is_given_once_and_only_to_what_was_asked() -> None:
    state = rights.fold(opened())
    answered = rights.answer(state, request=ONE, words="đang xử lý")
    with pytest.raises(RefusedError) as refused:
        rights.answer(rights.fold([*opened(), answered]), request=ONE, words="lại")
    assert rule(refused) == "already_answered"
    with pytest.raises(RefusedError) as refused:
        rights.answer(rights.EMPTY, request=ONE, words="lại")
    assert rule(refused) == "unknown_request"


def test_the_same_request_is_one_and_another_content_is_refused() -> None:
    state = rights.fold(opened())
    assert opened(state=state, on=TODAY + timedelta(days=3)) == ()
    with pytest.raises(RefusedError) as refused:
        opened(state=state, details=RightsDetails("khác"))
    assert rule(refused) == "request_differs"


def test_what_is_not_restricted_is_not_lifted() -> None:
    with pytest.raises(RefusedError) as refused:
        opened(Right.LIFT_RESTRICTION)
    assert rule(refused) == "not_restricted"


def test_a_person_has_so_many_open_requests() -> None:
    state = rights.EMPTY
    for number in range(MOST_OPEN):
        for fact in opened(state=state, request=UUID(int=number)):
            state = rights.evolve(state, fact)
    with pytest.raises(RefusedError) as refused:
        opened(state=state, request=UUID(int=99))
    assert rule(refused) == "too_many_requests"


@pytest.mark.parametrize("words", ["", "  ", "a" * 4_001, "a\u200bb", "a\u0300"])
def test_words_have_their_form(words: str) -> None:
    with pytest.raises(InvalidInputError):
        opened(details=RightsDetails(words))


def test_a_refusal_names_a_rule_that_is_a_code() -> None:
    with pytest.raises(InvalidInputError) as refused:
        rights.refuse(rights.fold(opened()), request=ONE, rule="vì sao?", words="lý do")
    assert refused.value.place == "rule"


def test_a_request_to_erase_is_handed_on_once_and_ends_with_its_erasure() -> None:
    erasure, other = UUID(int=8), UUID(int=9)
    first = opened(Right.ERASE)
    link = rights.hand_on(rights.fold(first), request=ONE, erasure=erasure, former_refused=False)
    under_way = rights.fold([*first, *link])
    assert rights.hand_on(under_way, request=ONE, erasure=erasure, former_refused=False) == ()
    for attempt in (
        lambda: rights.hand_on(under_way, request=ONE, erasure=other, former_refused=False),
        lambda: rights.refuse(under_way, request=ONE, rule="r", words="a"),
    ):
        with pytest.raises(RefusedError) as refused:
            attempt()
        assert rule(refused) == "erasure_under_way"
    again = rights.hand_on(under_way, request=ONE, erasure=other, former_refused=True)
    assert rights.fold([*first, *link, *again]).requests[ONE].erasure == other
    assert rights.erased(under_way, erasure=other) == ()
    (end,) = rights.erased(under_way, erasure=erasure)
    ended = rights.fold([*first, *link, end])
    assert ended.requests[ONE].ended == end
    assert rights.erased(ended, erasure=erasure) == ()
