"""Files that belong to a visit: kept first, named by a fact second, read by who may.

What a facility may send is checked by its first bytes, not by what it is called.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ledger.commands import visit_changes
from ledger.commands.kept_files import KeptFiles
from ledger.commands.visit_streams import subject_of
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore
from ledger.names import check_text
from ledger.personal import Erased
from ledger.records.visit import MAX_REASON, DocumentAttached, Visit

LARGEST_FILE: Final = 10 << 20
"""Bytes."""
_BEGINNINGS: Final = MappingProxyType({
    "application/pdf": (0, b"%PDF-"),
    "image/png": (0, b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": (0, b"\xff\xd8\xff"),
    "application/dicom": (128, b"DICM"),
})  # fmt: skip
"""Where each kind of file says what it is."""
MEDIA_TYPES: Final = tuple(_BEGINNINGS)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it comes from a facility."""

    content: bytes
    media_type: str
    title: str


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of it."""

    address: bytes
    repeated: bool
    """True if it belonged to the visit before."""


def attach_file(
    facts: FactStore, files: KeptFiles, *, visit: UUID, new: NewFile, act: Act
) -> Attached:
    """Keep a file of a visit that the act's facility sent; the same file again is nothing new.

    Raises:
        InvalidInputError: ``file_size``, ``media_type``, ``file_content``, or its title.
        NotFoundError: The facility never sent the visit.
        RefusedError: ``voided``, ``visit_erased``.
        StoreUnavailableError: It could not be kept; nothing is recorded then.
    """
    _check(new)
    found = visit_changes.load_own(facts, visit, act.organisation)
    _check_stands(found.state)
    subject = subject_of(found.history)
    assert subject is not None, "a visit is about somebody"
    address = files.put(new.content, subject=subject, stream=visit)
    receipt = visit_changes.attach(
        facts, stream=visit, address=address, size=len(new.content), media_type=new.media_type,
        title=new.title, act=act,
    )  # fmt: skip
    if not files.has(address):  # a sweep was as old as a file that had been left before
        files.put(new.content, subject=subject, stream=visit)
    return Attached(address, receipt is None)


def open_file(
    files: KeptFiles, visit: UUID, state: Visit, address: bytes
) -> tuple[DocumentAttached, bytes]:
    """Return a file of a visit, with what is said of it.

    Raises:
        NotFoundError: It belongs to the visit no longer, or never did.
        RefusedError: ``visit_erased``.
    """
    named = next((one for one in state.attached if one.address == address), None)
    if named is None:
        raise NotFoundError("no file of this visit is known under this address")
    if isinstance(named.title, Erased):
        raise RefusedError("visit_erased", "the file can no longer be read")
    content = files.get(address, stream=visit)
    if isinstance(content, Erased):
        raise RefusedError("visit_erased", "the file can no longer be read")
    return named, content


def _check(new: NewFile) -> None:
    check_text(new.title, place="title", longest=MAX_REASON)
    if not 0 < len(new.content) <= LARGEST_FILE:
        raise InvalidInputError("file", "file_size", f"1 to {LARGEST_FILE} bytes")
    known = _BEGINNINGS.get(new.media_type)
    if known is None:
        raise InvalidInputError("media_type", "media_type", ", ".join(MEDIA_TYPES))
    at, beginning = known
    if new.content[at : at + len(beginning)] != beginning:
        raise InvalidInputError("file", "file_content", f"the bytes of {new.media_type}")


def _check_stands(state: Visit) -> None:
    if state.voided:
        raise RefusedError("voided", "this visit is marked as entered in error; correct it first")
    if isinstance(state.newest.document, Erased):
        raise RefusedError("visit_erased", "the visit can no longer be read")
