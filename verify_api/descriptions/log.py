"""What is published of the transparency log."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from ledger.errors import NotFoundError
from verify_api.describing import BINARY, Answer, Description, Schema

_TEXT: Final[Schema] = {"type": "string"}
_TAGGED: Final = {"ETag": "Changes with the content.", "Cache-Control": "How long a copy serves."}


def _published(text: str, media_type: str, schema: Schema, more: str) -> Description:
    return Description(
        {
            HTTPStatus.OK: Answer(text, {media_type: schema}, _TAGGED),
            HTTPStatus.NOT_MODIFIED: Answer("The caller's copy is still good."),
            HTTPStatus.PRECONDITION_FAILED: Answer("Another version is there than If-Match names."),
        },
        problems=(NotFoundError,),
        text=more,
    )


LOG: Final = MappingProxyType({
    "log.checkpoint": _published(
        "The signed note: origin, size, root, and signature lines.", "text/plain", _TEXT,
        "C2SP tlog-checkpoint and tlog-cosignature. Ask each time; an ETag saves the way.",
    ),
    "log.tile": _published(
        "The bytes: 32 a hash, or each entry behind its length as a big-endian u16.",
        "application/octet-stream", BINARY,
        "C2SP tlog-tiles: `<level>/<number>` or `entries/<number>`, the number in groups of three "
        "digits, and `.p/<width>` behind a partial one. Never changes. No more is there than the "
        "newest checkpoint covers.",
    ),
    "log.landmarks": _published(
        "The list of landmarks, `records-ledger/landmarks@v1`.", "text/plain", _TEXT,
        "The roots of the log's complete subtrees of 2^14 entries, and the checkpoint that they "
        "fold to. Who has checked it once keeps the hashes and needs no signature for proofs to "
        "them. "
        "Changes when the next subtree is whole; a later list begins with the hashes of this one. "
        "Nothing is there before the first.",
    ),
    "log.the_policy": _published(
        "The policy: log keys, witnesses, quorum.", "text/plain", _TEXT,
        "C2SP tlog-policy. Who verifies pins a copy of it that came another way.",
    ),
})  # fmt: skip
"""By endpoint."""
