"""What is said of a file that lies outside of the ledger: its address, size and media type."""

import re
from typing import Final

from ledger.errors import InvalidInputError

ADDRESS_BYTES: Final = 32
"""Of a SHA-256."""
_MEDIA_TYPE: Final = re.compile(r"[a-z]{1,20}/[a-z0-9][a-z0-9.+-]{0,79}", re.ASCII)


def check_file(address: bytes, size: int, media_type: str) -> None:
    """Refuse what no file could have.

    Raises:
        InvalidInputError: Rule ``sha256``, ``size`` or ``media_type``.
    """
    if len(address) != ADDRESS_BYTES:
        raise InvalidInputError("address", "sha256", f"{ADDRESS_BYTES} bytes")
    if size <= 0:
        raise InvalidInputError("size", "size", "a number of bytes above 0")
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise InvalidInputError("media_type", "media_type", "a media type such as image/png")
