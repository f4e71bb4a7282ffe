"""Who signs documents: what signing a PDF needs to know of its signer."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    """Who signs documents: the certificate, those above it, and a function that signs."""

    certificate: bytes
    """DER, for a P-256 key."""
    chain: tuple[bytes, ...]
    """DER certificates between it and the root; a root is not embedded, readers bring their own."""
    sign: Callable[[bytes], bytes]
    """Returns the raw ESP256 signature (64 bytes) of a message by the certificate's key."""
