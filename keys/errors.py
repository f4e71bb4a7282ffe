"""What can go wrong on the keys' floor; each class is one thing that a caller can act on.

Messages name places, forms and key identifiers, never key material and never a passphrase.
"""

from typing import ClassVar


class KeysError(Exception):
    """Base of everything this floor raises on purpose; never raised itself."""

    code: ClassVar[str] = "keys_error"


class KeyFormatError(KeysError):
    """Bytes that should be a key are none, or a key of another sort."""

    code: ClassVar[str] = "key_format"


class EnvelopeError(KeysError):
    """Bytes that should be a signed envelope, or deterministic CBOR, are not."""

    code: ClassVar[str] = "envelope"


class SigningRefusedError(KeysError):
    """The signer does not hold the key that was asked for."""

    code: ClassVar[str] = "signing_refused"


class KeyFileError(KeysError):
    """A private key's file is not opened or not written; ``rule`` says which check failed."""

    code: ClassVar[str] = "key_file"

    def __init__(self, rule: str, message: str) -> None:
        """Refuse by ``rule``, a stable snake_case name."""
        super().__init__(message)
        self.rule = rule


class TrustListError(KeysError):
    """A trust list is not accepted; ``rule`` says which check failed."""

    code: ClassVar[str] = "trust_list"

    def __init__(self, rule: str, message: str) -> None:
        """Refuse by ``rule``, a stable snake_case name."""
        super().__init__(message)
        self.rule = rule
