"""A check leaves a receipt behind, and anybody can ask whether one is genuine."""

import re
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import orjson
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from werkzeug.test import TestResponse

from tests_support.service_world import World
from tests_support.signed_certificates import TOKEN, UNLISTED_KEY, code
from verify_api import check_receipt, receipt_file
from verify_api.callers import Role
from verify_api.check_receipt import digest_of
from verify_api.receipt_form import FILE_NAME
from verify_api.receipt_words import RECEIPT_FAULTS

CODE = code()
PAGE = {"Accept": "text/html"}
FORGED = code(key=UNLISTED_KEY)


def asked(world: World, text: str = CODE, **more: str) -> TestResponse:
    return world.client().post("/v1/receipts", json={"text": text, **more})


def printed(world: World, text: str = CODE, **more: str) -> bytes:
    answer = world.client().post("/v1/receipts", data={"text": text, "as": "pdf", **more})
    assert answer.mimetype == "application/pdf"
    content: bytes = answer.data
    return content


def judged(world: World, file: bytes, name: str = "receipt.pdf") -> TestResponse:
    return world.client().post(
        "/v1/receipts/check", data={"file": (BytesIO(file), name)}, headers=PAGE
    )


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_receipt_says_what_was_answered_and_is_genuine(world: World) -> None:
    answer = asked(world, person="matches")
    assert (answer.status_code, answer.mimetype) == (HTTPStatus.OK, "application/json")
    claims = answer.get_json()["claims"]
    assert claims["answer"]["state"] == "valid"
    assert claims["certificate"]["number"] == TOKEN.number
    assert (claims["person"], claims["organisation"]) == ("matches", None)
    assert claims["code_sha256"] == digest_of(CODE).hex()
    shown = world.client().post(
        "/v1/receipts/check", data=answer.data, content_type="application/json"
    )
    assert shown.get_json() == {"finding": "counts", "reason": "key_trusted", "receipt": claims}


def test_the_paper_shows_the_answer_and_carries_the_signed_form(world: World) -> None:
    pdf = printed(world, person="matches")
    with pypdfium2.PdfDocument(pdf) as document:
        (attached,) = (document.get_attachment(i) for i in range(document.count_attachments()))
        assert attached.get_name() == FILE_NAME
        claims = orjson.loads(bytes(attached.get_data()))["claims"]
    shown = text_of(pdf)
    for told in (TOKEN.number, claims["jti"], "Thật và còn hiệu lực", "Genuine and in force"):
        assert told in shown
    assert TOKEN.holder.name not in shown
    page = judged(world, pdf)
    assert page.status_code == HTTPStatus.OK
    assert "Xác nhận thật" in page.text
    assert claims["jti"] in page.text


def test_the_paper_is_signed(world: World) -> None:
    (signature,) = PdfFileReader(BytesIO(printed(world))).embedded_signatures
    signature.compute_integrity_info()
    assert signature.summarise_integrity_info()["docmdp_ok"]
    assert signature.signer_cert.subject.native["common_name"] == "Specimen authority"


def test_a_person_who_differs_stands_beside_the_answer(world: World) -> None:
    pdf = printed(world, person="differs")
    shown = text_of(pdf)
    assert "Không đúng người: không chấp nhận" in shown
    assert "Không: có điều khác" in shown
    assert "Không đúng người: không chấp nhận" in judged(world, pdf).text


def test_a_forged_paper_gets_a_receipt_without_a_number(world: World) -> None:
    pdf = printed(world, FORGED)
    assert TOKEN.number not in text_of(pdf)
    assert "Không" in text_of(pdf)
    assert asked(world, FORGED).get_json()["claims"]["answer"]["overall"] == "not_valid"


def test_a_program_gets_the_paper_by_asking_for_pdf(world: World) -> None:
    answer = world.client().post(
        "/v1/receipts", json={"text": CODE}, headers={"Accept": "application/pdf"}
    )
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=check-")


@pytest.mark.parametrize("text", ["079099000001", "xin chào"])
def test_there_is_none_for_what_cannot_be_read(world: World, text: str) -> None:
    answer = asked(world, text)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.get_json()["rule"] == "nothing_was_read"
    assert text not in answer.text


def test_a_wrong_comparison_is_refused_by_name(world: World) -> None:
    answer = asked(world, person="perhaps")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (answer.get_json()["place"], answer.get_json()["rule"]) == ("person", "person_compared")


def test_no_code_stands_in_an_address(world: World) -> None:
    answer = world.client().post(f"/v1/receipts?text={CODE[-30:]}", json={"text": CODE})
    assert answer.get_json()["rule"] == "query_not_taken"


def test_an_organisation_s_receipt_names_it_and_the_holder_sees_the_look(world: World) -> None:
    token = world.token(Role.VERIFIER, "DN-MAU")
    answer = world.client().post("/v1/receipts", json={"text": CODE}, headers=token)
    assert answer.get_json()["claims"]["organisation"] == "DN-MAU"
    assert [note.seen.certificate for note in world.noted.notes] == [("CA01", TOKEN.number)]


def test_the_page_of_an_answer_asks_for_the_person_and_offers_the_receipt(world: World) -> None:
    page = world.client().post("/v1/verify", data={"text": CODE}, headers=PAGE).text
    assert "Có đúng là người đang ở trước mặt bạn không?" in page
    assert f'name="text" value="{CODE}"' in page
    bad = world.client().post("/v1/verify", data={"text": FORGED}, headers=PAGE).text
    assert "trước mặt bạn" not in bad
    assert 'action="/v1/receipts"' in bad
    none = world.client().post("/v1/verify", data={"text": "xin chào"}, headers=PAGE).text
    assert 'action="/v1/receipts"' not in none


def test_an_altered_receipt_is_told_apart(world: World) -> None:
    document = asked(world).data.replace(b'"state":"valid"', b'"state":"altered"')
    page = judged(world, document, "receipt.json")
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Không phải xác nhận của dịch vụ này" in page.text
    assert "copies_differ" in page.text


def test_a_pdf_without_a_receipt_is_none(world: World) -> None:
    blank = BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(200, 200)
        document.save(blank)
    for file in (blank.getvalue(), b"%PDF-1.7 broken"):
        assert "not_a_receipt" in judged(world, file).text


def test_a_form_without_a_file_and_other_bodies_are_refused(world: World) -> None:
    client = world.client()
    assert client.get("/receipts", headers=PAGE).status_code == HTTPStatus.OK
    assert client.post("/v1/receipts/check", data={"x": (BytesIO(b""), "")}).status_code == 400
    other = client.post("/v1/receipts/check", data=b"x", content_type="image/gif")
    assert other.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"xin", "Tệp không phải là xác nhận của dịch vụ."),
        (b"{" + b" " * 200_000, "Tệp quá lớn."),
    ],
)
def test_what_is_wrong_with_a_receipt_is_said_in_words(
    world: World, document: bytes, said: str
) -> None:
    assert said in judged(world, document, "receipt.json").text


def test_each_fault_of_a_receipt_has_words() -> None:
    files = (check_receipt, receipt_file)
    source = "".join(Path(str(one.__file__)).read_text("utf-8") for one in files)
    rules = set(re.findall(r'_wrong\("([a-z_]+)"', source))
    rules |= set(re.findall(r'InvalidInputError\("receipt", "([a-z_]+)"', source))
    assert rules == set(RECEIPT_FAULTS)
