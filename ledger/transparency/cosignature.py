r"""What a log signs of its head, what a witness adds, and how both are checked.

Three kinds of signature (`NoteKey.kind`); a witness also says when it saw the head. Source: C2SP
signed-note (1), tlog-cosignature v1.1.0-rc.1 (4, 6).

    1   the text
    4   u64 time || signature of "cosignature/v1\ntime <t>\n" || text
    6   u64 time || signature of "subtree/v1\n" 00 || u8 length, name || u64 time
                    || u8 length, origin || u64 start (0) || u64 end (size) || root
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    Note,
    NoteKey,
    Signature,
)

_TIME_BYTES: Final = 8
_NO_TIME: Final = 0
_LATEST: Final = 253402300799
"""Seconds; the last moment that a calendar date can name."""


class NoteSigner(NamedTuple):
    """A key of ours that signs heads."""

    key: NoteKey
    sign: Callable[[bytes], bytes]


class Signed(NamedTuple):
    """One signature that was checked."""

    key: NoteKey
    at: datetime | None
    """When the witness says that it saw the head; None for a log's own signature."""


def sign(
    checkpoint: Checkpoint,
    signer: NoteSigner,
    at: datetime | None = None,
    *,
    text: str | None = None,
) -> Signature:
    """Return a signature of the head; ``at`` makes it a witness's, in whole seconds.

    ``text`` is the head as its log wrote it, where that has lines of extensions.

    Raises:
        InvalidInputError: ``key_kind``: this kind of signature has no time, or must have one.
    """
    time = _NO_TIME if at is None else int(at.timestamp())
    kind = signer.key.kind
    if (kind == ED25519_NOTE) != (at is None) and kind != ML_DSA_44_SUBTREE:
        raise InvalidInputError("key", "key_kind", "a time with cosignatures, none without")
    signature = signer.sign(_message(signer.key, checkpoint, text or checkpoint.text, time))
    head = b"" if kind == ED25519_NOTE else time.to_bytes(_TIME_BYTES)
    return signer.key.signature(head + signature)


def verify_signatures(note: Note, keys: Iterable[NoteKey]) -> list[Signed]:
    """Return those of the note's signatures that are by ``keys``, all of them good, each key once.

    Lines of other keys are passed over: who added them is not ours to judge.

    Raises:
        ProofError: ``signature_wrong``: a line that names one of the keys is not its signature. No
            part of such a note counts.
        InvalidInputError: The text is no checkpoint.
    """
    checkpoint = parse_checkpoint(note.text)
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[NoteKey, Signed] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            found.setdefault(key, Signed(key, _checked(signature, key, checkpoint, note.text)))
    return list(found.values())


def by_each_kind(keys: Collection[NoteKey], signed: Collection[NoteKey]) -> bool:
    """Whether of each kind that a log has keys of, one of its ``keys`` has signed.

    Who trusts keys of two kinds trusts no head that one of them alone vouches for. Of one kind
    there are two only while one takes over from the other: then either is enough.
    """
    return bool(keys) and {key.kind for key in keys} == {key.kind for key in keys if key in signed}


def _checked(
    signature: Signature, key: NoteKey, checkpoint: Checkpoint, text: str
) -> datetime | None:
    blob, time = signature.blob, _NO_TIME
    if key.kind != ED25519_NOTE:
        time, blob = int.from_bytes(blob[:_TIME_BYTES]), blob[_TIME_BYTES:]
    good = time <= _LATEST and key.public.verify(blob, _message(key, checkpoint, text, time))
    if not good or (key.kind == ED25519_COSIGNATURE and time == _NO_TIME):
        raise ProofError("signature_wrong", f"{key.name}: a signature that is not this key's")
    return None if time == _NO_TIME else datetime.fromtimestamp(time, UTC)


def _message(key: NoteKey, checkpoint: Checkpoint, text: str, time: int) -> bytes:
    match key.kind:
        case 0x01:
            return text.encode()
        case 0x04:
            return f"cosignature/v1\ntime {time}\n{text}".encode()
        case _:
            return b"".join((
                b"subtree/v1\n\x00", _short(key.name), time.to_bytes(_TIME_BYTES),
                _short(checkpoint.origin), bytes(_TIME_BYTES),
                checkpoint.size.to_bytes(_TIME_BYTES), checkpoint.root,
            ))  # fmt: skip


def _short(text: str) -> bytes:
    data = text.encode()
    if len(data) > 0xFF:  # noqa: PLR2004 (its length is one byte)
        raise InvalidInputError("name", "name_length", "at most 255 bytes")
    return bytes([len(data)]) + data
