"""The officers' pages over a whole house: what each role sees and does, and who sees that."""

import re
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest

from ledger.certificates.procedure import Stage
from ledger.certificates.request_custody import Reason
from ledger.commands import custody
from ledger.commands.loading import load_request
from ledger.facts import Act
from ledger.records.access import RecordKind
from tests_support.officer_desks import PAGE, Officer, looks, stage
from tests_support.officer_desks import made as made  # noqa: PLC0414  a fixture
from tests_support.officer_desks import officers as officers  # noqa: PLC0414  a fixture
from tests_support.officer_site import OFFICERS, OfficerHouse


def test_each_day_has_its_count_and_its_files(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    late, easy = made.code(made.files["late"]), made.code(made.files["easy"])
    everything = officers["thuly"].page("/work?whose=all")
    assert late in everything
    assert easy in everything
    only_late = officers["thuly"].page("/work?due=late")
    assert late in only_late
    assert easy not in only_late
    assert re.search(r'aria-current="true">Quá hạn <span class="count">1</span>', only_late)


@pytest.mark.parametrize(
    ("query", "name"),
    [("step=7&whose=all", "police"), ("step=8", "answered"), ("due=resting&whose=all", "paused")],
)
def test_a_sieve_leaves_what_fits(
    made: OfficerHouse, officers: dict[str, Officer], query: str, name: str
) -> None:
    page = officers["thuly"].page(f"/work?{query}")
    assert made.code(made.files[name]) in page
    assert made.code(made.files["late"]) not in page


@pytest.mark.parametrize(
    "query",
    ["due=soon", "step=11", "form=3", "province=Hanoi", "order=name", "after=x", "after=~",
     "step=\u0663", "after=2026-01-01~x", "after=1~00000000-0000-0000-0000-000000000001"],
)  # fmt: skip
def test_an_address_that_asks_for_what_there_is_not_is_refused_by_its_place(
    officers: dict[str, Officer], query: str
) -> None:
    answer = officers["thuly"].client.get(f"/work?{query}")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.get_json()["rule"] == query.split("=", maxsplit=1)[0]


@pytest.mark.parametrize("order", ["due", "-due", "since", "-since"])
def test_a_walk_through_the_queue_meets_each_file_once_and_comes_back(
    made: OfficerHouse, officers: dict[str, Officer], order: str
) -> None:
    officer = officers["thuly"]
    first = re.findall(r'href="/work/([0-9a-f-]{36})', officer.page(f"/work?order={order}"))
    walked, here = [first[0]], first[0]
    while True:
        page = officer.page(f"/work/{here}?order={order}")
        found = re.search(r'href="/work/([0-9a-f-]{36})[^"]*" rel="next"', page)
        if found is None:
            break
        here = found[1]
        walked.append(here)
    assert walked == first
    back = re.search(
        r'href="/work/([0-9a-f-]{36})[^"]*" rel="prev"',
        officer.page(f"/work/{walked[1]}?order={order}"),
    )
    assert back is not None
    assert back[1] == walked[0]


def test_what_was_looked_up_stands_side_by_side_for_who_verifies_alone(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.files["answered"]
    case = officers["thuly"].page(f"/work/{request}")
    for source in (
        "Cơ sở dữ liệu lý lịch tư pháp",
        "Hồ sơ nghiệp vụ Công an",
        "Không có hồ sơ khác",
    ):
        assert source in case
    police = officers["congan"].page(f"/work/{request}")
    assert "Hồ sơ nghiệp vụ Công an" in police
    assert "Cơ sở dữ liệu lý lịch tư pháp" not in police
    assert "Hồ sơ nghiệp vụ Công an" not in officers["tiepnhan"].page(f"/work/{request}")
    assert RecordKind.JUDICIAL_RECORD in {look.kind for look in looks(made, request)}


def test_a_file_says_why_its_day_moved_and_who_did_what(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    page = officers["thuly"].page(f"/work/{made.files['paused']}")
    assert "Tạm dừng tính hạn: chờ người yêu cầu bổ sung" in page
    assert "Cán bộ thụ lý · Cán bộ mẫu" in page
    assert "Bản sao Giấy khai sinh" in page


def test_the_letter_of_a_supplement_is_the_same_whenever_it_is_asked_for(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.files["paused"]
    address = re.search(
        r"/work/[0-9a-f-]+/letters/\d+\.pdf", officers["thuly"].page(f"/work/{request}")
    )
    assert address is not None
    first = officers["thuly"].client.get(address[0])
    assert first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF")
    made.later(minutes=1)
    assert officers["tiepnhan"].client.get(address[0]).data == first.data
    assert officers["thuly"].client.get(f"/work/{request}/letters/1.pdf").status_code == 404
    assert officers["thuly"].client.get(f"/work/{request}/letters/999.pdf").status_code == 404


def test_an_apology_promises_a_day_in_a_letter(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request, officer = made.files["late"], officers["thuly"]
    answer = officer.send(
        f"/work/{request}/apologise", promised_on="2026-12-10", letter="TXL-1",
        seen=officer.seen(request),
    )  # fmt: skip
    assert answer.status_code == HTTPStatus.SEE_OTHER
    page = officer.page(f"/work/{request}")
    assert "Thư xin lỗi và hẹn lại ngày trả kết quả" in page


def test_who_acts_on_a_file_that_has_moved_on_is_told_what_changed_and_nothing_is_done(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.file(20)
    made.house.walk(request, to="accept")
    one, other = officers["thuly"], officers["thuly2"]
    seen_by_one, seen_by_other = one.seen(request), other.seen(request)
    first = one.send(f"/work/{request}/forward", reference="QG-1", seen=seen_by_one)
    assert first.status_code == HTTPStatus.SEE_OTHER
    second = other.send(f"/work/{request}/forward", reference="QG-77", seen=seen_by_other)
    assert second.status_code == HTTPStatus.CONFLICT
    assert "Hồ sơ đã thay đổi sau khi bạn mở" in second.text
    assert "Cán bộ thụ lý · Trần Văn Thụ Lý" in second.text
    assert "QG-77" in second.text
    stop = other.send(f"/work/{request}/request_supplement", missing="Giấy tờ", seen=seen_by_other)
    assert stop.status_code == HTTPStatus.CONFLICT
    assert ">Giấy tờ</textarea>" in stop.text
    assert stage(made, request) is Stage.TRANSFERRING
    again = other.send(
        f"/work/{request}/request_supplement", missing="Giấy tờ", seen=other.seen(request)
    )
    assert again.status_code == HTTPStatus.SEE_OTHER


def test_the_same_form_sent_twice_acts_once_though_the_file_has_moved_by_itself(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request, officer = made.file(21), officers["tiepnhan"]
    seen = officer.seen(request)
    answers = [officer.send(f"/work/{request}/accept", seen=seen, once="k") for _ in range(2)]
    assert [one.status_code for one in answers] == [HTTPStatus.SEE_OTHER] * 2


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 19, "\u0661"])
def test_a_form_that_says_nonsense_of_what_was_shown_is_malformed(
    made: OfficerHouse, officers: dict[str, Officer], seen: str
) -> None:
    answer = officers["tiepnhan"].send(f"/work/{made.files['fresh']}/accept", seen=seen)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert stage(made, made.files["fresh"]) is Stage.SUBMITTED


@pytest.mark.parametrize("typed", ["dang thi ngoc", "ĐẶNG  thị", "Bích Ng"])
def test_a_name_is_found_without_its_marks_and_each_hit_is_a_look(
    made: OfficerHouse, officers: dict[str, Officer], typed: str
) -> None:
    request = made.file(33)  # Đặng Thị Bích Ngọc
    made.catch_up()
    before = len(looks(made, request))
    found = officers["tiepnhan"].send("/officer/search", search=typed)
    assert "Đặng Thị Bích Ngọc" in found.text
    assert made.code(request) in found.text
    assert len(looks(made, request)) == before + 1
    assert made.code(request) not in officers["nguoiky"].send("/officer/search", search=typed).text
    made.house.do(
        request, "reject", OFFICERS["tiepnhan"][0], ground="not-competent", explanation="x"
    )
    made.catch_up()


def test_a_name_that_fits_nobody_leaves_no_look(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    head = made.house.system.facts.head()
    found = officers["thuly"].send("/officer/search", search="khong ai ca")
    assert "Không tìm thấy hồ sơ nào." in found.text
    assert made.house.system.facts.head() == head


def test_a_file_is_found_by_code_end_of_code_certificate_and_persons_number(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    issued = made.files["issued"]
    code, intent = made.code(issued), made.certificate(issued).certificate.intent
    assert intent is not None
    officer = officers["thuly"]
    assert code in officer.send("/officer/search", search=f" {code.lower()} ").text
    assert code in officer.send("/officer/search", search=code.replace("-", "\u2013")).text
    assert code in officer.send("/officer/search", search=intent.number).text
    before = len(looks(made, issued))
    assert code in officer.send("/officer/search", search="000090000002").text
    assert len(looks(made, issued)) == before + 1
    late = made.code(made.files["late"])
    assert late in officer.send("/officer/search", search=late[-4:]).text
    for typed in ("000090009999", "999/LLTP-CA01", "H26-%", "_0001"):
        assert "Không tìm thấy hồ sơ nào." in officer.send("/officer/search", search=typed).text


@pytest.mark.parametrize("typed", ["", " a ", "x" * 101])
def test_a_search_for_too_little_or_too_much_is_refused(
    officers: dict[str, Officer], typed: str
) -> None:
    answer = officers["thuly"].send("/officer/search", search=typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_what_ends_something_is_looked_at_once_more_before_it_is_done(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request, officer = made.file(34), officers["tiepnhan"]
    asked = officer.send(
        f"/work/{request}/reject/check", ground="not-competent", explanation="Sai nơi nộp",
        seen=officer.seen(request),
    )  # fmt: skip
    assert asked.status_code == HTTPStatus.OK
    assert "Phí đã nộp được hoàn trả." in asked.text
    assert "Không thuộc thẩm quyền" in asked.text
    assert 'name="explanation" value="Sai nơi nộp"' in asked.text
    assert stage(made, request) is Stage.SUBMITTED
    assert officers["thuly2"].send(f"/work/{request}/recall/check").status_code == 403
    assert officer.send(f"/work/{UUID(int=7)}/reject/check").status_code == 404


def test_keys_are_listed_on_a_page_of_their_own(officers: dict[str, Officer]) -> None:
    page = officers["congan"].page("/officer/keys")
    assert page.count("<kbd>") >= 9


def test_nothing_personal_stands_in_an_address(
    made: OfficerHouse, officers: dict[str, Officer], tmp_path: Path
) -> None:
    del tmp_path
    for address in ("/work?whose=all", f"/work/{made.files['late']}", "/officer/search"):
        page = officers["thuly"].page(address)
        for href in re.findall(r'(?:href|action)="([^"]*)"', page):
            assert not re.search(r"\d{12}|%C3|Nguy|Đ", href), href


# Who has a file

THULY, THULY2 = "Trần Văn Thụ Lý", "Ngô Thị Thụ Lý"
ELSES = "Cán bộ khác đang giữ hồ sơ này."
_QUEUED = re.compile(r'<th scope="row"[^>]*><a href="/work/([0-9a-f-]{36})')


def queued(officer: Officer, address: str) -> set[str]:
    officer.made.catch_up()
    return set(_QUEUED.findall(officer.page(address)))


def acts(page: str) -> set[str]:
    return set(re.findall(r'action="/work/[0-9a-f-]+/([a-z_]+)', page))


def test_what_an_officer_takes_is_theirs_until_they_give_it_away(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.file(60)
    made.house.walk(request, to="accept")
    one, other = officers["thuly"], officers["thuly2"]
    address, here = f"/work/{request}", str(request)
    assert here in queued(one, "/work?whose=nobody")
    taken = one.send(f"{address}/take_file", seen=one.seen(request))
    assert taken.status_code == HTTPStatus.SEE_OTHER, taken.text
    assert here in queued(one, "/work?whose=mine")
    assert here not in queued(other, "/work?whose=mine") | queued(other, "/work?whose=nobody")
    assert here in queued(other, "/work")
    assert THULY in other.page("/work?whose=all")
    theirs, mine = other.page(address), one.page(address)
    assert ELSES in theirs
    assert "forward" in acts(mine)
    assert {"hand_over", "give_back"} <= acts(mine)
    assert acts(theirs) == {"take_over"}
    given = one.send(f"{address}/hand_over", officer="id-thuly2", seen=one.seen(request))
    assert given.status_code == HTTPStatus.SEE_OTHER, given.text
    assert f"Giao hồ sơ cho {THULY2}" in one.page(address)
    back = other.send(f"{address}/give_back", seen=other.seen(request))
    assert back.status_code == HTTPStatus.SEE_OTHER, back.text
    assert here in queued(one, "/work?whose=nobody")


def test_a_step_on_a_colleagues_file_is_refused_until_it_is_taken_over_with_a_reason(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.file(61)
    made.house.walk(request, to="accept")
    one, other = officers["thuly"], officers["thuly2"]
    address = f"/work/{request}"
    one.send(f"{address}/take_file", seen=one.seen(request))
    head = made.house.system.facts.head()
    refused = other.send(f"{address}/forward", reference="QG-1")
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "anothers_file" in refused.text
    silent = other.send(f"{address}/take_over")
    assert silent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [one.position for one in made.house.system.facts.read(
        after=head, limit=10, topics=("request.forwarded/1", "request.taken/1")
    )] == []  # fmt: skip
    over = other.send(f"{address}/take_over", take_over_reason="absent", seen=other.seen(request))
    assert over.status_code == HTTPStatus.SEE_OTHER, over.text
    page = one.page(address)
    assert "Tiếp quản hồ sơ" in page
    assert THULY2 in page
    assert other.send(f"{address}/forward", reference="QG-1").status_code == HTTPStatus.SEE_OTHER
    found = load_request(made.house.system.facts, request).state
    assert found.custody.case == "id-thuly2"


def test_a_file_is_given_to_nobody_but_a_colleague_of_the_same_role(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.file(62)
    made.house.walk(request, to="accept")
    officer, address = officers["thuly"], f"/work/{request}"
    officer.send(f"{address}/take_file", seen=officer.seen(request))
    offered = re.findall(r'<option value="(id-[^"]+)"', officer.page(address))
    assert "id-thuly2" in offered
    assert not {"id-thuly", "id-nguoiky", "id-tiepnhan"} & {*offered}
    for stranger in ("id-nguoiky", "nobody"):
        answer = officer.send(f"{address}/hand_over", officer=stranger)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Hãy chọn một mục trong danh sách." in answer.text


def test_what_an_administrator_assigned_is_told_as_the_operators_act(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.file(63)
    made.house.walk(request, to="accept")
    officer = officers["thuly"]
    officer.send(f"/work/{request}/take_file", seen=officer.seen(request))
    custody.assign(
        made.house.system.facts, request=request, desk="case_officer", officer="id-thuly2",
        reason=Reason.ACCOUNT_DISABLED, act=Act(made.house.clock.at, "boss", "operator", "CA01"),
    )  # fmt: skip
    page = officers["thuly2"].page(f"/work/{request}")
    assert "Người vận hành" in page
    assert f"Giao hồ sơ cho {THULY2}" in page
    assert "give_back" in acts(page)


def test_a_signer_has_no_files_of_their_own(officers: dict[str, Officer]) -> None:
    page = officers["nguoiky"].page("/work")
    assert "whose=mine" not in page
    assert queued(officers["nguoiky"], "/work?whose=mine") == queued(officers["nguoiky"], "/work")


def test_an_address_that_asks_for_another_whose_is_refused(officers: dict[str, Officer]) -> None:
    answer = officers["thuly"].client.get("/work?whose=them", headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("name", ["thuly", "tiepnhan"])
def test_each_page_of_a_file_says_who_has_it(
    made: OfficerHouse, officers: dict[str, Officer], name: str
) -> None:
    page = officers[name].page(f"/work/{made.files['answered']}")
    assert "Đang giữ hồ sơ: Chưa ai nhận" in page
