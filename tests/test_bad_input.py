"""Every bad input that the first issue names, through the outermost door that takes it."""

import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from PIL import Image

from keys.algorithms import ESP256, PrivateKey, PublicKey
from keys.trust_list import STATUS_USE
from ledger.certificates.kind import Token
from ledger.certificates.qr_text import from_qr_text, to_qr_text
from ledger.certificates.token import read_claims, read_signed, write_token
from ledger.commands import keys as key_commands
from ledger.errors import RefusedError
from ledger.identifiers import request_stream
from ledger.paper import qr_code
from shell import first_start
from tests_support.portal_world import dossier
from tests_support.whole_house import House, open_house
from verify_api.callers import Role
from verify_api.picture_error import LIMITS, PictureRule

NAME = dossier()["toKhai"]["nycHoTen"]
PROXY = {
    "uyQuyen": 1,
    "thongTinUyQuyen": {"nuqHoTen": "Trần Văn Mẫu", "nuqNgayKyVanBanUyQuyen": "01/11/2026"},
}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One running home for all; at the end every fact is read again, and nothing is missing."""
    with open_house(tmp_path_factory.mktemp("house") / "home") as opened:
        yield opened
        facts = opened.system.facts
        assert len(facts.read(after=0, limit=1_000_000)) == facts.head()
        assert all(finding.holds for finding in facts.integrity(deep=True))


@pytest.fixture(scope="session")
def paper(house: House) -> str:
    """The text of a code in force; nobody may end it."""
    return house.issued()[1]


def told(answer: Any) -> tuple[int, str, str | None]:
    """Return status, rule and place of a refusal, which quotes nothing about the person."""
    said = answer.get_data(as_text=True)
    assert NAME not in unicodedata.normalize("NFC", said)
    assert "0000900" not in said
    problem = json.loads(said)
    return answer.status_code, problem["rule"], problem.get("place")


@pytest.mark.parametrize(
    ("changes", "status", "rule", "place"),
    [
        ({"nycNgaySinh": "01/01/2090"}, 422, "not_in_the_future", "nycNgaySinh"),
        ({"nycNgaySinh": "30/02/1990"}, 422, "no_such_day", "nycNgaySinh"),
        ({"nycHoTen": unicodedata.normalize("NFD", NAME)}, 422, "nfc", "nycHoTen"),
        ({"nycSoGiayTo": "0000900000001"}, 422, "personal_number", "nycSoGiayTo"),
        ({"nycSoGiayTo": "\uff10" * 12}, 422, "personal_number", "nycSoGiayTo"),
        (
            {"quaTrinhCTNNNLV": [{"noiThuongTru": "Mẫu", "maTinh": "99"}]},
            422, "unknown_province", "quaTrinhCTNNNLV[0].maTinh",
        ),
        ({"loaiPhieu": 2, **PROXY}, 409, "form_2_never_by_proxy", None),
    ],
)  # fmt: skip
def test_a_dossier_with_a_wrong_value_is_refused_by_its_place_and_leaves_nothing(
    house: House, changes: dict[str, Any], status: int, rule: str, place: str | None
) -> None:
    before = house.system.facts.head()
    answer = house.push(dossier(house.person(), toKhai=changes))
    assert told(answer) == (status, rule, place and f"toKhai.{place}")
    assert house.system.facts.head() == before


def test_a_dossier_of_another_or_of_no_province_is_refused(house: House) -> None:
    before = house.system.facts.head()
    for province in ("46", "99"):
        content = {**dossier(house.person()), "maTinh": province}
        assert told(house.push_as("CA01", content)) == (422, "other_province", "maTinh")
    assert house.system.facts.head() == before


def test_another_content_under_a_known_code_changes_nothing(house: House) -> None:
    number = house.person()
    assert house.push(dossier(number)).status_code == 201
    before = house.system.facts.head()
    assert house.push(dossier(number)).get_json()["ketQua"] == "already_received"
    other = dossier(number, toKhai={"nycNoiSinh": "Mẫu"})
    assert told(house.push(other))[:2] == (409, "resubmission_only_in_supplement")
    assert house.system.facts.head() == before


def test_nobody_has_two_requests_open(house: House) -> None:
    number = house.person()
    assert house.push(dossier(number)).status_code == 201
    second = {**dossier(number), "maHoSoMCDT": f"000.00.19.H26-261123-{number + 5000}"}
    before = house.system.facts.head()
    assert told(house.push(second))[:2] == (409, "one_open_request")
    assert house.system.facts.head() == before


def test_a_step_out_of_order_or_in_another_role_is_not_done(house: House) -> None:
    request = house.file()
    before = house.system.facts.head()
    assert house.do(request, "record_result", Role.CASE_OFFICER).status_code == 403
    assert house.do(request, "mark_ready", Role.SIGNER).status_code == 403
    assert house.do(request, "accept", Role.SIGNER).status_code == 403
    assert house.do(request, "no_such_act", Role.SIGNER).status_code == 404
    assert house.system.facts.head() == before


def test_another_authoritys_file_is_not_there(house: House) -> None:
    request = house.file()
    before = house.system.facts.head()
    stranger = house.browser(Role.INTAKE_OFFICER, "CA46")
    assert house.do(request, "accept", Role.INTAKE_OFFICER, "CA46").status_code == 404
    assert stranger.get(f"/work/{request}").status_code == 404
    assert stranger.get(f"/work/{request}/certificate.pdf").status_code == 404
    assert house.system.facts.head() == before


def test_who_drafted_a_certificate_cannot_sign_it(house: House) -> None:
    content = dossier(house.person())
    assert house.push(content).status_code == 201
    request = request_stream("CA01", content["maHoSoMCDT"])
    house.walk(request, "begin_certificate")
    before = house.system.facts.head()
    drafter = ("--role", "signer", "--actor", "id-case_officer-ca01")
    refused = house.records("request", "act", content["maHoSoMCDT"], "mark_ready", *drafter)
    assert (refused.exit_code, "signer_is_drafter" in refused.output) == (2, True)
    assert house.system.facts.head() == before


@pytest.mark.parametrize("absent", ["decision_number", "decision_date", "decision_text", "reason"])
def test_a_recall_without_a_whole_decision_leaves_the_certificate_in_force(
    house: House, absent: str
) -> None:
    request, text = house.issued()
    decision = {
        "decision_number": "1/QĐ-MẪU", "decision_date": "2026-11-23", "reason": "content_wrong",
        "decision_text": "mẫu", "summary": "mẫu",
    }  # fmt: skip
    whole = dict(decision)
    del decision[absent]
    answer = house.do(request, "recall", Role.SIGNER, **decision)
    assert answer.status_code == 422
    assert absent in answer.get_data(as_text=True)
    assert house.check(text)["overall"] == "valid"
    assert house.do(request, "recall", Role.SIGNER, **whole).status_code == 303
    assert house.check(text)["state"] == "revoked"


def drawn(*texts: str) -> bytes:
    """Return a PNG with codes side by side."""
    codes = [Image.open(io.BytesIO(qr_code.draw_png(text))) for text in texts]
    sheet = Image.new("L", (sum(code.width + 40 for code in codes), codes[0].height), 255)
    for place, code in enumerate(codes):
        sheet.paste(code, (place * (code.width + 40), 0))
    content = io.BytesIO()
    sheet.save(content, "PNG")
    return content.getvalue()


def blank_page() -> bytes:
    """Return a PDF with nothing on it."""
    document = FPDF()
    document.add_page()
    return bytes(document.output())


def huge_picture() -> bytes:
    """Return a small file that says it is a picture of 81 million pixels."""
    content = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type", "status", "rule"),
    [
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(LIMITS.octets), "image/png", 413, None),
        (huge_picture, "image/png", 413, PictureRule.TOO_MANY_PIXELS),
        (lambda: b"a letter", "image/png", 415, PictureRule.NOT_A_PICTURE),
        (lambda: b"a letter", "text/html", 415, None),
    ],
)
def test_a_picture_that_is_too_large_or_none_is_refused(
    house: House, content: Callable[[], bytes], media_type: str, status: int, rule: str | None
) -> None:
    answer = house.upload(content(), media_type)
    assert (answer.status_code, answer.get_json(force=True).get("rule")) == (status, rule)


@pytest.mark.parametrize(
    ("content", "media_type", "rule"),
    [
        (
            lambda: qr_code.draw_png("https://records.example/#012")[:200],
            "image/png",
            PictureRule.CORRUPT,
        ),
        (lambda: b"\xff\xd8\xff\xe0 not a photo", "image/jpeg", PictureRule.CORRUPT),
        (lambda: b"%PDF-1.7 not a document", "application/pdf", PictureRule.CORRUPT),
        (blank_page, "application/pdf", PictureRule.NO_CODE),
    ],
)
def test_a_picture_in_which_nothing_can_be_read_cannot_be_told_and_says_why(
    house: House, content: Callable[[], bytes], media_type: str, rule: str
) -> None:
    answer = house.upload(content(), media_type)
    [verdict] = answer.get_json()["answers"]
    assert (answer.status_code, verdict["overall"]) == (200, "cannot_tell")
    assert (verdict["picture"], verdict["certificate"]) == (rule, None)


def test_each_of_two_codes_in_one_picture_has_its_own_answer(house: House, paper: str) -> None:
    forged = resigned(house, paper, PrivateKey.generate(ESP256))
    answers = house.upload(drawn(paper, forged), "image/png").get_json()["answers"]
    assert [one["overall"] for one in answers] == ["valid", "not_valid"]


def claims(text: str) -> Token:
    """Return what a code says."""
    return read_claims(read_signed(from_qr_text(text)).unverified_payload)


def resigned(house: House, text: str, key: PrivateKey | PublicKey, **changes: Any) -> str:
    """Return the code signed by another key, or by one of the house with other claims."""
    public, sign = (
        (key.public, key.sign)
        if isinstance(key, PrivateKey)
        else (key, lambda message: house.system.keyring.sign(key.kid, message))
    )
    token = write_token(replace(claims(text), **changes), key=public, sign=sign)
    return to_qr_text(token, house.system.settings.host)


def refused(house: House, text: str) -> tuple[str, str]:
    """Return answer and first reason about a code of which nothing is shown."""
    verdict = house.check(text)
    assert verdict["certificate"] is None or verdict["certificate"]["holder"] is None
    return verdict["overall"], verdict["reasons"][0]["code"]


def test_a_code_by_a_key_that_nobody_knows_is_not_valid(house: House, paper: str) -> None:
    stranger = PrivateKey.generate(ESP256)
    assert refused(house, resigned(house, paper, stranger)) == ("not_valid", "key_unknown")


def test_a_code_by_a_key_for_something_else_is_not_valid(house: House, paper: str) -> None:
    other = house.system.issuing_key("CA46", 1).public
    assert refused(house, resigned(house, paper, other)) == ("not_valid", "key_issuer")
    lists = house.system.key_in_use(STATUS_USE, "CA01", at=house.clock.at).public
    assert refused(house, resigned(house, paper, lists)) == ("not_valid", "key_use")


def test_a_code_that_the_right_key_signed_outside_the_register_is_not_valid(
    house: House, paper: str
) -> None:
    key, holder = house.system.issuing_key("CA01", 1).public, claims(paper).holder
    unknown = resigned(house, paper, key, number="9999/LLTP-CA01")
    assert refused(house, unknown) == ("not_valid", "not_in_register")
    other = resigned(house, paper, key, holder=replace(holder, name="TRẦN THỊ MẪU"))
    assert refused(house, other) == ("not_valid", "other_content")


def test_a_retired_key_vouches_for_what_it_signed_before_and_for_nothing_after(
    tmp_path: Path,
) -> None:
    with open_house(tmp_path / "home") as house:
        _, text = house.issued()
        key, system = house.system.issuing_key("CA01", 1).public, house.system
        house.clock.at += timedelta(minutes=5)
        act = system.act("key-administrator", "key_administrator")
        key_commands.retire(facts=system.facts, act=act, kid=key.kid)
        house.publish_trust()
        house.clock.at += timedelta(minutes=5)
        later = resigned(house, text, key, issued_at=house.clock.at.replace(microsecond=0))
        assert house.check(text)["overall"] == "valid"
        assert refused(house, later) == ("not_valid", "key_window")


def test_a_code_by_a_compromised_key_cannot_be_told_and_shows_nobody(tmp_path: Path) -> None:
    with open_house(tmp_path / "home") as house:
        _, text = house.issued()
        key, system = house.system.issuing_key("CA01", 1).public, house.system
        house.clock.at += timedelta(minutes=5)
        since = house.clock.at - timedelta(hours=1)
        act = system.act("key-administrator", "key_administrator")
        key_commands.declare_compromise(
            facts=system.facts, act=act, kid=key.kid, since=since, reason="a specimen of a theft"
        )
        house.publish_trust()
        assert refused(house, text) == ("cannot_tell", "key_compromised_unproven")


def test_a_compromise_whose_list_was_never_published_is_published_by_the_worker(
    tmp_path: Path,
) -> None:
    with open_house(tmp_path / "home") as house:
        _, text = house.issued()
        key, system = house.system.issuing_key("CA01", 1).public, house.system
        house.clock.at += timedelta(minutes=5)
        since = house.clock.at - timedelta(hours=1)
        act = system.act("key-administrator", "key_administrator")
        key_commands.declare_compromise(
            facts=system.facts, act=act, kid=key.kid, since=since, reason="a specimen of a theft"
        )
        done = first_start.refresh(system, at=house.clock.at)
        assert any(one.startswith("trust list") for one in done)
        assert refused(house, text) == ("cannot_tell", "key_compromised_unproven")
        done = first_start.refresh(system, at=house.clock.at)
        assert not any(one.startswith("trust list") for one in done)


def test_an_authority_without_a_key_keeps_no_others_lists_from_verifiers(tmp_path: Path) -> None:
    with open_house(tmp_path / "home") as house:
        system = house.system
        house.issued("46")
        lists = system.key_in_use(STATUS_USE, "CA01", at=house.clock.at)
        house.clock.at += timedelta(minutes=5)
        act = system.act("key-administrator", "key_administrator")
        key_commands.retire(facts=system.facts, act=act, kid=lists.public.kid)
        with pytest.raises(RefusedError) as caught:
            first_start.refresh(system, at=house.clock.at)
        assert caught.value.rule == "no_signing_key"
        assert any(
            "/s/46/" in uri and listed.published is not None
            for uri, listed in system.desk.board.lists.items()
        )


def test_what_one_process_recalls_no_other_process_calls_valid(house: House) -> None:
    request, text = house.issued()
    with house.another_process() as other:
        assert other.check(text)["overall"] == "valid"
        decision = {"decision_number": "2/QĐ-MẪU", "decision_date": "2026-11-23"}
        words = {"reason": "content_wrong", "decision_text": "mẫu", "summary": "mẫu"}
        assert house.do(request, "recall", Role.SIGNER, **decision, **words).status_code == 303
        assert other.check(text)["state"] == "revoked"
