"""What is said of a file that an applicant sent, to them and to who works on the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

_ENDINGS: Final[Mapping[str, str]] = MappingProxyType({
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png",
})  # fmt: skip
_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class ToldFile:
    """One file, without what is in it."""

    number: int
    """Of its fact in the request's stream."""
    at: datetime
    """When it came."""
    name: str | None
    """As it was sent; None once it was erased."""
    size: int
    """Bytes."""
    media_type: str
    digest: bytes | None
    """SHA-256 of what was sent; None once it was erased."""

    @property
    def ending(self) -> str:
        """What a file of its media type is called at the end."""
        return _ENDINGS.get(self.media_type, "bin")

    @property
    def kib(self) -> int:
        """Its size in KiB, rounded up."""
        return -(-self.size // _KIB)


class SentFileTold(Struct):
    """One file that was sent with a request."""

    number: int
    """By which it is fetched."""
    sent_at: datetime
    name: str | None
    """As it was sent; null once it was erased."""
    size: int
    """Bytes."""
    media_type: str
    """As its content was judged."""
    sha256: str | None
    """Of the bytes as they were sent; null once they were erased."""
    href: str


class SentFilesTold(Struct):
    """What was sent with one request, in its order."""

    files: list[SentFileTold]


def file_json(request: UUID, one: ToldFile) -> dict[str, Any]:
    """Return a file of ``request`` as its own citizen is told of it."""
    return {
        "number": one.number,
        "sent_at": one.at.isoformat(),
        "name": one.name,
        "size": one.size,
        "media_type": one.media_type,
        "sha256": None if one.digest is None else one.digest.hex(),
        "href": f"/my/requests/{request}/files/{one.number}",
    }
