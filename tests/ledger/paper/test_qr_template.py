import io
import random

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from qrcode.util import BIT_LIMIT_TABLE

from ledger.errors import InvalidInputError, RefusedError
from ledger.paper.qr_code import ECC_INDICATOR, encode
from ledger.paper.qr_template import draw_png_bulk, draw_svg_bulk, encode_bulk
from ledger.paper.symbol import Level

QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
HOST = "https://a.vn/#"


def fullest(version: int, level: Level, spare: int) -> str:
    """A text that fills the version but for less than ``spare`` digits and a few bits."""
    count_bits = 18 if version < 10 else 28 if version < 27 else 30
    bits = BIT_LIMIT_TABLE[ECC_INDICATOR[level]][version] - 8 - count_bits - 8 * len(HOST)
    digits = max(1, bits // 10 * 3 + (0 if bits % 10 < 4 else 1 if bits % 10 < 7 else 2) - spare)
    return HOST + "".join(random.Random(version).choices("0123456789", k=digits))


@pytest.mark.many_cases
@pytest.mark.parametrize("versions", [range(1, 21), range(21, 31), range(31, 37), range(37, 41)])
@pytest.mark.parametrize("level", list(Level))
def test_every_version_level_and_mask_is_bit_for_bit_what_the_library_draws(
    versions: range, level: Level
) -> None:
    for version in versions:
        for mask in range(8):
            text = fullest(version, level, spare=mask % 4)

            ours = encode_bulk(text, level, mask=mask, version=version)

            assert ours == encode(text, level, mask=mask, version=version), (version, mask)


@given(st.integers(1, 2300), st.sampled_from(Level))
def test_the_same_smallest_version_is_chosen_for_every_length(count: int, level: Level) -> None:
    text = HOST + "".join(random.Random(count).choices("0123456789", k=count))

    assert encode_bulk(text, level) == encode(text, level, mask=4)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("version", [9, 26, 40])
def test_a_full_version_is_not_exceeded_and_one_digit_more_goes_on(
    version: int, level: Level
) -> None:
    text = fullest(version, level, spare=0)

    assert encode_bulk(text, level).version == version
    if version < 40:
        assert encode_bulk(text + "0", level).version == version + 1
    else:
        with pytest.raises(RefusedError) as refused:
            encode_bulk(text + "0", level)
        assert refused.value.rule == "qr_too_long"


def test_zeros_alone_are_drawn_although_the_library_cannot_divide_them() -> None:
    text = HOST + "0" * 3000
    picture = Image.open(io.BytesIO(draw_png_bulk(text, Level.H, scale=3)))

    assert [code.text for code in zxingcpp.read_barcodes(picture, formats=QR_ONLY)] == [text]


def test_another_form_of_text_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        encode_bulk("HC1:ABC")


def test_png_and_svg_show_the_same_modules() -> None:
    text = HOST + "1234567890" * 30
    picture = Image.open(io.BytesIO(draw_png_bulk(text, scale=1)))
    symbol = encode_bulk(text)

    dark_pixels = sum(value == 0 for value in picture.get_flattened_data())
    dark_modules = sum(row.bit_count() for row in symbol.rows)
    runs = draw_svg_bulk(text).split('d="')[2].split('"')[0].split("M")[1:]

    assert dark_pixels == dark_modules == sum(int(run.split("h")[1]) for run in runs)
