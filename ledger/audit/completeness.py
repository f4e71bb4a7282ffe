"""What a person can take away: "these are all streams about you, and all facts of each".

A daily seal is a fact in the log and has the root of the tree of stream heads. The bundle shows the
seal's stored row, its place in a cosigned head, the person's leaf (how many streams, and the chain
over them), and every stream's leaf (how many facts, and the last one's entry).

    {"format": "records-ledger/completeness/1", "person": ..., "blind": ...,
     "seal": {"stream", "version", "topic", "event", "state", "entry", "proof"},
     "own": PROOF, "streams": [{"stream", "blind", "version", "digest", "proof": PROOF}, ...]}

    PROOF = {"size", "placed": [{"at", "blind", "version", "digest", "hashes"}], "path"}

Bytes are base64. Whoever has the person's facts compares each stream's last entry with ``digest``.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from ledger.errors import InvalidInputError, LedgerError, ProofError
from ledger.records import seal
from ledger.records.seal import DaySealed
from ledger.store import entry
from ledger.store.fact_codec import StoredFields
from ledger.store.registry import FACT_TYPES
from ledger.transparency.policy import Policy
from ledger.transparency.proof import parse_proof
from ledger.transparency.stream_heads import (
    Head,
    HeadProof,
    Placed,
    chain,
    verify_absent,
    verify_member,
)

FORMAT: Final = "records-ledger/completeness/1"
TOPIC: Final = "seal.day_sealed/1"
MOST_STREAMS: Final = 100_000
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


class SealRow(NamedTuple):
    """The seal as it is stored, with its place in the log."""

    stream: UUID
    version: int
    topic: str
    event: UUID
    state: bytes
    entry: bytes
    proof: bytes | None
    """A ``.tlog-proof``; None in a ledger without a log, or while no head covers the seal."""


class StreamShown(NamedTuple):
    """One stream about the person."""

    stream: UUID
    head: Head
    proof: HeadProof


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a person takes away; nothing of it is verified until `verify`."""

    person: UUID
    blind: bytes
    seal: SealRow
    own: HeadProof
    """Of the person's leaf; or that there is none."""
    streams: tuple[StreamShown, ...]
    """In the order in which they came."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        sealed = self.seal
        return {
            "format": FORMAT,
            "person": str(self.person),
            "blind": _text(self.blind),
            "seal": {
                "stream": str(sealed.stream),
                "version": sealed.version,
                "topic": sealed.topic,
                "event": str(sealed.event),
                "state": _text(sealed.state),
                "entry": _text(sealed.entry),
                "proof": None if sealed.proof is None else _text(sealed.proof),
            },
            "own": _proof_json(self.own),
            "streams": [
                {"stream": str(one.stream), **_head_json(one.head), "proof": _proof_json(one.proof)}
                for one in self.streams
            ],
        }


class Complete(NamedTuple):
    """What a verified bundle proves."""

    sealed: DaySealed
    logged_at: datetime | None
    """When a quorum had seen the head that holds the seal; None where it is not in a log."""
    in_log: bool


def verify(bundle: Bundle, policy: Policy | None) -> Complete:
    """Return what ``bundle`` proves: every stream about the person, and all facts of each.

    Args:
        bundle: From whoever; nothing of it is trusted.
        policy: Which logs and witnesses are believed; None to look past the log.

    Raises:
        ProofError: ``seal_row``: the seal's row is not the one that its entry was made of;
            ``seal_not_logged``; ``other_streams``: the streams are not those of the person's leaf;
            and those of the log's and the tree's proofs.
        InvalidInputError: A proof has no readable form.
    """
    sealed = _sealed(bundle.seal)
    cosigned_at, in_log = _logged(bundle.seal, policy)
    root = sealed.heads.root
    if bundle.streams:
        digest = chain(one.stream for one in bundle.streams)
        own = Head(bundle.blind, len(bundle.streams), digest)
        if [one.head for one in bundle.own.placed] != [own]:
            raise ProofError("other_streams", "these are not the streams of the person's leaf")
        verify_member(own, bundle.own, root=root)
    else:
        verify_absent(bundle.blind, bundle.own, root=root)
    for one in bundle.streams:
        verify_member(one.head, one.proof, root=root)
    return Complete(sealed, cosigned_at, in_log)


def _sealed(row: SealRow) -> DaySealed:
    stands = entry.entry_stands_for_row(
        row.entry, row.stream, row.version, row.topic, row.event, row.state
    )
    if not stands or row.topic != TOPIC or row.stream != seal.STREAM:
        raise ProofError("seal_row", "the seal's row is not the one that its entry was made of")
    try:
        body = entry.read_state(row.state).body
        fact = FACT_TYPES.reader(row.topic)(StoredFields(body, {}))
    except LedgerError as error:
        raise ProofError("seal_row", "the seal's row cannot be read") from error
    assert isinstance(fact, DaySealed)
    return fact


def _logged(row: SealRow, policy: Policy | None) -> tuple[datetime | None, bool]:
    if policy is None:
        return None, False
    if row.proof is None:
        raise ProofError("seal_not_logged", "no head of the log covers the seal")
    return parse_proof(row.proof).verify(row.entry, policy).quorum_at, True


def bundle_from_json(value: Any) -> Bundle:
    """Return the bundle that `Bundle.as_json` wrote.

    Raises:
        InvalidInputError: ``completeness_form``.
    """
    try:
        if value["format"] != FORMAT or len(value["streams"]) > MOST_STREAMS:
            raise ValueError
        sealed = value["seal"]
        return Bundle(
            UUID(value["person"]),
            _bytes(value["blind"]),
            SealRow(
                UUID(sealed["stream"]), _number(sealed["version"]), str(sealed["topic"]),
                UUID(sealed["event"]), _bytes(sealed["state"]), _bytes(sealed["entry"]),
                None if sealed["proof"] is None else _bytes(sealed["proof"]),
            ),
            _proof(value["own"]),
            tuple(
                StreamShown(UUID(one["stream"]), _head(one), _proof(one["proof"]))
                for one in value["streams"]
            ),
        )  # fmt: skip
    except _UNREADABLE as error:
        raise InvalidInputError("bundle", "completeness_form", FORMAT) from error


def _proof(value: Mapping[str, Any]) -> HeadProof:
    placed = tuple(
        Placed(_number(one["at"]), _head(one), tuple(map(_bytes, one["hashes"])))
        for one in value["placed"]
    )
    return HeadProof(_number(value["size"]), placed, tuple(map(_bytes, value["path"])))


def _proof_json(proof: HeadProof) -> dict[str, Any]:
    return {
        "size": proof.size,
        "placed": [
            {"at": one.at, **_head_json(one.head), "hashes": [*map(_text, one.hashes)]}
            for one in proof.placed
        ],
        "path": [*map(_text, proof.path)],
    }


def _head(value: Mapping[str, Any]) -> Head:
    return Head(_bytes(value["blind"]), _number(value["version"]), _bytes(value["digest"]))


def _head_json(head: Head) -> dict[str, Any]:
    return {
        "blind": _text(head.blind), "version": head.version, "digest": _text(head.digest),
    }  # fmt: skip


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    data = b64decode(text, validate=True)
    if _text(data) != text:
        raise ValueError
    return data


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value
