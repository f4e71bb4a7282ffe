"""Why an uploaded file gives no code, and what one may cost: words alone, without a decoder.

Decoders are native code that reads hostile bytes (`verify_api.picture`): whoever only talks about
files, as a process that holds keys does, loads none of them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

_PDF_HEADER_BYTES = 1024
"""A PDF may begin with other bytes. Source: ISO 32000-1, annex H, implementation note 13."""


class PictureRule(StrEnum):
    """Why no code was read."""

    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_PICTURE = "not_a_picture"
    CORRUPT = "corrupt"
    ENCRYPTED = "encrypted"
    NO_CODE = "no_code"
    TOO_SLOW = "too_slow"
    BUSY = "busy"


class PictureError(Exception):
    """An upload that gives no code; ``rule`` says why, the message what is expected."""

    code: ClassVar[str] = "picture"

    def __init__(self, rule: PictureRule, message: str) -> None:
        """Refuse by ``rule``."""
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What one upload may cost."""

    octets: int = 10 * 1024 * 1024
    pixels: int = 50_000_000
    """As the file's header states them: a phone's 48-megapixel photo passes."""
    enlarged_pixels: int = 24_000_000
    """What a step of the ladder may enlarge to, and what one page of a PDF is drawn with."""
    pages: int = 4
    """The first pages of a PDF are searched, later ones never."""
    attachments: int = 8
    """Likewise."""


LIMITS = PictureLimits()


def check_size(data: bytes, limits: PictureLimits = LIMITS) -> None:
    """Refuse a file that is too large to be looked at.

    Raises:
        PictureError: ``too_large``.
    """
    if len(data) > limits.octets:
        raise PictureError(
            PictureRule.TOO_LARGE, f"the file has {len(data)} bytes: at most {limits.octets}"
        )


def is_pdf(data: bytes) -> bool:
    """Return whether ``data`` says that it is a PDF."""
    return b"%PDF-" in data[:_PDF_HEADER_BYTES]
