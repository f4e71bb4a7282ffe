"""Keys of persons that were used lately, ready for use; emptied whenever anybody is forgotten.

Two dictionaries take turns: what is found in the older one moves to the younger, and what nobody
asked for during a whole turn is dropped. Finding a key that was used lately takes no lock. What
changes does: a key that is destroyed must not come back by a reader who had just found it.
"""

from threading import Lock
from typing import Final, Generic, TypeVar

MOST_KEYS: Final = 4096
"""Most keys that a process keeps. Source: the keys reference, section 4.2."""

K = TypeVar("K")
V = TypeVar("V")


class KeyCache(Generic[K, V]):
    """At most ``most`` values, lately used ones first. Threads may share one."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        """Begin empty."""
        self._half = most // 2
        self._kept: tuple[dict[K, V], dict[K, V]] = {}, {}
        """The younger and the older one: read together, and replaced together."""
        self._changing = Lock()
        self.turn = 0
        """Counts the emptyings; take it before reading what is going to be put."""

    def get(self, name: K) -> V | None:
        """Return the value, or None if it is not here."""
        young, old = seen = self._kept
        found = young.get(name)
        if found is None:
            found = old.get(name)
            if found is not None:
                with self._changing:
                    if self._kept is seen:  # neither emptied meanwhile nor turned
                        self._keep(name, found)
        return found

    def put(self, name: K, value: V, *, seen: int) -> None:
        """Keep ``value``, unless the cache was emptied since the caller saw its ``turn``.

        Otherwise a slow reader would bring back a key that was destroyed under its feet.
        """
        with self._changing:
            if seen == self.turn:
                self._keep(name, value)

    def _keep(self, name: K, value: V) -> None:
        young, _ = self._kept
        if len(young) >= self._half:
            self._kept = {}, young
        self._kept[0][name] = value

    def empty(self) -> None:
        """Forget everything."""
        with self._changing:
            self.turn += 1
            self._kept = {}, {}

    def __len__(self) -> int:
        """Count what is kept."""
        young, old = self._kept
        return len(young) + len(old)
