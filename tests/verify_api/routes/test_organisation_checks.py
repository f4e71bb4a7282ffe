"""An organisation's history of checks: who sees what of it, on the page, as JSON and as a file."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from ledger.certificates.kind import Status
from ledger.commands.checks import Checked, record_checks
from ledger.facts import Act
from projections.errors import ViewsUnavailableError
from projections.view_store import Session, ViewDatabase
from tests_support.checks_house import (
    CERTIFICATE,
    FORGED,
    GENUINE,
    LEADER,
    MEMBER,
    OTHERS,
    OURS,
    PAGE,
    STRANGER,
    Checker,
    ChecksHouse,
)
from tests_support.signed_certificates import AT, TOKEN
from verify_api.callers import Action, Role, who_may
from verify_api.check_notes import code_digest
from verify_api.desk.check_history import AT_ONCE, CheckHistory
from verify_api.routes.organisation_checks import organisation_check_routes
from verify_api.service import create_service
from verify_api.verdict import StatusEvidence

HISTORY = "/v1/organisation/checks"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ChecksHouse]:
    made = ChecksHouse(tmp_path)
    yield made
    made.close()


@pytest.fixture
def member(house: ChecksHouse) -> Checker:
    return Checker(house, MEMBER)


@pytest.fixture
def leader(house: ChecksHouse) -> Checker:
    return Checker(house, LEADER)


@pytest.fixture
def stranger(house: ChecksHouse) -> Checker:
    return Checker(house, STRANGER)


def file_of(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_check_is_there_with_when_what_and_which_paper(member: Checker) -> None:
    member.checks(GENUINE, name="Nguyễn Văn Mẫu")
    (told,) = member.history()
    digest = code_digest(GENUINE)
    assert digest is not None
    assert told == {
        "check": told["check"], "at": "2026-11-24T16:30:00+07:00", "state": "valid",
        "heading": "Thật và còn hiệu lực", "kind": "judicial-record",
        "certificate": {
            "issuer": "CA01", "issuer_name": "Công an thành phố Mẫu", "number": TOKEN.number,
        },
        "code_digest": digest.hex(), "person": "matches", "channel": "api", "by": "self",
        "account": "account-nhan-vien", "name": None,
    }  # fmt: skip
    assert UUID(told["check"]).version == 4


def test_a_forgery_is_there_without_any_holder(member: Checker) -> None:
    member.checks(FORGED)
    (told,) = member.history()
    assert (told["state"], told["certificate"], told["kind"]) == ("altered", None, None)
    assert told["code_digest"]
    page = member.page()
    assert "Đã bị sửa đổi hoặc không thật" in page
    for word in (TOKEN.number, TOKEN.holder.name):
        assert word not in page
        assert word not in str(told)


def test_a_revoked_paper_is_there_as_it_was_answered_then(
    house: ChecksHouse, member: Checker
) -> None:
    member.checks(GENUINE)
    house.world.standings.by_number[TOKEN.number] = StatusEvidence(
        Status.REVOKED, as_of=AT, online=True, registered=True
    )
    house.world.clock.later(minutes=1)
    member.checks(GENUINE)
    assert [one["state"] for one in member.history()] == ["revoked", "valid"]


def test_nothing_about_a_person_is_on_any_page(member: Checker, leader: Checker) -> None:
    member.checks(GENUINE, name=TOKEN.holder.name, number="000000000001")
    for page in (member.page(), leader.page(), leader.client.get(f"{HISTORY}.csv").text):
        assert TOKEN.number in page
        assert TOKEN.holder.name not in page
        assert "000000000001" not in page


def test_a_colleague_is_a_colleague_and_the_administrator_knows_the_names(
    member: Checker, leader: Checker
) -> None:
    member.checks(GENUINE)
    leader.checks(FORGED)
    theirs, own = ((one["by"], one["account"], one["name"]) for one in member.history())
    assert theirs == ("colleague", None, None)
    assert own == ("self", "account-nhan-vien", None)
    assert [(one["by"], one["name"]) for one in leader.history()] == [
        ("self", "Tài khoản doanhnghiep"), ("colleague", "Tài khoản nhan-vien"),
    ]  # fmt: skip
    assert "Tài khoản doanhnghiep" not in member.page().replace("Đồng nghiệp", "")
    assert "Đồng nghiệp" in member.page()
    assert "Tài khoản nhan-vien" in leader.page()


def test_who_has_left_keeps_their_name_for_the_administrator(
    house: ChecksHouse, member: Checker, leader: Checker
) -> None:
    member.checks(GENUINE)
    house.world.ports.identity.organisations.remove(
        "account-doanhnghiep", "account-nhan-vien", at=house.world.clock.at
    )
    (told,) = leader.history()
    assert told["name"] == "Tài khoản nhan-vien"


def test_one_organisation_never_sees_anothers(member: Checker, stranger: Checker) -> None:
    member.checks(GENUINE)
    assert stranger.history() == []
    assert stranger.history(by="all") == []
    stranger.checks(FORGED)
    assert [one["state"] for one in stranger.history()] == ["altered"]
    assert [one["state"] for one in member.history()] == ["valid"]
    assert TOKEN.number not in stranger.page()
    assert len(file_of(stranger.client.get(f"{HISTORY}.csv"))) == 2


def test_an_administrator_elsewhere_learns_no_names_here(
    house: ChecksHouse, member: Checker
) -> None:
    house.add("da-chuyen", OURS)
    moved = Checker(house, "da-chuyen")
    member.checks(GENUINE)
    assert [one["name"] for one in moved.history()] == [None]


def test_who_belongs_nowhere_has_no_history(house: ChecksHouse) -> None:
    anonymous = house.world.client().get(HISTORY)
    assert anonymous.status_code == 401
    sent = house.world.client().get("/organisation/checks", headers=PAGE)
    assert (sent.status_code, sent.headers["Location"]) == (302, "/login")
    citizen, _ = house.world.signed_in("congdan")
    for address in (HISTORY, f"{HISTORY}.csv", "/organisation/checks"):
        assert citizen.get(address).status_code == 403
    assert not {Role.ANONYMOUS, Role.CITIZEN} & who_may(Action.SEE_CHECKS)


def test_a_system_sees_its_organisations_history_too(house: ChecksHouse, member: Checker) -> None:
    member.checks(GENUINE)
    house.catch_up()
    header = house.world.token(Role.VERIFIER, OURS)
    (told,) = house.world.client().get(HISTORY, headers=header).get_json()["checks"]
    assert (told["by"], told["account"]) == ("colleague", None)
    other = house.world.token(Role.CLINICIAN, OTHERS)
    assert house.world.client().get(HISTORY, headers=other).get_json()["checks"] == []


def test_filters_are_by_day_in_vietnam_state_and_whose(house: ChecksHouse) -> None:
    house.world.clock.at = AT.replace(hour=16, minute=59)  # 23:59 on the 24th
    member, leader = Checker(house, MEMBER), Checker(house, LEADER)
    member.checks(FORGED)
    house.world.clock.later(minutes=2)
    leader.checks(GENUINE)
    assert [one["state"] for one in member.history(until="2026-11-24")] == ["altered"]
    assert [one["state"] for one in member.history(since="2026-11-25")] == ["valid"]
    assert len(member.history(since="2026-11-24", until="2026-11-25")) == 2
    assert [one["state"] for one in member.history(state="altered")] == ["altered"]
    assert [one["by"] for one in member.history(by="own")] == ["self"]
    assert len(member.history(by="all", state="")) == 2


@pytest.mark.parametrize(
    ("query", "place", "rule"),
    [
        ({"since": "hôm qua"}, "since", "day_form"),
        ({"until": "1969-01-01"}, "until", "day_form"),
        ({"since": "9999-12-31"}, "since", "day_form"),
        ({"since": "2026-11-25", "until": "2026-11-24"}, "until", "days_reversed"),
        ({"state": "fine"}, "state", "check_state"),
        ({"state": "camera_unavailable"}, "state", "check_state"),
        ({"by": "them"}, "by", "checks_by"),
        ({"before": "x"}, "before", "checks_before"),
        ({"before": f"{10**30}.1"}, "before", "checks_before"),
        ({"before": "1"}, "before", "checks_before"),
        ({"before": "1.\u0661"}, "before", "checks_before"),
    ],
)
def test_a_bad_filter_is_a_problem_with_its_place(
    member: Checker, query: dict[str, str], place: str, rule: str
) -> None:
    for address in (HISTORY, f"{HISTORY}.csv"):
        answer = member.client.get(address, query_string=query)
        assert answer.status_code == 422
        assert (answer.get_json()["place"], answer.get_json()["rule"]) == (place, rule)
    page = member.client.get("/organisation/checks", query_string=query, headers=PAGE)
    assert page.status_code == 422
    assert 'id="wrong"' in page.text


def many(house: ChecksHouse, count: int, organisation: str = OURS) -> None:
    act = Act(AT, "account-nhan-vien", "verifier", organisation)
    ids = (house.world.ports.random_bytes(16) for _ in range(count))
    record_checks(
        house.facts, [Checked(UUID(bytes=one, version=4), "valid", "api") for one in ids], act=act
    )
    house.catch_up()


def test_pages_follow_one_another(house: ChecksHouse, member: Checker) -> None:
    many(house, 120)
    seen: list[str] = []
    before: str | None = ""
    while before is not None:
        told = member.client.get(HISTORY, query_string={"before": before}).get_json()
        seen += [one["check"] for one in told["checks"]]
        before = told["before"]
    assert len(seen) == len(set(seen)) == 120
    first = member.page(state="valid")
    following = re.search(r'href="([^"]*)" rel="next"', first)
    assert following is not None
    second = member.page(following[1].replace("&amp;", "&"))
    assert 'rel="first"' in second
    assert "state=valid" in following[1]


def test_a_file_has_every_check_and_words_of_the_readers_language(
    house: ChecksHouse, member: Checker, leader: Checker
) -> None:
    many(house, AT_ONCE + 3)
    member.checks(FORGED)
    leader.checks(GENUINE)
    house.catch_up()
    answer = member.client.get(f"{HISTORY}.csv", headers={"Accept-Language": "en"})
    head, newest, second, *rest = file_of(answer)
    assert head[:4] == ["When", "Answer", "Answer (code)", "Number"]
    assert newest[1:8] == [
        "Genuine and in force", "valid", TOKEN.number, "Police of Sample City",
        "Judicial record certificate", "Not compared", "A colleague",
    ]  # fmt: skip
    assert second[2:8] == ["altered", "", "", "", "Not compared", "Me"]
    assert len(rest) == AT_ONCE + 3
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    filtered = member.client.get(f"{HISTORY}.csv", query_string={"state": "altered"})
    assert len(file_of(filtered)) == 2


def test_no_cell_of_a_file_is_a_formula(house: ChecksHouse, leader: Checker) -> None:
    account = "account-cong-thuc"
    house.add("cong-thuc", OURS)
    with house.world.database.transaction() as transaction:
        transaction.run(
            "UPDATE accounts SET title = ? WHERE account_id = ?", ("=HYPERLINK(1)", account)
        )
    Checker(house, "cong-thuc").checks(GENUINE)
    house.catch_up()
    _, row = file_of(leader.client.get(f"{HISTORY}.csv"))
    assert "'=HYPERLINK(1)" in row


class Failing:
    """Views that answer so often and then no more."""

    def __init__(self, views: ViewDatabase, left: int) -> None:
        self._views, self._left = views, left

    @contextmanager
    def reading(self) -> Iterator[Session]:
        if not self._left:
            raise ViewsUnavailableError("no answer")
        self._left -= 1
        with self._views.reading() as session:
            yield session


def asked_of(house: ChecksHouse, left: int) -> TestResponse:
    failing: Any = Failing(house.store.database, left)
    history = CheckHistory(failing, lambda _code: None)
    app = create_service(house.world.ports, more=[organisation_check_routes(history)])
    world = replace(house.world, app=app)
    header = world.token(Role.VERIFIER, OURS)
    return world.client().get(f"{HISTORY}.csv", headers=header)


def test_a_file_that_breaks_off_says_so_in_its_last_line(house: ChecksHouse) -> None:
    many(house, AT_ONCE + 3)
    *rows, last = file_of(asked_of(house, 1))
    assert len(rows) == AT_ONCE + 1
    assert last == ["Tệp này chưa đầy đủ: dịch vụ bị gián đoạn. Hãy tải lại."]


def test_an_outage_at_the_beginning_is_a_problem_and_no_file(house: ChecksHouse) -> None:
    answer = asked_of(house, 0)
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "views_unavailable"


def test_an_empty_history_says_what_to_do(member: Checker) -> None:
    assert "Chưa có lần kiểm tra nào như vậy" in member.page()
    assert len(file_of(member.client.get(f"{HISTORY}.csv"))) == 1


def test_the_menu_leads_there(member: Checker) -> None:
    assert 'href="/organisation/checks"' in member.page("/")


def test_a_kind_and_a_state_of_a_later_program_are_shown_as_their_codes(
    house: ChecksHouse, member: Checker
) -> None:
    act = Act(AT + timedelta(days=1), "account-nhan-vien", "verifier", OURS)
    made = Checked(UUID(int=5), "new_state", "telepathy", "new-kind", CERTIFICATE)
    record_checks(house.facts, [made], act=act)
    assert "new_state" in member.page()
    (told,) = member.history()
    assert (told["heading"], told["kind"]) == ("new_state", "new-kind")
