"""The QR code of a certificate: two explicit segments, drawn one at a time by `qrcode`.

The text is ``https://<host>/#`` and decimal digits. The address stands in a byte segment and the
digits in a numeric one: left to itself an encoder may put all of it in bytes, which costs eight
versions. For thousands at a time see `ledger.paper.qr_template`, which draws the same symbols.
"""

import re

from qrcode import constants
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from ledger.errors import InvalidInputError, RefusedError
from ledger.paper.png import write_png
from ledger.paper.svg import write_svg
from ledger.paper.symbol import MODULE_PITCH_MM, Level, PrintRule, Symbol

LONGEST_HOST = 16
"""Characters; a longer address would cost a version."""

ECC_INDICATOR = {
    Level.L: constants.ERROR_CORRECT_L,
    Level.M: constants.ERROR_CORRECT_M,
    Level.Q: constants.ERROR_CORRECT_Q,
    Level.H: constants.ERROR_CORRECT_H,
}

_TEXT = re.compile(r"(https?://[a-z0-9.:\-]+/#)([0-9]+)", re.ASCII)


def split(text: str) -> tuple[bytes, str]:
    """Return the address up to ``#`` and the digits after it.

    Raises:
        InvalidInputError: ``text`` is not an address in lower case, ``#`` and decimal digits.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise InvalidInputError("text", "qr_text_form", "https://<host>/#<decimal digits>")
    return match[1].encode("ascii"), match[2]


def segments(host_prefix: bytes, digits: str) -> tuple[QRData, QRData]:
    """Return the byte segment of ``host_prefix`` and the numeric segment of ``digits``."""
    return (
        QRData(host_prefix, mode=MODE_8BIT_BYTE),
        QRData(digits.encode("ascii"), mode=MODE_NUMBER),
    )


def encode(
    text: str, level: Level = Level.M, *, mask: int | None = None, version: int | None = None
) -> Symbol:
    """Return the smallest symbol that holds ``text``.

    Args:
        text: As made by `ledger.certificates.token.to_qr_text`.
        level: How much damage the symbol survives.
        mask: 0 to 7, or None for the one of the least penalty (eight times slower).
        version: At least this version; None for the smallest that holds the text.

    Raises:
        InvalidInputError: ``text`` has another form.
        RefusedError: ``qr_too_long``: no version holds the text at this level.
    """
    code: QRCode[object] = QRCode(
        version=version, error_correction=ECC_INDICATOR[level], mask_pattern=mask, border=0
    )
    for segment in segments(*split(text)):
        code.add_data(segment)
    try:
        code.best_fit(start=version)
    except (DataOverflowError, ValueError) as error:  # ValueError: it asks itself for version 41
        raise too_long(level) from error
    chosen = code.best_mask_pattern() if mask is None else mask
    code.makeImpl(False, chosen)  # noqa: FBT003  the library's own signature
    return Symbol(code.version, level, chosen, rows_of(code))


def rows_of(code: QRCode[object]) -> tuple[int, ...]:
    """Return the modules that `qrcode` has drawn, one integer a row."""
    return tuple(int("".join("1" if dark else "0" for dark in row), 2) for row in code.get_matrix())


def too_long(level: Level) -> RefusedError:
    """Return the refusal of a text that no version holds."""
    return RefusedError("qr_too_long", f"the text does not fit one QR code at level {level.value}")


def encode_for_print(text: str, rule: PrintRule) -> Symbol:
    """Return the best symbol whose modules are not too small when printed by ``rule``.

    Raises:
        InvalidInputError: ``text`` has another form.
        RefusedError: ``qr_too_dense``: its modules would be narrower than 0.45 mm at every level.
    """
    for level in rule.levels:
        try:
            symbol = encode(text, level)
        except RefusedError:
            continue
        if symbol.pitch_mm(rule.side_mm) >= MODULE_PITCH_MM:
            return symbol
    raise RefusedError(
        "qr_too_dense",
        f"modules would be narrower than {MODULE_PITCH_MM} mm in a code of {rule.side_mm:g} mm",
    )


def draw_png(text: str, level: Level = Level.M, *, scale: int = 4) -> bytes:
    """Return the code of ``text`` as a PNG, ``scale`` pixels a module, quiet zone included."""
    return write_png(encode(text, level), scale=scale)


def draw_svg(
    text: str, level: Level = Level.M, *, side_mm: float | None = None, label: str = ""
) -> str:
    """Return the code of ``text`` as an SVG document; see `ledger.paper.svg.write_svg`."""
    return write_svg(encode(text, level), side_mm=side_mm, label=label)
