import io
import random

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ledger.errors import InvalidInputError, RefusedError
from ledger.paper.qr_code import draw_png, draw_svg, encode, encode_for_print, segments, split
from ledger.paper.symbol import A4_PAGE, A4_PAGE_SMALLEST, CARD, Level, PrintRule

QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
HOST = "https://verify.example/#"


def digits(count: int) -> str:
    return "".join(random.Random(count).choices("0123456789", k=count))


def test_the_address_stands_in_a_byte_segment_and_the_digits_in_a_numeric_one() -> None:
    address, number = segments(*split(HOST + "0123"))

    assert (address.data, address.mode) == (HOST.encode(), 4)
    assert (number.data, number.mode) == (b"0123", 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        HOST,
        "0123",
        HOST + "12x",
        HOST + "12\n",
        HOST + "\u0661\u0662",
        HOST.upper() + "12",
        "HC1:6BF",
        "https://verify.example/12",
        "https://verify.example/?a#12",
        "javascript:x/#12",
    ],
)
def test_another_form_of_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        split(text)

    assert refused.value.rule == "qr_text_form"


def test_a_token_of_252_bytes_is_version_12_at_m_and_15_at_q() -> None:
    text = HOST + digits(252 // 7 * 17)

    assert encode(text, Level.M, mask=0).version == 12
    assert encode(text, Level.Q, mask=0).version == 15


def test_a_text_that_no_version_holds_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        encode(HOST + digits(7100), Level.L, mask=0)

    assert refused.value.rule == "qr_too_long"


def test_a_wanted_version_is_a_minimum() -> None:
    assert encode(HOST + digits(20), mask=0, version=9).version == 9
    assert encode(HOST + digits(600), mask=0, version=1).version > 9


def test_the_automatic_mask_is_the_one_that_the_library_prefers() -> None:
    text = HOST + digits(90)
    symbol = encode(text)

    assert symbol == encode(text, mask=symbol.mask)


@given(st.integers(0, 900), st.sampled_from(Level), st.integers(0, 7), st.integers(1, 6))
def test_every_png_reads_as_its_text(count: int, level: Level, mask: int, scale: int) -> None:
    text = HOST + digits(count + 1)
    picture = Image.open(io.BytesIO(draw_png(text, level, scale=scale)))

    assert picture.mode == "1"
    assert picture.width == picture.height == (encode(text, level, mask=mask).size + 8) * scale
    assert [code.text for code in zxingcpp.read_barcodes(picture, formats=QR_ONLY)] == [text]


@pytest.mark.parametrize("scale", [0, 65, -1])
def test_a_picture_of_no_or_of_monstrous_pixels_is_not_drawn(scale: int) -> None:
    with pytest.raises(ValueError, match="pixels a module"):
        draw_png(HOST + "1", scale=scale)


def test_an_svg_says_its_size_and_what_it_is() -> None:
    svg = draw_svg(HOST + "1", side_mm=40.0, label='codes <of> "A" & B')

    assert ' width="52.800mm" height="52.800mm"' in svg  # 25 modules are 40 mm, and 8 of margin
    assert '<title>codes &lt;of&gt; "A" &amp; B</title>' in svg
    assert "<title>" not in draw_svg(HOST + "1")


def test_a_certificate_is_printed_at_q_on_a4_and_at_m_on_a_card() -> None:
    text = HOST + digits(252 // 7 * 17)

    assert encode_for_print(text, A4_PAGE).level is Level.Q
    assert encode_for_print(text, A4_PAGE_SMALLEST).level is Level.Q
    assert encode_for_print(text, CARD).level is Level.M


@pytest.mark.parametrize(("rule", "most"), [(A4_PAGE, 900), (A4_PAGE_SMALLEST, 900), (CARD, 600)])
def test_no_printed_module_is_narrower_than_0_45_mm(rule: PrintRule, most: int) -> None:
    for count in range(100, most + 1, 100):
        symbol = encode_for_print(HOST + digits(count), rule)

        assert symbol.pitch_mm(rule.side_mm) >= 0.45


def test_when_modules_would_be_too_small_the_level_gives_way_not_the_size() -> None:
    assert encode_for_print(HOST + digits(900), A4_PAGE).level is Level.M


@pytest.mark.parametrize("count", [2000, 7200])
def test_a_text_too_dense_for_its_paper_is_refused(count: int) -> None:
    with pytest.raises(RefusedError) as refused:
        encode_for_print(HOST + digits(count), A4_PAGE)

    assert refused.value.rule == "qr_too_dense"
