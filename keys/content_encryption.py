"""Encrypts a document for whoever is given its key: a compact JWE, as SMART Health Links want it.

The key is random, used once, and leaves with the link; nobody here keeps it. The header says which
algorithms, so nothing is agreed elsewhere, and only these two are ever taken.

Source: RFC 7516 (JWE), RFC 7518; HL7 SMART Health Links STU1 (``dir``, ``A256GCM``, ``zip: DEF``).
"""

from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from keys.errors import KeysError

KEY_BYTES: Final = 32
ALGORITHMS: Final = ("dir", "A256GCM", "DEF")
LARGEST_COMPRESSED: Final = 250_000
"""Bytes. Readers refuse what inflates to more (RFC 8725, section 3.11): it is left as it is."""
LARGEST: Final = 8 << 20
"""Bytes of a ciphertext that is read."""
_HEADER: Final = {"alg": "dir", "enc": "A256GCM"}


class NotDecryptedError(KeysError):
    """The text is no such JWE, was changed, or belongs to another key."""

    code = "not_decrypted"


class _Registry(jwe.JWERegistry):
    max_ciphertext_length = LARGEST


def encrypt(content: bytes, key: bytes, *, content_type: str) -> bytes:
    """Return ``content`` as a compact JWE under ``key``, 32 random bytes that encrypt this alone.

    Args:
        content: What is shown to who has the key; compressed first, if it is not too large.
        key: 32 bytes.
        content_type: Its media type, said in the header ``cty``, which anybody can read.
    """
    assert len(key) == KEY_BYTES, "A256GCM has a key of 256 bits"
    header = {**_HEADER, "cty": content_type}
    if len(content) <= LARGEST_COMPRESSED:
        header["zip"] = "DEF"
    text = jwe.encrypt_compact(header, content, OctKey.import_key(key), algorithms=[*ALGORITHMS])
    return text.encode("ascii")


def decrypt(text: bytes, key: bytes) -> bytes:
    """Return what was encrypted.

    Raises:
        NotDecryptedError: It is not what `encrypt` made under ``key``.
    """
    registry = _Registry(algorithms=[*ALGORITHMS])
    try:
        found = jwe.decrypt_compact(text, OctKey.import_key(key), registry=registry)
    except (JoseError, ValueError) as error:
        raise NotDecryptedError("expected a JWE that was made under this key") from error
    plain = found.plaintext
    assert plain is not None, "what was decrypted is there"
    return plain
