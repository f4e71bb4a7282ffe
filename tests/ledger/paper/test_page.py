import hashlib
import os
import random
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from unicodedata import normalize

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.certificates.digits import to_digits
from ledger.certificates.kind import CertificateKind, Holder, Paper, PaperLine, Sex, Wording
from ledger.certificates.qr_text import short_code
from ledger.errors import InvalidInputError, RefusedError
from ledger.paper import sheet
from ledger.paper.page import ATTACHED_AS, write_pdf
from verify_api.picture import read_codes

TOKEN = b"\xd2\x84" + random.Random(7).randbytes(248)
TEXT = "https://verify.example/#" + to_digits(TOKEN)
AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
STATEMENT = Wording("Phiếu này xác nhận điều sau.", "This certifies what follows.")
HOLDER = Holder("NGUYỄN VĂN MẪU", date(1999, 1, 1), Sex.MALE, "0000")
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LOWER = [normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
LETTERS = [
    letter.upper() if upper else letter
    for upper in (False, True)
    for letter in LOWER
    if not letter.isascii()
]


def kind() -> CertificateKind:
    """A kind that only this test knows."""
    words = Wording("Giấy mẫu", "Specimen paper")
    return CertificateKind(
        code="specimen-paper",
        document_type=99,
        title=words,
        issuer_title=Wording("Cơ quan mẫu", "Specimen authority"),
        validity=AT - AT,
        claims=(),
        statuses=frozenset(),
        check=lambda _: {},
        paper=lambda _: Paper((), STATEMENT),
        caution=words,
        specimen={},
        specimen_holder=HOLDER,
    )


def written(
    *values: str, holder: Holder = HOLDER, text: str = TEXT, specimen: bool = False
) -> bytes:
    lines = tuple(PaperLine(Wording("Mục", "Item"), Wording(value, value)) for value in values)
    return write_pdf(
        kind(),
        Paper(lines, STATEMENT),
        holder,
        "452/MAU",
        AT,
        text,
        short_code(TOKEN),
        specimen=specimen,
    )


def words_of(pdf: bytes) -> list[str]:
    """The text layer of each page, in lines of single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            re.sub(r"[ \r\n\ufffe]+", " ", page.get_textpage().get_text_range())
            for page in document
        ]


def test_there_are_134_vietnamese_letters_beyond_ascii() -> None:
    assert len(set(LETTERS)) == len(LETTERS) == 134


def test_every_vietnamese_letter_is_copied_from_the_text_layer_in_nfc() -> None:
    text = " ".join(LETTERS)

    assert text in words_of(written(text))[0]


def test_poppler_reads_the_same_text(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(written(" ".join(LETTERS)))

    run = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", path, "-"], capture_output=True, check=True
    )

    assert " ".join(LETTERS) in " ".join(run.stdout.decode().split())


def test_text_in_another_normal_form_is_printed_in_nfc() -> None:
    decomposed = normalize("NFD", "Hoà thuận ở Đắk Lắk")
    name = normalize("NFD", "PHẠM THỊ VÍ DỤ")
    page = words_of(written(decomposed, holder=Holder(name, date(2000, 2, 29), Sex.FEMALE, "12AB")))

    assert normalize("NFC", decomposed) in page[0]
    assert "PHẠM THỊ VÍ DỤ" in page[0]


def test_the_page_says_who_what_when_and_how_to_check() -> None:
    page = words_of(written("Không có"))[0]

    for words in (
        "CƠ QUAN MẪU",
        "GIẤY MẪU",
        "Specimen paper",
        STATEMENT.vi,
        STATEMENT.en,
        "NGUYỄN VĂN MẪU",
        "01/01/1999",
        "1 January 1999",
        "Nam",
        "0000",
        "Số: 452/MAU",
        "Ngày cấp: 25/11/2026",  # already the next day in Vietnam
        "25 November 2026",
        "Check that the address is: verify.example",
        short_code(TOKEN),
        "Trang 1/1 · Page 1 of 1",
    ):
        assert words in page, words
    assert "specimen, not valid" not in page


def test_authority_and_signer_are_printed_when_they_are_named() -> None:
    pdf = write_pdf(
        kind(),
        Paper((), STATEMENT),
        HOLDER,
        "1/MAU",
        AT,
        TEXT,
        short_code(TOKEN),
        issuer=Wording("Công an tỉnh Mẫu", "Specimen Province Police"),
        signed_by="TRẦN THỊ VÍ DỤ",
        signed_as=Wording("Trưởng phòng", "Head of division"),
    )

    for words in ("CÔNG AN TỈNH MẪU", "Specimen Province Police", "TRƯỞNG PHÒNG", "TRẦN THỊ VÍ DỤ"):
        assert words in words_of(pdf)[0]


def test_a_specimen_says_so_on_every_page() -> None:
    for page in words_of(written(*["dài " * 60] * 20, specimen=True)):
        assert "Software specimen, not valid" in page
        assert "MẪU · SPECIMEN" in page


def test_long_contents_go_on_on_numbered_pages_and_nothing_is_lost() -> None:
    values = [f"[{number}] " + f"tòa{number} " * (30 + 90 * (number % 3)) for number in range(24)]
    pages = words_of(written(*values))

    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"Số 452/MAU · Trang {number}/{len(pages)} · Page {number} of {len(pages)}" in page
    everything = " ".join(pages)
    for number in range(24):
        assert f"[{number}] " in everything
        assert everything.count(f"tòa{number} ") == 30 + 90 * (number % 3)


def test_a_row_longer_than_a_page_is_split_and_complete() -> None:
    pages = words_of(written("trước", "dài " * 4000, "sau"))

    assert sum(page.count("dài ") for page in pages) == 4000
    assert "sau" in pages[-1]


def test_a_row_stays_whole_unless_it_is_longer_than_a_page() -> None:
    pages = words_of(
        written(*[f"bắt{number} " + "dài " * 90 + f"kết{number}" for number in range(9)])
    )

    for number in range(9):
        assert [f"bắt{number} " in page for page in pages] == [
            f"kết{number}" in page for page in pages
        ]


def test_the_same_certificate_is_the_same_bytes_in_every_process() -> None:
    program = (
        "from tests_page import written; import hashlib, sys;"
        "sys.stdout.write(hashlib.sha256(written('Không có')).hexdigest())"
    )
    loader = (
        "import importlib.util, sys;"
        f"spec = importlib.util.spec_from_file_location('tests_page', {__file__!r});"
        "module = importlib.util.module_from_spec(spec); sys.modules['tests_page'] = module;"
        "spec.loader.exec_module(module);"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", loader + program],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[3],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout.decode()
        for seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    }

    assert digests == {hashlib.sha256(written("Không có")).hexdigest()}


def test_the_token_is_attached_and_the_document_is_for_archives() -> None:
    pdf = written()
    with pypdfium2.PdfDocument(pdf) as document:
        attachment = document.get_attachment(0)

        assert attachment.get_name() == ATTACHED_AS
        assert bytes(attachment.get_data()) == TOKEN
    for said in (
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>",
        ">Giấy mẫu · Specimen paper · 452/MAU</rdf:li>",
        'xmp:CreateDate="2026-11-25T03:00:00+07:00"',
    ):
        assert said.encode() in pdf


def test_the_printed_code_is_40_mm_wide_and_reads() -> None:
    pdf = written()
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=600 / 72, grayscale=True).to_pil()
    strip = picture.crop((int(20 / 25.4 * 600), int(226 / 25.4 * 600), int(66 / 25.4 * 600), 6400))
    left, _, right, _ = strip.point(lambda grey: 255 * (grey < 128)).getbbox() or (0, 0, 0, 0)

    assert (right - left) / 600 * 25.4 == pytest.approx(40, abs=0.1)
    assert read_codes(pdf) == [TEXT]


def test_text_that_the_font_cannot_show_is_refused_by_its_code_point() -> None:
    with pytest.raises(InvalidInputError, match=r"U\+4E2D") as refused:
        written("中")

    assert refused.value.rule == "no_glyph"


@settings(max_examples=12, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_printed_or_refused(text: str) -> None:
    try:
        assert written(text).startswith(b"%PDF-")
    except InvalidInputError as refused:
        assert refused.rule == "no_glyph"  # noqa: PT017  both outcomes are right


def test_a_code_too_dense_for_the_page_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        written(text="https://verify.example/#" + to_digits(random.Random(1).randbytes(1800)))

    assert refused.value.rule == "qr_too_dense"


def test_the_fonts_are_those_whose_hashes_the_readme_names() -> None:
    folder = Path(sheet.__file__).parent / "fonts"
    readme = (folder / "README.md").read_text()

    for font in sorted(folder.glob("*.ttf")):
        assert f"| `{font.name}` | `{hashlib.sha256(font.read_bytes()).hexdigest()}` |" in readme
