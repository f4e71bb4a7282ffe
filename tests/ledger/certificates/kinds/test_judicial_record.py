from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

import pytest

from ledger.certificates.kinds import KINDS
from ledger.certificates.kinds.judicial_record import KIND
from ledger.errors import InvalidInputError

CONVICTION: Mapping[str, Any] = {
    "judgment_number": "12/2015/HSST",
    "judgment_date": "2015-03-04",
    "court": "Tòa án nhân dân mẫu",
    "offences": ["Trộm cắp tài sản", "Gây rối trật tự công cộng"],
    "main_penalties": ["12 tháng tù"],
}
EXPUNGED = {**CONVICTION, "expunged_on": "2019-05-06"}
BAN: Mapping[str, Any] = {
    "decision_number": "7/2020/QĐ-PS",
    "decision_date": "2020-01-02",
    "court": "Tòa án nhân dân mẫu",
    "post": "Giám đốc doanh nghiệp",
    "term": "3 năm",
    "banned_from": "2020-02-03",
}
FORM_2: Mapping[str, Any] = {"form": 2, "result": 0, "convictions": [], "post_bans": []}


def printed(content: Mapping[str, object], language: str = "vi") -> dict[str, str]:
    lines = KIND.paper(content).lines
    return {line.title.of(language): line.value.of(language) for line in lines}


def test_the_kind_is_registered_under_its_code() -> None:
    assert KINDS[KIND.code] is KIND


@pytest.mark.parametrize(
    ("content", "result"),
    [
        ({"form": 1, "convictions": []}, 0),
        ({"form": 1, "convictions": [], "post_bans": []}, 0),
        ({"form": 1, "convictions": [CONVICTION]}, 1),
        ({"form": 1, "convictions": [], "post_bans": [BAN]}, 1),
        ({"form": 2, "convictions": [], "post_bans": []}, 0),
        ({"form": 2, "convictions": [EXPUNGED], "post_bans": []}, 1),
    ],
)
def test_the_claims_are_form_and_result_which_form_2_keeps_to_itself(
    content: dict[str, Any], result: int
) -> None:
    claims = KIND.check({**content, "result": result})
    said = 1 if content["form"] == 2 else result
    assert claims == {2: content["form"], 3: said}
    with pytest.raises(InvalidInputError) as raised:
        KIND.check({**content, "result": 1 - result})
    assert raised.value.rule == "result_contradicts_content"


def test_form_1_without_conviction_says_so_in_the_words_of_the_law() -> None:
    content = {"form": 1, "result": 0, "convictions": []}
    assert printed(content)["Tình trạng án tích"] == "Không có án tích"
    assert printed(content, "en")["Criminal record"] == "No criminal record"


def test_form_1_is_silent_about_bans_unless_asked_for() -> None:
    silent = {"form": 1, "result": 0, "convictions": []}
    assert not any("chức vụ" in title for title in printed(silent))
    asked = {**silent, "post_bans": []}
    assert [v for t, v in printed(asked).items() if "chức vụ" in t] == ["Không có"]
    banned = {**silent, "result": 1, "post_bans": [BAN]}
    assert "Giám đốc doanh nghiệp" in next(v for t, v in printed(banned).items() if "chức vụ" in t)


def test_form_2_prints_everything_and_the_family() -> None:
    content = {
        **FORM_2,
        "result": 1,
        "convictions": [CONVICTION, EXPUNGED],
        "father_name": "NGUYỄN VĂN CHA",
        "mother_name": "TRẦN THỊ MẸ",
        "spouse_name": "LÊ THỊ VỢ",
    }
    KIND.check(content)
    lines = printed(content)
    assert lines["Tình trạng án tích"] == "Có án tích (2)"
    assert lines["Họ và tên cha"] == "NGUYỄN VĂN CHA"
    assert "Ngày xóa án tích: 06/05/2019" in lines["Án tích 2"]
    assert "xóa án tích" not in lines["Án tích 1"]
    assert "Trộm cắp tài sản, Gây rối trật tự công cộng" in lines["Án tích 1"]
    assert "Expunged on: 06/05/2019" in printed(content, "en")["Conviction 2"]


def test_the_purpose_is_printed_as_written() -> None:
    content = {"form": 1, "result": 0, "convictions": [], "purpose": "Xin việc làm"}
    assert printed(content)["Mục đích yêu cầu"] == "Xin việc làm"


@pytest.mark.parametrize(
    ("content", "place", "rule"),
    [
        ({}, "content.form", "form_unknown"),
        ({"form": 3}, "content.form", "form_unknown"),
        ({"form": True}, "content.form", "form_unknown"),
        ({"form": 1, "result": 0}, "content.convictions", "missing"),
        ({"form": 1, "convictions": []}, "content.result", "missing"),
        ({"form": 1, "result": "0", "convictions": []}, "content.result", "code_form"),
        ({"form": 1, "result": 0, "convictions": {}}, "content.convictions", "list_form"),
        ({"form": 1, "result": 0, "convictions": [0]}, "content.convictions[0]", "entry_form"),
        (
            {"form": 1, "result": 0, "convictions": [CONVICTION] * 201},
            "content.convictions",
            "list_form",
        ),
        ({"form": 1, "result": 0, "convictions": [], "x": 1}, "content", "unknown_field"),
        (
            {"form": 1, "result": 0, "convictions": [], "father_name": "X"},
            "content.father_name",
            "not_on_form_1",
        ),
        (
            {"form": 1, "result": 1, "convictions": [CONVICTION, EXPUNGED]},
            "content.convictions[1]",
            "not_on_form_1",
        ),
        ({"form": 2, "result": 0, "convictions": []}, "content.post_bans", "missing"),
        ({**FORM_2, "purpose": " "}, "content.purpose", "text_form"),
        ({**FORM_2, "purpose": 5}, "content.purpose", "text_form"),
        ({**FORM_2, "purpose": "x" * 2001}, "content.purpose", "text_form"),
        ({**FORM_2, "mother_name": normalize("NFD", "MẸ")}, "content.mother_name", "not_nfc"),
        (
            {**FORM_2, "convictions": [{**CONVICTION, "judgment_date": "04/03/2015"}]},
            "content.convictions[0].judgment_date",
            "date_form",
        ),
        (
            {**FORM_2, "convictions": [{**CONVICTION, "judgment_date": "20150304"}]},
            "content.convictions[0].judgment_date",
            "date_form",
        ),
        (
            {**FORM_2, "convictions": [{**CONVICTION, "offences": ["x", ""]}]},
            "content.convictions[0].offences[1]",
            "text_form",
        ),
        (
            {**FORM_2, "post_bans": [{**BAN, "court": ""}]},
            "content.post_bans[0].court",
            "text_form",
        ),
    ],
)
def test_a_bad_content_is_refused_with_its_place(
    content: dict[str, Any], place: str, rule: str
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        KIND.check(content)
    assert (raised.value.place, raised.value.rule) == (place, rule)
