"""A published head with the tokens over it: the first, and those by which it was renewed.

Each later token is over the note and all tokens before it, so that it says of them too that they
were there while their algorithms could still be trusted (the idea of RFC 4998). Anybody checks the
third, say, with ``cat 900.note 900.tsr 900.2.tsr > m; openssl ts -verify -data m -in 900.3.tsr``.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ledger.errors import ProofError

CheckToken = Callable[[bytes, bytes], datetime]
"""Takes what was stamped and the token; returns when. Raises ProofError ``timestamp_…``."""
RENEWED_AFTER: Final = timedelta(days=365)


class StampedHead(NamedTuple):
    """A head, and at least one token."""

    size: int
    note: bytes
    tokens: tuple[bytes, ...]

    @property
    def next_message(self) -> bytes:
        """What the next token is over."""
        return self.message(len(self.tokens))

    def message(self, number: int) -> bytes:
        """Return what the token of this number, from 0, is over."""
        return b"".join((self.note, *self.tokens[:number]))

    def times(self, check: CheckToken) -> list[datetime]:
        """Return when each token was given.

        Raises:
            ProofError: As ``check``; ``timestamp_order``: one is older than that before it.
        """
        times = [check(self.message(number), token) for number, token in enumerate(self.tokens)]
        if times != sorted(times):
            raise ProofError("timestamp_order", "a token is older than the one that it renews")
        return times
