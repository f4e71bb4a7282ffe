"""Files that an applicant sends, with a request or with what was missing: limits, fact, decision.

A file itself lies beside the ledger, as it was received: what was sent can be proved by its bytes
alone. The fact comes in the append of what it was sent with, right behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.attached_files import check_file
from ledger.errors import InvalidInputError
from ledger.names import check_text
from ledger.personal import Identity

LARGEST_FILE: Final = 5 << 20
"""Bytes."""
MOST_FILES: Final = 5
"""In one act."""
LONGEST_NAME: Final = 200
MEDIA_TYPES: Final = ("application/pdf", "image/jpeg", "image/png")
PLACE: Final = "files"


@dataclass(frozen=True, slots=True)
class FileReceived:
    """The applicant sent a file, with the request or with what was missing."""

    address: bytes
    """SHA-256 of the sealed file: its name beside the ledger."""
    size: int
    """Bytes of the file as it was sent."""
    media_type: str
    """As its content was judged."""
    digest: Identity[bytes]
    """SHA-256 of the file as it was sent. Sealed: who has the file could ask whether it is here."""
    name: Identity[str]
    """What the applicant's device called it."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it was sent; its media type is what its content was judged to be."""

    content: bytes
    media_type: str
    name: str


def check_files(files: Sequence[NewFile]) -> None:
    """Refuse what no applicant may send at once.

    Raises:
        InvalidInputError: ``too_many_files``, or of one file ``file_too_large``, ``file_empty``,
            ``file_type`` or the form of its name; the place is ``files`` or ``files[0]`` ….
    """
    check_count(len(files))
    for number, one in enumerate(files):
        place = place_of(number)
        check_size(len(one.content), place)
        if one.media_type not in MEDIA_TYPES:
            raise InvalidInputError(place, "file_type", "a PDF, a JPEG or a PNG")
        check_text(one.name, place=place, longest=LONGEST_NAME)


def check_count(count: int) -> None:
    """Refuse more files than may be sent at once.

    Raises:
        InvalidInputError: ``too_many_files``.
    """
    if count > MOST_FILES:
        raise InvalidInputError(PLACE, "too_many_files", f"at most {MOST_FILES} files")


def check_size(size: int, place: str) -> None:
    """Refuse a file of ``size`` bytes that is empty or too large.

    Raises:
        InvalidInputError: ``file_empty`` or ``file_too_large``.
    """
    if size <= 0:
        raise InvalidInputError(place, "file_empty", "a file with something in it")
    if size > LARGEST_FILE:
        raise InvalidInputError(place, "file_too_large", f"at most {LARGEST_FILE} bytes")


def place_of(number: int) -> str:
    """Return how the file that was sent as the ``number``-th, from 0, is named in a refusal."""
    return f"{PLACE}[{number}]"


def receive(file: NewFile, address: bytes) -> FileReceived:
    """Return that ``file`` came and is kept under ``address``.

    Raises:
        InvalidInputError: The address is none.
    """
    check_file(address, len(file.content), file.media_type)
    digest = sha256(file.content).digest()
    return FileReceived(address, len(file.content), file.media_type, digest, file.name)
