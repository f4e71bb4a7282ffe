"""An uploaded picture or PDF to the texts of its QR codes; nothing is written to disk.

Size and pixels are judged before anything is decoded. Whatever is wrong with a file ends in a
`PictureError` that names the rule. The decoders are native code that reads hostile bytes, so a
server calls `verify_api.picture_process`, which runs this in a process of its own.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pypdfium2
from PIL import Image

from ledger.certificates.digits import to_digits
from ledger.certificates.qr_text import MAX_TOKEN_BYTES
from ledger.transparency.landmark_proof import HEAD as LANDMARK_HEAD
from ledger.transparency.proof import HEAD as PROOF_HEAD
from ledger.transparency.proof import LARGEST_PROOF
from verify_api.picture_error import (
    LIMITS,
    PictureError,
    PictureLimits,
    PictureRule,
    check_size,
    is_pdf,
)
from verify_api.picture_ladder import climb
from verify_api.receipt_form import HEAD as RECEIPT_HEAD
from verify_api.receipt_form import LARGEST as LARGEST_RECEIPT

PDF_DPI = (150, 300)
"""Most prints read at the first; the second is tried when no page has shown a code."""

_POINTS_PER_INCH = 72
_PASSWORD_WANTED = 4
"""PDFium's FPDF_ERR_PASSWORD."""
_NO_PDF = b"nothing"
"""PDFium says so of it, by another code."""
_PICTURES = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}
"""How each form of picture begins, by Pillow's name for it."""
_TOKEN_HEAD = b"\xd2\x84"
"""A tagged COSE_Sign1: what our PDFs carry as ``token.cose`` beside the drawn code."""
_ONE_AT_A_TIME = threading.Lock()
"""PDFium keeps global state and must never run in two threads at once."""


def read_codes(data: bytes, *, limits: PictureLimits = LIMITS) -> list[str]:
    """Return the texts of all QR codes in a PNG, JPEG or PDF: by page, then in reading order.

    A token attached to a PDF follows as its digits, unless a page shows the same.

    Raises:
        PictureError: And nothing else, whatever the bytes are.
    """
    check_size(data, limits)
    if data.startswith(tuple(_PICTURES.values())):
        codes = _codes_of_picture(data, limits)
    elif is_pdf(data):
        codes = _codes_of_pdf(data, limits)
    else:
        raise PictureError(PictureRule.NOT_A_PICTURE, "expected a PNG, a JPEG or a PDF")
    if not codes:
        raise PictureError(PictureRule.NO_CODE, "no QR code was found")
    return codes


def media_type_of(data: bytes, *, limits: PictureLimits = LIMITS) -> str:
    """Return what a PNG, JPEG or PDF is, once it has been decoded whole, or its pages counted.

    A file that is kept for somebody to open later: what begins as one of them and is another, or
    does not open, would be found out too late.

    Raises:
        PictureError: And nothing else, whatever the bytes are.
    """
    if data.startswith(b"%PDF-"):
        with _ONE_AT_A_TIME, _corrupt_if_it_fails("PDF"), closing(_opened(data)) as document:
            if len(document) == 0:
                raise PictureError(PictureRule.CORRUPT, "the PDF has no page")
            return "application/pdf"
    kind = next((kind for kind, begins in _PICTURES.items() if data.startswith(begins)), None)
    if kind is None:
        raise PictureError(PictureRule.NOT_A_PICTURE, "expected a PNG, a JPEG or a PDF")
    with (
        _corrupt_if_it_fails("picture"),
        Image.open(io.BytesIO(data), formats=(kind,)) as picture,
    ):
        _check_pixels(picture.width * picture.height, limits)
        picture.load()
    return f"image/{kind.lower()}"


def _codes_of_picture(data: bytes, limits: PictureLimits) -> list[str]:
    with (
        _corrupt_if_it_fails("picture"),
        Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture,
    ):
        _check_pixels(picture.width * picture.height, limits)
        return climb(_grey(picture), most_pixels=limits.enlarged_pixels)


def _check_pixels(pixels: int, limits: PictureLimits) -> None:
    if pixels > limits.pixels:
        raise PictureError(PictureRule.TOO_MANY_PIXELS, f"{pixels} pixels: at most {limits.pixels}")


def _grey(picture: Image.Image) -> Image.Image:
    """Return ``picture`` in 256 greys; what is transparent lies on white paper."""
    if picture.mode.startswith("I"):  # 16 bits a sample: the higher eight count
        return picture.convert("I").point(lambda sample: sample / 256).convert("L")
    if picture.mode in {"LA", "PA", "RGBA"} or "transparency" in picture.info:
        drawn = picture.convert("RGBA")
        paper = Image.new("RGBA", drawn.size, "white")
        return Image.alpha_composite(paper, drawn).convert("L")
    return picture.convert("L")


def _codes_of_pdf(data: bytes, limits: PictureLimits) -> list[str]:
    with _ONE_AT_A_TIME, _corrupt_if_it_fails("PDF"), closing(_opened(data)) as document:
        shown: list[str] = []
        for dpi in PDF_DPI:
            shown = shown or [
                code
                for page in _pages(document, dpi, limits)
                for code in climb(page, most_pixels=limits.enlarged_pixels)
            ]
        return list(dict.fromkeys([*shown, *_attached(document, limits, shown)]))


def read_proofs(data: bytes, *, limits: PictureLimits = LIMITS) -> list[str]:
    """Return the proofs that are attached to a PDF, unverified; nothing of any other file.

    Those of the log under a head, and those to a landmark; each begins with its form's name.

    Raises:
        PictureError: And nothing else, whatever the bytes are.
    """
    if not is_pdf(data) or len(data) > limits.octets:
        return []
    with _ONE_AT_A_TIME, _corrupt_if_it_fails("PDF"), closing(_opened(data)) as document:
        attached = range(min(document.count_attachments(), limits.attachments))
        contents = [_content(document.get_attachment(index)) for index in attached]
    heads = (PROOF_HEAD.encode(), LANDMARK_HEAD.encode())
    found = [one for one in contents if one.startswith(heads)]
    return [one.decode("utf-8", "replace") for one in found if len(one) <= LARGEST_PROOF]


def _attached(document: Any, limits: PictureLimits, shown: list[str]) -> Iterator[str]:
    """Yield the digits of attached tokens that no page shows, and attached receipts for checks."""
    for index in range(min(document.count_attachments(), limits.attachments)):
        content = _content(document.get_attachment(index))
        if content.startswith(_TOKEN_HEAD) and len(content) <= MAX_TOKEN_BYTES:
            digits = to_digits(content)
            if not any(text.endswith(f"#{digits}") for text in shown):
                yield digits
        elif content.startswith(RECEIPT_HEAD) and len(content) <= LARGEST_RECEIPT:
            yield content.decode("utf-8", "replace")


def _content(attachment: Any) -> bytes:
    try:
        return bytes(attachment.get_data())
    except pypdfium2.PdfiumError:  # empty, or damaged: the pages still count
        return b""


def _opened(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code != _PASSWORD_WANTED or not _wants_password(data):
            raise
        message = "the PDF asks for a password: expected one that opens without"
        raise PictureError(PictureRule.ENCRYPTED, message) from error


def _wants_password(data: bytes) -> bool:
    """Return whether ``data`` itself wants a password, and not a document that came before.

    PDFium gives no code of its own to a document without pages: what it said the last time stands.
    """
    codes: list[int | None] = []
    for one in (_NO_PDF, data):
        try:
            pypdfium2.PdfDocument(one)
        except pypdfium2.PdfiumError as error:
            codes.append(error.err_code)
    return codes[-1] == _PASSWORD_WANTED


def _pages(document: Any, dpi: int, limits: PictureLimits) -> Iterator[Image.Image]:
    """Yield the first pages drawn in grey; a page of monstrous size is drawn more coarsely."""
    for index in range(min(len(document), limits.pages)):
        with closing(document[index]) as page:
            width, height = page.get_size()
            scale = dpi / _POINTS_PER_INCH
            wanted = width * height * scale * scale
            if wanted > limits.enlarged_pixels:
                scale *= (limits.enlarged_pixels / wanted) ** 0.5
            with closing(page.render(scale=scale, grayscale=True, may_draw_forms=False)) as drawn:
                yield drawn.to_pil().convert("L").copy()


@contextmanager
def _corrupt_if_it_fails(what: str) -> Iterator[None]:
    try:
        yield
    except PictureError:
        raise
    except Exception as error:  # the decoders raise almost anything on broken files
        message = f"the {what} is damaged and cannot be read"
        raise PictureError(PictureRule.CORRUPT, message) from error
