"""A checkpoint: a log's head, as the text that is signed. Source: C2SP tlog-checkpoint v1.0.0."""

from base64 import b64encode
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError
from ledger.transparency.merkle import HASH_BYTES
from ledger.transparency.note import from_base64

_LINES: Final = 3
LARGEST_SIZE: Final = (1 << 63) - 1


class Checkpoint(NamedTuple):
    """The head of a log."""

    origin: str
    """The log's name; no other log has it."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed. Ours has no extension lines: no ML-DSA signature would cover them."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode('ascii')}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the head that the text of a note says; extension lines of other logs are passed over.

    Raises:
        InvalidInputError: ``checkpoint_form``, ``size_form``, ``base64``.
    """
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < _LINES or not all(lines):
        raise InvalidInputError("checkpoint", "checkpoint_form", "lines of origin, size and root")
    origin, size, encoded = lines[:_LINES]
    root = from_base64(encoded, "checkpoint")
    if len(root) != HASH_BYTES:
        raise InvalidInputError("checkpoint", "checkpoint_form", "a root of 32 bytes")
    return Checkpoint(origin, parse_size(size), root)


def parse_size(text: str, place: str = "checkpoint") -> int:
    """Return the number of leaves or index that ``text`` writes in its one form.

    Raises:
        InvalidInputError: ``size_form``.
    """
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_SIZE))
    if not digits or str(int(text)) != text or int(text) > LARGEST_SIZE:
        raise InvalidInputError(place, "size_form", "a decimal number without sign or leading zero")
    return int(text)
