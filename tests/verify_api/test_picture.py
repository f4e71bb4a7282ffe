import base64
import io
import json
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import fpdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from ledger.certificates.digits import to_digits
from ledger.paper.qr_code import draw_png
from verify_api.picture import read_codes
from verify_api.picture_error import PictureError, PictureLimits, PictureRule
from verify_api.picture_ladder import ZBAR_IS_HERE, by_zbar, by_zxing, climb

ADDRESS = "https://verify.example/#"


@cache
def text_of(seed: int, digits: int = 600) -> str:
    return ADDRESS + "".join(random.Random(seed).choices("0123456789", k=digits))


@cache
def code(seed: int, scale: int = 4) -> Image.Image:
    return Image.open(io.BytesIO(draw_png(text_of(seed), scale=scale))).convert("L")


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def page_of(*pictures: Image.Image, side_mm: float = 50, attached: bytes | None = None) -> bytes:
    document = fpdf.FPDF()
    for picture in pictures:
        document.add_page()
        document.image(picture, x=20, y=20, w=side_mm)
    if attached is not None:
        document.embed_file(bytes=attached, basename="token.cose")
    return bytes(document.output())


def rule_of(data: bytes, limits: PictureLimits | None = None) -> PictureRule:
    with pytest.raises(PictureError) as refused:
        read_codes(data, limits=limits or PictureLimits())
    return refused.value.rule


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_a_plain_picture_gives_its_text(form: str, mode: str) -> None:
    picture = code(1).convert(mode)

    if (form, mode) in {("JPEG", "1"), ("JPEG", "P")}:
        picture = picture.convert("L")

    assert read_codes(saved(picture, form)) == [text_of(1)]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_a_transparent_ground_is_white_paper(mode: str) -> None:
    dark = Image.new("L", code(1).size, 0)
    dark.putalpha(code(1).point(lambda grey: 255 - grey))

    assert read_codes(saved(dark.convert(mode))) == [text_of(1)]


def test_a_palette_with_a_transparent_entry_is_white_paper() -> None:
    picture = code(1).convert("P")

    assert read_codes(saved(picture, transparency=255)) == [text_of(1)]


def test_sixteen_bits_a_sample_are_read() -> None:
    deep = code(1).convert("I").point(lambda grey: grey * 200 + 6000)

    assert read_codes(saved(deep.convert("I;16"))) == [text_of(1)]


def test_a_print_in_cmyk_is_read() -> None:
    assert read_codes(saved(code(1).convert("RGB").convert("CMYK"), "JPEG")) == [text_of(1)]


@pytest.mark.parametrize("degrees", [0, 17, 90, 180, 270])
def test_a_turned_picture_gives_its_text(degrees: int) -> None:
    turned = code(1).rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)

    assert read_codes(saved(turned)) == [text_of(1)]


def test_several_codes_are_listed_once_each_in_reading_order() -> None:
    side = code(1).width
    sheet = Image.new("L", (2 * side + 60, 2 * side + 60), 255)
    for seed, place in {
        1: (0, 9),
        2: (side + 60, 0),
        3: (0, side + 60),
        4: (side + 60, side + 60),
    }.items():
        sheet.paste(code(2 if seed == 4 else seed), place)

    assert read_codes(saved(sheet)) == [text_of(1), text_of(2), text_of(3)]


def test_a_small_blurred_picture_is_rescued_by_enlarging() -> None:
    small = code(1, 4).resize((136, 136), Image.Resampling.LANCZOS)
    assert by_zxing(small) == []

    assert read_codes(saved(small)) == [text_of(1)]


def test_zbar_reads_a_plain_code_where_its_library_is() -> None:
    expected = [text_of(1)] if ZBAR_IS_HERE else []

    assert [found.text for found in by_zbar(code(1))] == expected


def test_a_step_that_would_enlarge_beyond_the_limit_is_left_out() -> None:
    small = code(1, 4).resize((136, 136), Image.Resampling.LANCZOS)

    assert climb(small, most_pixels=136 * 136) == [found.text for found in by_zbar(small)]


def test_without_zbar_the_ladder_ends_one_step_earlier() -> None:
    program = (
        "import sys; sys.modules['pyzbar'] = None\n"
        "from verify_api.picture import read_codes\n"
        "from verify_api.picture_ladder import ZBAR_IS_HERE, by_zbar\n"
        "assert not ZBAR_IS_HERE and by_zbar(None) == []\n"
        "print(read_codes(sys.stdin.buffer.read())[0])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        input=saved(code(1)),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert run.stdout.decode().strip() == text_of(1)


def test_every_page_of_a_pdf_is_searched_in_order() -> None:
    assert read_codes(page_of(code(2), code(1))) == [text_of(2), text_of(1)]


def test_a_code_too_fine_for_150_dpi_is_read_at_300() -> None:
    assert read_codes(page_of(code(1, 6), side_mm=18)) == [text_of(1)]


def test_only_the_first_pages_of_a_pdf_are_searched() -> None:
    blank = Image.new("L", (10, 10), 255)

    assert rule_of(page_of(blank, blank, code(1)), PictureLimits(pages=2)) is PictureRule.NO_CODE


def test_a_page_of_monstrous_size_is_drawn_more_coarsely() -> None:
    document = fpdf.FPDF(format=(5000, 5000))
    document.add_page()
    document.image(code(1), x=0, y=0, w=5000)

    assert read_codes(bytes(document.output())) == [text_of(1)]


def test_an_attached_token_is_given_as_digits_unless_a_page_shows_it() -> None:
    token = b"\xd2\x84" + bytes(range(100))
    shown = Image.open(io.BytesIO(draw_png(ADDRESS + to_digits(token))))
    blank = Image.new("L", (10, 10), 255)

    assert read_codes(page_of(blank, attached=token)) == [to_digits(token)]
    assert read_codes(page_of(shown, attached=token)) == [ADDRESS + to_digits(token)]
    assert read_codes(page_of(code(1), attached=token)) == [text_of(1), to_digits(token)]
    assert rule_of(page_of(blank, attached=b"a letter")) is PictureRule.NO_CODE
    assert rule_of(page_of(blank, attached=token * 30)) is PictureRule.NO_CODE


def test_an_attachment_without_content_does_not_hide_the_pages() -> None:
    with pypdfium2.PdfDocument(page_of(code(1))) as document:
        document.new_attachment("empty")
        stream = io.BytesIO()
        document.save(stream)

    assert read_codes(stream.getvalue()) == [text_of(1)]


def test_a_file_above_the_limit_is_refused_unread() -> None:
    assert rule_of(b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024)) is PictureRule.TOO_LARGE


def test_pixels_are_counted_by_the_header_before_anything_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    )

    assert rule_of(bomb) in {PictureRule.TOO_MANY_PIXELS, PictureRule.CORRUPT}
    assert rule_of(saved(code(1)), PictureLimits(pixels=100)) is PictureRule.TOO_MANY_PIXELS


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PN", b"<svg/>", b"PK\x03\x04"])
def test_another_kind_of_file_is_not_a_picture(data: bytes) -> None:
    assert rule_of(data) is PictureRule.NOT_A_PICTURE


def test_a_picture_and_a_pdf_without_a_code_say_so() -> None:
    blank = Image.effect_noise((300, 300), 60)

    assert rule_of(saved(blank)) is PictureRule.NO_CODE
    assert rule_of(page_of(blank)) is PictureRule.NO_CODE


def test_a_pdf_with_a_password_says_so() -> None:
    document = fpdf.FPDF()
    document.set_encryption(owner_password="owner", user_password="user")
    document.add_page()

    assert rule_of(bytes(document.output())) is PictureRule.ENCRYPTED


@pytest.mark.parametrize(
    "whole",
    [
        lambda: saved(code(1)),
        lambda: saved(code(1), "JPEG"),
        lambda: page_of(code(1)),
    ],
    ids=["png", "jpeg", "pdf"],
)
def test_half_a_file_is_corrupt(whole: Callable[[], bytes]) -> None:
    data = whole()

    assert rule_of(data[: len(data) // 2]) is PictureRule.CORRUPT


SMALL = code(1).filter(ImageFilter.BoxBlur(1))
WHOLE = {"png": saved(SMALL), "jpeg": saved(SMALL, "JPEG"), "pdf": page_of(SMALL)}


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(WHOLE)))
def test_damaged_files_end_in_codes_or_a_picture_error(data: st.DataObject, form: str) -> None:
    damaged = bytearray(WHOLE[form])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(damaged)) | st.just(len(damaged)))

    try:
        codes = read_codes(bytes(damaged[:end]))
    except PictureError:
        codes = []

    assert codes in ([], [text_of(1)])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]), st.binary())
def test_random_bytes_end_in_a_picture_error(head: bytes, tail: bytes) -> None:
    with pytest.raises(PictureError):
        read_codes(head + tail)


def test_the_pictures_of_foreign_health_certificates_give_what_their_authors_expect(
    shared_data: Path,
) -> None:
    read = {}
    for path in sorted((shared_data / "credentials" / "hcert").rglob("*.json")):
        vector = json.loads(path.read_text())
        if "2DCODE" in vector:
            readable = vector["EXPECTEDRESULTS"].get("EXPECTEDPICTUREDECODE", True)
            expected = vector["PREFIX"] if readable else PictureRule.NOT_A_PICTURE
            read[path] = (_first(base64.b64decode(vector["2DCODE"])), expected)

    assert len(read) > 20
    assert [path for path, (found, expected) in read.items() if found != expected] == []


def _first(data: bytes) -> str:
    try:
        return read_codes(data)[0]
    except PictureError as error:
        return error.rule
