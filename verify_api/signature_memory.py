"""Signatures that were good a moment ago need not be computed again: only that is remembered.

The memory holds good signatures alone, each as the key that made it and one digest over everything
that was signed and the signature itself. What it saves is one computation that would come out the
same; clock, trust, standing and log are looked at anew each time. Nothing personal is in it, and it
knows no verdict.

Whoever measures how long an answer takes could learn that a paper was checked shortly before, so it
is off unless the settings say otherwise: for a service that only its own organisations reach.
Source: `web.md`, section 2.4.
"""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from keys.algorithms import PublicKey


class SignatureMemory:
    """The signatures that were good last, at most so many; safe to share between threads."""

    def __init__(self, most: int) -> None:
        """Remember ``most`` of them; the one that was not needed for longest goes first."""
        self._most = most
        self._good: OrderedDict[bytes, None] = OrderedDict()
        self._one_at_a_time = Lock()

    def verify(self, key: PublicKey, signature: bytes, message: bytes) -> bool:
        """Return what ``key.verify(signature, message)`` returns."""
        # Every part has its length in front: no two triples make one text.
        parts = (key.kid, signature, message)
        name = sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).digest()
        with self._one_at_a_time:
            if name in self._good:
                self._good.move_to_end(name)
                return True
        if not key.verify(signature, message):
            return False
        with self._one_at_a_time:
            self._good[name] = None
            if len(self._good) > self._most:
                self._good.popitem(last=False)
        return True

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._good)
