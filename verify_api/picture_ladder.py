"""From one grey picture to the texts of its QR codes: steps from cheap to dear, until one reads.

The second step alone lifts the picture of a 720p phone from nothing to almost always; the order
and the enlargements were measured on simulated prints and cameras.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import zxingcpp
from PIL import Image, ImageFilter

try:
    from pyzbar import pyzbar
except ImportError:  # the system's libzbar is absent: the ladder ends one step earlier
    pyzbar = None

ZBAR_IS_HERE = pyzbar is not None

_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SHARPENING = ImageFilter.UnsharpMask(radius=3, percent=150, threshold=2)


@dataclass(frozen=True, slots=True)
class Found:
    """One code and where it lies, in pixels of the picture that was searched."""

    text: str
    left: int
    top: int
    height: int


def climb(picture: Image.Image, *, most_pixels: int) -> list[str]:
    """Return the texts of the first step that reads any code, in reading order; else nothing.

    Args:
        picture: Mode ``L``.
        most_pixels: A step that would enlarge beyond this is left out.
    """
    for step in _steps(picture, most_pixels):
        found = step()
        if found:
            return in_reading_order(found)
    return []


def in_reading_order(found: list[Found]) -> list[str]:
    """Return each text once: lines from the top, within a line from the left.

    A code belongs to the line of the code above it if their tops differ by less than half a code.
    """
    by_top = sorted(found, key=lambda code: code.top)
    line_of = [0]
    for above, below in pairwise(by_top):
        line_of.append(line_of[-1] + (below.top - above.top > above.height // 2))
    placed = sorted(zip(line_of, by_top, strict=True), key=lambda it: (it[0], it[1].left))
    return list(dict.fromkeys(code.text for _, code in placed))


def by_zxing(picture: Image.Image) -> list[Found]:
    """Return the codes that zxing-cpp reads."""
    codes = zxingcpp.read_barcodes(picture, formats=_QR_ONLY, text_mode=zxingcpp.TextMode.Plain)
    return [_at_corners(code.text, code.position) for code in codes if code.text]


def by_zbar(picture: Image.Image) -> list[Found]:
    """Return the codes that zbar reads; none where its library is absent."""
    if pyzbar is None:
        return []
    return [
        Found(text, code.rect.left, code.rect.top, code.rect.height)
        for code in pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
        if (text := code.data.decode("utf-8", errors="replace"))
    ]


def _steps(picture: Image.Image, most_pixels: int) -> Iterator[Callable[[], list[Found]]]:
    pixels = picture.width * picture.height
    yield lambda: by_zxing(picture)
    doubled = picture
    if 4 * pixels <= most_pixels:
        doubled = _enlarged(picture, 2)
        yield lambda: by_zxing(doubled)
    if 9 * pixels <= most_pixels:
        yield lambda: by_zxing(_enlarged(picture, 3).filter(_SHARPENING))
    yield lambda: by_zbar(doubled)


def _enlarged(picture: Image.Image, times: int) -> Image.Image:
    size = (picture.width * times, picture.height * times)
    return picture.resize(size, Image.Resampling.BICUBIC)


def _at_corners(text: str, position: zxingcpp.Position) -> Found:
    corners = (
        position.top_left,
        position.top_right,
        position.bottom_left,
        position.bottom_right,
    )
    left = min(corner.x for corner in corners)
    top = min(corner.y for corner in corners)
    return Found(text, left, top, max(corner.y for corner in corners) - top)
