import asyncio
import io
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import fpdf
import pypdfium2
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from keys.algorithms import ED25519, ESP256, PrivateKey
from ledger.certificates.digits import to_digits
from ledger.certificates.kinds.judicial_record import KIND
from ledger.errors import InvalidInputError, RefusedError
from ledger.paper.document_certificate import DOCUMENT_SIGNING, certify, make_authority
from ledger.paper.document_signer import DocumentSigner
from ledger.paper.page import write_pdf
from ledger.paper.pdf_signature import sign_pdf
from verify_api.picture import read_codes

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ROOT_KEY = PrivateKey.generate(ESP256)
SIGNING_KEY = PrivateKey.generate(ESP256)
ROOT = make_authority(
    ROOT_KEY.public,
    ROOT_KEY.sign,
    name="Specimen document authority",
    serial=1,
    valid_from=AT - timedelta(days=1),
    valid_until=datetime(2051, 1, 1, tzinfo=UTC),
)


def signer(key: PrivateKey = SIGNING_KEY, *, name: str = "Công an tỉnh Mẫu") -> DocumentSigner:
    certificate = certify(
        key.public,
        name=name,
        authority=ROOT,
        sign=ROOT_KEY.sign,
        serial=2,
        valid_from=AT - timedelta(days=1),
        valid_until=AT + timedelta(days=365),
    )
    return DocumentSigner(certificate, (ROOT,), key.sign)


@cache
def document() -> bytes:
    page = fpdf.FPDF()
    page.set_creation_date(AT)
    page.add_page()
    page.set_font("helvetica", size=20)
    page.cell(text="A specimen")
    page.embed_file(bytes=b"\xd2\x84 token", basename="token.cose")
    return bytes(page.output())


@cache
def signed() -> bytes:
    return sign_pdf(document(), signer(), at=AT, reason="Cấp phiếu", location="Việt Nam")


def statuses(pdf: bytes, *, root: bytes = ROOT, at: datetime = AT) -> list[PdfSignatureStatus]:
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root)], moment=at, allow_fetching=False
    )
    reader = PdfFileReader(io.BytesIO(pdf))
    return [validate_pdf_signature(one, context) for one in reader.embedded_signatures]


def test_a_signed_document_is_valid_and_trusted_through_its_authority() -> None:
    (status,) = statuses(signed())

    assert status.bottom_line
    assert status.trusted
    assert status.docmdp_ok
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_a_document_is_signed_also_where_a_loop_runs() -> None:
    async def sign() -> bytes:
        return sign_pdf(document(), signer(), at=AT)

    (status,) = statuses(asyncio.run(sign()))
    assert status.bottom_line


def test_the_signature_says_who_when_and_why_in_the_pades_form() -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed())).embedded_signatures
    entries = signature.sig_object

    assert entries["/SubFilter"] == "/ETSI.CAdES.detached"
    assert entries["/Reason"] == "Cấp phiếu"
    assert signature.self_reported_timestamp == AT
    assert signature.signer_cert.subject.native["common_name"] == "Công an tỉnh Mẫu"
    attributes = {one["type"].native for one in signature.signer_info["signed_attrs"]}
    assert "signing_certificate_v2" in attributes
    assert "signing_time" not in attributes  # forbidden by EN 319 142-1, 6.3


def test_the_page_and_the_attached_token_are_what_they_were() -> None:
    with pypdfium2.PdfDocument(signed()) as pdf:
        assert "A specimen" in pdf[0].get_textpage().get_text_range()
        assert bytes(pdf.get_attachment(0).get_data()) == b"\xd2\x84 token"
    assert signed().startswith(document())


def test_a_signed_certificate_is_valid_and_its_code_reads() -> None:
    text = "https://verify.example/#" + to_digits(b"\xd2\x84" + random.Random(1).randbytes(240))
    page = write_pdf(
        KIND, KIND.paper(KIND.specimen), KIND.specimen_holder, "1/LLTP", AT, text, "ABCD-EFGH-JKMN"
    )

    pdf = sign_pdf(page, signer(), at=AT)

    assert [status.bottom_line for status in statuses(pdf)] == [True]
    assert read_codes(pdf) == [text]


def test_no_changed_byte_outside_the_signature_leaves_the_document_valid() -> None:
    start, end = gap()
    draw = random.Random(1)
    places = [*range(0, start, start // 150), *range(end, len(signed()), 11)]

    for place in places:
        assert not _is_valid(changed(place, draw.randrange(1, 256))), place


def test_a_changed_byte_of_the_signature_never_changes_who_signed_what() -> None:
    start, end = gap()
    (before,) = statuses(signed())
    draw = random.Random(2)
    rejected = 0
    for place in range(start + 1, end - 1, 37):
        pdf = changed(place, draw.choice(b"\x01\x02\x03"))
        if _is_valid(pdf):  # padding, or a version number that no reader looks at
            (after,) = statuses(pdf)
            assert after.signing_cert.dump() == before.signing_cert.dump()
            assert after.coverage is SignatureCoverageLevel.ENTIRE_FILE
        else:
            rejected += 1

    assert rejected > 40


def gap() -> tuple[int, int]:
    """Where the signature's own bytes stand, from ``<`` to after ``>``."""
    (signature,) = PdfFileReader(io.BytesIO(signed())).embedded_signatures
    _, start, end, _ = signature.byte_range
    return int(start), int(end)


def changed(place: int, by: int) -> bytes:
    pdf = bytearray(signed())
    pdf[place] ^= by
    return bytes(pdf)


def _is_valid(pdf: bytes) -> bool:
    try:
        found = statuses(pdf)
    except Exception:  # noqa: BLE001  the reader may stumble anywhere over a broken document
        return False
    return bool(found) and all(status.bottom_line for status in found)


def test_a_document_with_something_appended_is_not_valid() -> None:
    other = fpdf.FPDF()
    other.add_page()
    with (
        pypdfium2.PdfDocument(signed()) as pdf,
        pypdfium2.PdfDocument(bytes(other.output())) as more,
    ):
        pdf.import_pages(more)
        stream = io.BytesIO()
        pdf.save(stream)

    assert not _is_valid(stream.getvalue())


def test_a_person_and_then_the_authority_can_sign() -> None:
    twice = sign_pdf(signed(), signer(PrivateKey.generate(ESP256)), at=AT + timedelta(minutes=1))

    assert [status.bottom_line for status in statuses(twice)] == [True, True]


def test_another_authority_is_not_trusted() -> None:
    other = PrivateKey.generate(ESP256)
    root = make_authority(
        other.public,
        other.sign,
        name="Specimen document authority",
        serial=1,
        valid_from=AT,
        valid_until=AT + timedelta(days=1),
    )

    assert [status.bottom_line for status in statuses(signed(), root=root)] == [False]


def test_a_signature_by_another_key_than_the_certificates_is_not_valid() -> None:
    impostor = replace(signer(), sign=PrivateKey.generate(ESP256).sign)

    assert not _is_valid(sign_pdf(document(), impostor, at=AT))


@pytest.mark.parametrize("days", [-2, 366])
def test_nothing_is_signed_outside_the_certificates_validity(days: int) -> None:
    with pytest.raises(RefusedError) as refused:
        sign_pdf(document(), signer(), at=AT + timedelta(days=days))

    assert refused.value.rule == "certificate_out_of_time"


@pytest.mark.parametrize("pdf", [b"", b"a letter", b"%PDF-1.7\n", document()[:400]])
def test_what_is_not_a_whole_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        sign_pdf(pdf, signer(), at=AT)

    assert refused.value.rule == "not_a_pdf"


def test_the_certificates_are_read_and_chained_by_another_library() -> None:
    root = x509.load_der_x509_certificate(ROOT)
    leaf = x509.load_der_x509_certificate(signer().certificate)

    leaf.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert leaf.not_valid_after_utc == AT + timedelta(days=365)
    assert root.not_valid_after_utc == datetime(2051, 1, 1, tzinfo=UTC)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [use.dotted_string for use in usage] == [DOCUMENT_SIGNING]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_only_keys_for_esp256_are_certified() -> None:
    with pytest.raises(InvalidInputError, match="ESP256"):
        signer(PrivateKey.generate(ED25519))
