"""What a person gets to prove that nothing about them was left out."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from ledger.errors import NotFoundError
from projections.errors import ViewsUnavailableError
from verify_api.describing import Answer, Description, json_of


class PlacedHead(Struct):
    """A leaf and its way up to its bucket. Bytes are base64, here and below."""

    at: int
    blind: str
    version: int
    digest: str
    hashes: list[str]


class HeadProofTold(Struct):
    """What the tree says of one name: its leaf, or the neighbours between which it lacks."""

    size: int
    placed: list[PlacedHead]
    path: list[str]


class StreamTold(Struct):
    """One stream about the caller: how many facts it has, and SHA-256 of the last one's entry."""

    stream: str
    blind: str
    version: int
    digest: str
    secret: str
    """With it the leaf's name can be computed; for the caller alone."""
    proof: HeadProofTold


class SealTold(Struct):
    """The daily seal as it is stored, and its place in the log."""

    stream: str
    version: int
    topic: str
    event: str
    state: str
    entry: str
    proof: str | None
    """A ``.tlog-proof``; null in a ledger without a log."""


class CompletenessTold(Struct):
    """All streams about the caller, in the order in which they came."""

    format: str
    person: str
    seal: SealTold
    own: HeadProofTold
    streams: list[StreamTold]


COMPLETENESS: Final = MappingProxyType({
    "completeness.mine": Description(
        {HTTPStatus.OK: Answer("The streams, and the proofs.", json_of(CompletenessTold))},
        problems=(NotFoundError, ViewsUnavailableError),
        text="Holds for the newest daily seal that a published head of the log covers; what came "
        "since is in the next one.",
    ),
})  # fmt: skip
"""By endpoint."""
