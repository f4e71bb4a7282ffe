from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from ledger.errors import RefusedError
from ledger.personal import Erased
from ledger.personal_details import Relative
from ledger.records.judicial_record import record
from ledger.records.judicial_record.extract import form_1_extract, form_2_extract, holds_anything
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
)
from ledger.records.judicial_record.record import EMPTY, JudicialRecord
from tests_support.request_desk import DETAILS

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)
ERASED = Erased(bytes(16))
THEFT = Conviction(
    judgment_number="12/2019/HS-ST",
    judgment_date=date(2019, 5, 6),
    court="Tòa án nhân dân Mẫu",
    offences=("Trộm cắp tài sản",),
    principal_penalties=("Phạt tù 12 tháng",),
    articles="Điều 173 BLHS",
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
SAID_OF_THEFT = {
    "judgment_number": "12/2019/HS-ST",
    "judgment_date": "2019-05-06",
    "court": "Tòa án nhân dân Mẫu",
    "offences": ["Trộm cắp tài sản"],
    "articles": "Điều 173 BLHS",
    "main_penalties": ["Phạt tù 12 tháng"],
}
SAID_OF_BAN = {
    "decision_number": "3/QĐ-PS",
    "decision_date": "2025-01-02",
    "court": "Tòa án nhân dân Mẫu",
    "post": "Quản lý doanh nghiệp",
    "term": "03 năm",
    "banned_from": "2025-02-01",
}


def given(*facts: Fact) -> JudicialRecord:
    return reduce(record.evolve, facts, EMPTY)


def form_1(state: JudicialRecord, *, include_post_bans: bool = False) -> dict[str, Any]:
    return form_1_extract(state, include_post_bans=include_post_bans, at=NOW)


def test_an_empty_record_has_nothing_on_either_form() -> None:
    assert not holds_anything(EMPTY)
    assert form_1(EMPTY) == {"form": 1, "result": 0, "convictions": []}
    assert form_2_extract(EMPTY) == {
        "form": 2,
        "result": 0,
        "convictions": [],
        "post_bans": [],
    }


def test_form_1_says_a_conviction_that_is_not_expunged() -> None:
    state = given(ConvictionEntered(A, THEFT))
    assert form_1(state) == {"form": 1, "result": 1, "convictions": [SAID_OF_THEFT]}


def test_form_1_is_silent_on_what_is_expunged_and_form_2_says_it_with_its_day() -> None:
    state = given(ConvictionEntered(A, THEFT), ConvictionExpunged(A, date(2024, 1, 2), "5/QĐ"))
    assert holds_anything(state)
    assert form_1(state) == {"form": 1, "result": 0, "convictions": []}
    content = form_2_extract(state)
    assert content["result"] == 1
    assert content["convictions"] == [{**SAID_OF_THEFT, "expunged_on": "2024-01-02"}]


def test_a_general_amnesty_is_as_an_expunction() -> None:
    state = given(
        ConvictionEntered(A, THEFT),
        AmnestyApplied(A, Amnesty.GENERAL, date(2025, 9, 2), "1/CT"),
    )
    assert form_1(state)["convictions"] == []
    assert form_2_extract(state)["convictions"][0]["expunged_on"] == "2025-09-02"


def test_the_latest_enforcement_is_said() -> None:
    state = given(
        ConvictionEntered(A, replace(THEFT, enforcement="Đang chấp hành")),
        JudgmentStatusUpdated(A, "Đã chấp hành xong", date(2020, 5, 6)),
    )
    said = form_1(state)["convictions"][0]
    assert (said["enforcement_status"], said["served_on"]) == ("Đã chấp hành xong", "2020-05-06")


def test_form_1_says_bans_only_on_request_and_only_those_in_force() -> None:
    over = replace(BAN, decision_number="4/QĐ", until=date(2026, 11, 9))
    state = given(PostBanEntered(A, BAN), PostBanEntered(B, over))
    assert "post_bans" not in form_1(state)
    assert form_1(state)["result"] == 0
    asked = form_1(state, include_post_bans=True)
    assert asked["post_bans"] == [SAID_OF_BAN]
    assert asked["result"] == 1


def test_a_ban_that_was_ended_is_not_on_form_1_and_on_form_2_with_its_end() -> None:
    state = given(
        PostBanEntered(A, replace(BAN, until=None)), PostBanEnded(A, date(2026, 3, 4), "Hủy bỏ")
    )
    assert form_1(state, include_post_bans=True)["post_bans"] == []
    assert form_2_extract(state)["post_bans"] == [
        {**SAID_OF_BAN, "term": "03 năm; chấm dứt ngày 04/03/2026"}
    ]


def test_only_form_2_names_the_family() -> None:
    content = form_2_extract(EMPTY, details=replace(DETAILS, spouse=Relative("LÊ THỊ MẪU")))
    assert content["father_name"] == "NGUYỄN VĂN CHA MẪU"
    assert content["mother_name"] == "TRẦN THỊ MẸ MẪU"
    assert content["spouse_name"] == "LÊ THỊ MẪU"
    assert "father_name" not in form_2_extract(EMPTY, details=replace(DETAILS, father=None))


@pytest.mark.parametrize(
    "facts",
    [
        (ConvictionEntered(A, ERASED),),
        (PostBanEntered(A, ERASED),),
        (ConvictionEntered(A, THEFT), JudgmentStatusUpdated(A, ERASED, ERASED)),
    ],
)
def test_what_is_erased_is_never_said_to_be_nothing(facts: tuple[Fact, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        form_2_extract(given(*facts))
    assert refused.value.rule == "record_erased"
    with pytest.raises(RefusedError):
        form_1(given(*facts), include_post_bans=True)


def test_an_erased_entry_that_was_expunged_is_not_on_form_1_anyway() -> None:
    state = given(ConvictionEntered(A, ERASED), ConvictionExpunged(A, ERASED, ERASED))
    assert form_1(state)["result"] == 0


@given_any(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=6), st.booleans())
def test_form_1_never_says_more_than_form_2_and_never_an_expunction(
    entries: list[tuple[bool, bool]],
    include_post_bans: bool,  # noqa: FBT001 (drawn, not passed)
) -> None:
    facts: list[Fact] = []
    for number, (expunged, banned) in enumerate(entries):
        name = f"{number}/2019/HS-ST"
        facts.append(ConvictionEntered(UUID(int=number), replace(THEFT, judgment_number=name)))
        if expunged:
            facts.append(ConvictionExpunged(UUID(int=number), date(2024, 1, 1), None))
        if banned:
            facts.append(PostBanEntered(UUID(int=100 + number), BAN))
    state = given(*facts)
    one, two = form_1(state, include_post_bans=include_post_bans), form_2_extract(state)
    assert all(said in two["convictions"] for said in one["convictions"])
    assert all(said in two["post_bans"] for said in one.get("post_bans", []))
    assert not any("expunged_on" in said for said in one["convictions"])
    assert len(one["convictions"]) == sum(not expunged for expunged, _ in entries)
    assert one["result"] == int(bool(one["convictions"] or one.get("post_bans")))
    assert not set(one) & {"father_name", "mother_name", "spouse_name"}
