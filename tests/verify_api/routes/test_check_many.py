"""Many codes on one page: one table or file, the same answers as a batch, nothing kept of it."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from ledger.errors import StoreUnavailableError
from ledger.paper.qr_code import draw_png
from tests_support.checks_house import FORGED, GENUINE, MEMBER, OURS, PAGE, Checker, ChecksHouse
from tests_support.service_world import GENEROUS, World, open_world
from tests_support.signed_certificates import TOKEN, UNLISTED_KEY, code
from verify_api.callers import Role
from verify_api.check_many_words import FAULTS
from verify_api.limiter import Rate
from verify_api.many_rows import fault_row, summary
from verify_api.ports import ServiceSettings
from verify_api.problems import PICTURES
from verify_api.routes.check_many import ADDRESS, MOST_FILES


def png(text: str | None = GENUINE) -> bytes:
    if text is not None:
        return draw_png(text)
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(drawn, "PNG")
    return drawn.getvalue()


def send(world: World, codes: str = "", *files: tuple[bytes, str], **more: Any) -> TestResponse:
    data = {"codes": codes, "files": [(io.BytesIO(one), name) for one, name in files]}
    headers = more.pop("headers", PAGE)
    return world.client().post(
        ADDRESS, data={**data, **more}, content_type="multipart/form-data", headers=headers
    )


def rows(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))[1:]


def test_the_form_is_open_to_anybody_and_needs_no_script(world: World) -> None:
    page = world.client().get(ADDRESS, headers=PAGE)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "multiple" in page.text


def test_each_line_is_answered_beside_its_reference(world: World) -> None:
    codes = f"NV-1\t{GENUINE}\nNV-2;{FORGED}\nnothing\n{code(key=UNLISTED_KEY)}"
    table = rows(send(world, codes, **{"as": "csv"}))
    assert [(row[0], row[2], row[3]) for row in table] == [
        ("NV-1", "valid", TOKEN.number),
        ("NV-2", "altered", ""),
        ("Dòng 3", "not_ours", ""),
        ("Dòng 4", "issuer_unknown", ""),
    ]
    assert table[0][1] == "Thật và còn hiệu lực"
    assert table[0][4].startswith("Đối chiếu họ tên")
    assert table[0][5] == "2026-11-24T16:30:00+07:00"


def test_lines_are_numbered_as_they_were_pasted_in_page_and_file(world: World) -> None:
    codes = f"\n{GENUINE}\n\nnothing"
    table = rows(send(world, codes, **{"as": "csv"}))
    assert [row[0] for row in table] == ["Dòng 2", "Dòng 4"]
    page = send(world, codes).text
    assert ("Dòng 2" in page, "Dòng 4" in page, "Dòng 1" in page) == (True, True, False)
    # a browser drops the first line end of a field: the form that asks again keeps the numbers
    assert f">\n\n{GENUINE}\n" in page


def test_the_table_says_the_same_and_names_no_holder(world: World) -> None:
    page = send(world, f"NV-1\t{GENUINE}\nNV-2;{FORGED}\nx").text
    assert "1 hợp lệ, 1 không hợp lệ, 1 chưa thể kết luận" in page
    for word in ("NV-1", TOKEN.number, "Đã bị sửa đổi hoặc không thật"):
        assert word in page
    assert TOKEN.holder.name not in page
    assert f"NV-2;{FORGED}" in page  # kept in the form, for who checks again as a file


def test_an_answer_speaks_english_to_who_reads_english(world: World) -> None:
    headers = {"Accept-Language": "en"}
    (row,) = rows(send(world, GENUINE, headers=headers, **{"as": "csv"}))
    assert row[:2] == ["Line 1", "Genuine and in force"]


def test_a_bad_line_is_an_answer_on_its_line(world: World) -> None:
    codes = f"{GENUINE}\n{'x' * 17_000}\nNV-3;\n{'r' * 81};1\n{GENUINE}"
    table = rows(send(world, codes, **{"as": "csv"}))
    assert [row[2] for row in table] == ["valid", "", "", "", "valid"]
    assert [row[1] for row in table[1:4]] == [
        "Dòng quá dài", "Không có mã", "Ký hiệu quá dài",
    ]  # fmt: skip
    assert table[1][5] == ""


def test_the_two_hundred_and_first_line_is_said_not_to_be_checked(world: World) -> None:
    table = rows(send(world, f"{GENUINE}\n" * 201, **{"as": "csv"}))
    assert len(table) == 201
    assert [row[2] for row in table] == ["valid"] * 200 + [""]


def test_several_files_are_answered_by_their_names(world: World) -> None:
    files = ((png(), "mot.png"), (png(FORGED), "hai.png"), (png(None), "trong.png"))
    table = rows(send(world, "", *files, (b"GIF89a", "ba.gif"), **{"as": "csv"}))
    assert [(row[0], row[2]) for row in table] == [
        ("mot.png", "valid"), ("hai.png", "altered"), ("trong.png", "unreadable"), ("ba.gif", ""),
    ]  # fmt: skip
    assert table[3][1] == "Không phải PNG, JPEG hoặc PDF"


def test_a_file_with_several_codes_has_a_row_for_each(world: World) -> None:
    one, other = (Image.open(io.BytesIO(png(text))) for text in (GENUINE, FORGED))
    sheet = Image.new("RGB", (one.width + other.width + 60, max(one.height, other.height)), "white")
    sheet.paste(one, (0, 0))
    sheet.paste(other, (one.width + 60, 0))
    drawn = io.BytesIO()
    sheet.save(drawn, "PNG")
    table = rows(send(world, "", (drawn.getvalue(), "hai.png"), **{"as": "csv"}))
    assert [row[0] for row in table] == ["hai.png", "hai.png (2)"]
    assert {row[2] for row in table} == {"valid", "altered"}


def test_the_twenty_first_file_is_said_not_to_be_checked(world: World) -> None:
    small = png(None)
    table = rows(
        send(world, "", *((small, f"{n}.png") for n in range(MOST_FILES + 2)), **{"as": "csv"})
    )
    assert [row[1] for row in table[MOST_FILES:]] == ["Quá 20 tệp: tệp này chưa được kiểm tra"] * 2


def test_an_outage_is_said_on_each_line(world: World) -> None:
    world.standings.fails_with = StoreUnavailableError("down")
    table = rows(send(world, GENUINE, (png(), "mot.png"), **{"as": "csv"}))
    assert [row[1] for row in table] == ["Dịch vụ tạm thời gián đoạn"] * 2
    assert [row[2] for row in table] == ["", ""]


def test_no_cell_of_the_file_is_a_formula(world: World) -> None:
    codes = f'=HYPERLINK("http://x");{GENUINE}\n@SUM(1)\t{GENUINE}\n+1;{GENUINE}'
    (one, two, three) = rows(send(world, codes, (png(), "=cmd.png"), **{"as": "csv"}))[:3]
    assert one[0] == '\'=HYPERLINK("http://x")'
    assert (two[0], three[0]) == ("'@SUM(1)", "'+1")
    answer = send(world, codes, (png(), "=cmd.png"), **{"as": "csv"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert rows(answer)[3][0] == "'=cmd.png"


@pytest.mark.parametrize("as_", ["", "csv"])
def test_a_form_with_nothing_in_it_says_so_at_its_field(world: World, as_: str) -> None:
    answer = send(world, " \n ", **{"as": as_})
    assert answer.status_code == 422
    assert 'href="#codes"' in answer.text


def test_a_code_in_the_address_and_another_media_type_are_refused(world: World) -> None:
    assert world.client().get(f"{ADDRESS}?codes=1").status_code == 400
    assert world.client().post(f"{ADDRESS}?codes=1", data={"codes": "1"}).status_code == 400
    assert world.client().post(ADDRESS, json={"codes": "1"}).status_code == 415
    large = {"data": bytes(11 * 1024 * 1024), "content_type": "multipart/form-data; boundary=x"}
    assert world.client().post(ADDRESS, **large).status_code == 413


def limited(folder: Path, **rates: Rate) -> World:
    return open_world(
        folder, settings=ServiceSettings("http://localhost", replace(GENEROUS, **rates))
    )


def test_lines_are_counted_as_those_of_a_batch(tmp_path: Path) -> None:
    world = limited(tmp_path, batch=Rate(per_second=1, burst=10))
    assert send(world, f"{GENUINE}\n" * 20).status_code == 200
    assert send(world, GENUINE).status_code == 429
    batch = world.client().post(
        "/v1/verify/batch", data='{"text":"x"}', content_type="application/x-ndjson"
    )
    assert batch.status_code == 429
    world.database.close()


def test_files_are_counted_as_pictures_are(tmp_path: Path) -> None:
    world = limited(tmp_path, picture=Rate(per_second=1, burst=3))
    assert send(world, "", *((png(None), f"{n}.png") for n in range(5))).status_code == 200
    assert send(world, "", (png(None), "a.png")).status_code == 429
    assert send(world, GENUINE).status_code == 200
    world.database.close()


def test_nobody_in_particular_leaves_nothing(world: World) -> None:
    send(world, f"NV-1\t{GENUINE}", (png(), "mot.png"))
    assert (world.kept.notes, world.noted.notes) == ([], [])


def test_who_signed_in_leaves_looks_and_checks_and_no_reference(world: World) -> None:
    header = {**PAGE, **world.token(Role.VERIFIER, "DN-MAU")}
    send(world, f"NV-BI-MAT\t{GENUINE}\nx", (png(), "bi-mat.png"), headers=header)
    assert len(world.noted.notes) == 2
    assert len(world.kept.notes) == 3
    kept = str(world.kept.notes) + str(world.noted.notes)
    assert "NV-BI-MAT" not in kept
    assert "bi-mat" not in kept


def test_nothing_is_shown_that_cannot_be_kept(world: World) -> None:
    world.kept.fails_with = StoreUnavailableError("down")
    header = {**PAGE, **world.token(Role.VERIFIER, "DN-MAU")}
    for sent in (
        send(world, GENUINE, headers=header),
        send(world, "", (png(), "a.png"), headers=header),
    ):
        assert sent.status_code == 503
        assert TOKEN.number not in sent.text


def test_a_session_sends_its_own_token(tmp_path: Path) -> None:
    house = ChecksHouse(tmp_path)
    member = Checker(house, MEMBER)
    without = member.client.post(ADDRESS, data={"codes": GENUINE}, headers=PAGE)
    assert without.status_code == 403
    page = member.sends(ADDRESS, codes=f"NV-1\t{GENUINE}")
    assert TOKEN.number in page.text
    assert "Xem lịch sử" in page.text
    (told,) = member.history()
    assert (told["state"], told["channel"]) == ("valid", "page")
    assert OURS not in page.text
    house.close()


def test_there_are_words_for_every_reason() -> None:
    of_lines = {"line_too_long", "too_many_lines", "reference_too_long", "code_missing"}
    of_files = {"too_many_files", *(rule.value for rule in PICTURES)}
    assert set(FAULTS) == of_lines | of_files | {StoreUnavailableError.code}


def test_counts_leave_out_what_there_is_none_of() -> None:
    row = fault_row(next(iter(FAULTS.values()))[0], "code_missing")
    assert summary([row, row], "en") == "2 not checked"
    assert summary([], "vi") == ""
