"""What a signed certificate with its drawn code costs, in bulk and one at a time."""

import io
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from benchmarks.table import Row, interleaved, median_ratio
from keys.algorithms import ESP256, PrivateKey
from ledger.certificates.kind import Holder, Sex, StatusReference, Token
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.token import write_token
from ledger.paper.qr_code import encode
from ledger.paper.qr_template import draw_png_bulk, encode_bulk

BAR_MS = 5.0
"""A signed certificate with its code as PNG, in bulk."""

CERTIFICATES = 200
ROUNDS = 7
AT_A_TIME = 10


def rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    key = PrivateKey.generate(ESP256)
    numbers = count()

    def signed() -> str:
        token = write_token(_token(next(numbers)), key=key.public, sign=key.sign)
        return to_qr_text(token, "verify.example")

    def issue_in_bulk() -> None:
        for _ in range(CERTIFICATES):
            draw_png_bulk(signed())

    text = signed()
    draw_png_bulk(text)  # builds the template, once for a version, level and mask
    (bulk,) = interleaved(issue_in_bulk, rounds=ROUNDS)
    each_ms = 1000 * sorted(bulk)[ROUNDS // 2] / CERTIFICATES
    yield Row(
        "signed certificate with its code as PNG, bulk",
        f"{each_ms:.2f} ms each",
        f"{BAR_MS:g} ms",
        each_ms / BAR_MS,
        1.0,
        at_most=True,
    )
    yield _against_the_library(text)


def _against_the_library(text: str) -> Row:
    """Compare with `qrcode` as its users call it: automatic mask, drawn and saved by Pillow."""
    assert encode_bulk(text) == encode(text, mask=encode_bulk(text).mask)

    def by_the_library() -> None:
        code = QRCode(error_correction=ERROR_CORRECT_M, box_size=4)
        code.add_data(text)
        code.make_image().save(io.BytesIO())

    def by_the_template() -> None:
        for _ in range(AT_A_TIME):
            draw_png_bulk(text)

    ours, library = interleaved(by_the_template, by_the_library, rounds=25)
    ours = [seconds / AT_A_TIME for seconds in ours]
    return Row(
        "code as PNG, how many times as fast as qrcode alone",
        f"{1000 * min(ours):.2f} ms",
        f"{1000 * min(library):.1f} ms",
        median_ratio(library, ours),
        40.0,
        at_most=False,
    )


def _token(number: int) -> Token:
    draw = random.Random(number)
    issued = datetime(2026, 11, 24, tzinfo=UTC)
    return Token(
        issuer="CA01",
        issued_at=issued,
        expires_at=issued + KIND.validity,
        holder=Holder("NGUYỄN VĂN MẪU", date(1999, 1, 1), Sex.MALE, f"{number % 10_000:04}"),
        status=StatusReference(draw.randrange(2**20), "https://verify.example/status/17"),
        document_type=KIND.document_type,
        number=f"{number}/LLTP-CA01",
        details=KIND.check(KIND.specimen),
    )
