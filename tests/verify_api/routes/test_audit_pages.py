"""The auditor's pages say what the answers to a program say, in both languages."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import pytest

from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from tests_support.audit_house import DIAGNOSES, HTML, NAMES, AuditHouse, open_audit_house
from tests_support.book_house import ANN
from verify_api.auditing_words import AUDITING, CELLS, KINDS, OUTCOMES, REASONS, SEVERITIES
from verify_api.static_files import FOLDER

TEMPLATES = FOLDER.parent / "templates"
PAGES = ("/audit", "/audit/record", "/audit/officer", "/audit/findings", "/audit/figures")
FINDING = {
    "code": "C1.row", "severity": "critical", "place": {"position": 3, "index": 2},
    "expected": "this", "found": "<b>that</b>", "interval": None,
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[AuditHouse]:
    with open_audit_house(tmp_path / "home") as opened:
        yield opened


def test_the_words_are_there_in_both_languages() -> None:
    for words in (AUDITING, CELLS, KINDS, OUTCOMES, REASONS, SEVERITIES):
        for key, wording in words.items():
            assert wording.vi, key
            assert wording.en, key


def test_the_pages_use_the_words_that_there_are_and_no_other() -> None:
    files = (*TEMPLATES.glob("audit_*.html"), TEMPLATES / "parts" / "audit.html")
    text = "".join(path.read_text("utf-8") for path in files)
    keys = re.findall(r'words\["([a-z_.]+)"\]', text) + re.findall(r"words\.([a-z_]+)", text)
    by_value = {"withheld", "erased"}
    assert set(keys) | by_value == set(AUDITING)


def test_an_auditor_begins_at_the_log_and_has_a_menu(house: AuditHouse) -> None:
    page = house.page("/audit")
    begun = house.auditor.client.get("/login")
    assert begun.headers["Location"] == "/audit"
    for address in PAGES:
        assert f'href="{address}"' in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_there_in_both_languages(
    house: AuditHouse, address: str, language: str
) -> None:
    page = house.page(address, language=language)
    assert page.status_code == HTTPStatus.OK
    assert f'<html lang="{language}">' in page.text


def test_the_log_s_page_offers_every_note(house: AuditHouse) -> None:
    text = house.page("/audit").text
    size = house.books.house.system.reading.head()
    assert f'href="/v1/audit/heads/{size}"' in text
    assert "Newest head" in text
    assert "The policy believes this head" in text


def test_a_record_s_page_opens_nobody_without_a_case(house: AuditHouse) -> None:
    system = house.books.house.system
    code = load_request(system.reading, house.request).state.draft.dossier_code
    looks = len(who_looked(system.reading, subject=ANN))
    for record in (code, str(house.visit), str(ANN)):
        page = house.page("/audit/record", {"record": record})
        assert page.status_code == HTTPStatus.OK
        assert "/v1/audit/proofs/" in page.text
        assert not [one for one in (*NAMES, *DIAGNOSES) if one in page.text]
    assert len(who_looked(system.reading, subject=ANN)) == looks


def test_a_case_opens_it_through_the_page_s_door(house: AuditHouse) -> None:
    form = {"record": str(ANN), "case": "9/2026", "reason": "court"}
    page = house.page("/audit/record", form)
    assert NAMES[0] in page.text
    look = who_looked(house.books.house.system.reading, subject=ANN)[-1]
    assert look.act.legal_basis == "case 9/2026, court"
    assert look.fact.channel == "page"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"record": "no-such-thing"}, HTTPStatus.NOT_FOUND, "record"),
        ({"record": ""}, HTTPStatus.UNPROCESSABLE_ENTITY, "record"),
        ({"record": "a", "case": "1/2026"}, HTTPStatus.UNPROCESSABLE_ENTITY, "reason"),
        ({"record": "a", "case": "1/2026", "reason": "x"}, HTTPStatus.UNPROCESSABLE_ENTITY,
         "reason"),
        ({"record": "a", "case": "0123456789", "reason": "court"},
         HTTPStatus.UNPROCESSABLE_ENTITY, "case"),
        ({"record": "a", "recorded_until": "soon"}, HTTPStatus.UNPROCESSABLE_ENTITY,
         "recorded_until"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_form_is_named_at_its_field(
    house: AuditHouse, form: dict[str, str], status: HTTPStatus, field: str
) -> None:
    page = house.page("/audit/record", form)
    assert page.status_code == status
    assert f'<a href="#{field}">' in page.text


def test_nothing_of_a_person_or_a_case_stands_in_an_address(house: AuditHouse) -> None:
    page = house.page("/audit/record", {"record": str(ANN), "case": "9/2026", "reason": "court"})
    for start in page.text.split('href="')[1:]:
        address = start.split('"')[0]
        assert str(ANN) not in address
        assert "2026" not in address.partition("?")[2]


def test_an_account_s_acts_are_shown_page_by_page(house: AuditHouse) -> None:
    for _ in range(60):
        house.books.house.file()
    page = house.page("/audit/officer", {"account": "portal-CA01"})
    assert page.status_code == HTTPStatus.OK
    assert 'name="after"' in page.text
    after = page.text.split('name="after" value="')[1].split('"')[0]
    following = house.page("/audit/officer", {"account": "portal-CA01", "after": after})
    assert following.status_code == HTTPStatus.OK
    first = page.text.split('<th scope="row">')[-1].split("<")[0]
    assert f'<th scope="row">{first}</th>' not in following.text


def test_findings_are_shown_escaped_and_by_page(house: AuditHouse) -> None:
    lines = "".join(f"{json.dumps(FINDING)}\n" for _ in range(250))
    (house.reports / "found.jsonl").write_text(lines, "utf-8")
    (house.reports / "broken.json").write_text("{", "utf-8")
    listed = house.page("/audit/findings").text
    assert "found.jsonl" in listed
    assert "Not a report" in listed
    page = house.page("/audit/findings?report=found.jsonl").text
    assert "&lt;b&gt;that&lt;/b&gt;" in page
    assert page.count("<code>index</code>") == 200
    rest = house.page("/audit/findings?report=found.jsonl&after=200").text
    assert rest.count("<code>index</code>") == 50
    assert house.page("/audit/findings?report=broken.json").status_code == HTTPStatus.OK
    missing = house.page("/audit/findings?report=../../settings.toml")
    assert missing.status_code == HTTPStatus.NOT_FOUND


def test_a_sent_report_is_shown_and_nothing_of_it_is_kept(house: AuditHouse) -> None:
    auditor = house.auditor
    for content, status in (
        (json.dumps(FINDING).encode(), HTTPStatus.OK),
        (b"<html>", HTTPStatus.UNPROCESSABLE_ENTITY),
    ):
        page = auditor.client.post(
            "/audit/findings", headers=HTML,
            data={"report": (BytesIO(content), "report.jsonl"), "csrf": auditor.csrf},
        )  # fmt: skip
        assert page.status_code == status
        assert ("C1.row" in page.text) == (status == HTTPStatus.OK)
    assert list(house.reports.iterdir()) == []


def test_the_map_s_table_says_what_the_drawing_shows(house: AuditHouse) -> None:
    folder = str(house.reports / "memory")
    assert house.books.house.records("audit", "verify", "--memory", folder).exit_code == 0
    head = house.books.house.system.reading.head()
    page = house.page("/audit/findings").text
    assert page.count('class="cell verified"') == 2  # the drawing's, and the key's
    assert f"1 … {head}" in page


def test_figures_are_counted_on_demand_alone(house: AuditHouse) -> None:
    assert "Every published figure agrees." not in house.page("/audit/figures").text
    counted = house.page("/audit/figures", {})
    assert "Every published figure agrees." in counted.text


@pytest.mark.parametrize(
    ("address", "form", "vi", "en"),
    [
        ("/audit/record", {"record": ""}, "Cần 1 đến 80 ký tự.",
         "record: expected 1 to 80 characters"),
        ("/audit/record", {"record": "x"}, "Không tìm thấy gì mang tên này.",
         "nothing is known under this name"),
        ("/audit/record", {"record": "a", "recorded_until": "soon"},
         "Cần một ngày, ví dụ 24/11/2026.", "recorded_until: expected"),
        ("/audit/officer", {"account": ""}, "Cần 1 đến 80 ký tự.",
         "account: expected 1 to 80 characters"),
    ],
)  # fmt: skip
def test_a_refusal_is_said_in_the_reader_s_language(
    house: AuditHouse, address: str, form: dict[str, str], vi: str, en: str
) -> None:
    page = house.page(address, form, language="vi").text
    assert page.count(vi) == 2  # above, and beside the field
    assert "expected" not in page
    assert "nothing is known" not in page
    assert "<title>Lỗi \N{EN DASH} " in page
    page = house.page(address, form).text
    assert page.count(en) == 2
    assert "<title>Error \N{EN DASH} " in page


def test_an_account_that_nobody_has_is_no_innocent_one(house: AuditHouse) -> None:
    said = "Không có tài khoản cán bộ nào mang tên này"
    page = house.page("/audit/officer", {"account": "khong-co"}, language="vi")
    assert page.status_code == HTTPStatus.OK
    assert said in page.text
    assert "cũng không có việc nào" in page.text
    accounts = house.books.house.system.accounts.all()
    assert accounts
    for one in accounts:
        for typed in {one.account_id} if one.subject else {one.account_id, one.name}:
            page = house.page("/audit/officer", {"account": typed}, language="vi")
            assert said not in page.text
    acted = house.page("/audit/officer", {"account": "portal-CA01"}, language="vi")
    assert said not in acted.text  # no account, and yet there are acts in its name
