"""From the file that somebody shows to the receipt in it: the file itself, or inside of a PDF."""

from collections.abc import Callable, Sequence

from ledger.errors import InvalidInputError
from verify_api.picture_error import PictureError, is_pdf
from verify_api.problems import PICTURES
from verify_api.receipt_form import FILE_NAME, HEAD


def receipt_in(shown: bytes, read_pdf: Callable[[bytes], Sequence[str]]) -> bytes:
    """Return the signed document in ``shown``.

    Args:
        shown: A receipt, or a PDF that carries one.
        read_pdf: Finds what a PDF carries: `verify_api.picture_process.PictureReader.read`.

    Raises:
        InvalidInputError: ``receipt``, ``not_a_receipt``: a PDF with none, or with several.
        PictureError: The PDF is too large, or nobody is free to read it.
    """
    if not is_pdf(shown):
        return shown
    try:
        found = read_pdf(shown)
    except PictureError as error:
        if error.rule in PICTURES:
            raise
        found = []
    head = HEAD.decode()
    receipts = [text for text in found if text.startswith(head)]
    if len(receipts) != 1:
        raise InvalidInputError("receipt", "not_a_receipt", f"a PDF with one {FILE_NAME}")
    return receipts[0].encode()
