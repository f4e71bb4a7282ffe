"""What a log asks a witness and what comes back: ``add-checkpoint``, as both sides write it.

    old <size>
    <base64 hash>                    one a line, at most 63: the way from the older head to this one
    (an empty line)
    the checkpoint, a signed note

The answer to a head that is cosigned is the witness's signature lines. Source: C2SP tlog-witness.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint, parse_size
from ledger.transparency.cosignature import verify_signatures
from ledger.transparency.merkle import HASH_BYTES
from ledger.transparency.note import (
    Note,
    NoteKey,
    Signature,
    from_base64,
    parse_note,
    parse_signature,
)

MOST_HASHES: Final = 63
LARGEST_REQUEST: Final = 64 << 10
"""Bytes. A note with both signatures of a log and 63 hashes has about 7,000."""
LARGEST_ANSWER: Final = 64 << 10
"""Bytes. Both cosignatures of a witness have about 3,500."""
SIZE_TYPE: Final = "text/x.tlog.size"
PLAIN_TYPE: Final = "text/plain; charset=utf-8"

ACCEPTED: Final = 200
BEHIND: Final = 409
NO_ANSWER: Final = 0
"""In place of a status: the network failed, or time was up."""


class Reply(NamedTuple):
    """What a witness says."""

    status: int
    """An HTTP status, or `NO_ANSWER`."""
    body: bytes
    """Signature lines (200), the size that it knows (409), or why not, for a person."""
    media_type: str = PLAIN_TYPE

    @property
    def came(self) -> bool:
        """Whether the witness answered at all."""
        return self.status != NO_ANSWER


AskWitness: TypeAlias = Callable[[bytes], Reply]
"""Asks one witness to cosign; takes the bytes of a request, never raises for the network."""


class Request(NamedTuple):
    """A request in the right form; nothing of it is verified."""

    old: int
    """Size of the head that the log believes the witness to have cosigned last."""
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def write_request(old: int, proof: Iterable[bytes], note: bytes) -> bytes:
    """Return the bytes of a request.

    Args:
        old: How many leaves the head has that this witness cosigned last; 0 if there is none.
        proof: From there to the new head; none if ``old`` is 0, or if it is the same head.
        note: The new head with the log's own signatures.
    """
    lines = [f"old {old}", *(b64encode(one).decode("ascii") for one in proof), ""]
    return "".join(f"{line}\n" for line in lines).encode() + note


def parse_request(body: bytes) -> Request:
    """Return the parts of a request.

    Raises:
        InvalidInputError: ``request_size``, ``request_form``, ``hash_form``, or as of a note and
            of a checkpoint.
    """
    if len(body) > LARGEST_REQUEST:
        raise InvalidInputError("request", "request_size", f"at most {LARGEST_REQUEST} bytes")
    head, blank, rest = body.partition(b"\n\n")
    if not blank or not head.isascii() or not head.startswith(b"old "):
        raise InvalidInputError("request", "request_form", "old <size>, hashes, an empty line")
    first, *hashes = head.decode("ascii").split("\n")
    if len(hashes) > MOST_HASHES:
        raise InvalidInputError("request", "request_form", f"at most {MOST_HASHES} hashes")
    proof = tuple(from_base64(line, "hash") for line in hashes)
    if any(len(one) != HASH_BYTES for one in proof):
        raise InvalidInputError("hash", "hash_form", f"{HASH_BYTES} bytes")
    note = parse_note(rest)
    old = parse_size(first.removeprefix("old "), "old")
    return Request(old, proof, note, parse_checkpoint(note.text))


def known_size(reply: Reply) -> int | None:
    """Return the size that the witness says it knows, where that is its answer; otherwise None."""
    kind = reply.media_type.partition(";")[0].strip()
    if reply.status != BEHIND or kind != SIZE_TYPE:
        return None
    try:
        text = reply.body.decode("ascii")
        return parse_size(text.removesuffix("\n"), "size") if text.endswith("\n") else None
    except (UnicodeDecodeError, InvalidInputError):
        return None


def cosignatures(reply: Reply, text: str, keys: Sequence[NoteKey]) -> tuple[Signature, ...]:
    """Return those of the answer's signatures of the head ``text`` that are by ``keys``.

    Lines of other keys are passed over, each key counts once.

    Raises:
        InvalidInputError: ``answer_form``, ``signature_form``, ``base64``: no signature lines.
        ProofError: ``not_cosigned``: the witness refused, or did not answer;
            ``signature_wrong``: a line that names one of the keys is not its cosignature.
    """
    if reply.status != ACCEPTED:
        raise ProofError("not_cosigned", f"the witness answered {reply.status}")
    try:
        lines = reply.body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError("answer", "answer_form", "UTF-8") from error
    if not lines.endswith("\n"):
        raise InvalidInputError("answer", "answer_form", "signature lines")
    found = [parse_signature(line) for line in lines.removesuffix("\n").split("\n")]
    signed = verify_signatures(Note(text, tuple(found)), keys)
    if any(one.at is None for one in signed):
        raise ProofError("signature_wrong", "a cosignature without a time")
    by = {one.key for one in signed}
    return tuple(next(one for one in found if key.has_signed(one)) for key in keys if key in by)
