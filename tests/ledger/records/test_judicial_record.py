from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Erased
from ledger.records.judicial_record import TOPICS, record
from ledger.records.judicial_record.facts import (
    Amnesty,
    AmnestyApplied,
    Conviction,
    ConvictionEntered,
    ConvictionExpunged,
    Fact,
    JudgmentStatusUpdated,
    PostBan,
    PostBanEnded,
    PostBanEntered,
    RecordCorrectionMade,
    RecordCorrectionRefused,
    RecordCorrectionRequested,
)
from ledger.records.judicial_record.record import EMPTY, JudicialRecord

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 9), date(2026, 11, 10)
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
ERASED = Erased(bytes(16))
THEFT = Conviction(
    judgment_number="12/2019/HS-ST",
    judgment_date=date(2019, 5, 6),
    court="Tòa án nhân dân Mẫu",
    offences=("Trộm cắp tài sản",),
    principal_penalties=("Phạt tù 12 tháng",),
)
BAN = PostBan(
    decision_number="3/QĐ-PS",
    decision_date=date(2025, 1, 2),
    court="Tòa án nhân dân Mẫu",
    posts="Quản lý doanh nghiệp",
    term="03 năm",
    starts_on=date(2025, 2, 1),
    until=date(2028, 2, 1),
)


def given(*facts: Fact) -> JudicialRecord:
    return reduce(record.evolve, facts, EMPTY)


def refused(decide: Callable[..., object], *known: object, **told: object) -> str:
    try:
        decide(*known, **told)
    except (RefusedError, InvalidInputError) as error:
        return error.rule
    pytest.fail("it was not refused")


def test_a_conviction_is_entered_once() -> None:
    fact = record.enter_conviction(EMPTY, conviction=A, content=THEFT, at=NOW)
    assert fact == ConvictionEntered(A, THEFT)
    assert given(fact).convictions[A].content == THEFT
    assert (
        refused(record.enter_conviction, given(fact), conviction=A, content=THEFT, at=NOW)
        == "entry_exists"
    )
    assert (
        refused(record.enter_conviction, given(fact), conviction=B, content=THEFT, at=NOW)
        == "judgment_already_entered"
    )
    erased = given(ConvictionEntered(A, ERASED))
    record.enter_conviction(erased, conviction=B, content=THEFT, at=NOW)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"judgment_number": ""}, "not_blank"),
        ({"court": "x" * 201}, "too_long"),
        ({"judgment_date": TOMORROW}, "not_in_the_future"),
        ({"offences": ()}, "incomplete_judgment"),
        ({"principal_penalties": ()}, "incomplete_judgment"),
        ({"offences": ("",)}, "not_blank"),
    ],
)
def test_a_judgment_of_another_form_is_refused(changes: dict[str, Any], rule: str) -> None:
    content = replace(THEFT, **changes)
    assert refused(record.enter_conviction, EMPTY, conviction=A, content=content, at=NOW) == rule


def test_enforcement_is_updated() -> None:
    state = given(ConvictionEntered(A, THEFT))
    fact = record.update_enforcement(
        state, conviction=A, enforcement="Đã chấp hành xong", enforced_on=TODAY, at=NOW
    )
    assert fact == JudgmentStatusUpdated(A, "Đã chấp hành xong", TODAY)
    after = record.evolve(state, fact).convictions[A]
    assert (after.enforcement, after.enforced_on) == ("Đã chấp hành xong", TODAY)
    assert (
        refused(
            record.update_enforcement,
            state,
            conviction=A,
            enforcement="x",
            enforced_on=TOMORROW,
            at=NOW,
        )
        == "not_in_the_future"
    )
    assert (
        refused(
            record.update_enforcement,
            state,
            conviction=B,
            enforcement="x",
            enforced_on=None,
            at=NOW,
        )
        == "no_such_entry"
    )


@pytest.mark.parametrize(
    ("on", "rule"),
    [(date(2019, 5, 5), "expunged_before_judgment"), (TOMORROW, "not_in_the_future")],
)
def test_a_conviction_is_expunged_after_its_judgment(on: date, rule: str) -> None:
    state = given(ConvictionEntered(A, THEFT))
    assert (
        refused(record.expunge, state, conviction=A, expunged_on=on, decision=None, at=NOW) == rule
    )


def test_a_conviction_is_expunged_once_and_is_clean_then() -> None:
    state = given(ConvictionEntered(A, THEFT))
    assert not state.convictions[A].clean
    fact = record.expunge(state, conviction=A, expunged_on=TODAY, decision="5/QĐ", at=NOW)
    assert fact == ConvictionExpunged(A, TODAY, "5/QĐ")
    after = record.evolve(state, fact)
    assert after.convictions[A].clean
    assert (
        refused(record.expunge, after, conviction=A, expunged_on=TODAY, decision=None, at=NOW)
        == "already_expunged"
    )
    erased = given(ConvictionEntered(A, ERASED))
    record.expunge(erased, conviction=A, expunged_on=TODAY, decision=None, at=NOW)


def test_a_general_amnesty_wipes_out_and_a_special_one_does_not() -> None:
    state = given(ConvictionEntered(A, THEFT))
    general = record.apply_amnesty(
        state, conviction=A, amnesty=Amnesty.GENERAL, applied_on=TODAY, decision="1/CT", at=NOW
    )
    special = record.apply_amnesty(
        state, conviction=A, amnesty=Amnesty.SPECIAL, applied_on=TODAY, decision="1/CT", at=NOW
    )
    assert record.evolve(state, general).convictions[A].clean
    assert not record.evolve(state, special).convictions[A].clean
    assert not record.evolve(state, AmnestyApplied(A, ERASED, ERASED, ERASED)).convictions[A].clean


def test_a_ban_is_entered_and_ended_once() -> None:
    entered = record.enter_post_ban(EMPTY, ban=B, content=BAN, at=NOW)
    assert entered == PostBanEntered(B, BAN)
    state = given(entered)
    assert refused(record.enter_post_ban, state, ban=B, content=BAN, at=NOW) == "entry_exists"
    ended = record.end_post_ban(state, ban=B, ended_on=TODAY, reason="Hủy bỏ", at=NOW)
    assert ended == PostBanEnded(B, TODAY, "Hủy bỏ")
    over = record.evolve(state, ended)
    assert over.post_bans[B].ended_on == TODAY
    for known, ban, rule in ((over, B, "ban_already_ended"), (over, C, "no_such_entry")):
        with pytest.raises(RefusedError) as error:
            record.end_post_ban(known, ban=ban, ended_on=TODAY, reason="x", at=NOW)
        assert error.value.rule == rule


def test_a_ban_ends_after_it_starts() -> None:
    content = replace(BAN, until=BAN.starts_on)
    assert (
        refused(record.enter_post_ban, EMPTY, ban=B, content=content, at=NOW)
        == "ends_after_it_starts"
    )
    record.enter_post_ban(EMPTY, ban=B, content=replace(BAN, until=None), at=NOW)


def test_a_correction_is_asked_for_and_then_made_or_refused() -> None:
    state = given(ConvictionEntered(A, THEFT))
    asked = record.request_correction(state, correction=C, entry=A, request="Sai tòa án")
    assert asked == RecordCorrectionRequested(C, A, "Sai tòa án")
    open_now = record.evolve(state, asked)
    assert open_now.open_corrections == {C}
    mended = replace(THEFT, court="Tòa án nhân dân Khác")
    made = record.make_correction(
        open_now, entry=A, decision="7/QĐ", conviction=mended, correction=C, at=NOW
    )
    after = record.evolve(open_now, made)
    assert after.convictions[A].content == mended
    assert not after.open_corrections
    no = record.refuse_correction(open_now, correction=C, reason="Đúng rồi")
    assert no == RecordCorrectionRefused(C, "Đúng rồi")
    assert record.evolve(open_now, no).convictions[A].content == THEFT
    assert not record.evolve(open_now, no).open_corrections
    assert (
        refused(record.refuse_correction, after, correction=C, reason="x") == "no_such_correction"
    )


def test_an_entry_that_should_never_have_been_is_struck_out() -> None:
    state = given(ConvictionEntered(A, THEFT), PostBanEntered(B, BAN))
    without = record.evolve(state, record.make_correction(state, entry=A, decision="7/QĐ", at=NOW))
    assert not without.convictions
    nothing = record.evolve(
        without, record.make_correction(without, entry=B, decision="8/QĐ", at=NOW)
    )
    assert not nothing.post_bans


def test_a_ban_is_corrected_and_stays_a_ban() -> None:
    state = given(PostBanEntered(B, BAN))
    shorter = replace(BAN, term="02 năm")
    made = record.make_correction(state, entry=B, decision="7/QĐ", post_ban=shorter, at=NOW)
    assert isinstance(made, RecordCorrectionMade)
    assert record.evolve(state, made).post_bans[B].content == shorter


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"entry": C}, "no_such_entry"),
        ({"entry": A, "correction": C}, "no_such_correction"),
        ({"entry": A, "post_ban": BAN}, "correction_of_another_kind"),
        ({"entry": B, "conviction": THEFT}, "correction_of_another_kind"),
        ({"entry": A, "decision": " "}, "not_blank"),
    ],
)
def test_a_correction_that_fits_nothing_is_refused(arguments: dict[str, Any], rule: str) -> None:
    state = given(ConvictionEntered(A, THEFT), PostBanEntered(B, BAN))
    assert (
        refused(record.make_correction, state, **{"decision": "7/QĐ", "at": NOW, **arguments})
        == rule
    )


def test_a_correction_of_nothing_is_not_asked_for() -> None:
    assert (
        refused(record.request_correction, EMPTY, correction=C, entry=A, request="x")
        == "no_such_entry"
    )


def test_every_fact_has_one_stored_name() -> None:
    assert len(set(TOPICS.values())) == len(TOPICS)
