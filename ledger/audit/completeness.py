"""What a person can take away: "these are all streams about you, and all facts of each".

A daily seal is a fact in the log and has the root of the tree of stream heads. The bundle shows the
seal's stored row, its place in a cosigned head, the person's leaf (how many streams, and the chain
over them), and every stream's leaf (how many facts, and the last one's entry).

    {"format": "records-ledger/completeness/2", "person": ...,
     "seal": {"stream", "version", "topic", "event", "state", "entry", "proof"},
     "own": PROOF,
     "streams": [{"stream", "blind", "version", "digest", "secret", "proof": PROOF}, ...]}

    PROOF = {"size", "placed": [{"at", "blind", "version", "digest", "hashes"}], "path"}

Bytes are base64. Whoever has the person's facts compares each stream's last entry with ``digest``.
The names of leaves are computed from person, stream and secret. In format 1, of seals from before,
they were given, the person's too, and had to be believed: it is still verified, for what it was.
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
    BY_HMAC,
    SCHEME,
    Head,
    HeadProof,
    Placed,
    chain,
    person_blind,
    stream_blind,
    verify_absent,
    verify_member,
)

_FORMATS: Final = {
    BY_HMAC: "records-ledger/completeness/1",
    SCHEME: "records-ledger/completeness/2",
}
"""By the scheme that leaves are named by."""
FORMAT: Final = _FORMATS[SCHEME]
TOPICS: Final = frozenset({"seal.day_sealed/1", "seal.day_sealed/2"})
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
    secret: bytes = b""
    """What the leaf is named with; empty in scheme 1."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a person takes away; nothing of it is verified until `verify`."""

    scheme: int
    """How its leaves are named."""
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
            "format": _FORMATS[self.scheme],
            "person": str(self.person),
            **({"blind": _text(self.blind)} if self.scheme == BY_HMAC else {}),
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
                {"stream": str(one.stream), **self._told(one), "proof": _proof_json(one.proof)}
                for one in self.streams
            ],
        }

    def _told(self, shown: StreamShown) -> dict[str, Any]:
        head = _head_json(shown.head)
        return head if self.scheme == BY_HMAC else {**head, "secret": _text(shown.secret)}


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
            ``seal_not_logged``; ``other_scheme``; ``other_name``: a leaf has not the name of the
            person or stream; ``other_streams``: the streams are not those of the person's leaf;
            and those of the log's and the tree's proofs.
        InvalidInputError: A proof has no readable form.
    """
    sealed = _sealed(bundle.seal)
    cosigned_at, in_log = _logged(bundle.seal, policy)
    root = sealed.heads.root
    if bundle.scheme != sealed.heads.scheme:
        raise ProofError("other_scheme", "the seal names its leaves in another way")
    _check_names(bundle)
    if bundle.streams:
        named = bundle.scheme != BY_HMAC
        digest = chain((one.stream, one.head.blind if named else b"") for one in bundle.streams)
        own = Head(bundle.blind, len(bundle.streams), digest)
        if [one.head for one in bundle.own.placed] != [own]:
            raise ProofError("other_streams", "these are not the streams of the person's leaf")
        verify_member(own, bundle.own, root=root)
    else:
        verify_absent(bundle.blind, bundle.own, root=root)
    for one in bundle.streams:
        verify_member(one.head, one.proof, root=root)
    return Complete(sealed, cosigned_at, in_log)


def _check_names(bundle: Bundle) -> None:
    """Refuse leaves that are called otherwise than by who they are about."""
    if bundle.scheme == BY_HMAC:
        return
    names = [(person_blind(bundle.person), bundle.blind)]
    names += [(stream_blind(one.stream, one.secret), one.head.blind) for one in bundle.streams]
    if any(wanted != blind for wanted, blind in names):
        raise ProofError("other_name", "a leaf has not the name of its person or stream")


def _sealed(row: SealRow) -> DaySealed:
    stands = entry.entry_stands_for_row(
        row.entry, row.stream, row.version, row.topic, row.event, row.state
    )
    if not stands or row.topic not in TOPICS or row.stream != seal.STREAM:
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
        if len(value["streams"]) > MOST_STREAMS:
            raise ValueError
        scheme = {name: scheme for scheme, name in _FORMATS.items()}[value["format"]]
        sealed, person = value["seal"], UUID(value["person"])
        return Bundle(
            scheme,
            person,
            _bytes(value["blind"]) if scheme == BY_HMAC else person_blind(person),
            SealRow(
                UUID(sealed["stream"]), _number(sealed["version"]), str(sealed["topic"]),
                UUID(sealed["event"]), _bytes(sealed["state"]), _bytes(sealed["entry"]),
                None if sealed["proof"] is None else _bytes(sealed["proof"]),
            ),
            _proof(value["own"]),
            tuple(_shown(one, scheme) for one in value["streams"]),
        )  # fmt: skip
    except _UNREADABLE as error:
        raise InvalidInputError("bundle", "completeness_form", FORMAT) from error


def _shown(value: Mapping[str, Any], scheme: int) -> StreamShown:
    secret = b"" if scheme == BY_HMAC else _bytes(value["secret"])
    return StreamShown(UUID(value["stream"]), _head(value), _proof(value["proof"]), secret)


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
