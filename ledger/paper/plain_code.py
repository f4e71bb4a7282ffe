"""Draws any text as a QR code, for links that are no certificates: one byte segment."""

from typing import Final

from qrcode import QRCode
from qrcode.exceptions import DataOverflowError

from ledger.paper.qr_code import ECC_INDICATOR, rows_of, too_long
from ledger.paper.svg import write_svg
from ledger.paper.symbol import Level, Symbol

_MASK: Final = 0


def draw_plain_svg(text: str, level: Level = Level.M, *, label: str = "") -> str:
    """Return the code of ``text`` in UTF-8 as an SVG document.

    Raises:
        RefusedError: ``qr_too_long``: no version holds the text at this level.
    """
    code: QRCode[object] = QRCode(
        version=None, error_correction=ECC_INDICATOR[level], mask_pattern=_MASK, border=0
    )
    code.add_data(text.encode(), optimize=0)
    try:
        code.best_fit(start=None)
    except (DataOverflowError, ValueError) as error:  # ValueError: it asks itself for version 41
        raise too_long(level) from error
    code.makeImpl(False, _MASK)  # noqa: FBT003  the library's own signature
    return write_svg(Symbol(code.version, level, _MASK, rows_of(code)), label=label)
