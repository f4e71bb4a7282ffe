"""Signed notes: a text, and lines of signatures by named keys. Source: C2SP signed-note v1.0.0.

Here stand the form of a note and of the keys; what a signature says depends on its kind and is
checked in `ledger.transparency.cosignature`.
"""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from keys.algorithms import ED25519, ML_DSA_44, PublicKey
from ledger.errors import InvalidInputError

ED25519_NOTE: Final = 0x01
"""Ed25519 over the note's text."""
ED25519_COSIGNATURE: Final = 0x04
"""Ed25519 over the text and a time: cosignature/v1."""
ML_DSA_44_SUBTREE: Final = 0x06
"""ML-DSA-44 over names, time, size and root; a log's own signature has time 0."""
KEY_ID_BYTES: Final = 4
LARGEST_NOTE: Final = 1 << 20
"""Bytes; a note of a hundred post-quantum signatures is a third of it."""
MOST_SIGNATURES: Final = 100
_DASH: Final = "\u2014 "
_CONTROLS: Final = frozenset(map(chr, (*range(32), 127)))
_PUBLIC_BYTES: Final = {ED25519_NOTE: 32, ED25519_COSIGNATURE: 32, ML_DSA_44_SUBTREE: 1312}


class Signature(NamedTuple):
    """One line under a note."""

    name: str
    key_id: bytes
    """4 bytes; a hint which key, no proof of it."""
    blob: bytes
    """What follows the key id: its form is the key's kind's own."""


class Note(NamedTuple):
    """A text and what stands under it; nothing of it is verified."""

    text: str
    """Ends with a newline."""
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that signs notes, under the name of who holds it."""

    name: str
    kind: int
    """`ED25519_NOTE`, `ED25519_COSIGNATURE` or `ML_DSA_44_SUBTREE`."""
    public: PublicKey
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Name the key; refuse a kind that is not the algorithm's."""
        algorithm = ML_DSA_44 if self.kind == ML_DSA_44_SUBTREE else ED25519
        if self.kind not in _PUBLIC_BYTES or self.public.algorithm != algorithm:
            raise InvalidInputError("key", "key_kind", "a kind of signature that the key can make")
        if not is_name(self.name):
            raise InvalidInputError("key", "key_name", "a name without spaces and plus signs")
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.raw
        object.__setattr__(self, "key_id", sha256(named).digest()[:KEY_ID_BYTES])

    @property
    def raw(self) -> bytes:
        """The public key's bytes."""
        key = self.public.key
        assert isinstance(key, Ed25519PublicKey | MLDSA44PublicKey), "checked when it was made"
        return key.public_bytes_raw()

    @property
    def vkey(self) -> str:
        """The key as it is written in policies."""
        return f"{self.short}+{_base64(bytes([self.kind]) + self.raw)}"

    @property
    def short(self) -> str:
        """The key by its name and key id alone."""
        return f"{self.name}+{self.key_id.hex()}"

    def signature(self, blob: bytes) -> Signature:
        """Return the line that carries ``blob`` as this key's."""
        return Signature(self.name, self.key_id, blob)

    def has_signed(self, signature: Signature) -> bool:
        """Whether the line says that it is this key's."""
        return signature.name == self.name and signature.key_id == self.key_id


def is_name(text: str) -> bool:
    """Whether a key may have this name."""
    return text.isprintable() and "+" not in text and text == "".join(text.split()) != ""


def has_controls(text: str, *, but: str) -> bool:
    """Whether ``text`` has an ASCII control character other than ``but``."""
    return not (_CONTROLS - {but}).isdisjoint(text)


def parse_vkey(text: str) -> NoteKey:
    """Return the key that ``text`` writes.

    Raises:
        InvalidInputError: ``vkey``, ``key_kind``, ``key_name``; ``key_id`` if it is not the key's.
    """
    parts = text.split("+", 2)
    if len(parts) != len(("name", "id", "key")):
        raise InvalidInputError("key", "vkey", "<name>+<key id>+<base64>")
    name, key_id, encoded = parts
    data = from_base64(encoded, "key")
    kind, raw = data[:1], data[1:]
    if not kind or len(raw) != _PUBLIC_BYTES.get(kind[0]):
        raise InvalidInputError("key", "key_kind", "Ed25519 (1, 4) or ML-DSA-44 (6)")
    key = NoteKey(name, kind[0], _public(kind[0], raw))
    if key.key_id.hex() != key_id:
        raise InvalidInputError("key", "key_id", "the first 4 bytes of the key's hash, in hex")
    return key


def _public(kind: int, raw: bytes) -> PublicKey:
    if kind == ML_DSA_44_SUBTREE:
        return PublicKey(ML_DSA_44, MLDSA44PublicKey.from_public_bytes(raw))
    return PublicKey(ED25519, Ed25519PublicKey.from_public_bytes(raw))


def parse_note(data: bytes) -> Note:
    """Return the parts of a note.

    Raises:
        InvalidInputError: ``note_form``, ``note_size`` or ``signature_form``.
    """
    if len(data) > LARGEST_NOTE:
        raise InvalidInputError("note", "note_size", f"at most {LARGEST_NOTE} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError("note", "note_form", "UTF-8") from error
    if has_controls(whole, but="\n"):
        raise InvalidInputError("note", "note_form", "no control characters but newlines")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise InvalidInputError("note", "note_form", "a text, an empty line, signature lines")
    signed = lines.removesuffix("\n").split("\n")
    if len(signed) > MOST_SIGNATURES:
        raise InvalidInputError("note", "note_form", f"at most {MOST_SIGNATURES} signatures")
    return Note(text + "\n", tuple(map(parse_signature, signed)))


def parse_signature(line: str) -> Signature:
    """Return the parts of one signature line.

    Raises:
        InvalidInputError: ``signature_form``.
    """
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_name(name):
        raise InvalidInputError("signature", "signature_form", "— <name> <base64>")
    data = from_base64(encoded, "signature")
    if len(data) <= KEY_ID_BYTES:
        raise InvalidInputError("signature", "signature_form", "a key id and a signature")
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def write_signature(signature: Signature) -> str:
    """Return the line, with its newline."""
    return f"{_DASH}{signature.name} {_base64(signature.key_id + signature.blob)}\n"


def names_under(data: bytes) -> frozenset[str]:
    """Return whose lines stand under a note that was checked before; signatures are not read."""
    _, _, lines = data.partition(b"\n\n")
    return frozenset(line.split(b" ", 2)[1].decode() for line in lines.splitlines())


def write_note(note: Note) -> bytes:
    """Return the note's bytes."""
    lines = [write_signature(signature) for signature in note.signatures]
    return "".join((note.text, "\n", *lines)).encode()


def from_base64(text: str, place: str) -> bytes:
    """Return the bytes that ``text`` writes in standard base64's one form.

    Raises:
        InvalidInputError: ``base64``.
    """
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(place, "base64", "standard base64 with padding") from error
    if _base64(data) != text:  # bits in the last character that mean nothing
        raise InvalidInputError(place, "base64", "standard base64 in its one form")
    return data


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
