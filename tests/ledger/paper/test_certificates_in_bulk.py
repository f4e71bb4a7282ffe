"""Two thousand generated judicial record certificates, from signed token to read-back pictures."""

import io
import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pypdfium2
import pytest
from fpdf import FPDF
from fpdf.svg import SVGObject
from PIL import Image, ImageDraw

from keys.algorithms import ESP256, PrivateKey
from ledger.certificates.kind import Holder, Paper, Sex, StatusReference, Token, Wording
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.qr_text import short_code, to_qr_text
from ledger.certificates.token import write_token
from ledger.paper.page import write_pdf
from ledger.paper.qr_code import draw_png, draw_svg
from ledger.paper.qr_template import draw_png_bulk, draw_svg_bulk, encode_bulk
from ledger.paper.svg import write_svg
from ledger.paper.symbol import Level
from verify_api.picture_ladder import ZBAR_IS_HERE, by_zbar, by_zxing

pytestmark = pytest.mark.many_cases

COUNT = 2000
HOST = "verify.example"
FAMILIES = [
    "NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "HUỲNH", "PHAN", "VŨ", "VÕ", "ĐẶNG", "BÙI", "ĐỖ", "HỒ",
    "NGÔ", "DƯƠNG", "LÝ", "TRƯƠNG", "ĐINH",
]  # fmt: skip
MIDDLES = ["VĂN", "THỊ", "HỮU", "ĐỨC", "NGỌC", "THỊ THU", "THỊ KIM", "MINH", "QUỐC", "THỊ NGỌC"]
GIVEN = [
    "AN", "BÌNH", "CƯỜNG", "DŨNG", "GIANG", "HẠNH", "HẰNG", "HIẾU", "HƯƠNG", "KHÁNH", "LINH",
    "LOAN", "MẪU", "NGUYỆT", "PHƯỢNG", "QUỲNH",
]  # fmt: skip
KEY = PrivateKey.generate(ESP256)


def generated_token(number: int) -> Token:
    """A certificate of nobody: every part is drawn from short lists."""
    draw = random.Random(number)
    content: dict[str, Any] = {"form": 1, "result": 0, "convictions": []}
    issued = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(31_000_000))
    return Token(
        issuer=f"CA{draw.randrange(1, 97):02}",
        issued_at=issued,
        expires_at=issued + KIND.validity,
        holder=Holder(
            name=f"{draw.choice(FAMILIES)} {draw.choice(MIDDLES)} {draw.choice(GIVEN)}",
            birth_date=date(1945, 1, 1) + timedelta(days=draw.randrange(22_000)),
            sex=draw.choice([Sex.MALE, Sex.FEMALE]),
            id_tail=f"{draw.randrange(10_000):04}",
        ),
        status=StatusReference(
            draw.randrange(2**20), f"https://{HOST}/status/{draw.randrange(96)}"
        ),
        document_type=KIND.document_type,
        number=f"{draw.randrange(1, 99_999)}/LLTP-CA{draw.randrange(1, 97):02}",
        details=KIND.check(content),
    )


@cache
def texts() -> list[str]:
    return [
        to_qr_text(write_token(generated_token(n), key=KEY.public, sign=KEY.sign), HOST)
        for n in range(COUNT)
    ]


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def read_by_both(picture: Image.Image) -> set[str]:
    """All texts that the two readers find; exactly one if they agree."""
    readers: list[Callable[[Image.Image], Any]] = (
        [by_zxing, by_zbar] if ZBAR_IS_HERE else [by_zxing]
    )
    return {found.text for reader in readers for found in reader(picture) or ["unread"]}


def painted(svg: str, scale: int = 4) -> Image.Image:
    """The path of an SVG, painted by its own small reader."""
    modules = int(svg.split('viewBox="0 0 ')[1].split(" ", maxsplit=1)[0])
    picture = Image.new("L", (modules * scale, modules * scale), 255)
    pen = ImageDraw.Draw(picture)
    dark = svg.split('stroke="#000" d="')[1].split('"', maxsplit=1)[0]
    for x, y, length in re.findall(r"M(\d+) ([\d.]+)h(\d+)", dark):
        left, top = int(x) * scale, int((float(y) - 0.5) * scale)
        pen.rectangle((left, top, left + int(length) * scale - 1, top + scale - 1), fill=0)
    return picture


def page_picture(pdf: bytes, dpi: int = 200) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
        return picture.convert("L")


@pytest.mark.parametrize(("level", "version"), [(Level.M, 12), (Level.Q, 15)])
def test_98_in_100_certificates_stay_within_the_version(level: Level, version: int) -> None:
    within = sum(encode_bulk(text, level).version <= version for text in texts())

    assert within / COUNT >= 0.98


def test_all_2000_bulk_pngs_read_as_their_text_by_both_readers() -> None:
    for text in texts():
        assert read_by_both(opened(draw_png_bulk(text))) == {text}


def test_all_2000_bulk_svgs_read_as_their_text_by_both_readers() -> None:
    for text in texts():
        assert read_by_both(painted(draw_svg_bulk(text))) == {text}


def test_every_40th_single_print_reads_as_png_and_svg_by_both_readers() -> None:
    for text in texts()[::40]:
        assert read_by_both(opened(draw_png(text, Level.Q))) == {text}
        assert read_by_both(painted(draw_svg(text, Level.Q, side_mm=40))) == {text}


def test_every_100th_svg_reads_when_another_program_draws_it() -> None:
    for text in texts()[::100]:
        sheet = FPDF(format=(60, 60))
        sheet.add_page()
        SVGObject(write_svg(encode_bulk(text), side_mm=40)).draw_to_page(sheet, x=5, y=5)

        assert read_by_both(page_picture(bytes(sheet.output()), 300)) == {text}


def test_every_40th_certificate_reads_from_its_printed_page_by_both_readers() -> None:
    for number in range(0, COUNT, 40):
        token, text = generated_token(number), texts()[number]
        paper: Paper = KIND.paper(KIND.specimen)

        pdf = write_pdf(
            KIND,
            paper,
            token.holder,
            token.number,
            token.issued_at,
            text,
            short_code(text.encode()),
            issuer=Wording("Công an tỉnh Mẫu", "Specimen Province Police"),
            specimen=True,
        )

        assert read_by_both(page_picture(pdf)) == {text}
